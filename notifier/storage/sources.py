"""Sources and what their polls remembered."""

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Update, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from notifier.domain import Pace, PollState, Source, may_see
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
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class DueSource:
    """As much of a source as says whether its turn has come."""

    id: int
    name: str
    address: str
    failures: int


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
        row.primed, row.failures, row.error, row.pace = False, 0, "", None
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


def due_sources(session: Session, now: dt.datetime | None) -> list[DueSource]:
    """Those that are due at `now` (None: all that are polled), the one that waits longest first."""
    statement = (
        columns(col(SourceRow.id), col(SourceRow.name), col(SourceRow.address), col(SourceRow.failures))
        .where(*_polled(now))
        .order_by(col(SourceRow.next_poll_at))
    )
    return [DueSource(*row) for row in session.execute(statement)]


def sources_with(session: Session, ids: Sequence[int], *, due_at: dt.datetime | None) -> list[StoredSource]:
    """Those of `ids` that are due (None: that are polled)."""
    return [_stored(row) for row in session.exec(select(SourceRow).where(col(SourceRow.id).in_(ids), *_polled(due_at)))]


def _polled(now: dt.datetime | None) -> list[Any]:
    due = [] if now is None else [col(SourceRow.next_poll_at) <= now]
    return [col(SourceRow.removed).is_(False), col(SourceRow.kind) != "manual", *due]


def source_named(session: Session, name: str) -> StoredSource | None:
    row = session.exec(select(SourceRow).where(SourceRow.name == name)).first()
    return _stored(row) if row else None


def record_poll(
    session: Session,
    source_id: int,
    state: PollState,
    *,
    now: dt.datetime,
    next_poll_at: dt.datetime,
    pace: Pace | None = None,
    before: PollState | None = None,
) -> None:
    """A poll succeeded: remember its state, in the transaction that stores its documents.

    before: the state as it is stored, where that is known: what is the same need not be written again.
    """
    values: dict[str, Any] = {"etag": state.etag, "last_modified": state.last_modified}
    if before is None or before.cursor != state.cursor:
        values["cursor"] = dict(state.cursor)
    if pace is not None:
        values["pace"] = _pace_to_dict(pace)
    values |= {"primed": True, "failures": 0, "error": "", "polled_at": now, "next_poll_at": next_poll_at}
    _change(session, source_id, values)


def record_cursor(session: Session, source_id: int, state: PollState) -> None:
    """What was learned between two polls: when the next one is due stays as it is."""
    session.get_one(SourceRow, source_id).cursor = dict(state.cursor)


def record_failure(
    session: Session,
    source_id: int,
    error: str,
    *,
    now: dt.datetime,
    next_poll_at: dt.datetime,
    pace: Pace | None = None,
) -> None:
    values: dict[str, Any] = {} if pace is None else {"pace": _pace_to_dict(pace)}
    values |= {"error": error, "polled_at": now, "next_poll_at": next_poll_at}
    _change(session, source_id, values, failed=True)


def postpone(session: Session, source_id: int, *, next_poll_at: dt.datetime) -> None:
    """It was not asked, and is later."""
    _change(session, source_id, {"next_poll_at": next_poll_at})


def _change(session: Session, source_id: int, values: dict[str, Any], *, failed: bool = False) -> None:
    session.connection().execute(_changing(tuple(values), failed), values | {"of": source_id})


@functools.cache
def _changing(names: tuple[str, ...], failed: bool) -> Update:
    """The statement that sets these columns: made once, since making it takes longer than running it."""
    table = SourceRow.metadata.tables["source"]
    counted = {"failures": table.c.failures + 1} if failed else {}
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return table.update().where(table.c.id == bindparam("of")).values(values | counted)


def _pace_to_dict(pace: Pace) -> dict[str, Any]:
    changed_at = pace.changed_at.isoformat() if pace.changed_at else None
    return {**asdict(pace), "changed_at": changed_at}


def _pace_from_dict(data: dict[str, Any] | None) -> Pace:
    if not data:
        return Pace()
    changed_at = dt.datetime.fromisoformat(data["changed_at"]) if data["changed_at"] else None
    return Pace(**{**data, "changed_at": changed_at})


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
        pace=_pace_from_dict(row.pace),
    )
