"""Articles that tell the same: found by the bands of their sketches, and the first of them named by the others."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, insert, or_, update
from sqlmodel import Session, col, select

from notifier.storage.tables import ArticleRow, SketchBand


def candidates(session: Session, bands: Sequence[int], *, article_id: int, since: dt.datetime) -> list[int]:
    """Ids of articles of other bulletins, stored since then, that share a band with this one; the oldest first."""
    own = select(ArticleRow.bulletin_id).where(ArticleRow.id == article_id).scalar_subquery()
    statement = (
        select(ArticleRow.id)
        .join(SketchBand, col(SketchBand.article_id) == col(ArticleRow.id))
        .where(col(SketchBand.band).in_(bands), ArticleRow.id != article_id)
        .where(ArticleRow.created_at >= since, ArticleRow.bulletin_id != own)
        .distinct()
        .order_by(col(ArticleRow.id))
    )
    return [found for found in session.exec(statement) if found is not None]


def store_sketch(session: Session, article_id: int, bands: Sequence[int], *, same_as: int | None) -> None:
    """Keep an article's sketch (its newest, where it was matched before), and which article it repeats."""
    session.execute(delete(SketchBand).where(col(SketchBand.article_id) == article_id))
    if bands:
        rows = [{"band": band, "article_id": article_id} for band in sorted(set(bands))]
        session.execute(insert(SketchBand), rows)
    first = _first(session, same_as) if same_as is not None else None
    session.execute(update(ArticleRow).where(col(ArticleRow.id) == article_id).values(same_as=first))


def siblings(session: Session, article_ids: Sequence[int]) -> dict[int, list[int]]:
    """Article id -> ids of the other articles that tell the same, the oldest first."""
    of_these = select(ArticleRow.id, ArticleRow.same_as).where(col(ArticleRow.id).in_(article_ids))
    own = {number: same_as or number for number, same_as in session.exec(of_these)}
    firsts = set(own.values())
    statement = select(ArticleRow.id, ArticleRow.same_as).where(
        or_(col(ArticleRow.id).in_(firsts), col(ArticleRow.same_as).in_(firsts))
    )
    groups: dict[int | None, list[int]] = {}
    for number, same_as in session.exec(statement.order_by(col(ArticleRow.id))):
        groups.setdefault(same_as or number, []).append(number or 0)
    return {number: [one for one in groups.get(first, []) if one != number] for number, first in own.items() if number}


def _first(session: Session, article_id: int) -> int:
    return session.exec(select(ArticleRow.same_as).where(ArticleRow.id == article_id)).first() or article_id
