"""Articles into the text index: in the transaction that stores or changes them, and later those that lack there."""

import structlog
from sqlmodel import Session

from notifier.matching.advice.grams import article_grams
from notifier.matching.prepared import prepare
from notifier.storage.bulletins import StoredArticle, get_articles
from notifier.storage.database import Database
from notifier.storage.text_index import index_text, unindexed_articles

log = structlog.get_logger()
_CHUNK = 100  # articles in one transaction


def index_bulletin(session: Session, bulletin_id: int) -> None:
    """Index the articles of a bulletin that are new or have changed."""
    after = 0
    while ids := unindexed_articles(session, bulletin_id=bulletin_id, after=after):
        for stored in get_articles(session, ids):
            _index(session, stored)
        after = ids[-1]


def index_texts(database: Database, *, chunk: int = _CHUNK) -> int:
    """Index the articles that the index lacks (stored by an older program, facts found anew); how many they were.

    In chunks of a transaction each: broken off anywhere, it goes on where it was.
    """
    done = after = 0
    while True:
        with database.read() as session:
            ids = unindexed_articles(session, after=after, limit=chunk)
        if not ids:
            return done
        with database.write() as session:
            done += sum(_index(session, stored) for stored in get_articles(session, ids))
        after = ids[-1]


def _index(session: Session, stored: StoredArticle) -> bool:
    """An article that breaks the reading of grams stays without: every look-up then counts it as found."""
    try:
        grams = article_grams(prepare(stored.article))
    except Exception:  # one broken article stops no other, and not the bulletin that it came with
        log.exception("article.not_indexed", article=stored.id)
        return False
    index_text(session, stored.id, grams)
    return True
