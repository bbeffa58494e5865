"""What makes two documents the same bulletin."""

import re
import unicodedata

from notifier.domain import Bulletin

_SPACES = re.compile(r"\s+")


def identity(bulletin: Bulletin) -> str:
    """title|issue|date with white space, width and case folded: the same in every format.

    "" unless both the masthead's title and the issue are known: then nothing but the bytes can tell two apart.
    """
    if not bulletin.title or not bulletin.issue:
        return ""
    date = bulletin.date.isoformat() if bulletin.date else ""
    return "|".join((_folded(bulletin.title), _folded(bulletin.issue), date))


def _folded(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("|", "")
