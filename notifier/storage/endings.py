"""What ends: bulletins that were withdrawn or repealed, and those that came back."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import Session, col, select

from notifier.storage.tables import ArticleRow, BulletinRow, Sighting
from notifier.storage.titles import title_key


def end_bulletin(session: Session, bulletin_id: int, how: str) -> bool:
    """`how` is withdrawn or repealed, "" where it stands again; False where that was known."""
    statement = update(BulletinRow).where(col(BulletinRow.id) == bulletin_id, col(BulletinRow.ended) != how)
    return bool(session.execute(statement.values(ended=how)).rowcount)  # type: ignore[attr-defined]


def ended_of(session: Session, bulletin_ids: Sequence[int]) -> dict[int, str]:
    """How each of these ended; those that stand are left out."""
    statement = select(BulletinRow.id, BulletinRow.ended).where(
        col(BulletinRow.id).in_(bulletin_ids), col(BulletinRow.ended) != ""
    )
    return {number: how for number, how in session.exec(statement) if number is not None}


def bulletins_titled(session: Session, source_id: int, title: str, *, limit: int = 5) -> list[int]:
    """Ids of the source's bulletins that are one article of this title, the newest first."""
    statement = (
        select(ArticleRow.bulletin_id)
        .join(Sighting, col(Sighting.bulletin_id) == col(ArticleRow.bulletin_id))
        .where(ArticleRow.title_key == title_key(title), Sighting.source_id == source_id)
        .order_by(col(ArticleRow.id).desc())
        .limit(limit)
    )
    return list(session.exec(statement))
