"""Kinds of column that the tables share."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Column, DateTime, ForeignKey, false, text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class Instant(TypeDecorator[dt.datetime]):
    """An aware datetime, kept in UTC. SQLite has no zones: it gets and gives naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


def instant(*, optional: bool = False, index: bool = False) -> Any:
    column: Column[dt.datetime] = Column(Instant(), nullable=optional, index=index)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


def json_value(default: type) -> Any:
    return Field(default_factory=default, sa_column=Column(JSON, nullable=False))


def added(default: str | float) -> Any:
    """A column that came later: rows from before have the default."""
    value = false() if default is False else text(f"'{default}'") if isinstance(default, str) else str(default)
    return Field(default=default, sa_column_kwargs={"server_default": value})


def added_list() -> Any:
    """A list that came later: None in rows from before."""
    return Field(default_factory=list, sa_column=Column(JSON))


def reference(column: str, *, optional: bool = False, index: bool = True) -> Any:
    sa_column: Column[int] = Column(ForeignKey(column), nullable=optional, index=index)
    return Field(default=None, sa_column=sa_column) if optional else Field(sa_column=sa_column)
