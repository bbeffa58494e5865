"""Events: what was done to a subscriber, a source or a document, and when. Only ever added to."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from notifier.storage.tables import EventRow


def record_event(
    session: Session,
    name: str,
    subject: str,
    subject_id: int,
    *,
    now: dt.datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    session.add(EventRow(at=now, name=name, subject=subject, subject_id=subject_id, data=dict(data or {})))


def events_of(session: Session, subject: str, subject_id: int) -> list[EventRow]:
    """What was done to one thing, in order."""
    statement = select(EventRow).where(EventRow.subject == subject, EventRow.subject_id == subject_id)
    return list(session.exec(statement.order_by(col(EventRow.id))))
