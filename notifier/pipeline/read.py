"""Step 2: documents become bulletins of articles. A bulletin, its articles and the document's stamp go in as one."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from notifier import bulletins
from notifier.bulletins import Opened
from notifier.domain import Bulletin
from notifier.errors import ReadError
from notifier.pipeline.reader import Reader
from notifier.pipeline.whole import open_whole
from notifier.storage.bulletins import store_bulletin, title_key
from notifier.storage.database import Database
from notifier.storage.documents import StoredDocument, add_documents, get_document, new_documents, stamp_document

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one document: read, known (the same bulletin again), unpacked (only documents within),
    held, needs_person or failed."""

    name: str
    state: str
    bulletin: Bulletin | None = None
    error: str = ""


def read_documents(database: Database, reader: Reader, *, clock: Callable[[], dt.datetime]) -> list[Read]:
    """Read all documents that wait, in the order in which they came. One that cannot be read is marked and passed.

    Documents within a document (an archive, a mail) wait in their turn.
    """
    done: list[Read] = []
    while True:
        with database.read() as session:
            waiting = new_documents(session)
        if not waiting:
            return done
        done.extend(_read_one(database, reader, document_id, now=clock()) for document_id in waiting)


def _read_one(database: Database, reader: Reader, document_id: int, *, now: dt.datetime) -> Read:
    with database.read() as session:
        stored = get_document(session, document_id)
    if stored is None:
        return Read(f"#{document_id}", "known")
    name = stored.document.name
    try:
        opened = open_whole(reader, stored.document, kind=stored.kind, published_on=_local_date(stored))
    except ReadError as error:
        return _unread(database, stored, "needs_person" if error.needs_person else "failed", str(error))
    except Exception as error:  # a broken document stops nobody else
        log.exception("document.broke_reader", document=name)
        return _unread(database, stored, "failed", f"读取时程序出错 / the reader failed: {error!r}")
    return _store(database, stored, opened, now=now)


def _local_date(stored: StoredDocument) -> dt.date:
    """The day it came, where the document states none."""
    return (stored.document.published_at or stored.fetched_at).astimezone(ZoneInfo(stored.timezone)).date()


def _unread(database: Database, stored: StoredDocument, state: str, error: str) -> Read:
    log.warning("document.unread", document=stored.document.name, state=state, error=error)
    with database.write() as session:
        stamp_document(session, stored.id, state, error=error)
    return Read(stored.document.name, state, error=error)


def _store(database: Database, stored: StoredDocument, opened: Opened, *, now: dt.datetime) -> Read:
    """The bulletin, and the documents within as documents of the same source, in one transaction."""
    name, bulletin = stored.document.name, opened.bulletin
    with database.write() as session:
        add_documents(session, stored.source_id, opened.inner, state="new", now=now)
        if bulletin is None:
            stamp_document(session, stored.id, "unpacked")
            return Read(name, "unpacked")
        outcome = store_bulletin(
            session,
            bulletin,
            identity=_identity(stored, bulletin),
            source_id=stored.source_id,
            original=name,
            earlier=stored.earlier,
            now=now,
        )
        state = "held" if bulletin.restricted else "read" if outcome.changed else "known"
        stamp_document(session, stored.id, state, bulletin_id=outcome.bulletin_id)
    log.info("document.read", document=name, state=state, articles=len(bulletin.articles))
    if bulletin.quality.doubtful:
        score, problems = bulletin.quality.score, [zh for zh, _ in bulletin.quality.problems]
        log.warning("document.doubtful", document=name, score=score, problems=problems)
    return Read(name, state, bulletin)


def _identity(stored: StoredDocument, bulletin: Bulletin) -> str:
    """Masthead, issue and date where there are; else a feed entry is its id, and a text its words."""
    masthead = bulletins.identity(bulletin)
    if masthead:
        return f"masthead:{masthead}"
    if stored.document.title:  # a feed entry, a page: its source says which it is
        return f"entry:{stored.source_name}:{stored.document.key}"
    words = "\n".join(title_key(article.title + article.text) for article in bulletin.articles)
    return f"content:{hashlib.sha256(words.encode()).hexdigest()}"
