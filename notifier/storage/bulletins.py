"""Bulletins and their articles."""

import datetime as dt
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col, select

from notifier.domain import (
    DOUBTFUL,
    PUBLIC,
    Article,
    Bulletin,
    body_from_list,
    bulletin_to_dict,
    facts_from_list,
    facts_to_list,
    placed_body_to_list,
)
from notifier.storage.tables import ArticleRow, BulletinRow, Sighting, SourceRow


@dataclass(frozen=True, slots=True)
class Outcome:
    """What storing a bulletin did. `changed`: an article was added or its body replaced."""

    bulletin_id: int
    is_new: bool
    changed: bool


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
    created_at: dt.datetime
    matched_at: dt.datetime | None
    matched_revision: int


def title_key(title: str) -> str:
    """What makes two titles the same: their characters, without width and white space."""
    return "".join(unicodedata.normalize("NFKC", title).split())


def store_bulletin(
    session: Session,
    bulletin: Bulletin,
    *,
    identity: str,
    source_id: int,
    original: str,
    earlier: int | None,
    now: dt.datetime,
) -> Outcome:
    """Store a bulletin with its articles, or meet it again.

    Met again in another place or format, it is the same bulletin, whatever small differences the format makes.
    `earlier` is the bulletin that the same document brought before: where it is still that one, articles that are
    new are added, and changed texts replaced and matched again (UNIQUE(subscriber, article) keeps those already
    alerted from a second alert).
    """
    row = _known_bulletin(session, bulletin, identity, earlier=earlier)
    is_new = row is None
    if row is None:
        row = _add_bulletin(session, bulletin, identity, original=original, now=now)
    elif bulletin.restricted:  # a copy says so: none of it goes out any more
        row.held, row.marking = True, bulletin.marking
    assert row.id is not None
    widened = _see(session, row.id, source_id, now=now)
    if is_new:
        _add_articles(session, row.id, bulletin.articles, now=now)
    elif widened:
        _match_again(session, row.id)
    changed = row.id == earlier and _revise(session, row.id, bulletin.articles, now=now)
    return Outcome(row.id, is_new=is_new, changed=is_new or changed or widened)


def _known_bulletin(session: Session, bulletin: Bulletin, identity: str, *, earlier: int | None) -> BulletinRow | None:
    row = session.exec(select(BulletinRow).where(BulletinRow.identity == identity)).first()
    if row is not None or earlier is None:
        return row
    before = session.get_one(BulletinRow, earlier)
    titles = {title_key(article.title) for article in bulletin.articles}
    kept = session.exec(select(ArticleRow.title_key).where(ArticleRow.bulletin_id == earlier))
    if before.issue != bulletin.issue or titles.isdisjoint(kept):
        return None  # the same file or link, but another bulletin
    before.identity = identity
    return before


def _add_bulletin(
    session: Session, bulletin: Bulletin, identity: str, *, original: str, now: dt.datetime
) -> BulletinRow:
    data = bulletin_to_dict(bulletin)
    row = BulletinRow(
        identity=identity,
        title=bulletin.title,
        issue=bulletin.issue,
        date=bulletin.date,
        publishers=data["publishers"],
        distribution=data["distribution"],
        imprint=data["imprint"],
        marking=bulletin.marking,
        held=bulletin.restricted,
        original=original,
        total=bulletin.total,
        editors=list(bulletin.editors),
        quality=bulletin.quality.score,
        problems=[[zh, en] for zh, en in bulletin.quality.problems],
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _see(session: Session, bulletin_id: int, source_id: int, *, now: dt.datetime) -> bool:
    """Note that the bulletin was seen at this source. True where it may now be seen by people who could not."""
    if session.get(Sighting, (bulletin_id, source_id)):
        return False
    before = audiences_of(session, [bulletin_id]).get(bulletin_id, ())
    session.add(Sighting(bulletin_id=bulletin_id, source_id=source_id, seen_at=now))
    session.flush()
    seen = {group for audience in before for group in audience}
    return bool(before) and not seen.issuperset(session.get_one(SourceRow, source_id).audience)


def _match_again(session: Session, bulletin_id: int) -> None:
    session.execute(update(ArticleRow).where(col(ArticleRow.bulletin_id) == bulletin_id).values(matched_at=None))


def _add_articles(session: Session, bulletin_id: int, articles: Sequence[Article], *, now: dt.datetime) -> None:
    for position, (key, article) in enumerate(_keyed(articles).items()):
        session.add(_article_row(bulletin_id, position, key, article=article, now=now))
    session.flush()


def _keyed(articles: Sequence[Article]) -> dict[str, Article]:
    """By what tells them apart within their bulletin; two articles of one title are two articles."""
    keyed: dict[str, Article] = {}
    for article in articles:
        key = title_key(article.title)
        while key in keyed:
            key += "'"
        keyed[key] = article
    return keyed


def _article_row(bulletin_id: int, position: int, key: str, *, article: Article, now: dt.datetime) -> ArticleRow:
    return ArticleRow(
        bulletin_id=bulletin_id,
        position=position,
        title_key=key,
        uid=uuid.uuid4().urn,
        section=article.section,
        title=article.title,
        body=placed_body_to_list(article.body),
        url=article.url,
        byline=article.byline,
        facts=facts_to_list(article.facts),
        author=article.author,
        editor=article.editor,
        published_at=article.published_at,
        created_at=now,
    )


def _revise(session: Session, bulletin_id: int, articles: Sequence[Article], *, now: dt.datetime) -> bool:
    rows = {row.title_key: row for row in session.exec(select(ArticleRow).where(ArticleRow.bulletin_id == bulletin_id))}
    wanted, changed = _keyed(articles), False
    if len(rows) == len(wanted) == 1:  # an only article that has another title now is still that article
        rows = dict(zip(wanted, rows.values(), strict=True))
    for position, (key, article) in enumerate(wanted.items()):
        row, body = rows.get(key), placed_body_to_list(article.body)
        if row is None:
            session.add(_article_row(bulletin_id, position, key, article=article, now=now))
            changed = True
        elif (row.title_key, row.body) != (key, body):
            row.title, row.title_key, row.body, row.matched_at, changed = article.title, key, body, None, True
            row.facts, row.text_indexed = facts_to_list(article.facts), False
    session.flush()
    return changed


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
        created_at=row.created_at,
        matched_at=row.matched_at,
        matched_revision=row.matched_revision,
    )


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


def articles_of(session: Session, bulletin_id: int) -> list[tuple[int, str]]:
    """(id, title) of the articles of a bulletin, in its order."""
    statement = select(ArticleRow.id, ArticleRow.title).where(ArticleRow.bulletin_id == bulletin_id)
    found = session.exec(statement.order_by(col(ArticleRow.position), col(ArticleRow.id)))
    return [(article_id, title) for article_id, title in found if article_id is not None]


def stamp_matched(session: Session, article_id: int, *, revision: int, now: dt.datetime) -> bool:
    """Stamp an article as matched; False where somebody else has. Locks it until the transaction ends."""
    statement = update(ArticleRow).where(col(ArticleRow.id) == article_id, col(ArticleRow.matched_at).is_(None))
    return session.execute(statement.values(matched_at=now, matched_revision=revision)).rowcount == 1  # type: ignore[attr-defined,no-any-return]
