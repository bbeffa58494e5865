"""Digests that have been planned and not been sent when the next one comes."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select as columns
from sqlalchemy import update
from sqlmodel import Session, col, select

from notifier.domain import EMAIL, MessageKind, State
from notifier.storage.tables import AlertRow, DeliveryRow, MessageRow

_IDLE = (State.READY.value, State.DEFERRED.value)  # nothing of it is on its way


def idle_digests(session: Session, subscriber_ids: Sequence[int], channel: str) -> list[tuple[int, int, dt.date]]:
    """(message, subscriber, local date) of the digests that wait to be sent, or to be tried again."""
    statement = columns(col(MessageRow.id), col(MessageRow.subscriber_id), col(MessageRow.local_date)).where(
        col(MessageRow.subscriber_id).in_(subscriber_ids),
        col(MessageRow.channel) == channel,
        col(MessageRow.kind) == MessageKind.DIGEST.value,
        col(MessageRow.state).in_(_IDLE),
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def digest_alerts(session: Session, subscriber_id: int, day: dt.date, *, limit: int) -> list[AlertRow]:
    """The alerts of the digest that a subscriber got by mail on that local date, the newest first."""
    statement = (
        select(AlertRow)
        .join(DeliveryRow, col(DeliveryRow.alert_id) == col(AlertRow.id))
        .join(MessageRow, col(MessageRow.id) == col(DeliveryRow.message_id))
        .where(MessageRow.subscriber_id == subscriber_id, MessageRow.channel == EMAIL)
        .where(MessageRow.kind == MessageKind.DIGEST.value, MessageRow.local_date == day)
        .order_by(col(AlertRow.id).desc())
    )
    return list(session.exec(statement.limit(limit)))


def expire_digests(session: Session, ids: Sequence[int], *, keep_from: dt.datetime, now: dt.datetime) -> int:
    """End those of these that are still idle; what was due from `keep_from` on waits again. How many were ended."""
    idle = select(MessageRow.id).where(col(MessageRow.id).in_(ids), col(MessageRow.state).in_(_IDLE))
    ended = [number for number in session.exec(idle.with_for_update(skip_locked=True)) if number is not None]
    values = {"state": State.EXPIRED.value, "reason": "merged into the next digest", "ended_at": now}
    session.execute(update(MessageRow).where(col(MessageRow.id).in_(ended)).values(**values))
    released = update(DeliveryRow).where(col(DeliveryRow.message_id).in_(ended), col(DeliveryRow.due_at) >= keep_from)
    session.execute(released.values(message_id=None, state=State.WAITING.value))
    return len(ended)
