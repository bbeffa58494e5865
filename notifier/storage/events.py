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
) -> int:
    """Add an event; its number."""
    row = EventRow(at=now, name=name, subject=subject, subject_id=subject_id, data=dict(data or {}))
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def events_of(session: Session, subject: str, subject_id: int) -> list[EventRow]:
    """What was done to one thing, in order."""
    statement = select(EventRow).where(EventRow.subject == subject, EventRow.subject_id == subject_id)
    return list(session.exec(statement.order_by(col(EventRow.id))))


def event_of(session: Session, event_id: int) -> EventRow | None:
    return session.get(EventRow, event_id)


def count_events(
    session: Session, name: str, subscriber_id: int, *, since: dt.datetime, data: Mapping[str, Any] | None = None
) -> int:
    """How often that was done to a subscriber since then; with `data`, where the event says so."""
    wanted = dict(data or {})
    return sum(
        event.name == name and event.at >= since and wanted.items() <= event.data.items()
        for event in events_of(session, "subscriber", subscriber_id)
    )
