"""What makes two documents the same bulletin."""

import re
import unicodedata

from notifier.domain import Bulletin

_SPACES = re.compile(r"\s+")


def identity(bulletin: Bulletin) -> str:
    """title|issue|date with white space, width and case folded: the same in every format.

    Where the issue states no date: its running number, the year in which it is counted, or the year in which it came.
    "" unless both the masthead's title and the issue are known: then nothing but the bytes can tell two apart.
    """
    if not bulletin.title or not bulletin.issue:
        return ""
    return "|".join((_folded(bulletin.title), _folded(bulletin.issue), _when(bulletin)))


def _when(bulletin: Bulletin) -> str:
    if bulletin.date and not bulletin.date_inherited:
        return bulletin.date.isoformat()
    if bulletin.total:
        return f"总{bulletin.total}"
    year = bulletin.year or (bulletin.date.year if bulletin.date else None)
    return str(year) if year else ""


def _folded(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("|", "")
