"""Sessions of browsers and the links that begin them. Expired rows are removed when a new one is added."""

import datetime as dt

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from notifier.storage.tables import LoginLink, SubscriberRow, WebSessionRow


def add_session(
    session: Session, key_hash: str, subscriber_id: int, *, now: dt.datetime, expires_at: dt.datetime
) -> None:
    session.execute(delete(WebSessionRow).where(col(WebSessionRow.expires_at) <= now))
    session.add(WebSessionRow(key_hash=key_hash, subscriber_id=subscriber_id, created_at=now, expires_at=expires_at))
    session.flush()


def subscriber_of_session(session: Session, key_hash: str, *, now: dt.datetime) -> SubscriberRow | None:
    statement = (
        select(SubscriberRow)
        .join(WebSessionRow, col(WebSessionRow.subscriber_id) == col(SubscriberRow.id))
        .where(WebSessionRow.key_hash == key_hash, WebSessionRow.expires_at > now)
    )
    return session.exec(statement).first()


def count_sessions(session: Session, subscriber_id: int, *, now: dt.datetime) -> int:
    statement = select(WebSessionRow.id).where(
        WebSessionRow.subscriber_id == subscriber_id, WebSessionRow.expires_at > now
    )
    return len(list(session.exec(statement)))


def drop_session(session: Session, key_hash: str) -> None:
    session.execute(delete(WebSessionRow).where(col(WebSessionRow.key_hash) == key_hash))


def drop_sessions(session: Session, subscriber_id: int) -> None:
    session.execute(delete(WebSessionRow).where(col(WebSessionRow.subscriber_id) == subscriber_id))


def add_login_link(
    session: Session, subscriber_id: int, *, browser: str, next_path: str, now: dt.datetime, keep: dt.timedelta
) -> int:
    """Store a link, forget those older than `keep`; its number."""
    session.execute(delete(LoginLink).where(col(LoginLink.created_at) <= now - keep))
    row = LoginLink(subscriber_id=subscriber_id, browser=browser, next_path=next_path, created_at=now)
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def login_link(session: Session, link_id: int) -> LoginLink | None:
    return session.get(LoginLink, link_id)


def count_login_links(session: Session, subscriber_id: int, *, since: dt.datetime) -> int:
    statement = select(LoginLink.id).where(LoginLink.subscriber_id == subscriber_id, LoginLink.created_at > since)
    return len(list(session.exec(statement)))


def use_login_link(session: Session, link_id: int, *, now: dt.datetime) -> bool:
    """False where it was used already: of two who use it at once, one gets True."""
    statement = update(LoginLink).where(col(LoginLink.id) == link_id, col(LoginLink.used_at).is_(None))
    return session.execute(statement.values(used_at=now)).rowcount == 1  # type: ignore[attr-defined,no-any-return]
