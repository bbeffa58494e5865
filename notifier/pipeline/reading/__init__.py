"""Step 2: documents become bulletins, new or met again."""
