"""Invitations: codes with which so many people may sign up. Removed ones are gone: nobody comes in with them."""

import datetime as dt

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from notifier.storage.tables import Invitation


def add_invitation(
    session: Session, code_hash: str, *, note: str, uses: int, now: dt.datetime, expires_at: dt.datetime | None
) -> int:
    row = Invitation(code_hash=code_hash, note=note, uses=uses, created_at=now, expires_at=expires_at)
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def open_invitation(session: Session, code_hash: str, *, now: dt.datetime) -> int | None:
    """Its number, where it is not used up or too old."""
    statement = select(Invitation).where(Invitation.code_hash == code_hash)
    row = session.exec(statement).first()
    usable = row is not None and row.used < row.uses and (row.expires_at is None or row.expires_at > now)
    return row.id if row is not None and usable else None


def use_invitation(session: Session, invitation_id: int, *, now: dt.datetime) -> bool:
    """Count one use; False where there is none left. Of two at once, the last one goes to one of them."""
    usable = or_(col(Invitation.expires_at).is_(None), col(Invitation.expires_at) > now)
    statement = update(Invitation).where(
        col(Invitation.id) == invitation_id, col(Invitation.used) < col(Invitation.uses), usable
    )
    return session.execute(statement.values(used=Invitation.used + 1)).rowcount == 1  # type: ignore[attr-defined,no-any-return]


def list_invitations(session: Session) -> list[Invitation]:
    return list(session.exec(select(Invitation).order_by(col(Invitation.id))))


def remove_invitation(session: Session, invitation_id: int) -> bool:
    statement = delete(Invitation).where(col(Invitation.id) == invitation_id)
    return session.execute(statement).rowcount == 1  # type: ignore[attr-defined,no-any-return]
