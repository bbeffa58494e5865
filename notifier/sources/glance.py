"""What a poll saw, from the answer that it got. Pure."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from notifier.domain import Glance, SeenItem
from notifier.sources.http.fetch import Response

_OLDEST = timedelta(days=3650)  # a Date further off is no clock


def answered(answer: Response, now: datetime, items: tuple[SeenItem, ...] | None = None) -> Glance:
    """`items`: None where the answer is the same as before. An answer that a cache kept (Age) tells no time."""
    cached = answer.headers.get("age", "0").strip() not in ("", "0")
    served = None if cached else _date(answer.headers.get("date", ""))
    if served is not None and abs(served - now) > _OLDEST:
        served = None
    return Glance(items, served, answer.certificate_ends)


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
