"""The suppression list: addresses that get no mail, and why. An entry taken off stays as a record."""

import datetime as dt

from sqlalchemy import update
from sqlmodel import Session, col, select

from notifier.storage.tables import SuppressionRow


def add_suppression(session: Session, address: str, reason: str, *, detail: str = "", now: dt.datetime) -> bool:
    """False where the address is on the list already: the first reason stays."""
    if suppression_of(session, address) is not None:
        return False
    session.add(SuppressionRow(address=address, reason=reason, detail=detail[:500], added_at=now))
    session.flush()
    return True


def remove_suppression(session: Session, address: str, *, now: dt.datetime) -> bool:
    """False where it was not on the list."""
    statement = update(SuppressionRow).where(
        col(SuppressionRow.address) == address, col(SuppressionRow.removed_at).is_(None)
    )
    return session.execute(statement.values(removed_at=now)).rowcount == 1  # type: ignore[attr-defined,no-any-return]


def suppression_of(session: Session, address: str) -> SuppressionRow | None:
    statement = select(SuppressionRow).where(SuppressionRow.address == address)
    return session.exec(statement.where(col(SuppressionRow.removed_at).is_(None))).first()


def list_suppressions(session: Session) -> list[SuppressionRow]:
    """Those in force, in the order in which they came."""
    statement = select(SuppressionRow).where(col(SuppressionRow.removed_at).is_(None))
    return list(session.exec(statement.order_by(col(SuppressionRow.id))))
