"""What planning deliveries and planning reminders share: subscribers in chunks, rows that end or are put off."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sqlmodel import Session

from notifier.domain import State, SubscriberState
from notifier.storage.database import Database
from notifier.storage.waiting import Kind, due_subscribers, end, postpone

CHUNK = 500  # subscribers planned in one transaction
PLANNED_STATES = (  # of others what is due waits
    SubscriberState.ACTIVE.value,
    SubscriberState.SUPPRESSED.value,
    SubscriberState.UNSUBSCRIBED.value,
)
Ended = dict[int, tuple[State, str]]  # row -> its end, and why
Held = dict[int, dt.datetime]  # row -> until when it waits
_K = TypeVar("_K")


def in_chunks(
    database: Database,
    kind: Kind,
    channel: str,
    *,
    clock: Callable[[], dt.datetime],
    plan: Callable[[dt.datetime, Sequence[int]], int],
) -> int:
    """Call `plan` with now and subscribers for whom something is due, until there are none; the sum of its answers."""
    planned, after = 0, 0
    while True:
        now = clock()
        with database.read() as session:
            ids = due_subscribers(session, kind, channel, now=now, states=PLANNED_STATES, after=after, limit=CHUNK)
        if not ids:
            return planned
        planned += plan(now, ids)
        after = ids[-1]


def settle(session: Session, kind: Kind, ended: Ended, held: Held) -> None:
    """Store what ends, and what waits until later."""
    for (state, reason), numbers in grouped(ended.items()).items():
        end(session, kind, numbers, state, reason)
    for due_at, numbers in grouped(held.items()).items():
        postpone(session, kind, numbers, due_at)


def grouped(items: Iterable[tuple[int, _K]]) -> dict[_K, list[int]]:
    groups: dict[_K, list[int]] = {}
    for number, key in items:
        groups.setdefault(key, []).append(number)
    return groups
