"""How often a source is worth asking, by how often it changes, and where it has moved to. Pure."""

import functools
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from notifier.domain import Pace, Source

ADOPT_AFTER = 3  # polls in a row that told of the same new address
FORGET_AFTER = 3  # failures in a row at the new address
WORKING_PART, OFF_PART = (
    48,
    12,
)  # of the time between changes, that a bulletin may wait: in working hours, and at others
_WORKING_DAYS, _WORKING_HOURS = range(5), range(7, 21)  # of the source's own clock
_WEIGHT = 0.3  # of the newest gap between changes


def after_success(pace: Pace, *, changed: bool, now: datetime) -> Pace:
    """The first success counts as a change: what was there before is unknown."""
    if pace.changed_at is None:
        return replace(pace, changed_at=now)
    if not changed:
        return pace
    gap = max((now - pace.changed_at).total_seconds(), 1.0)
    blended = gap if pace.gap == 0 else (1 - _WEIGHT) * pace.gap + _WEIGHT * gap
    return replace(pace, changed_at=now, gap=blended)


def after_answer(pace: Pace, *, asked: str, moved_to: str) -> Pace:
    """`moved_to`: where the answer to `asked` says that it is for good; "" where it said nothing of the kind."""
    if asked == pace.moved_to and not moved_to:
        return pace
    if not moved_to or moved_to == asked:
        return replace(pace, moved_from="", moved_to="", moved_times=0)
    again = (asked, moved_to) == (pace.moved_from, pace.moved_to)
    return replace(pace, moved_from=asked, moved_to=moved_to, moved_times=pace.moved_times + 1 if again else 1)


def after_failure(pace: Pace, *, failures: int) -> Pace:
    """An adopted address that keeps failing is left for the one that the operator named."""
    if pace.moved_times >= ADOPT_AFTER and failures >= FORGET_AFTER:
        return replace(pace, moved_from="", moved_to="", moved_times=0)
    return pace


def address_of(source: Source, pace: Pace) -> str:
    """Where to ask: the address of the settings, or the one it has moved to for good."""
    adopted = pace.moved_times >= ADOPT_AFTER and pace.moved_from == source.address
    return pace.moved_to if adopted else source.address


def has_adopted(before: Pace, after: Pace) -> bool:
    """Whether this poll was the one that settled the new address."""
    return before.moved_times < ADOPT_AFTER <= after.moved_times


def interval(source: Source, pace: Pace, *, now: datetime, slowest: timedelta, hint: float | None) -> timedelta:
    """`every`, or more where the source seldom changes or says that it will not, up to `slowest`.

    hint: seconds for which the source says that it stays as it is. Places that are no web sites
    are asked as often as the operator wants.
    """
    if not source.address.startswith(("http://", "https://")) or pace.changed_at is None:
        return source.every
    quiet = max(pace.gap, (now - pace.changed_at).total_seconds())
    part = WORKING_PART if _is_working(now, source.timezone) else OFF_PART
    wished = timedelta(seconds=min(max(quiet / part, hint or 0.0), 10.0**8))
    return max(source.every, min(wished, slowest))


def _is_working(now: datetime, timezone: str) -> bool:
    zone = _zone(timezone)
    if zone is None:
        return True
    local = now.astimezone(zone)
    return local.weekday() in _WORKING_DAYS and local.hour in _WORKING_HOURS


@functools.cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
