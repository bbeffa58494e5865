"""Step 5: messages go out, once."""
