"""Bulletins in, alerts out: see the folders, in the order that the data passes through them."""

__version__ = "0.1.0"
