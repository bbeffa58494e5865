"""When an entry was published. Pure.

feedparser's reading counts wherever the text states a zone that it knows. It takes a date without one for UTC, eight
hours off in China: there the wall clock is the source's. And it knows no Chinese dates.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from notifier.sources.feed.dates import read_date

# A time of day and, behind it, a zone that feedparser knows: an offset, or a name (RFC 822, and a few more).
_STATED = re.compile(
    r"""\d(?::\d{2})+ (?:[.,]\d+)? \s* (?:etc/)?
        (?: (?:gmt)? [+-] \d{1,2} :? \d{0,2} | (z|utc?|gmt|[aecmp][sd]?t|mes?t|[anmy](?!\.)) \b )
        | t\d{2}z$""",
    re.IGNORECASE | re.VERBOSE,
)
_read_date = lru_cache(2_048)(read_date)  # that of an entry is asked for twice: for its document, and for what was seen
_NO_DAY = re.compile(r"\s*\d{9,}|.*[年月日년]")  # feedparser takes the first digits for a year, and today for the rest


def moment(dates: Sequence[tuple[str, int | None]], zone: tzinfo, *, chinese: bool = False) -> datetime | None:
    """The first of `dates` that names a day: (as written, what feedparser reads, in seconds since 1970 or None).

    `zone` is the source's. chinese: the entry is in Chinese, where CST is China's, not Chicago's.
    """
    found = (_moment(written, said, zone, chinese=chinese) for written, said in dates)
    return next(filter(None, found), None)


def _moment(written: str, said: int | None, zone: tzinfo, *, chinese: bool) -> datetime | None:
    read = None if said is None else _utc(said)
    stated = _STATED.search(written)
    if read is not None and stated:
        its_own = chinese and (stated[1] or "").lower() == "cst" and _is_named(read, "CST", zone)
        return _read_date(written, zone) if its_own else read
    ours = _read_date(written, zone)
    if ours is not None or read is None or _NO_DAY.match(written):
        return ours
    return read.replace(tzinfo=zone)


def _utc(seconds: int) -> datetime | None:
    """None for a year that is none of ours."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _is_named(at: datetime, name: str, zone: tzinfo) -> bool:
    return at.astimezone(zone).tzname() == name
