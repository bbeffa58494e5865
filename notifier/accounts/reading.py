"""A bulletin or an article as somebody reads it: the whole of it, or the title alone where its source says so."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from sqlmodel import Session

from notifier.accounts.visible import visible_articles
from notifier.domain import PUBLIC, Distribution, Entry, Subscriber
from notifier.pipeline.planning.entries import load_entries, to_entry
from notifier.storage.alert_list import ListedAlert, listed_alert
from notifier.storage.alerts import alert_of
from notifier.storage.bulletins import StoredArticle, articles_of, bulletin_row
from notifier.storage.database import Database


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in the contents of its bulletin."""

    id: int
    title: str
    section: str


@dataclass(frozen=True, slots=True)
class Issue:
    """A bulletin's head and contents. `shareable`: everybody may read it, and its source gives out all of it."""

    id: int
    title: str
    issue: str
    date: dt.date | None
    publishers: tuple[str, ...]
    distribution: Distribution
    contents: tuple[Listed, ...]
    shareable: bool

    @property
    def sections(self) -> list[tuple[str, list[Listed]]]:
        """The contents by section, in order."""
        return [(name, list(group)) for name, group in groupby(self.contents, key=lambda one: one.section)]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article in its bulletin. `alert` is the reader's own of it; then the entry says why they got it."""

    id: int
    entry: Entry
    issue: Issue
    alert: ListedAlert | None = None


def read_issue(database: Database, bulletin_id: int, reader: Subscriber | None) -> Issue | None:
    """None where there is none, or this reader (None: nobody known) may not see it: both look the same."""
    with database.read() as session:
        found = _visible(session, bulletin_id, reader)
        return _issue(session, bulletin_id, found) if found else None


def read_article(database: Database, article_id: int, reader: Subscriber | None) -> Reading | None:
    """None where there is none, or this reader may not see it."""
    groups = reader.groups if reader else frozenset()
    with database.read() as session:
        stored = visible_articles(session, groups, [article_id]).get(article_id)
        if stored is None:
            return None
        issue = _issue(session, stored.bulletin_id, _visible(session, stored.bulletin_id, reader))
        alert = alert_of(session, reader.id, article_id) if reader else None
        if reader is None or alert is None or alert.id is None:
            return Reading(stored.id, to_entry(stored), issue)
        entry = load_entries(session, {alert.id: article_id})[alert.id]
        return Reading(stored.id, entry, issue, listed_alert(session, reader.id, alert.id))


def _visible(session: Session, bulletin_id: int, reader: Subscriber | None) -> dict[int, StoredArticle]:
    """The articles of a bulletin, in its order."""
    ids = [article_id for article_id, _ in articles_of(session, bulletin_id)]
    seen = visible_articles(session, reader.groups if reader else frozenset(), ids)
    return {article_id: seen[article_id] for article_id in ids if article_id in seen}


def _issue(session: Session, bulletin_id: int, articles: dict[int, StoredArticle]) -> Issue:
    row = bulletin_row(session, bulletin_id)
    withheld = any(one.title_only for one in articles.values())
    parts = row.distribution
    return Issue(
        id=bulletin_id,
        title=row.title,
        issue=row.issue,
        date=row.date,
        publishers=() if withheld else tuple(row.publishers),
        distribution=Distribution() if withheld else Distribution(tuple(parts["to"]), tuple(parts["cc"])),
        contents=tuple(Listed(one.id, one.article.title, one.article.section) for one in articles.values()),
        shareable=not withheld and all(_public(one) for one in articles.values()),
    )


def _public(stored: StoredArticle) -> bool:
    return any(PUBLIC in audience for audience in stored.audiences)
