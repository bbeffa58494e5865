"""What goes into one message: the due deliveries of a subscriber become an alert mail, a digest, or both."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from notifier.alerts.fanout import most_urgent
from notifier.alerts.schedule import local_date
from notifier.domain import Entry, Letter, MessageKind, Schedule, Subscriber


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose time has come."""

    delivery_id: int
    schedule: Schedule
    due_at: dt.datetime
    entry: Entry


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to be: whose, what, and the deliveries it carries, one an entry of its letter and in their order."""

    subscriber: Subscriber
    letter: Letter
    delivery_ids: tuple[int, ...]


def parcels(subscriber: Subscriber, due: Sequence[Due], *, service: str) -> list[Parcel]:
    """At most one alert message with all immediate articles, and at most one digest with all the rest.

    Articles stand in their bulletin's order, the bulletins in the order in which they came.
    """
    due = sorted(due, key=lambda one: (one.entry.bulletin_id, one.entry.position))
    immediate = [one for one in due if one.schedule.at_once]
    later = [one for one in due if not one.schedule.at_once]
    made = []
    if immediate:
        letter = Letter(MessageKind.ALERT, tuple(one.entry for one in immediate), subscriber.language, service)
        made.append(_parcel(subscriber, letter, immediate))
    if later:
        date = local_date(max(one.due_at for one in later), subscriber.timezone)
        entries = tuple(one.entry for one in later)
        schedule = most_urgent(one.schedule for one in later)
        letter = Letter(MessageKind.DIGEST, entries, subscriber.language, service, date, schedule)
        made.append(_parcel(subscriber, letter, later))
    return made


def _parcel(subscriber: Subscriber, letter: Letter, due: Iterable[Due]) -> Parcel:
    return Parcel(subscriber, letter, tuple(one.delivery_id for one in due))


def by_content(made: Iterable[Parcel]) -> Mapping[Letter, list[Parcel]]:
    """Parcels with the same letter together: it is rendered and stored once."""
    grouped: dict[Letter, list[Parcel]] = {}
    for parcel in made:
        grouped.setdefault(parcel.letter, []).append(parcel)
    return grouped
