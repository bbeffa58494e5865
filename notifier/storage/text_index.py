"""The text index: which articles have which grams. SQLite: an FTS5 table; PostgreSQL: arrays under a GIN index.

It has what the callers give it; what a gram is, they know. `article.text_indexed` is the stamp: an article without it
(stored before there was an index, or changed since) counts as found by every look-up. An article that is deleted
leaves the index by `forget_text`; on PostgreSQL a foreign key sees to it too.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import (
    Integer,
    Select,
    Text,
    and_,
    case,
    column,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    table,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col

from notifier.domain import Choice, Way, Ways
from notifier.storage.tables import ArticleRow, BulletinRow, Sighting

TABLE = "text_index"


def is_mapped(name: str | None, kind: str, _parents: object) -> bool:
    """Is it a table of `tables/`? The index is not: the two databases have nothing in common there. For alembic."""
    return kind != "table" or not (name or "").startswith(TABLE)


def index_text(session: Session, article_id: int, grams: Iterable[str]) -> None:
    """Put an article into the index, in place of what it had there, and stamp it."""
    forget_text(session, article_id)
    if _is_sqlite(session):
        statement, value = "INSERT INTO text_index (rowid, grams) VALUES (:id, :grams)", " ".join(sorted(grams))
        session.execute(text(statement), {"id": article_id, "grams": value})
    else:
        statement = "INSERT INTO text_index (article_id, grams) VALUES (:id, :grams)"
        session.execute(text(statement), {"id": article_id, "grams": sorted(grams)})
    session.execute(update(ArticleRow).where(col(ArticleRow.id) == article_id).values(text_indexed=True))


def forget_text(session: Session, article_id: int) -> None:
    key = "rowid" if _is_sqlite(session) else "article_id"
    session.execute(text(f"DELETE FROM text_index WHERE {key} = :id"), {"id": article_id})
    session.execute(update(ArticleRow).where(col(ArticleRow.id) == article_id).values(text_indexed=False))


def unindexed_articles(
    session: Session, *, bulletin_id: int | None = None, after: int = 0, limit: int = 100
) -> list[int]:
    """Ids behind `after` of articles that the index does not have as they stand, in order."""
    statement = select(col(ArticleRow.id)).where(_unindexed(), col(ArticleRow.id) > after)
    if bulletin_id is not None:
        statement = statement.where(col(ArticleRow.bulletin_id) == bulletin_id)
    return list(session.execute(statement.order_by(col(ArticleRow.id)).limit(limit)).scalars())


class Reach(NamedTuple):
    """Which articles may be found: seen at one of these sources, not held, of an instant (a day) from `since` on."""

    sources: Sequence[int]
    since: dt.datetime


class Extent(NamedTuple):
    """How many articles are in reach, and the day of the oldest."""

    articles: int
    oldest: dt.date | None


def find_by_grams(session: Session, ways: Ways, reach: Reach) -> list[int]:
    """Ids of the articles in reach that have what one of the ways asks for, the newest first."""
    statement = _in_reach(select(col(ArticleRow.id)), reach).order_by(col(ArticleRow.id).desc())
    if all(ways):
        statement = statement.where(col(ArticleRow.id).in_(having_grams(session, ways)))
    with _by_index(session):
        return list(session.execute(statement).scalars())


@contextmanager
def _by_index(session: Session) -> Iterator[None]:
    """PostgreSQL does not count what unpacking arrays costs: it would rather read all of them, a hundredfold slower."""
    if _is_sqlite(session):
        yield
        return
    session.execute(text("SET LOCAL enable_seqscan = off"))
    yield
    session.execute(text("SET LOCAL enable_seqscan = on"))


def having_grams(session: Session, ways: Ways) -> Any:
    """Ids, as a part of a query, of the articles that have what one of the ways asks for, or are not in the index."""
    return union_all(select(col(ArticleRow.id)).where(_unindexed()), _having(session, ways))


def extent_of(session: Session, reach: Reach) -> Extent:
    found = session.execute(_in_reach(select(func.count()).add_columns(*map(func.min, _times())), reach)).one()
    days = [one.date() if isinstance(one, dt.datetime) else one for one in found[1:] if one is not None]
    return Extent(found[0], min(days, default=None))


def _times() -> tuple[Any, ...]:
    """When it was published; else, by its bulletin; else, when it came."""
    published, dated, created = col(ArticleRow.published_at), col(BulletinRow.date), col(ArticleRow.created_at)
    return (
        published,
        case((published.is_(None), dated)),
        case((published.is_(None) & dated.is_(None), created)),
    )


def _in_reach(statement: Select[Any], reach: Reach) -> Select[Any]:
    published, dated, created = _times()
    seen = select(col(Sighting.bulletin_id)).where(col(Sighting.source_id).in_(reach.sources))
    return statement.join(BulletinRow, col(BulletinRow.id) == col(ArticleRow.bulletin_id)).where(
        col(BulletinRow.held).is_(False),
        col(ArticleRow.bulletin_id).in_(seen),
        or_(published >= reach.since, dated >= reach.since.date(), created >= reach.since),
    )


def _unindexed() -> ColumnElement[bool]:
    return not_(col(ArticleRow.text_indexed))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _having(session: Session, ways: Ways) -> Select[Any]:
    """The ids that the index has for one of the ways."""
    if not ways:
        return select(literal(0)).where(false())
    if _is_sqlite(session):
        words = " OR ".join(f"({_fts_way(way)})" for way in ways)
        return select(_FTS.c.rowid).where(_FTS.c.text_index.op("MATCH")(words))
    return select(_ARRAYS.c.article_id).where(or_(*map(_array_way, ways)))


_FTS = table(TABLE, column("rowid", Integer), column(TABLE))
_ARRAYS = table(TABLE, column("article_id", Integer), column("grams", ARRAY(Text)))


def _fts_way(way: Way) -> str:
    return " AND ".join(f"({_fts_choice(choice)})" for choice in way)


def _fts_choice(choice: Choice) -> str:
    """Grams are letters and digits: nothing in one can end its quotation marks."""
    return " OR ".join(
        "(" + " AND ".join(f'"{gram}"' for gram in sorted(grams)) + ")" for grams in sorted(map(sorted, choice))
    )


def _array_way(way: Way) -> ColumnElement[bool]:
    return and_(*(or_(*(_ARRAYS.c.grams.contains(sorted(grams)) for grams in choice)) for choice in way))
