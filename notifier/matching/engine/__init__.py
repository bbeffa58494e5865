"""The plain engine: an article against rules, one after the other, and what comes of it."""
