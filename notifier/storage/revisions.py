"""The revision: counts changes of rules and topics, so that what was in force at a match needs no clock."""

from sqlalchemy import update
from sqlmodel import Session, col, select

from notifier.storage.tables import Counter

_NAME = "revision"


def current_revision(session: Session) -> int:
    return session.exec(select(Counter.value).where(Counter.name == _NAME)).first() or 0


def next_revision(session: Session) -> int:
    """Count one change. Holds the counter until the transaction ends: revisions commit in their order."""
    statement = update(Counter).where(col(Counter.name) == _NAME).values(value=Counter.value + 1)
    value = session.execute(statement.returning(col(Counter.value))).scalar()
    if value is None:
        session.add(Counter(name=_NAME, value=1))
        session.flush()
        return 1
    return int(value)
