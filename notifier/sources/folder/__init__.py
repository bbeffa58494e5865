"""Sources that are folders."""
