"""The newest articles, for trying rules on."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from notifier.storage.bulletins import StoredArticle, get_articles
from notifier.storage.tables import ArticleRow, BulletinRow

_CHUNK = 200  # articles a query


class Recent(NamedTuple):
    """An article and what is known of its time: published, the date of its bulletin, stored."""

    id: int
    published_at: dt.datetime | None
    date: dt.date | None
    created_at: dt.datetime


def recent_articles(session: Session, limit: int) -> list[Recent]:
    """The newest `limit` articles that are not held, the newest first."""
    statement = (
        select(col(ArticleRow.id), col(ArticleRow.published_at), col(BulletinRow.date), col(ArticleRow.created_at))
        .join(BulletinRow, col(BulletinRow.id) == col(ArticleRow.bulletin_id))
        .where(col(BulletinRow.held).is_(False))
        .order_by(col(ArticleRow.id).desc())
        .limit(limit)
    )
    return [Recent(*row) for row in session.execute(statement)]


def load_in_chunks(session: Session, ids: Sequence[int]) -> Iterator[StoredArticle]:
    """These articles in this order, which is that of their ids one way or the other, a chunk in memory at a time."""
    order = {article_id: at for at, article_id in enumerate(ids)}
    for at in range(0, len(ids), _CHUNK):
        chunk = get_articles(session, ids[at : at + _CHUNK])
        yield from sorted(chunk, key=lambda stored: order[stored.id])
