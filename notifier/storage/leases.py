"""Leases: which hub tells us of which feed's news, for how long."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from notifier.storage.tables import LeaseRow, SourceRow


@dataclass(frozen=True, slots=True)
class Lease:
    """`state`: asked, active, denied or leaving. asked: times that the hub was asked since it answered last."""

    id: int
    source_id: int
    hub: str
    topic: str
    token: str
    secret: str
    state: str
    expires_at: dt.datetime | None
    next_at: dt.datetime
    asked: int


def feeds_with_hubs(session: Session) -> dict[int, tuple[str, str]]:
    """(hub, topic) of each feed that named one when it was read last, by the source's id."""
    hub, topic = (col(SourceRow.cursor)["hub", at].as_string() for at in (0, 1))
    statement = columns(col(SourceRow.id), hub, topic).where(
        col(SourceRow.removed).is_(False), col(SourceRow.kind) == "feed", hub.is_not(None)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}


def list_leases(session: Session) -> list[Lease]:
    return [_lease(row) for row in session.exec(select(LeaseRow).order_by(col(LeaseRow.id)))]


def lease_by_token(session: Session, token: str) -> Lease | None:
    row = session.exec(select(LeaseRow).where(LeaseRow.token == token)).first()
    return _lease(row) if row else None


def add_lease(
    session: Session, source_id: int, hub: tuple[str, str], *, token: str, secret: str, now: dt.datetime
) -> Lease:
    row = LeaseRow(source_id=source_id, hub=hub[0], topic=hub[1], token=token, secret=secret, next_at=now)
    session.add(row)
    session.flush()
    return _lease(row)


def change_lease(session: Session, lease_id: int, values: Mapping[str, object]) -> None:
    session.execute(update(LeaseRow).where(col(LeaseRow.id) == lease_id).values(**values))


def drop_lease(session: Session, lease_id: int) -> None:
    session.execute(delete(LeaseRow).where(col(LeaseRow.id) == lease_id))


def record_push(session: Session, lease: Lease, *, now: dt.datetime) -> None:
    """The hub told of news: the source is due at once, if it is still polled."""
    change_lease(session, lease.id, {"pushed_at": now})
    statement = update(SourceRow).where(
        col(SourceRow.id) == lease.source_id, col(SourceRow.removed).is_(False), col(SourceRow.next_poll_at) > now
    )
    session.execute(statement.values(next_poll_at=now))


def _lease(row: LeaseRow) -> Lease:
    assert row.id is not None
    return Lease(
        id=row.id,
        source_id=row.source_id,
        hub=row.hub,
        topic=row.topic,
        token=row.token,
        secret=row.secret,
        state=row.state,
        expires_at=row.expires_at,
        next_at=row.next_at,
        asked=row.asked,
    )
