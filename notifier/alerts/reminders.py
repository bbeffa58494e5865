"""When somebody is reminded of a deadline: so many days before, once, and not where the alert itself does it."""

import datetime as dt
from collections.abc import Iterable

from notifier.alerts.calendar import Calendar
from notifier.alerts.schedule import DAY, Slots, at_local, local_date, next_slot, opening
from notifier.domain import Deadline, Reminder, Schedule, Subscriber


def reminders(
    deadlines: Iterable[Deadline],
    subscriber: Subscriber,
    *,
    alert_due: dt.datetime,
    now: dt.datetime,
    calendar: Calendar,
) -> tuple[Reminder, ...]:
    """The reminders to be, for an alert that is due at `alert_due`."""
    if not subscriber.remind_days:
        return ()
    found = ((one, remind_at(one, subscriber, alert_due=alert_due, now=now, calendar=calendar)) for one in deadlines)
    return tuple(Reminder(*deadline.key, due_at=due) for deadline, due in found if due is not None)


def remind_at(
    deadline: Deadline, subscriber: Subscriber, *, alert_due: dt.datetime, now: dt.datetime, calendar: Calendar
) -> dt.datetime | None:
    """`remind_days` before the deadline, at the hour of digests; for who wants working days only, on one before that.

    None where the alert itself comes on that day, or after it and in time. Where the day has passed and the alert,
    in a digest, would come too late, the next morning.
    """
    planned = _days_before(deadline, subscriber, calendar)
    if planned > now:
        same = local_date(planned, subscriber.timezone) == local_date(alert_due, subscriber.timezone)
        return None if same else planned
    if alert_due < deadline.ends:
        return None
    soon = next_slot(now, Slots.of(Schedule.DAILY, subscriber), calendar)
    return soon if soon < deadline.ends else None


def _days_before(deadline: Deadline, subscriber: Subscriber, calendar: Calendar) -> dt.datetime:
    day = deadline.day - subscriber.remind_days * DAY
    while subscriber.working_days and not calendar.is_working(day):
        day -= DAY
    return at_local(day, opening(subscriber), subscriber.timezone)
