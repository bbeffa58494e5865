"""Step 4: alerts and deadlines become messages."""
