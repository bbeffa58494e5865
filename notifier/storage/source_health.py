"""Health of sources: what is remembered of their polls, and the conditions that they are or were in."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, update
from sqlmodel import Session, col, select

from notifier.domain import Condition
from notifier.storage.tables import ConditionRow, DocumentRow, SourceMemory, SourceRow

_KEYS = 2000  # of a source, the newest, among which one is looked for


def memory_of(session: Session, source_id: int) -> dict[str, Any]:
    """{} where nothing is remembered."""
    found = session.exec(select(SourceMemory.memory).where(SourceMemory.source_id == source_id)).first()
    return dict(found or {})


def store_memory(session: Session, source_id: int, memory: Mapping[str, Any]) -> None:
    mine = update(SourceMemory).where(col(SourceMemory.source_id) == source_id)
    if not session.execute(mine.values(memory=dict(memory))).rowcount:  # type: ignore[attr-defined]
        session.execute(insert(SourceMemory), {"source_id": source_id, "memory": dict(memory)})


def forget_memory(session: Session, source_id: int) -> None:
    """What was learned of another address or other settings says nothing of this one."""
    session.execute(delete(SourceMemory).where(col(SourceMemory.source_id) == source_id))


def all_memories(session: Session) -> dict[int, dict[str, Any]]:
    return {row.source_id: row.memory for row in session.exec(select(SourceMemory))}


def newest_keys(session: Session, source_id: int) -> list[str]:
    """Keys of what the source brought, the newest first."""
    statement = select(DocumentRow.key).where(DocumentRow.source_id == source_id).order_by(col(DocumentRow.id).desc())
    return list(session.exec(statement.limit(_KEYS)))


@dataclass(frozen=True, slots=True)
class StoredCondition:
    """A condition with its place in the tables. `source` is "" where it is the service's own."""

    id: int
    source_id: int | None
    source: str
    condition: Condition
    ended_at: dt.datetime | None
    told_at: dt.datetime | None
    end_told_at: dt.datetime | None


def list_conditions(session: Session, source: str = "", *, past: bool = False) -> list[StoredCondition]:
    """What is wrong now, of one source or all, the oldest first; with `past` also what is over."""
    statement = select(ConditionRow, SourceRow.name).join(
        SourceRow, col(SourceRow.id) == col(ConditionRow.source_id), isouter=True
    )
    if source:
        statement = statement.where(SourceRow.name == source)
    if not past:
        statement = statement.where(col(ConditionRow.ended_at).is_(None))
    found = session.exec(statement.order_by(col(ConditionRow.since), col(ConditionRow.id)))
    return [_stored(row, name or "") for row, name in found]


def untold_conditions(session: Session) -> list[StoredCondition]:
    """Those whose beginning, or whose end after it was told, the operator does not know yet."""
    open_now = col(ConditionRow.ended_at).is_(None)
    begun = open_now & col(ConditionRow.told_at).is_(None)
    over = ~open_now & col(ConditionRow.told_at).is_not(None) & col(ConditionRow.end_told_at).is_(None)
    statement = (
        select(ConditionRow, SourceRow.name)
        .join(SourceRow, col(SourceRow.id) == col(ConditionRow.source_id), isouter=True)
        .where(begun | over)
        .order_by(col(ConditionRow.since), col(ConditionRow.id))
    )
    return [_stored(row, name or "") for row, name in session.exec(statement)]


def _stored(row: ConditionRow, source: str) -> StoredCondition:
    assert row.id is not None
    condition = Condition(row.kind, row.since, row.evidence)  # type: ignore[arg-type]
    return StoredCondition(row.id, row.source_id, source, condition, row.ended_at, row.told_at, row.end_told_at)


def begin_condition(session: Session, source_id: int | None, condition: Condition) -> None:
    session.add(
        ConditionRow(
            source_id=source_id, kind=condition.kind, since=condition.since, evidence=condition.evidence[:1000]
        )
    )
    session.flush()


def renew_evidence(session: Session, condition_id: int, evidence: str) -> None:
    """It goes on, and shows itself so now."""
    statement = update(ConditionRow).where(col(ConditionRow.id) == condition_id)
    session.execute(statement.values(evidence=evidence[:1000]))


def end_conditions(session: Session, ids: Sequence[int], *, now: dt.datetime, quietly: bool = False) -> None:
    """quietly: nobody is to be told."""
    values = {"ended_at": now} | ({"end_told_at": now} if quietly else {})
    session.execute(update(ConditionRow).where(col(ConditionRow.id).in_(ids)).values(**values))


def mark_told(session: Session, begun: Sequence[int], ended: Sequence[int], *, now: dt.datetime) -> None:
    session.execute(update(ConditionRow).where(col(ConditionRow.id).in_(begun)).values(told_at=now))
    session.execute(update(ConditionRow).where(col(ConditionRow.id).in_(ended)).values(end_told_at=now))


def last_told(session: Session) -> dt.datetime | None:
    """When the operator was last told of a condition, or of its end."""
    told = session.exec(select(func.max(ConditionRow.told_at), func.max(ConditionRow.end_told_at))).one()
    return max((_aware(at) for at in told if at is not None), default=None)


def last_ended(session: Session, kind: str) -> dt.datetime | None:
    """When a condition of this kind was last over."""
    statement = select(func.max(ConditionRow.ended_at)).where(ConditionRow.kind == kind)
    at = session.exec(statement).one()
    return _aware(at) if at is not None else None


def _aware(at: dt.datetime) -> dt.datetime:
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
