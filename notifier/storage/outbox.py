"""The outbox: messages that go out, the states they pass through, and whose they are meanwhile."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Boolean, Connection, Row, Table, Text, TextClause, bindparam, cast, func, text, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from notifier.domain import EMAIL, END_STATES, Frozen, MessageKind, Recipient, State
from notifier.storage.bulk import among, as_value, insert_rows
from notifier.storage.tables import (
    AttemptRow,
    ContentRow,
    Instant,
    MessageRow,
    SubscriberRow,
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed message, with all that its bytes are made of."""

    id: int
    subscriber_id: int
    channel: str
    subscriber_state: str
    groups: frozenset[str]
    kind: MessageKind
    sender: str
    recipient: Recipient
    frozen: Frozen
    tries: int
    planned_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Open:
    """A message that a process has begun to deliver and not ended."""

    id: int
    header_id: str
    channel: str
    state: State
    lease_owner: str
    lease_until: dt.datetime | None
    next_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver a message, as it is to be stored."""

    message_id: int
    started_at: dt.datetime
    ended_at: dt.datetime
    outcome: str
    code: int = 0
    reply: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A step of a message's state, with the attempt that made it. `expected`: the states it may come from.

    `lease`: how long the message stays its owner's from now on, where the step begins something that takes time.
    """

    message_id: int
    state: State
    expected: tuple[State, ...]
    owner: str
    next_at: dt.datetime | None = None
    reason: str = ""
    attempt: Attempt | None = None
    lease: dt.timedelta | None = None


# As the indices have them: with bound values SQLite does not see that an index of some rows fits.
_WAITS = text("state IN ('ready', 'deferred')")
_PROMPT, _DIGEST = text("kind <> 'digest'"), text("kind = 'digest'")
_MESSAGE: Table = MessageRow.__table__  # type: ignore[attr-defined]
_ATTEMPT: Table = AttemptRow.__table__  # type: ignore[attr-defined]
_attempt_values = attrgetter(*Attempt.__slots__)
_OPEN = text("state IN ('claimed', 'committing', 'in_doubt')")


def claim_messages(
    session: Session, *, owner: str, now: dt.datetime, lease: dt.timedelta, limit: int, mail: bool = True
) -> list[Outgoing]:
    """Take mails (or else what goes by other channels) that are due, for `lease`; nobody else gets them until it ends.

    Digests come last: an alert does not stand in line behind a hundred thousand of them.
    """
    ids = _due(session, _PROMPT, now, limit, mail=mail)
    if len(ids) < limit:
        ids += _due(session, _DIGEST, now, limit - len(ids), mail=mail)
    if not ids:
        return []
    dialect = session.get_bind().dialect.name
    named = text(f"message.id {among('ids', dialect)}").bindparams(ids=as_value(ids, dialect))
    claimed = {"state": State.CLAIMED.value, "lease_owner": owner, "lease_until": now + lease}
    session.execute(update(_MESSAGE).where(named).values(claimed))
    return _outgoing(session, ids, named)


def _due(session: Session, kind: TextClause, now: dt.datetime, limit: int, *, mail: bool) -> list[int]:
    statement = (
        select(MessageRow.id)
        .where(_WAITS, kind, MessageRow.next_at <= now)
        .where((MessageRow.channel == EMAIL) if mail else (MessageRow.channel != EMAIL))
        .order_by(col(MessageRow.next_at), col(MessageRow.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [row for row in session.exec(statement) if row is not None]


def _outgoing(session: Session, ids: Sequence[int], named: TextClause) -> list[Outgoing]:
    """In the order of `ids`. Messages of one content share it: it is read, and prepared for sending, once."""
    message, subscriber = _MESSAGE.c, SubscriberRow.__table__.c  # type: ignore[attr-defined]
    statement = (
        columns(*(message[name] for name in _SENT), subscriber.state, cast(subscriber.groups, Text))
        .join(SubscriberRow, subscriber.id == message.subscriber_id)
        .where(named)
    )
    rows = session.execute(statement).all()
    frozen = _contents(session, {row[1] for row in rows})
    found = {row[0]: _as_outgoing(row, frozen[row[1]]) for row in rows}
    return [found[number] for number in ids]


_SENT = (
    "id", "content_id", "subscriber_id", "channel", "kind", "sender", "tries", "planned_at",
    "address", "header_id", "dated", "unsubscribe_url", "feed_url",
)  # fmt: skip


def _as_outgoing(row: Row[Any], frozen: Frozen) -> Outgoing:
    number, _, subscriber_id, channel, kind, sender, tries, planned_at, *recipient, state, groups = tuple[Any, ...](row)
    return Outgoing(
        id=number,
        subscriber_id=subscriber_id,
        channel=channel,
        subscriber_state=state,
        groups=_groups(groups),
        kind=MessageKind(kind),
        sender=sender,
        recipient=Recipient(*recipient),
        frozen=frozen,
        tries=tries,
        planned_at=planned_at,
    )


@lru_cache(maxsize=1024)
def _groups(listed: str) -> frozenset[str]:
    """Most people are in no group, or in the same ones."""
    return frozenset(json.loads(listed))


def _contents(session: Session, ids: Set[int]) -> dict[int, Frozen]:
    content = ContentRow.__table__.c  # type: ignore[attr-defined]
    statement = columns(content.id, content.subject, content.text, content.html, content.calendar)
    rows = session.execute(statement.where(content.id.in_(ids)))
    return {row[0]: Frozen(row[1], row[2], row[3], row[4]) for row in rows}


def apply_changes(session: Session, changes: Sequence[Change], *, now: dt.datetime) -> list[bool]:
    """Take each step if the message is still in a state it may come from and ours; record its attempt either way.

    Like steps are one statement: this runs twice a message sent.
    """
    connection = session.connection()
    applied = [False] * len(changes)
    for alike in _alike(changes):
        taken = _take(connection, [changes[at] for at in alike], now)
        for at in alike:
            applied[at] = changes[at].message_id in taken
    attempts = [change.attempt for change in changes if change.attempt is not None]
    if attempts:
        insert_rows(connection, _ATTEMPT, Attempt.__slots__, map(_attempt_values, attempts))
    return applied


def _alike(changes: Sequence[Change]) -> Iterator[list[int]]:
    """Positions of changes that differ in their message alone; two steps of one message stay in their order."""
    groups: dict[tuple[object, ...], list[int]] = {}
    seen: set[int] = set()
    for at, change in enumerate(changes):
        if change.message_id in seen:
            yield from groups.values()
            groups, seen = {}, set()
        seen.add(change.message_id)
        groups.setdefault(_kind(change), []).append(at)
    yield from groups.values()


def _kind(change: Change) -> tuple[object, ...]:
    tried = change.attempt is not None
    return change.state, change.expected, change.owner, change.next_at, change.reason, change.lease, tried


# In words, since it runs twice a message: to put it together each time costs more than to execute it. The ids are one
# value, so that it is the same statement however many they are.
_STEP = (
    "UPDATE message SET state = :to, reason = :reason, next_at = coalesce(:next_at, next_at), "
    "ended_at = coalesce(:ended_at, ended_at), lease_owner = :new_owner, "
    "lease_until = CASE WHEN :leased THEN coalesce(:lease_until, lease_until) END, tries = tries + :tried "
    "WHERE id {among} AND lease_owner = :owner AND state IN ({states}) RETURNING id"
)


@lru_cache
def _step(dialect: str, count: int) -> TextClause:
    """`count`: how many states the step may come from."""
    states = ", ".join(f":from_{at}" for at in range(count))
    return text(_STEP.format(among=among("ids", dialect), states=states)).bindparams(
        bindparam("leased", type_=Boolean()),
        *(bindparam(name, type_=Instant()) for name in ("next_at", "ended_at", "lease_until")),
    )


def _take(connection: Connection, alike: Sequence[Change], now: dt.datetime) -> set[int]:
    """The messages that took this step."""
    first, dialect = alike[0], connection.dialect.name
    leased = first.state in (State.CLAIMED, State.COMMITTING)
    values = {
        "to": first.state.value,
        "reason": first.reason,
        "next_at": first.next_at,
        "ended_at": now if first.state in END_STATES else None,
        "new_owner": first.owner if leased else "",
        "leased": leased,
        "lease_until": None if first.lease is None else now + first.lease,
        "tried": 0 if first.attempt is None else 1,
        "ids": as_value([change.message_id for change in alike], dialect),
        "owner": first.owner,
        **{f"from_{at}": state.value for at, state in enumerate(first.expected)},
    }
    return set(connection.execute(_step(dialect, len(first.expected)), values).scalars())


def next_due(session: Session, *, reason: str) -> dt.datetime | None:
    """When the first of those that wait for this reason is due."""
    statement = select(func.min(MessageRow.next_at)).where(_WAITS, MessageRow.reason == reason)
    return session.exec(statement).one()


def open_messages(session: Session) -> list[Open]:
    """Messages claimed, committing or in doubt."""
    statement = select(MessageRow).where(_OPEN).order_by(col(MessageRow.id))
    return [
        Open(row.id or 0, row.header_id, row.channel, State(row.state), row.lease_owner, row.lease_until, row.next_at)
        for row in session.exec(statement)
    ]
