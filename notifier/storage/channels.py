"""Subscribers' channels beside mail and feed."""

import datetime as dt
from collections.abc import Sequence

from sqlmodel import Session, col, select

from notifier.domain import Channel
from notifier.storage.events import events_of, record_event
from notifier.storage.tables import ChannelRow, MessageRow

ACTIVE, DISABLED = "active", "disabled"
PARTS = "message.parts"  # the event that some parts of a message were taken


def channel_row(session: Session, subscriber_id: int, name: str) -> ChannelRow | None:
    statement = select(ChannelRow).where(ChannelRow.subscriber_id == subscriber_id, ChannelRow.name == name)
    return session.exec(statement).first()


def get_channel(session: Session, subscriber_id: int, name: str) -> Channel | None:
    row = channel_row(session, subscriber_id, name)
    return to_channel(row) if row else None


def channels_of(session: Session, subscriber_id: int) -> list[Channel]:
    statement = select(ChannelRow).where(ChannelRow.subscriber_id == subscriber_id).order_by(col(ChannelRow.id))
    return [to_channel(row) for row in session.exec(statement)]


def active_names(session: Session, subscriber_ids: Sequence[int]) -> dict[int, list[str]]:
    """Subscriber id -> the names of their active channels; who has none is not in it."""
    statement = (
        select(ChannelRow.subscriber_id, ChannelRow.name)
        .where(col(ChannelRow.subscriber_id).in_(subscriber_ids), ChannelRow.state == ACTIVE)
        .order_by(col(ChannelRow.id))
    )
    names: dict[int, list[str]] = {}
    for subscriber_id, name in session.exec(statement):
        names.setdefault(subscriber_id, []).append(name)
    return names


def channel_names(session: Session) -> list[str]:
    """The names that any channel has."""
    return sorted(session.exec(select(ChannelRow.name).distinct()))


def put_channel(
    session: Session, subscriber_id: int, name: str, *, address: str, secret: str, now: dt.datetime
) -> None:
    """Store a channel; one of that name is replaced, and active again."""
    row = channel_row(session, subscriber_id, name)
    if row is None:
        row = ChannelRow(subscriber_id=subscriber_id, name=name, address=address, created_at=now)
    row.address, row.secret = address, secret
    set_channel_state(session, row, ACTIVE, reason="", now=now)


def set_channel_state(session: Session, row: ChannelRow, state: str, *, reason: str, now: dt.datetime) -> None:
    """Change a channel's state, and say so in its owner's events; as active it has a clean sheet."""
    row.state, row.reason = state, reason[:500]
    if state == ACTIVE:
        row.failing_since = row.told_at = None
    session.add(row)
    data = {"channel": row.name, "state": state, "why": reason[:200]}
    record_event(session, "subscriber.channel", "subscriber", row.subscriber_id, now=now, data=data)


def remove_channel(session: Session, row: ChannelRow, *, now: dt.datetime) -> None:
    set_channel_state(session, row, "removed", reason="", now=now)
    session.flush()
    session.delete(row)


def parts_taken(session: Session, header_id: str) -> int:
    """How many parts of that message a channel took at earlier tries."""
    number = _message(session, header_id)
    events = events_of(session, "message", number) if number is not None else []
    return max((int(event.data["taken"]) for event in events if event.name == PARTS), default=0)


def note_parts(session: Session, header_id: str, taken: int, *, now: dt.datetime) -> None:
    number = _message(session, header_id)
    if number is not None:
        record_event(session, PARTS, "message", number, now=now, data={"taken": taken})


def _message(session: Session, header_id: str) -> int | None:
    return session.exec(select(MessageRow.id).where(MessageRow.header_id == header_id)).first()


def to_channel(row: ChannelRow) -> Channel:
    return Channel(
        id=row.id or 0,
        subscriber_id=row.subscriber_id,
        name=row.name,
        address=row.address,
        secret=row.secret,
        active=row.state == ACTIVE,
        reason=row.reason,
    )
