"""Subscribers."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from notifier.domain import QuietHours, Schedule, Subscriber, SubscriberState
from notifier.storage.events import record_event
from notifier.storage.revisions import next_revision
from notifier.storage.tables import SubscriberRow

_CHUNK = 5_000  # rows a query


def add_subscriber(session: Session, subscriber: Subscriber, *, now: dt.datetime) -> int:
    """Store a new subscriber and return the id; `subscriber.id` is not used."""
    row = SubscriberRow(
        email=subscriber.email,
        state=subscriber.state,
        delivery=subscriber.delivery,
        language=subscriber.language,
        timezone=subscriber.timezone,
        digest_hour=subscriber.digest_hour,
        digest_weekday=subscriber.digest_weekday,
        digest_monthday=subscriber.digest_monthday,
        quiet=str(subscriber.quiet or ""),
        working_days=subscriber.working_days,
        remind_days=subscriber.remind_days,
        groups=sorted(subscriber.groups),
        created_at=now,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    record_event(
        session,
        "subscriber.added",
        "subscriber",
        row.id,
        now=now,
        data={"state": str(subscriber.state), "revision": next_revision(session)},
    )
    return row.id


def subscriber_row(session: Session, email: str) -> SubscriberRow | None:
    return session.exec(select(SubscriberRow).where(SubscriberRow.email == email)).first()


def get_subscriber(session: Session, subscriber_id: int) -> SubscriberRow | None:
    return session.get(SubscriberRow, subscriber_id)


def get_subscribers(session: Session, ids: Sequence[int]) -> dict[int, Subscriber]:
    found: dict[int, Subscriber] = {}
    for at in range(0, len(ids), _CHUNK):
        rows = session.exec(select(SubscriberRow).where(col(SubscriberRow.id).in_(ids[at : at + _CHUNK])))
        found |= {row.id: to_subscriber(row) for row in rows if row.id is not None}
    return found


def token_versions(session: Session, ids: Sequence[int]) -> dict[int, int]:
    statement = select(SubscriberRow.id, SubscriberRow.token_version).where(col(SubscriberRow.id).in_(ids))
    return {key: version for key, version in session.exec(statement) if key is not None}


def list_subscribers(session: Session) -> list[Subscriber]:
    return [to_subscriber(row) for row in session.exec(select(SubscriberRow).order_by(col(SubscriberRow.id)))]


def paused_until(session: Session, now: dt.datetime) -> list[SubscriberRow]:
    """Those whose pause has ended by now."""
    ended = col(SubscriberRow.paused_until) <= now
    return list(session.exec(select(SubscriberRow).where(SubscriberRow.state == SubscriberState.PAUSED, ended)))


def count_by_working_days(session: Session) -> int:
    """How many get something on working days only."""
    statement = select(func.count()).select_from(SubscriberRow).where(col(SubscriberRow.working_days))
    return session.exec(statement).one()


def set_state(session: Session, row: SubscriberRow, state: SubscriberState, *, now: dt.datetime, why: str) -> None:
    """Change a subscriber's state and say so in the events; nothing where it is that already."""
    assert row.id is not None
    if row.state == state:
        return
    data = {"from": row.state, "to": str(state), "why": why, "revision": next_revision(session)}
    record_event(session, "subscriber.state", "subscriber", row.id, now=now, data=data)
    row.state = state
    session.add(row)


def to_subscriber(row: SubscriberRow) -> Subscriber:
    assert row.id is not None
    return Subscriber(
        id=row.id,
        email=row.email,
        state=SubscriberState(row.state),
        delivery=Schedule(row.delivery),
        language=row.language,
        timezone=row.timezone,
        digest_hour=row.digest_hour,
        digest_weekday=row.digest_weekday,
        digest_monthday=row.digest_monthday,
        quiet=QuietHours.parse(row.quiet) if row.quiet else None,
        working_days=row.working_days,
        remind_days=row.remind_days,
        groups=frozenset(row.groups),
    )
