"""Addresses of personal feeds: with names, revoked one by one, and when each was last read."""

import datetime as dt
import json
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, func, select, update
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, col

from notifier.storage.database import Database
from notifier.storage.tables import AlertRow, Counter, FeedToken, SubscriberRow

_SHOWN = "shown"  # counted by triggers: see the migration 0005_web_pages

_States = Select[tuple[int, int, str, str, list[str], int | None, int]]


class FeedState(NamedTuple):
    """All that decides what a feed holds; where it is the same, so is the feed."""

    subscriber_id: int
    token_version: int
    email: str
    language: str
    groups: list[str]
    newest: int | None  # alert
    shown: int  # changes of what was there before


class FeedKey(NamedTuple):
    """What a token says: a version of a subscriber's mailed address, or (`own`) of an address of its own."""

    own: bool
    number: int
    version: int


def state_of(session: Session, key: FeedKey) -> FeedState | None:
    """None where it was revoked."""
    row = session.execute(_states(own=key.own), key._asdict()).first()
    return FeedState(*row) if row else None


def glance_at_state(database: Database, key: FeedKey) -> FeedState | None:
    """The same in microseconds, past the library that makes the query; None also where that cannot be said at once."""
    statement, values = _plain(own=key.own)
    row = database.glance(statement, {**values, **key._asdict()})
    return FeedState(*row)._replace(groups=json.loads(row[4])) if row else None


@cache
def _plain(*, own: bool) -> tuple[str, dict[str, Any]]:
    """The query as SQLite takes it, and its values but those of the key."""
    compiled = _states(own=own).compile(dialect=sqlite.dialect(paramstyle="named"))
    return str(compiled), dict(compiled.params)


@cache
def _states(*, own: bool) -> _States:
    number, version = bindparam("number", type_=Integer), bindparam("version", type_=Integer)
    if not own:
        return _columns().where(col(SubscriberRow.id) == number, col(SubscriberRow.token_version) == version)
    statement = _columns().join(FeedToken, col(FeedToken.subscriber_id) == col(SubscriberRow.id))
    mine = (col(FeedToken.id) == number) & (col(FeedToken.version) == version)
    return statement.where(mine, col(FeedToken.revoked_at).is_(None), ~col(FeedToken.mailed))


def _columns() -> _States:
    newest = select(func.max(col(AlertRow.id))).where(col(AlertRow.subscriber_id) == col(SubscriberRow.id))
    shown = select(col(Counter.value)).where(col(Counter.name) == _SHOWN)
    return select(
        col(SubscriberRow.id),
        col(SubscriberRow.token_version),
        col(SubscriberRow.email),
        col(SubscriberRow.language),
        col(SubscriberRow.groups),
        newest.correlate(SubscriberRow).scalar_subquery(),
        shown.scalar_subquery(),
    ).select_from(SubscriberRow)


def add_feed_token(session: Session, subscriber_id: int, name: str, *, now: dt.datetime) -> int:
    row = FeedToken(subscriber_id=subscriber_id, name=name, created_at=now)
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def feed_tokens(session: Session, subscriber_id: int) -> list[FeedToken]:
    """Those that are good, the mailed one's record included, in the order in which they came."""
    mine = (col(FeedToken.subscriber_id) == subscriber_id) & col(FeedToken.revoked_at).is_(None)
    return list(session.execute(select(FeedToken).where(mine).order_by(col(FeedToken.id))).scalars())


def revoke_feed_token(session: Session, subscriber_id: int, token_id: int, *, now: dt.datetime) -> bool:
    """False where they have none of that number."""
    mine = (col(FeedToken.id) == token_id) & (col(FeedToken.subscriber_id) == subscriber_id)
    statement = update(FeedToken).where(mine, col(FeedToken.revoked_at).is_(None)).values(revoked_at=now)
    return session.execute(statement).rowcount == 1  # type: ignore[attr-defined,no-any-return]


def note_read(session: Session, subscriber_id: int, token_id: int | None, *, now: dt.datetime) -> None:
    """That an address was read; None is the mailed one, which has a record from then on."""
    which = col(FeedToken.id) == token_id if token_id is not None else col(FeedToken.mailed)
    statement = update(FeedToken).where(col(FeedToken.subscriber_id) == subscriber_id, which).values(read_at=now)
    if session.execute(statement).rowcount == 0 and token_id is None:  # type: ignore[attr-defined]
        session.add(FeedToken(subscriber_id=subscriber_id, name="", mailed=True, created_at=now, read_at=now))
