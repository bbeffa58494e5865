"""What makes two titles the same."""

import unicodedata


def title_key(title: str) -> str:
    """Its characters, without width and white space."""
    return "".join(unicodedata.normalize("NFKC", title).split())
