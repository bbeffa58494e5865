"""When alerts are due: at once, or at the subscriber's local hour. Instants are aware; local dates carry no zone."""

import calendar as months
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from notifier.alerts.calendar import Calendar
from notifier.domain import QuietHours, Schedule, Subscriber

DAY = dt.timedelta(days=1)
_STEP = dt.timedelta(minutes=1)


def due_at(schedule: Schedule, subscriber: Subscriber, now: dt.datetime, *, calendar: Calendar) -> dt.datetime:
    """Now for what is urgent, the next time that is open for what is immediate, else the next digest after now."""
    if schedule is Schedule.URGENT:
        return now
    if schedule is Schedule.IMMEDIATE:
        return open_at(subscriber, now, calendar=calendar)
    return next_slot(now, Slots.of(schedule, subscriber), calendar)


@dataclass(frozen=True, slots=True)
class Slots:
    """When a schedule's digests go out; what two subscribers with the same habits share."""

    schedule: Schedule
    timezone: str
    time: dt.time
    weekday: int = 0
    monthday: int = 1
    working_days: bool = False

    @classmethod
    def of(cls, schedule: Schedule, subscriber: Subscriber) -> "Slots":
        return cls(
            schedule,
            subscriber.timezone,
            opening(subscriber),
            weekday=subscriber.digest_weekday,
            monthday=subscriber.digest_monthday,
            working_days=subscriber.working_days,
        )

    def named(self, day: dt.date) -> bool:
        """Is a digest meant for this day, whether it is worked or not?"""
        if self.schedule is Schedule.WEEKLY:
            return day.weekday() == self.weekday
        if self.schedule is Schedule.MONTHLY:
            return day.day == min(self.monthday, months.monthrange(day.year, day.month)[1])
        return True

    def falls_on(self, day: dt.date, calendar: Calendar) -> bool:
        """Does a digest go out on this day? What is meant for days off goes out on the next day that is worked."""
        if not self.working_days:
            return self.named(day)
        if not calendar.is_working(day):
            return False
        while not self.named(day):
            day -= DAY
            if calendar.is_working(day):
                return False
        return True


@lru_cache(maxsize=4096)  # thousands of subscribers share a zone and an hour
def next_slot(now: dt.datetime, slots: Slots, calendar: Calendar) -> dt.datetime:
    """The first slot after now, in UTC: each local date that has a digest has exactly one instant for it."""
    day = local_date(now, slots.timezone)
    while True:
        if slots.falls_on(day, calendar) and (slot := at_local(day, slots.time, slots.timezone)) > now:
            return slot
        day += DAY


def at_local(day: dt.date, time: dt.time, timezone: str) -> dt.datetime:
    """The instant of that local date and time, in UTC.

    A time that the clock repeats is taken the first time; one that it skips when it has jumped over it, but where that
    is another date already, as the last minute before the jump.
    """
    slot = dt.datetime.combine(day, time, ZoneInfo(timezone)).astimezone(dt.UTC)  # fold=0: the first of two
    while local_date(slot, timezone) > day:
        slot -= _STEP
    return slot


def opening(subscriber: Subscriber) -> dt.time:
    """The time of day of a subscriber's digests: their hour, or the end of quiet hours that cover it."""
    hour = dt.time(subscriber.digest_hour)
    return subscriber.quiet.end if subscriber.quiet and subscriber.quiet.cover(hour) else hour


def open_at(subscriber: Subscriber, now: dt.datetime, *, calendar: Calendar) -> dt.datetime:
    """The first instant from now on at which what is not urgent may come: not in quiet hours, not on a day off.

    After days off that is the hour of the digests.
    """
    at = _after(subscriber.quiet, now, subscriber.timezone) if subscriber.quiet else now
    day = local_date(at, subscriber.timezone)
    if not subscriber.working_days or calendar.is_working(day):
        return at
    return at_local(next_working(day, calendar), opening(subscriber), subscriber.timezone)


def next_working(day: dt.date, calendar: Calendar) -> dt.date:
    """The first day from this one on that is worked."""
    while not calendar.is_working(day):
        day += DAY
    return day


def _after(quiet: QuietHours, now: dt.datetime, timezone: str) -> dt.datetime:
    """Now, or the end of the quiet hours that cover it."""
    local = now.astimezone(ZoneInfo(timezone))
    if not quiet.cover(local.time()):
        return now
    ends = [
        dt.datetime.combine(day, quiet.end, ZoneInfo(timezone)).replace(fold=fold).astimezone(dt.UTC)
        for day in (local.date(), local.date() + DAY)
        for fold in (0, 1)  # an end that the clock repeats may be past the first time
    ]
    return min(end for end in ends if end > now)


def local_date(instant: dt.datetime, timezone: str) -> dt.date:
    """The date on the subscriber's calendar: what a digest is named by."""
    return instant.astimezone(ZoneInfo(timezone)).date()
