"""Dates as lists write them (sources.md, 8): a day, never a time that nobody stated. Pure.

2026-09-15, [26-09-15], 2026年9月15日, day and month in boxes of their own, or only in the address. A month alone names
no day.
"""

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo

from notifier.sources.feed.dates import read_date

_LONGEST = 200  # characters of what states a date
_LONGEST_ROW = 2_000
_BRACKETS = " \t\u3000()（）[]【】"
_STAMP = re.compile(r"\d{10}(?:\d{3})?")  # seconds or milliseconds since 1970, as JSON has them
_FULL = re.compile(
    r"(?<!\d)(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?!\d)\s*日?(?:\s+\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
)
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?<![\d.-])(?P<short>\d{2})\s*[-/.]\s*(?P<month>\d{1,2})\s*[-/.]\s*(?P<day>\d{1,2})(?![\d.-])",  # 26-09-15
        r"(?<!\d)(?P<day>\d{1,2})\s*日?\s*[/|]?\s*(?P<year>20\d{2})\s*[-/.年]\s*(?P<month>\d{1,2})\s*月?(?!\s*[-/.\d])",
        r"(?<!\d)(?P<year>20\d{2})\s*[-/.年]\s*(?P<month>\d{1,2})\s*月?\s+(?P<day>\d{1,2})(?!\d)",  # 2026-09 15
        r"(?<!\d)(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?\s+(?P<year>20\d{2})(?!\d)",  # 09-15 2026
        r"(?<!\d)(?P<year>20\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)",  # 20260915
    )
)
_IN_ADDRESS = tuple(
    re.compile(form)
    for form in (
        r"[/_t-](?P<year>20\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?=[/_.-]|$)",
        r"/(?P<year>20\d{2})[/-](?P<month>\d{1,2})[/-](?P<day>\d{1,2})(?=[/_.]|$)",
        r"/(?P<year>20\d{2})[/-]?(?P<month>0[1-9]|1[0-2])/(?P<day>0[1-9]|[12]\d|3[01])(?=[/_.]|$)",
    )
)


def list_date(text: str, link: str, zone: tzinfo) -> datetime | None:
    """The day of an item, by its text, else by its address; with a time only where one is written."""
    return read_day(text, zone) or next(_days(_IN_ADDRESS, link, zone), None)


def read_day(text: str, zone: tzinfo) -> datetime | None:
    """The moment that `text` states, whatever stands before and behind it."""
    text = text[:_LONGEST]
    if _STAMP.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), zone)
    full = _FULL.search(text)
    stated = read_date(text, zone) or (read_date(full[0], zone) if full else None)
    return stated or next(_days(_FORMS, text, zone), None)


def written_date(text: str) -> str:
    """The part of a row's text that is its date: what stands first or last in it, before what a title says of days."""
    text = text.strip(_BRACKETS)[:_LONGEST_ROW]
    found = [match for form in (_FULL, *_FORMS[:4]) for match in form.finditer(text)]
    outside = [match for match in found if match.start() == 0 or match.end() == len(text)]
    return (outside or found[-1:])[0][0].strip() if found else ""


def _days(forms: tuple[re.Pattern[str], ...], text: str, zone: tzinfo) -> Iterator[datetime]:
    for form in forms:
        for found in form.finditer(text):
            named = found.groupdict()
            year = int(named["year"]) if named.get("year") else 2000 + int(named["short"])
            try:
                yield datetime(year, int(named["month"]), int(named["day"]), tzinfo=zone)
            except ValueError:
                continue
