"""A pass over stored articles: find what they state again, for those from before there were facts, or for all.

Nothing is matched or sent again: what was alerted stays as it was, and mails, feeds and later rules see the facts.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlmodel import Session

from notifier import bulletins
from notifier.domain import Fact
from notifier.storage.bulletins import StoredArticle, get_articles
from notifier.storage.database import Database
from notifier.storage.facts import Origin, articles_for_facts, origin_of, store_facts

log = structlog.get_logger()
_CHUNK = 100  # articles in one transaction


@dataclass(frozen=True, slots=True)
class Restated:
    """How many articles were looked at, how many state other things now, and those that failed: (id, error)."""

    articles: int
    changed: int
    errors: tuple[tuple[int, str], ...] = ()


def restate_articles(database: Database, *, everything: bool = False, chunk: int = _CHUNK) -> Restated:
    """In chunks of a transaction each: broken off anywhere, it can be run again."""
    looked = changed = after = 0
    errors: list[tuple[int, str]] = []
    while True:
        with database.read() as session:
            ids = articles_for_facts(session, after=after, everything=everything, limit=chunk)
            found = [(stored, origin_of(session, stored.bulletin_id)) for stored in get_articles(session, ids)]
        if not found:
            return Restated(looked, changed, tuple(errors))
        with database.write() as session:
            changed += sum(_restate(session, stored, origin, errors) for stored, origin in found)
        looked, after = looked + len(found), ids[-1]


def _restate(session: Session, stored: StoredArticle, origin: Origin, errors: list[tuple[int, str]]) -> bool:
    try:
        facts = _facts(stored, origin)
    except Exception as error:  # one broken article stops no other
        log.exception("article.not_restated", article=stored.id)
        errors.append((stored.id, repr(error)))
        return False
    return store_facts(session, stored.id, facts)


def _facts(stored: StoredArticle, origin: Origin) -> Sequence[Fact]:
    return bulletins.article_facts(stored.article, origins=origin.publishers, published=_published(stored, origin))


def _published(stored: StoredArticle, origin: Origin) -> dt.date | None:
    """The day that tells the year of a date without one; the day on which an undated document came tells none."""
    published = stored.article.published_at
    if published is None:
        return None
    came = origin.came_at.astimezone(published.tzinfo).date()
    return published.date() if origin.dated or published.date() != came else None
