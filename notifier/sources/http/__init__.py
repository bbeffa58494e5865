"""HTTP with guards and manners: all that goes out to the web."""
