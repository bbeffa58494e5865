"""Sources and what their polls remembered."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from notifier.domain import PollState, Source, may_see
from notifier.storage.tables import SourceRow


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A source with its state. `primed`: it has been polled with success once."""

    id: int
    source: Source
    state: PollState
    origin: str
    removed: bool
    primed: bool
    failures: int
    error: str
    polled_at: dt.datetime | None
    next_poll_at: dt.datetime | None


def save_source(session: Session, source: Source, *, origin: str, now: dt.datetime) -> int:
    """Add a source or change its settings; its state stays. With another address it is new, and polled at once."""
    row = session.exec(select(SourceRow).where(SourceRow.name == source.name)).first()
    if row is None:
        row = SourceRow(
            name=source.name,
            kind="",
            address="",
            every_s=0,
            first="",
            timezone="",
            created_at=now,
            next_poll_at=now,
        )
    if (row.kind, row.address) != (source.kind, source.address) or row.removed:
        row.etag, row.last_modified, row.cursor, row.next_poll_at = "", "", {}, now
        row.primed, row.failures, row.error = False, 0, ""
    row.kind, row.address, row.every_s = source.kind, source.address, source.every.total_seconds()
    row.first, row.audience, row.timezone = source.first, list(source.audience), source.timezone
    row.display = source.display
    row.options, row.origin, row.removed = dict(source.options), origin, False
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def remove_sources(session: Session, names: Sequence[str]) -> None:
    """Stop polling them. What they brought stays, and stays visible to their audience."""
    for row in session.exec(select(SourceRow).where(col(SourceRow.name).in_(names))):
        row.removed = True


def list_sources(session: Session, *, removed: bool = False) -> list[StoredSource]:
    statement = select(SourceRow).where(SourceRow.removed == removed).order_by(col(SourceRow.id))
    return [_stored(row) for row in session.exec(statement)]


def visible_sources(session: Session, groups: frozenset[str] | None) -> list[int]:
    """Ids of the sources, those polled no more too, that somebody in these groups may see (None: all)."""
    rows = session.exec(select(SourceRow.id, SourceRow.audience).order_by(col(SourceRow.id)))
    return [key for key, audience in rows if key is not None and (groups is None or may_see(tuple(audience), groups))]


def due_sources(session: Session, now: dt.datetime) -> list[StoredSource]:
    statement = (
        select(SourceRow)
        .where(SourceRow.removed == False, SourceRow.kind != "manual", col(SourceRow.next_poll_at) <= now)  # noqa: E712
        .order_by(col(SourceRow.next_poll_at))
    )
    return [_stored(row) for row in session.exec(statement)]


def source_named(session: Session, name: str) -> StoredSource | None:
    row = session.exec(select(SourceRow).where(SourceRow.name == name)).first()
    return _stored(row) if row else None


def record_poll(
    session: Session, source_id: int, state: PollState, *, now: dt.datetime, next_poll_at: dt.datetime
) -> None:
    """A poll succeeded: remember its state, in the transaction that stores its documents."""
    row = session.get_one(SourceRow, source_id)
    row.etag, row.last_modified, row.cursor = state.etag, state.last_modified, dict(state.cursor)
    row.primed, row.failures, row.error = True, 0, ""
    row.polled_at, row.next_poll_at = now, next_poll_at


def record_cursor(session: Session, source_id: int, state: PollState) -> None:
    """What was learned between two polls: when the next one is due stays as it is."""
    session.get_one(SourceRow, source_id).cursor = dict(state.cursor)


def record_failure(
    session: Session, source_id: int, error: str, *, now: dt.datetime, next_poll_at: dt.datetime
) -> None:
    row = session.get_one(SourceRow, source_id)
    row.failures, row.error, row.polled_at, row.next_poll_at = row.failures + 1, error, now, next_poll_at


def _stored(row: SourceRow) -> StoredSource:
    assert row.id is not None
    source = Source(
        name=row.name,
        kind=row.kind,
        address=row.address,
        every=dt.timedelta(seconds=row.every_s),
        first="all" if row.first == "all" else "new",
        audience=tuple(row.audience),
        timezone=row.timezone,
        options=row.options,
        display="title" if row.display == "title" else "full",
    )
    return StoredSource(
        id=row.id,
        source=source,
        state=PollState(row.etag, row.last_modified, row.cursor),
        origin=row.origin,
        removed=row.removed,
        primed=row.primed,
        failures=row.failures,
        error=row.error,
        polled_at=row.polled_at,
        next_poll_at=row.next_poll_at,
    )
