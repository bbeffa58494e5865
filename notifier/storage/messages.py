"""The outbox: messages, the states they pass through, and every attempt to deliver them."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from notifier.domain import EMAIL, Frozen, MessageKind, Recipient, State
from notifier.storage.tables import (
    AlertRow,
    ArticleRow,
    AttemptRow,
    BulletinRow,
    ContentRow,
    DeliveryRow,
    MessageRow,
    Sighting,
    SourceRow,
    SubscriberRow,
)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be stored, with the waiting deliveries that it is to carry."""

    subscriber_id: int
    channel: str
    kind: MessageKind
    local_date: dt.date | None
    sender: str
    recipient: Recipient
    delivery_ids: tuple[int, ...]


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
    attempt: AttemptRow | None = None
    lease_until: dt.datetime | None = None


def store_content(session: Session, frozen: Frozen) -> int:
    """Store a rendered letter once; the id of the one that is there where it is."""
    sha256 = hashlib.sha256("\0".join((frozen.subject, frozen.text, frozen.html)).encode()).hexdigest()
    known = session.exec(select(ContentRow.id).where(ContentRow.sha256 == sha256)).first()
    if known is not None:
        return known
    row = ContentRow(sha256=sha256, subject=frozen.subject, text=frozen.text, html=frozen.html)
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def store_messages(session: Session, messages: Sequence[NewMessage], *, content_id: int, now: dt.datetime) -> int:
    """Store messages of one content, ready to go, and give them their deliveries.

    A message is left out where somebody else has taken its deliveries meanwhile.
    """
    wanted = [delivery for message in messages for delivery in message.delivery_ids]
    free = _still_waiting(session, wanted)
    good = [message for message in messages if free.issuperset(message.delivery_ids)]
    if not good:
        return 0
    statement = insert(MessageRow).returning(col(MessageRow.id), sort_by_parameter_order=True)
    rows = [_message_values(message, content_id, now) for message in good]
    ids = [int(row[0]) for row in session.execute(statement, rows)]
    carried = [
        {"id": delivery, "message_id": message_id}
        for message_id, message in zip(ids, good, strict=True)
        for delivery in message.delivery_ids
    ]
    if carried:
        session.execute(update(DeliveryRow), carried)
    return len(good)


def _still_waiting(session: Session, ids: Sequence[int]) -> set[int]:
    statement = select(DeliveryRow.id).where(
        col(DeliveryRow.id).in_(ids),
        col(DeliveryRow.message_id).is_(None),
        DeliveryRow.state == State.WAITING.value,
    )
    return {row for row in session.exec(statement.with_for_update()) if row is not None}


def _message_values(message: NewMessage, content_id: int, now: dt.datetime) -> dict[str, object]:
    recipient = message.recipient
    return {
        "subscriber_id": message.subscriber_id,
        "channel": message.channel,
        "kind": message.kind.value,
        "local_date": message.local_date,
        "content_id": content_id,
        "sender": message.sender,
        "address": recipient.address,
        "header_id": recipient.message_id,
        "dated": recipient.date,
        "unsubscribe_url": recipient.unsubscribe_url,
        "feed_url": recipient.feed_url,
        "planned_at": now,
        "state": State.READY.value,
        "reason": "",
        "next_at": now,
        "tries": 0,
        "lease_owner": "",
    }


def digest_dates(session: Session, subscriber_ids: Sequence[int], channel: str) -> set[tuple[int, dt.date]]:
    """(subscriber, local date) of the digests that there are already."""
    statement = select(MessageRow).where(
        col(MessageRow.subscriber_id).in_(subscriber_ids),
        MessageRow.channel == channel,
        MessageRow.kind == MessageKind.DIGEST.value,
    )
    return {(row.subscriber_id, row.local_date) for row in session.exec(statement) if row.local_date is not None}


def claim_messages(
    session: Session, *, owner: str, now: dt.datetime, lease: dt.timedelta, limit: int, mail: bool = True
) -> list[Outgoing]:
    """Take mails (or else what goes by other channels) that are due, for `lease`; nobody else gets them meanwhile."""
    due = (
        select(MessageRow.id)
        .where(col(MessageRow.state).in_([State.READY.value, State.DEFERRED.value]), MessageRow.next_at <= now)
        .where((MessageRow.channel == EMAIL) if mail else (MessageRow.channel != EMAIL))
        .order_by(col(MessageRow.next_at), col(MessageRow.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = [row for row in session.exec(due) if row is not None]
    if not ids:
        return []
    session.execute(
        update(MessageRow)
        .where(col(MessageRow.id).in_(ids))
        .values(state=State.CLAIMED.value, lease_owner=owner, lease_until=now + lease)
    )
    return _outgoing(session, ids)


def _outgoing(session: Session, ids: Sequence[int]) -> list[Outgoing]:
    statement = (
        select(MessageRow, ContentRow, SubscriberRow)
        .join(ContentRow, col(ContentRow.id) == col(MessageRow.content_id))
        .join(SubscriberRow, col(SubscriberRow.id) == col(MessageRow.subscriber_id))
        .where(col(MessageRow.id).in_(ids))
        .order_by(col(MessageRow.id))
    )
    return [
        Outgoing(
            id=row.id or 0,
            subscriber_id=row.subscriber_id,
            channel=row.channel,
            subscriber_state=subscriber.state,
            groups=frozenset(subscriber.groups),
            kind=MessageKind(row.kind),
            sender=row.sender,
            recipient=Recipient(row.address, row.header_id, row.dated, row.unsubscribe_url, row.feed_url),
            frozen=Frozen(content.subject, content.text, content.html),
            tries=row.tries,
            planned_at=row.planned_at,
        )
        for row, content, subscriber in session.exec(statement)
    ]


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
    """Take each step if the message is still in a state it may come from and ours; record its attempt either way."""
    return [_apply(session, change, now=now) for change in changes]


def _apply(session: Session, change: Change, *, now: dt.datetime) -> bool:
    values: dict[str, object] = {"state": change.state.value, "reason": change.reason}
    if change.next_at is not None:
        values["next_at"] = change.next_at
    if change.lease_until is not None:
        values["lease_until"] = change.lease_until
    if change.state not in (State.CLAIMED, State.COMMITTING):
        values |= {"lease_owner": "", "lease_until": None}
    if change.state in (State.SENT, State.BOUNCED, State.SUPPRESSED, State.EXPIRED, State.DEAD):
        values["ended_at"] = now
    if change.attempt is not None:
        session.add(change.attempt)
        values["tries"] = MessageRow.tries + 1
    statement = update(MessageRow).where(
        col(MessageRow.id) == change.message_id,
        col(MessageRow.lease_owner) == change.owner,
        col(MessageRow.state).in_([state.value for state in change.expected]),
    )
    return session.execute(statement.values(**values)).rowcount == 1  # type: ignore[attr-defined,no-any-return]


def open_messages(session: Session) -> list[Open]:
    """Messages claimed, committing or in doubt."""
    states = [State.CLAIMED.value, State.COMMITTING.value, State.IN_DOUBT.value]
    statement = select(MessageRow).where(col(MessageRow.state).in_(states)).order_by(col(MessageRow.id))
    return [
        Open(row.id or 0, row.header_id, row.channel, State(row.state), row.lease_owner, row.lease_until, row.next_at)
        for row in session.exec(statement)
    ]


def due_messages(session: Session, now: dt.datetime) -> bool:
    """Is anything to be sent now?"""
    statement = select(MessageRow.id).where(
        col(MessageRow.state).in_([State.READY.value, State.DEFERRED.value]), MessageRow.next_at <= now
    )
    return session.exec(statement.limit(1)).first() is not None


def attempts_of(session: Session, message_ids: Sequence[int]) -> dict[int, list[AttemptRow]]:
    statement = select(AttemptRow).where(col(AttemptRow.message_id).in_(message_ids)).order_by(col(AttemptRow.id))
    attempts: dict[int, list[AttemptRow]] = {}
    for row in session.exec(statement):
        attempts.setdefault(row.message_id, []).append(row)
    return attempts


def suppress_pending(session: Session, subscriber_id: int, reason: str, *, channel: str | None = None) -> None:
    """End all that has not begun to go out to this subscriber, by this channel or by any."""
    idle = [State.READY.value, State.DEFERRED.value]
    messages = update(MessageRow).where(col(MessageRow.subscriber_id) == subscriber_id, col(MessageRow.state).in_(idle))
    deliveries = update(DeliveryRow).where(
        col(DeliveryRow.subscriber_id) == subscriber_id,
        col(DeliveryRow.message_id).is_(None),
        col(DeliveryRow.state) == State.WAITING.value,
    )
    if channel is not None:
        messages = messages.where(col(MessageRow.channel) == channel)
        deliveries = deliveries.where(col(DeliveryRow.channel) == channel)
    for statement in (messages, deliveries):
        session.execute(statement.values(state=State.SUPPRESSED.value, reason=reason))
