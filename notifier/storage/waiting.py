"""Deliveries and reminders have the same life: they wait for a message to carry them, or end without one."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from notifier.domain import State
from notifier.storage.tables import (
    AlertRow,
    ArticleRow,
    BulletinRow,
    DeliveryRow,
    ReminderRow,
    Sighting,
    SourceRow,
    SubscriberRow,
)

Kind = type[DeliveryRow] | type[ReminderRow]
Carried = dict[int, dict[int, list[tuple[str, ...]]]]  # message -> what it carries -> audiences of its article


def is_waiting(kind: Kind) -> ColumnElement[bool]:
    return col(kind.message_id).is_(None) & (col(kind.state) == State.WAITING.value)


def due_subscribers(
    session: Session,
    kind: Kind,
    channel: str,
    *,
    now: dt.datetime,
    states: Sequence[str],
    after: int = 0,
    limit: int = 500,
) -> list[int]:
    """Ids (above `after`) of subscribers in these states for whom something is due and not yet in a message."""
    statement = (
        select(kind.subscriber_id)
        .join(SubscriberRow, col(SubscriberRow.id) == col(kind.subscriber_id))
        .where(is_waiting(kind), col(kind.channel) == channel, col(kind.due_at) <= now)
        .where(col(kind.subscriber_id) > after, col(SubscriberRow.state).in_(states))
        .distinct()
        .order_by(col(kind.subscriber_id))
        .limit(limit)
    )
    return list(session.exec(statement))


def still_waiting(session: Session, kind: Kind, ids: Sequence[int]) -> set[int]:
    """Those that no message carries; locked until the transaction ends."""
    statement = select(kind.id).where(col(kind.id).in_(ids), is_waiting(kind))
    return {number for number in session.exec(statement.with_for_update()) if number is not None}


def end(session: Session, kind: Kind, ids: Sequence[int], state: State, reason: str) -> None:
    """End those that no message carries: suppressed, expired or dead, and why."""
    statement = update(kind).where(col(kind.id).in_(ids), is_waiting(kind))
    session.execute(statement.values(state=state.value, reason=reason))


def postpone(session: Session, kind: Kind, ids: Sequence[int], due_at: dt.datetime) -> None:
    session.execute(update(kind).where(col(kind.id).in_(ids), is_waiting(kind)).values(due_at=due_at))


def release(session: Session, kind: Kind, ids: Sequence[int], *, due_at: dt.datetime) -> None:
    """Take them out of their message: they wait again."""
    statement = update(kind).where(col(kind.id).in_(ids))
    session.execute(statement.values(message_id=None, state=State.WAITING.value, due_at=due_at))


def audiences_carried(session: Session, kind: Kind, message_ids: Sequence[int]) -> Carried:
    """Of each, the audiences of the sources that its article was seen at; none if it is held."""
    statement = (
        select(kind.message_id, kind.id, BulletinRow.held, SourceRow.audience)
        .join(AlertRow, col(AlertRow.id) == col(kind.alert_id))
        .join(ArticleRow, col(ArticleRow.id) == col(AlertRow.article_id))
        .join(BulletinRow, col(BulletinRow.id) == col(ArticleRow.bulletin_id))
        .join(Sighting, col(Sighting.bulletin_id) == col(ArticleRow.bulletin_id))
        .join(SourceRow, col(SourceRow.id) == col(Sighting.source_id))
        .where(col(kind.message_id).in_(message_ids))
    )
    carried: Carried = {}
    for message_id, number, held, audience in session.exec(statement):
        audiences = carried.setdefault(message_id or 0, {}).setdefault(number or 0, [])
        if not held:
            audiences.append(tuple(audience))
    return carried
