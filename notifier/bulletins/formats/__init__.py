"""One module a format: bytes -> lines, with their places where the format has them."""
