"""Messages as they are planned, and what is read of them afterwards. How they go out: outbox."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, text, update
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from notifier.domain import Frozen, MessageKind, Recipient, State
from notifier.storage.bulk import insert_rows
from notifier.storage.tables import AttemptRow, ContentRow, DeliveryRow, MessageRow, ReminderRow
from notifier.storage.waiting import is_waiting, still_waiting


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


def store_content(session: Session, frozen: Frozen) -> int:
    """Store a rendered letter once; the id of the one that is there where it is, or comes from another process now."""
    parts = (frozen.subject, frozen.text, frozen.html, frozen.calendar)
    sha256 = hashlib.sha256("\0".join(parts if frozen.calendar else parts[:3]).encode()).hexdigest()
    there = columns(col(ContentRow.id)).where(col(ContentRow.sha256) == sha256)
    known = session.execute(there).scalar()
    if known is not None:
        return int(known)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"subject": frozen.subject, "text": frozen.text, "html": frozen.html, "calendar": frozen.calendar}
    once = insert(ContentRow).values(sha256=sha256, **values).on_conflict_do_nothing(index_elements=["sha256"])
    session.execute(once)
    return int(session.execute(there).scalar_one())


def store_messages(session: Session, messages: Sequence[NewMessage], *, content_id: int, now: dt.datetime) -> int:
    """Store messages of one content, ready to go, and give them their deliveries.

    A message is left out where somebody else has taken its deliveries meanwhile.
    """
    wanted = [delivery for message in messages for delivery in message.delivery_ids]
    free = still_waiting(session, DeliveryRow, wanted)
    good = [message for message in messages if free.issuperset(message.delivery_ids)]
    if not good:
        return 0
    connection = session.connection()
    insert_rows(connection, _MESSAGE, _PLANNED, [_message_values(message, content_id, now) for message in good])
    carrying = [message for message in good if message.delivery_ids]
    if carrying:
        connection.execute(_CARRY, list(_carried(session, carrying)))
    return len(good)


_CARRY = text("UPDATE delivery SET message_id = :message_id WHERE id = :delivery_id")


def _carried(session: Session, messages: Sequence[NewMessage]) -> Iterator[dict[str, int]]:
    """Which message each delivery goes with. Ids are asked for by name: rows that return theirs go in one by one."""
    names = [message.recipient.message_id for message in messages]
    statement = select(MessageRow.header_id, MessageRow.id).where(col(MessageRow.header_id).in_(names))
    ids = dict(session.exec(statement).all())
    for message in messages:
        for delivery in message.delivery_ids:
            yield {"delivery_id": delivery, "message_id": ids[message.recipient.message_id] or 0}


_MESSAGE: Table = MessageRow.__table__  # type: ignore[attr-defined]
_PLANNED = (
    "subscriber_id", "channel", "kind", "local_date", "content_id", "sender",
    "address", "header_id", "dated", "unsubscribe_url", "feed_url",
    "planned_at", "state", "reason", "next_at", "tries", "lease_owner",
)  # fmt: skip


def _message_values(message: NewMessage, content_id: int, now: dt.datetime) -> tuple[object, ...]:
    """In the order of _PLANNED."""
    recipient = message.recipient
    return (
        message.subscriber_id,
        message.channel,
        message.kind.value,
        message.local_date,
        content_id,
        message.sender,
        recipient.address,
        recipient.message_id,
        recipient.date,
        recipient.unsubscribe_url,
        recipient.feed_url,
        now,
        State.READY.value,
        "",
        now,
        0,
        "",
    )


def digest_dates(
    session: Session, subscriber_ids: Sequence[int], channel: str, *, since: dt.date
) -> set[tuple[int, dt.date]]:
    """(subscriber, local date) of the digests that there are already, from that date on."""
    statement = select(MessageRow.subscriber_id, col(MessageRow.local_date)).where(
        col(MessageRow.subscriber_id).in_(subscriber_ids),
        MessageRow.channel == channel,
        MessageRow.kind == MessageKind.DIGEST.value,
        col(MessageRow.local_date) >= since,
    )
    return {(number, day) for number, day in session.exec(statement) if day is not None}


def attempts_of(session: Session, message_ids: Sequence[int]) -> dict[int, list[AttemptRow]]:
    statement = select(AttemptRow).where(col(AttemptRow.message_id).in_(message_ids)).order_by(col(AttemptRow.id))
    attempts: dict[int, list[AttemptRow]] = {}
    for row in session.exec(statement):
        attempts.setdefault(row.message_id, []).append(row)
    return attempts


def suppress_pending(session: Session, subscriber_id: int, reason: str, *, channel: str | None = None) -> None:
    """End all that has not begun to go out to this subscriber, by this channel or by any: also what is yet to be
    reminded of."""
    idle = col(MessageRow.state).in_([State.READY.value, State.DEFERRED.value])
    pending = ((MessageRow, idle), (DeliveryRow, is_waiting(DeliveryRow)), (ReminderRow, is_waiting(ReminderRow)))
    for table, waits in pending:
        statement = update(table).where(col(table.subscriber_id) == subscriber_id, waits)
        if channel is not None:
            statement = statement.where(col(table.channel) == channel)
        session.execute(statement.values(state=State.SUPPRESSED.value, reason=reason))
