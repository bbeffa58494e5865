"""Addresses of personal feeds: with names, revoked one by one, and when each was last read."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlmodel import Session, col

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


def state_of_mailed(session: Session, subscriber_id: int, version: int) -> FeedState | None:
    """Of the feed whose address stands in mails. None where that version was revoked."""
    return _state(session, _states().where(col(SubscriberRow.id) == subscriber_id, _version(version)))


def state_of_token(session: Session, token_id: int, version: int) -> FeedState | None:
    """Of a feed with an address of its own. None where it was revoked."""
    statement = _states().join(FeedToken, col(FeedToken.subscriber_id) == col(SubscriberRow.id))
    mine = (col(FeedToken.id) == token_id) & (col(FeedToken.version) == version)
    return _state(session, statement.where(mine, col(FeedToken.revoked_at).is_(None), ~col(FeedToken.mailed)))


def _version(version: int) -> ColumnElement[bool]:
    return col(SubscriberRow.token_version) == version


def _states() -> _States:
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


def _state(session: Session, statement: _States) -> FeedState | None:
    row = session.execute(statement).first()
    return FeedState(*row) if row else None


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
