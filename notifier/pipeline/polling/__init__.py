"""Step 1: sources are polled when they are due, each on its own."""
