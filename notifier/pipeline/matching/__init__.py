"""Step 3: articles meet the rules."""
