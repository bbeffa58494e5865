"""The newest bulletins that everybody may see."""

from sqlmodel import Session, col, select

from notifier.domain import PUBLIC
from notifier.storage.bulletins import audiences_of
from notifier.storage.tables import ArticleRow, BulletinRow

_CHUNK, _FARTHEST = 20, 400  # bulletins a query, and in all: behind that many restricted ones there is nothing to show


def public_bulletins(session: Session, limit: int) -> list[BulletinRow]:
    """Seen at a public source, not held, and without any marking; the newest first."""
    found: list[BulletinRow] = []
    for at in range(0, _FARTHEST, _CHUNK):
        rows = _unmarked(session, at)
        audiences = audiences_of(session, [row.id for row in rows if row.id is not None])
        found += [row for row in rows if any(PUBLIC in audience for audience in audiences.get(row.id or 0, ()))]
        if len(found) >= limit or len(rows) < _CHUNK:
            break
    return found[:limit]


def _unmarked(session: Session, offset: int) -> list[BulletinRow]:
    statement = select(BulletinRow).where(col(BulletinRow.held).is_(False), BulletinRow.marking == "")
    return list(session.exec(statement.order_by(col(BulletinRow.id).desc()).offset(offset).limit(_CHUNK)))


def titles_by_section(session: Session, bulletin_ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    """Bulletin id -> (section, title) of its articles, in its order."""
    statement = (
        select(ArticleRow.bulletin_id, ArticleRow.section, ArticleRow.title)
        .where(col(ArticleRow.bulletin_id).in_(bulletin_ids))
        .order_by(col(ArticleRow.position), col(ArticleRow.id))
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for bulletin_id, section, title in session.exec(statement):
        found.setdefault(bulletin_id, []).append((section, title))
    return found
