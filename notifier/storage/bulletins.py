"""Bulletins and their articles."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col, select

from notifier.domain import (
    DOUBTFUL,
    PUBLIC,
    Article,
    body_from_list,
    facts_from_list,
    may_see,
)
from notifier.storage.tables import ArticleRow, BulletinRow, Sighting, SourceRow
from notifier.storage.titles import title_key


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its place in the tables. `audiences` has one entry a source it was seen at."""

    id: int
    bulletin_id: int
    uid: str  # its id for readers of feeds: the same for ever
    position: int
    article: Article
    audiences: tuple[tuple[str, ...], ...]
    issue: str
    date: dt.date | None
    original: str
    doubtful: bool
    held: bool
    old: bool  # was there when its source was new, or was filled in: alerts nobody
    ended: str  # withdrawn, repealed, or "" while it stands
    created_at: dt.datetime
    matched_at: dt.datetime | None
    matched_revision: int
    title_only: bool = False  # its source lets readers see no more

    def seen_by(self, groups: frozenset[str]) -> bool:
        """May somebody in these groups see it? What is held nobody may."""
        return not self.held and any(may_see(audience, groups) for audience in self.audiences)

    @property
    def shown(self) -> Article:
        """What readers may see of the article: all, or its title and what it states in numbers and dates."""
        if not self.title_only:
            return self.article
        facts = tuple(dataclasses.replace(fact, sentence="") for fact in self.article.facts)
        return dataclasses.replace(self.article, body=(), facts=facts)


def doubtful_bulletins(session: Session, limit: int = 20) -> list[BulletinRow]:
    """Bulletins whose reading wants a person's eye, the newest first."""
    statement = select(BulletinRow).where(col(BulletinRow.quality) < DOUBTFUL).order_by(col(BulletinRow.id).desc())
    return list(session.exec(statement.limit(limit)))


def unmatched_articles(session: Session, limit: int = 100) -> list[int]:
    """Ids of articles that wait to be matched, in order; those of a held bulletin wait until it is released."""
    statement = (
        select(ArticleRow.id)
        .join(BulletinRow, col(BulletinRow.id) == col(ArticleRow.bulletin_id))
        .where(col(ArticleRow.matched_at).is_(None), BulletinRow.held == False)  # noqa: E712
        .order_by(col(ArticleRow.id))
        .limit(limit)
    )
    return [row for row in session.exec(statement) if row is not None]


def get_articles(session: Session, ids: Sequence[int]) -> list[StoredArticle]:
    """These articles, in the order of their ids."""
    statement = (
        select(ArticleRow, BulletinRow)
        .join(BulletinRow, col(BulletinRow.id) == col(ArticleRow.bulletin_id))
        .where(col(ArticleRow.id).in_(ids))
        .order_by(col(ArticleRow.id))
    )
    rows = list(session.exec(statement))
    bulletin_ids = sorted({bulletin.id for _, bulletin in rows if bulletin.id is not None})
    sources = _sources(session, bulletin_ids)
    return [_stored_article(article, bulletin, sources.get(bulletin.id or 0, [])) for article, bulletin in rows]


def _stored_article(row: ArticleRow, bulletin: BulletinRow, sources: Sequence[SourceRow]) -> StoredArticle:
    assert row.id is not None
    article = Article(
        title=row.title,
        body=body_from_list(row.body),
        section=row.section,
        source=sources[0].name if sources else "",
        bulletin=bulletin.title,
        url=row.url,
        published_at=_local(row.published_at, sources),
        byline=row.byline,
        facts=facts_from_list(row.facts or ()),
        author=row.author,
        editor=row.editor,
    )
    return StoredArticle(
        id=row.id,
        bulletin_id=row.bulletin_id,
        uid=row.uid,
        position=row.position,
        article=article,
        audiences=tuple(tuple(source.audience) for source in sources),
        issue=bulletin.issue,
        date=bulletin.date,
        original=bulletin.original,
        doubtful=bulletin.quality < DOUBTFUL,
        held=bulletin.held,
        old=row.old,
        ended=bulletin.ended,
        created_at=row.created_at,
        matched_at=row.matched_at,
        matched_revision=row.matched_revision,
        title_only=_title_only(sources),
    )


def _title_only(sources: Sequence[SourceRow]) -> bool:
    """Where any source shows only titles, unless a public one shows all."""
    open_to_all = any(source.display == "full" and PUBLIC in source.audience for source in sources)
    return not open_to_all and any(source.display == "title" for source in sources)


def _local(instant: dt.datetime | None, sources: Sequence[SourceRow]) -> dt.datetime | None:
    """In its source's zone, so that its date is the one that the source meant."""
    return instant.astimezone(ZoneInfo(sources[0].timezone)) if instant and sources else instant


def _sources(session: Session, bulletin_ids: Sequence[int]) -> dict[int, list[SourceRow]]:
    statement = (
        select(Sighting.bulletin_id, SourceRow)
        .join(SourceRow, col(SourceRow.id) == col(Sighting.source_id))
        .where(col(Sighting.bulletin_id).in_(bulletin_ids))
        .order_by(col(Sighting.seen_at), col(SourceRow.id))
    )
    found: dict[int, list[SourceRow]] = {}
    for bulletin_id, source in session.exec(statement):
        found.setdefault(bulletin_id, []).append(source)
    for rows in found.values():  # a public source first: its name tells nobody of the restricted ones
        rows.sort(key=lambda source: PUBLIC not in source.audience)
    return found


def audiences_of(session: Session, bulletin_ids: Sequence[int]) -> dict[int, tuple[tuple[str, ...], ...]]:
    """The audiences of the sources at which each bulletin was seen."""
    sources = _sources(session, bulletin_ids)
    return {key: tuple(tuple(source.audience) for source in rows) for key, rows in sources.items()}


def find_articles(session: Session, words: str, limit: int = 20) -> list[tuple[int, str]]:
    """(id, title) of the articles whose title holds these words, white space aside; the newest first."""
    statement = (
        select(ArticleRow.id, ArticleRow.title)
        .where(col(ArticleRow.title_key).contains(title_key(words), autoescape=True))
        .order_by(col(ArticleRow.id).desc())
        .limit(limit)
    )
    return [(article_id, title) for article_id, title in session.exec(statement) if article_id is not None]


def bulletin_row(session: Session, bulletin_id: int) -> BulletinRow:
    return session.get_one(BulletinRow, bulletin_id)


def articles_of(session: Session, bulletin_id: int) -> list[tuple[int, str]]:
    """(id, title) of the articles of a bulletin, in its order."""
    statement = select(ArticleRow.id, ArticleRow.title).where(ArticleRow.bulletin_id == bulletin_id)
    found = session.exec(statement.order_by(col(ArticleRow.position), col(ArticleRow.id)))
    return [(article_id, title) for article_id, title in found if article_id is not None]


def is_unchanged(session: Session, stored: StoredArticle) -> bool:
    """Is all of it, and who may see it, as it was read? Locks it until the transaction ends."""
    session.execute(select(ArticleRow.id).where(ArticleRow.id == stored.id).with_for_update())
    return get_articles(session, [stored.id]) == [stored]


def stamp_matched(session: Session, article_id: int, *, revision: int, now: dt.datetime) -> bool:
    """Stamp an article as matched; False where somebody else has."""
    statement = update(ArticleRow).where(col(ArticleRow.id) == article_id, col(ArticleRow.matched_at).is_(None))
    return session.execute(statement.values(matched_at=now, matched_revision=revision)).rowcount == 1  # type: ignore[attr-defined,no-any-return]
