"""Fan-out: the matches of one article become at most one alert a subscriber."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from notifier.alerts.calendar import Calendar
from notifier.alerts.reminders import reminders
from notifier.alerts.schedule import due_at
from notifier.domain import Alert, Deadline, Schedule, Subscription, may_see


def fan_out(
    expressions: Iterable[str],
    subscriptions: Mapping[str, Sequence[Subscription]],
    *,
    audiences: Sequence[tuple[str, ...]],
    now: dt.datetime,
    calendar: Calendar,
    deadlines: Sequence[Deadline] = (),
) -> list[Alert]:
    """Alerts for those who subscribe to any of these expressions and may see any of the article's sources.

    Each alert has every rule that matched; the most urgent of their schedules wins. In the order of subscribers.
    `deadlines` are the article's: of these they are reminded.
    """
    by_subscriber: dict[int, list[tuple[str, Subscription]]] = {}
    for expression in expressions:
        for subscription in subscriptions.get(expression, ()):
            by_subscriber.setdefault(subscription.subscriber.id, []).append((expression, subscription))
    return [
        _merge(found, now, calendar=calendar, deadlines=deadlines)
        for _, found in sorted(by_subscriber.items())
        if any(may_see(audience, found[0][1].subscriber.groups) for audience in audiences)
    ]


def most_urgent(schedules: Iterable[Schedule]) -> Schedule:
    return min(schedules, key=lambda schedule: schedule.urgency)


def _merge(
    found: Sequence[tuple[str, Subscription]], now: dt.datetime, *, calendar: Calendar, deadlines: Sequence[Deadline]
) -> Alert:
    subscriber = found[0][1].subscriber
    schedule = most_urgent(subscription.schedule for _, subscription in found)
    rules = sorted((subscription.rule_version_id, expression) for expression, subscription in found)
    due = due_at(schedule, subscriber, now, calendar=calendar)
    told = reminders(deadlines, subscriber, alert_due=due, now=now, calendar=calendar)
    return Alert(subscriber.id, schedule, due, tuple(rules), told)
