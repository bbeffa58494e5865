"""Web pages: what is their content, and its lines."""
