"""How sources are: what is remembered of their polls, and what is or was wrong with them."""

import datetime as dt
from typing import Any

from sqlmodel import Field, SQLModel

from notifier.storage.tables.columns import instant, json_value, reference


class SourceMemory(SQLModel, table=True):
    """What a source's polls left to judge it by, bounded."""

    __tablename__ = "source_memory"
    source_id: int = Field(foreign_key="source.id", primary_key=True)
    memory: dict[str, Any] = json_value(dict)


class ConditionRow(SQLModel, table=True):
    """Something that is, or was, wrong with a source (with the service itself where there is none): since when,
    by what it shows, and when the operator was told of its beginning and its end."""

    __tablename__ = "condition"
    id: int | None = Field(default=None, primary_key=True)
    source_id: int | None = reference("source.id", optional=True)
    kind: str
    since: dt.datetime = instant()
    evidence: str
    ended_at: dt.datetime | None = instant(optional=True, index=True)
    told_at: dt.datetime | None = instant(optional=True)
    end_told_at: dt.datetime | None = instant(optional=True)
