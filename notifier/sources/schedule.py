"""When a source is polled next. Pure: `now` and the random numbers are arguments."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from notifier.domain import Source

SHORTEST = timedelta(seconds=1)
LONGEST_BACKOFF = timedelta(hours=6)
LONGEST_WISH = timedelta(days=1)  # what a server may ask for by Retry-After
JITTER = 0.1  # of the interval, to either side, so that sources do not fall into step


def next_poll_at(
    source: Source,
    *,
    now: datetime,
    failures: int,
    retry_after: float | None,
    rng: random.Random,
    every: timedelta | None = None,
) -> datetime:
    """`now` and the source's interval (or `every`, where given), doubled with each failure in a row up to six hours.

    retry_after: seconds that the server asked for; not before these, up to a day.
    """
    every = max(every or source.every, SHORTEST)
    wait = every
    if failures > 0:
        wait = max(every, min(every * 2 ** min(failures, 16), LONGEST_BACKOFF))
    wait = max(wait * (1 + rng.uniform(-JITTER, JITTER)), SHORTEST)
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=retry_after), LONGEST_WISH))
    return now + wait


def is_due(next_poll: datetime | None, *, now: datetime) -> bool:
    """A source that was never polled is due."""
    return next_poll is None or next_poll <= now


def retry_after_seconds(value: str, *, now: datetime) -> float | None:
    """A Retry-After header in seconds from `now`: a number or a date (RFC 9110, 10.2.3); None where it is neither."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max((at - now).total_seconds(), 0.0)
