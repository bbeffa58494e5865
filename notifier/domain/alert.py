"""An alert: subscriber x article, at most one, with every rule that matched."""

import datetime as dt
from dataclasses import dataclass

from notifier.domain.subscriber import Schedule, Subscriber


@dataclass(frozen=True, slots=True)
class Subscription:
    """A rule in force and whose it is. `schedule` is the rule's own or its subscriber's."""

    rule_version_id: int
    subscriber: Subscriber
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder to be: of the deadline that the alert's article states with this label and value."""

    label: str
    deadline: str
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert to be. `rules` pairs each rule version that matched with its expression (its key in the matcher)."""

    subscriber_id: int
    schedule: Schedule
    due_at: dt.datetime
    rules: tuple[tuple[int, str], ...]
    reminders: tuple[Reminder, ...] = ()
