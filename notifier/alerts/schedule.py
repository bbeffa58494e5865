"""When alerts are due: at once, or at the subscriber's local hour. Instants are aware; local dates carry no zone."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from notifier.domain import Schedule, Subscriber


def due_at(schedule: Schedule, subscriber: Subscriber, now: dt.datetime) -> dt.datetime:
    """Now for an immediate alert, else the subscriber's next digest after now."""
    if schedule is Schedule.IMMEDIATE:
        return now
    weekday = subscriber.digest_weekday if schedule is Schedule.WEEKLY else None
    return next_slot(now, subscriber.timezone, subscriber.digest_hour, weekday=weekday)


@lru_cache(maxsize=4096)  # thousands of subscribers share a zone and an hour
def next_slot(now: dt.datetime, timezone: str, hour: int, *, weekday: int | None = None) -> dt.datetime:
    """The first instant after now at that local hour (and weekday, 0 = Monday), in UTC.

    An hour that a DST day skips is taken when the clock has jumped over it, one that it repeats the first time:
    each local date has exactly one slot.
    """
    zone = ZoneInfo(timezone)
    day = now.astimezone(zone).date()
    while True:
        slot = dt.datetime.combine(day, dt.time(hour), zone).astimezone(dt.UTC)  # fold=0: the first of two
        if slot > now and weekday in (None, day.weekday()):
            return slot
        day += dt.timedelta(days=1)


def local_date(instant: dt.datetime, timezone: str) -> dt.date:
    """The date on the subscriber's calendar: what a digest is named by."""
    return instant.astimezone(ZoneInfo(timezone)).date()
