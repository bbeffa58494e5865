"""What was done, and numbers that only grow."""

import datetime as dt
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from notifier.storage.tables.columns import instant, json_value


class EventRow(SQLModel, table=True):
    """Something that was done to a subscriber, a source or a document. Never changed."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject", "subject_id"),)
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = instant()
    name: str
    subject: str
    subject_id: int
    data: dict[str, Any] = json_value(dict)


class Counter(SQLModel, table=True):
    """Numbers that only grow. `revision` counts changes of rules and topics, so that time needs no clock."""

    name: str = Field(primary_key=True)
    value: int = 0
