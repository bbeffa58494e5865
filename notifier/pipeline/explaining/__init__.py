"""What happened to an article, and whether the books are right."""
