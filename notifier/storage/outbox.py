"""The outbox: messages that go out, the states they pass through, and whose they are meanwhile."""

import dataclasses
import datetime as dt
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Row, TextClause, bindparam, case, func, insert, text, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from notifier.domain import END_STATES, Frozen, MessageKind, Recipient, State
from notifier.storage.tables import (
    AlertRow,
    ArticleRow,
    AttemptRow,
    BulletinRow,
    ContentRow,
    DeliveryRow,
    Instant,
    MessageRow,
    Sighting,
    SourceRow,
    SubscriberRow,
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed message, with all that its bytes are made of."""

    id: int
    subscriber_id: int
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

    `lease_until`: how long the message stays its owner's from now on, where the step begins something that takes time.
    """

    message_id: int
    state: State
    expected: tuple[State, ...]
    owner: str
    next_at: dt.datetime | None = None
    reason: str = ""
    attempt: Attempt | None = None
    lease_until: dt.datetime | None = None


# As the indices have them: with bound values SQLite does not see that an index of some rows fits.
_WAITS = text("state IN ('ready', 'deferred')")
_PROMPT, _DIGEST = text("kind <> 'digest'"), text("kind = 'digest'")
_OPEN = text("state IN ('claimed', 'committing', 'in_doubt')")


def claim_messages(
    session: Session, *, owner: str, now: dt.datetime, lease: dt.timedelta, limit: int
) -> list[Outgoing]:
    """Take messages that are due, for `lease`; nobody else gets them until it ends.

    Digests come last: an alert does not stand in line behind a hundred thousand of them.
    """
    ids = _due(session, _PROMPT, now, limit)
    if len(ids) < limit:
        ids += _due(session, _DIGEST, now, limit - len(ids))
    if not ids:
        return []
    session.execute(
        update(MessageRow)
        .where(col(MessageRow.id).in_(ids))
        .values(state=State.CLAIMED.value, lease_owner=owner, lease_until=now + lease)
    )
    return _outgoing(session, ids)


def _due(session: Session, kind: TextClause, now: dt.datetime, limit: int) -> list[int]:
    statement = (
        select(MessageRow.id)
        .where(_WAITS, kind, MessageRow.next_at <= now)
        .order_by(col(MessageRow.next_at), col(MessageRow.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [row for row in session.exec(statement) if row is not None]


def _outgoing(session: Session, ids: Sequence[int]) -> list[Outgoing]:
    """In the order of `ids`. Messages of one content share it: it is read, and prepared for sending, once."""
    message, subscriber = MessageRow.__table__.c, SubscriberRow.__table__.c  # type: ignore[attr-defined]
    statement = (
        columns(*(message[name] for name in _SENT), subscriber.state, subscriber.groups)
        .join(SubscriberRow, subscriber.id == message.subscriber_id)
        .where(message.id.in_(ids))
    )
    rows = session.execute(statement).all()
    frozen = _contents(session, {row[1] for row in rows})
    found = {row[0]: _as_outgoing(row, frozen[row[1]]) for row in rows}
    return [found[number] for number in ids]


_SENT = (
    "id", "content_id", "subscriber_id", "kind", "sender", "tries", "planned_at",
    "address", "header_id", "dated", "unsubscribe_url", "feed_url",
)  # fmt: skip


def _as_outgoing(row: Row[Any], frozen: Frozen) -> Outgoing:
    number, _, subscriber_id, kind, sender, tries, planned_at, *recipient, state, groups = tuple[Any, ...](row)
    return Outgoing(
        id=number,
        subscriber_id=subscriber_id,
        subscriber_state=state,
        groups=frozenset(groups),
        kind=MessageKind(kind),
        sender=sender,
        recipient=Recipient(*recipient),
        frozen=frozen,
        tries=tries,
        planned_at=planned_at,
    )


def _contents(session: Session, ids: Set[int]) -> dict[int, Frozen]:
    content = ContentRow.__table__.c  # type: ignore[attr-defined]
    statement = columns(content.id, content.subject, content.text, content.html)
    rows = session.execute(statement.where(content.id.in_(ids)))
    return {row[0]: Frozen(row[1], row[2], row[3]) for row in rows}


def audiences_carried(session: Session, message_ids: Sequence[int]) -> dict[int, dict[int, list[tuple[str, ...]]]]:
    """message id -> delivery id -> the audiences of the sources that its article was seen at; none if it is held."""
    statement = (
        select(DeliveryRow.message_id, DeliveryRow.id, BulletinRow.held, SourceRow.audience)
        .join(AlertRow, col(AlertRow.id) == col(DeliveryRow.alert_id))
        .join(ArticleRow, col(ArticleRow.id) == col(AlertRow.article_id))
        .join(BulletinRow, col(BulletinRow.id) == col(ArticleRow.bulletin_id))
        .join(Sighting, col(Sighting.bulletin_id) == col(ArticleRow.bulletin_id))
        .join(SourceRow, col(SourceRow.id) == col(Sighting.source_id))
        .where(col(DeliveryRow.message_id).in_(message_ids))
    )
    carried: dict[int, dict[int, list[tuple[str, ...]]]] = {}
    for message_id, delivery_id, held, audience in session.exec(statement):
        audiences = carried.setdefault(message_id or 0, {}).setdefault(delivery_id or 0, [])
        if not held:
            audiences.append(tuple(audience))
    return carried


def release_deliveries(session: Session, ids: Sequence[int], *, due_at: dt.datetime) -> None:
    """Take deliveries out of their message: they wait again."""
    statement = update(DeliveryRow).where(col(DeliveryRow.id).in_(ids))
    session.execute(statement.values(message_id=None, state=State.WAITING.value, due_at=due_at))


def apply_changes(session: Session, changes: Sequence[Change], *, now: dt.datetime) -> list[bool]:
    """Take each step if the message is still in a state it may come from and ours; record its attempt either way.

    Three statements for all of them: this runs twice a message sent.
    """
    held = _held(session, {change.message_id for change in changes})
    applied = [_follows(held, change) for change in changes]
    rows = [_step_values(change, now) for change, good in zip(changes, applied, strict=True) if good]
    if rows:
        session.connection().execute(_STEP, rows)
    attempts = [dataclasses.asdict(change.attempt) for change in changes if change.attempt is not None]
    if attempts:
        session.connection().execute(insert(AttemptRow), attempts)
    return applied


def _held(session: Session, ids: Set[int]) -> dict[int, tuple[str, str]]:
    """message id -> its state and whose it is, nobody else's to change until this transaction ends."""
    statement = select(MessageRow.id, MessageRow.state, MessageRow.lease_owner).where(col(MessageRow.id).in_(ids))
    return {row[0]: (row[1], row[2]) for row in session.execute(statement.with_for_update())}


def _follows(held: dict[int, tuple[str, str]], change: Change) -> bool:
    state, owner = held.get(change.message_id, ("", ""))
    good = owner == change.owner and state in change.expected
    if good:
        held[change.message_id] = (change.state.value, owner if change.state in _LEASED else "")
    return good


_LEASED = (State.CLAIMED, State.COMMITTING)
_STEP = (
    update(MessageRow)
    .where(col(MessageRow.id) == bindparam("of"))
    .values(
        state=bindparam("to"),
        reason=bindparam("why"),
        next_at=func.coalesce(bindparam("next", type_=Instant()), col(MessageRow.next_at)),
        ended_at=func.coalesce(bindparam("ended", type_=Instant()), col(MessageRow.ended_at)),
        lease_owner=bindparam("whose"),
        lease_until=case(
            (
                bindparam("leased", type_=Boolean()),
                func.coalesce(bindparam("until", type_=Instant()), col(MessageRow.lease_until)),
            ),
            else_=None,
        ),
        tries=col(MessageRow.tries) + bindparam("tried"),
    )
)


def _step_values(change: Change, now: dt.datetime) -> dict[str, object]:
    leased = change.state in _LEASED
    return {
        "of": change.message_id,
        "to": change.state.value,
        "why": change.reason,
        "next": change.next_at,
        "ended": now if change.state in END_STATES else None,
        "whose": change.owner if leased else "",
        "leased": leased,
        "until": change.lease_until,
        "tried": 0 if change.attempt is None else 1,
    }


def next_due(session: Session, *, reason: str) -> dt.datetime | None:
    """When the first of those that wait for this reason is due."""
    statement = select(func.min(MessageRow.next_at)).where(_WAITS, MessageRow.reason == reason)
    return session.exec(statement).one()


def open_messages(session: Session) -> list[Open]:
    """Messages claimed, committing or in doubt."""
    statement = select(MessageRow).where(_OPEN).order_by(col(MessageRow.id))
    return [
        Open(row.id or 0, row.header_id, State(row.state), row.lease_owner, row.lease_until, row.next_at)
        for row in session.exec(statement)
    ]
