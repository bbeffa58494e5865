"""Bulletins as they come: stored when they are new, met again, revised. Nothing here decides which bulletin it is."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from notifier.domain import Article, Bulletin, body_from_list, bulletin_to_dict, facts_to_list, placed_body_to_list
from notifier.storage.sightings import see, widens
from notifier.storage.tables import ArticleRow, BulletinRow
from notifier.storage.titles import title_key


@dataclass(frozen=True, slots=True)
class Revision:
    """An article that says something else now; `before` is what it said."""

    article_id: int
    before: Article
    after: Article


@dataclass(frozen=True, slots=True)
class Outcome:
    """What storing a bulletin did. `changed`: an article was added or replaced, or may be seen by more people."""

    bulletin_id: int
    is_new: bool
    changed: bool
    revisions: tuple[Revision, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a bulletin came. `old`: with what was there before; it is stored, and its articles alert nobody.

    `earlier`: the bulletin that the same document brought before. `again`: the stored bulletin that this one is by
    another of its names. `revises`: those whose text it replaces, should it be one of them; of others it is a copy.
    """

    source_id: int
    original: str
    now: dt.datetime
    earlier: int | None = None
    again: int | None = None
    revises: frozenset[int] = frozenset()
    old: bool = False


def store_bulletin(session: Session, bulletin: Bulletin, arrival: Arrival, *, identity: str) -> Outcome:
    """Store a bulletin with its articles, or meet it again.

    Met again in another place or format, it is the same bulletin, whatever small differences the format makes.
    Where the same document brings it again, articles that are new are added, and changed texts replaced and matched
    again (UNIQUE(subscriber, article) keeps those already alerted from a second alert).
    """
    row = _known_bulletin(session, bulletin, identity, arrival=arrival)
    if row is None:
        row = _add_bulletin(session, bulletin, identity, arrival=arrival)
        assert row.id is not None
        see(session, row.id, arrival.source_id, now=arrival.now)
        _add_articles(session, row.id, bulletin.articles, arrival=arrival)
        return Outcome(row.id, is_new=True, changed=True)
    if bulletin.restricted:  # a copy says so: none of it goes out any more
        row.held, row.marking = True, bulletin.marking
    assert row.id is not None
    wider = _met_again(session, row.id, arrival)
    revised = row.id in arrival.revises
    added, revisions = _revise(session, row.id, bulletin.articles, arrival=arrival) if revised else (False, ())
    return Outcome(row.id, is_new=False, changed=wider or added or bool(revisions), revisions=revisions)


def _known_bulletin(session: Session, bulletin: Bulletin, identity: str, *, arrival: Arrival) -> BulletinRow | None:
    row = session.exec(select(BulletinRow).where(BulletinRow.identity == identity)).first()
    if row is not None:
        return row
    if arrival.earlier is not None and (before := _edited(session, bulletin, arrival.earlier)):
        before.identity = identity
        return before
    return session.get_one(BulletinRow, arrival.again) if arrival.again is not None else None


def _edited(session: Session, bulletin: Bulletin, earlier: int) -> BulletinRow | None:
    """The earlier bulletin; None where the same file or link holds another one now."""
    before = session.get_one(BulletinRow, earlier)
    titles = {title_key(article.title) for article in bulletin.articles}
    kept = session.exec(select(ArticleRow.title_key).where(ArticleRow.bulletin_id == earlier))
    return None if before.issue != bulletin.issue or titles.isdisjoint(kept) else before


def _add_bulletin(session: Session, bulletin: Bulletin, identity: str, *, arrival: Arrival) -> BulletinRow:
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
        original=arrival.original,
        total=bulletin.total,
        editors=list(bulletin.editors),
        quality=bulletin.quality.score,
        problems=[[zh, en] for zh, en in bulletin.quality.problems],
        created_at=arrival.now,
    )
    session.add(row)
    session.flush()
    return row


def _met_again(session: Session, bulletin_id: int, arrival: Arrival) -> bool:
    """Note where it was seen now. True where people may see it, or are to be told of it, who were not before.

    What was old at one source and is new at another is news: nobody was told of it yet.
    """
    widened = widens(session, bulletin_id, arrival.source_id)
    if not see(session, bulletin_id, arrival.source_id, now=arrival.now) or arrival.old:
        return False
    mine = update(ArticleRow).where(col(ArticleRow.bulletin_id) == bulletin_id)
    news = session.execute(mine.where(col(ArticleRow.old).is_(True)).values(old=False, matched_at=None))
    if widened:
        session.execute(mine.values(matched_at=None))
    return widened or bool(news.rowcount)  # type: ignore[attr-defined]


def _add_articles(session: Session, bulletin_id: int, articles: Sequence[Article], *, arrival: Arrival) -> None:
    for position, (key, article) in enumerate(_keyed(articles).items()):
        session.add(_article_row(bulletin_id, position, key, article=article, arrival=arrival))
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


def _article_row(bulletin_id: int, position: int, key: str, *, article: Article, arrival: Arrival) -> ArticleRow:
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
        created_at=arrival.now,
        old=arrival.old,
        matched_at=arrival.now if arrival.old else None,
    )


def _revise(
    session: Session, bulletin_id: int, articles: Sequence[Article], *, arrival: Arrival
) -> tuple[bool, tuple[Revision, ...]]:
    """Whether articles were added, and those that changed."""
    there = select(ArticleRow).where(ArticleRow.bulletin_id == bulletin_id).with_for_update()  # none is matched now
    rows = {row.title_key: row for row in session.exec(there)}
    wanted = _keyed(articles)
    if len(rows) == len(wanted) == 1:  # an only article that has another title now is still that article
        rows = dict(zip(wanted, rows.values(), strict=True))
    fresh = [
        _article_row(bulletin_id, position, key, article=article, arrival=arrival)
        for position, (key, article) in enumerate(wanted.items())
        if key not in rows
    ]
    revisions = tuple(_replaced(rows, wanted, old=arrival.old))
    session.add_all(fresh)
    session.flush()
    return bool(fresh), revisions


def _replaced(rows: dict[str, ArticleRow], wanted: dict[str, Article], *, old: bool) -> Iterator[Revision]:
    """Replace what changed. An old article stays one that nobody is alerted of."""
    for key, article in wanted.items():
        row, body = rows.get(key), placed_body_to_list(article.body)
        if row is None or (row.title_key, row.body) == (key, body):
            continue
        before = Article(row.title, body_from_list(row.body))
        row.title, row.title_key, row.body, row.facts = article.title, key, body, facts_to_list(article.facts)
        row.text_indexed, row.matched_at = False, row.matched_at if row.old or old else None
        assert row.id is not None
        yield Revision(row.id, before, article)
