"""What came back: messages by their return address, soft bounces by day, domains that refuse us."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from notifier.domain import State
from notifier.storage.events import events_of, record_event
from notifier.storage.tables import AttemptRow, DomainPause, MessageRow, SoftBounce

RETURN = "return"  # the place of an attempt of which a mail told that came back


@dataclass(frozen=True, slots=True)
class Returned:
    """A message of ours that something came back for. `owner`: the process that holds it, "" for none."""

    id: int
    subscriber_id: int
    address: str
    state: State
    planned_at: dt.datetime
    owner: str = ""


def mail_by_id(session: Session, header_id: str) -> Returned | None:
    """The mail with that Message-ID."""
    statement = select(MessageRow).where(MessageRow.header_id == header_id, MessageRow.channel == "email")
    row = session.exec(statement).first()
    if row is None or row.id is None:
        return None
    return Returned(row.id, row.subscriber_id, row.address, State(row.state), row.planned_at, row.lease_owner)


ARRIVED = "message.arrived"


def note_arrival(session: Session, message_id: int, *, by: str, words: str, now: dt.datetime) -> None:
    """Keep that word came of its arrival; once is enough."""
    if not _arrived(session, message_id):
        record_event(session, ARRIVED, "message", message_id, now=now, data={"by": by, "words": words[:200]})


def _arrived(session: Session, message_id: int) -> bool:
    return any(event.name == ARRIVED for event in events_of(session, "message", message_id))


def has_arrived(session: Session, header_id: str) -> bool:
    """Has word come that the mail with that Message-ID was taken?"""
    found = mail_by_id(session, header_id)
    return found is not None and _arrived(session, found.id)


def came_back(session: Session, message_id: int) -> bool:
    """Has a mail said that it was refused somewhere on its way?"""
    statement = select(AttemptRow.id).where(AttemptRow.message_id == message_id, AttemptRow.place == RETURN)
    return session.exec(statement).first() is not None


def count_soft(session: Session, address: str, day: dt.date, detail: str) -> int:
    """Count a soft bounce: on how many days of thirty there was one; 0 where this day was counted already."""
    if session.get(SoftBounce, (address, day)) is not None:
        return 0
    session.add(SoftBounce(address=address, day=day, detail=detail[:500]))
    session.flush()
    since = day - dt.timedelta(days=30)
    statement = select(func.count()).select_from(SoftBounce)
    return int(session.exec(statement.where(SoftBounce.address == address, SoftBounce.day > since)).one())


def pause_of(session: Session, domain: str) -> DomainPause | None:
    return session.get(DomainPause, domain)


def list_pauses(session: Session, *, now: dt.datetime | None = None) -> list[DomainPause]:
    """Pauses in force at `now`; without it, those that are over as well."""
    statement = select(DomainPause).order_by(col(DomainPause.domain))
    return list(session.exec(statement if now is None else statement.where(DomainPause.until > now)))


def end_pause(session: Session, domain: str, *, now: dt.datetime) -> bool:
    """Forget a pause and let the kept mail go now. False where there was none."""
    row = pause_of(session, domain)
    if row is None:
        return False
    held = update(MessageRow).where(
        col(MessageRow.state) == State.DEFERRED.value,
        col(MessageRow.next_at) > now,
        col(MessageRow.address).like(f"%@{_literally(domain)}", escape="\\"),
    )
    session.execute(held.values(next_at=now))
    session.delete(row)
    return True


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
