"""Step 2: documents become bulletins of articles. A bulletin, its articles and the document's stamp go in as one."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import Session

from notifier.bulletins import Opened
from notifier.domain import Bulletin
from notifier.errors import ReadError, StorageError
from notifier.pipeline.reading.again import find_again, revised_by
from notifier.pipeline.reading.changes import record_revisions, return_bulletin
from notifier.pipeline.reading.endings import record_endings
from notifier.pipeline.reading.identity import exact_identity, other_names
from notifier.pipeline.reading.reader import Reader
from notifier.pipeline.reading.text_index import index_bulletin
from notifier.pipeline.reading.whole import open_whole
from notifier.storage.database import Database
from notifier.storage.documents import (
    BACKFILL,
    NEW,
    StoredDocument,
    add_documents,
    get_document,
    is_unread,
    stamp_document,
    waiting_documents,
)
from notifier.storage.editions import Arrival, Outcome, store_bulletin
from notifier.storage.names import add_names

log = structlog.get_logger()
OLD_ONES = 200  # documents from before its time that one pass reads: news is not to wait for them


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one document: read, known (the same bulletin again), old (alerts nobody), unpacked (only
    documents within), held, needs_person or failed."""

    name: str
    state: str
    bulletin: Bulletin | None = None
    error: str = ""


def read_documents(database: Database, reader: Reader, *, clock: Callable[[], dt.datetime]) -> list[Read]:
    """Read all new documents that wait, in the order in which they came, then some of those that are only there for
    the record. One that cannot be read is marked and passed.

    Documents within a document (an archive, a mail) wait in their turn.
    """
    done: list[Read] = []
    while True:
        with database.read() as session:
            waiting = waiting_documents(session, NEW)
        if not waiting:
            break
        done.extend(_read_one(database, reader, document_id, now=clock()) for document_id in waiting)
    with database.read() as session:
        waiting = waiting_documents(session, BACKFILL, limit=OLD_ONES)
    return done + [_read_one(database, reader, document_id, now=clock()) for document_id in waiting]


def _read_one(database: Database, reader: Reader, document_id: int, *, now: dt.datetime) -> Read:
    with database.read() as session:
        stored = get_document(session, document_id)
    if stored is None:
        return Read(f"#{document_id}", "known")
    name = stored.document.name
    try:
        opened = open_whole(reader, stored.document, kind=stored.kind, published_on=_local_date(stored))
        return _store(database, stored, opened, now=now)
    except StorageError:  # the database's trouble: the document waits
        raise
    except ReadError as error:
        return _unread(database, stored, "needs_person" if error.needs_person else "failed", str(error))
    except Exception as error:  # a broken document stops nobody else
        log.exception("document.broke_reader", document=name)
        return _unread(database, stored, "failed", f"读取时程序出错 / the reader failed: {error!r}")


def _local_date(stored: StoredDocument) -> dt.date:
    """The day it came, where the document states none."""
    return (stored.document.published_at or stored.fetched_at).astimezone(ZoneInfo(stored.timezone)).date()


def _unread(database: Database, stored: StoredDocument, state: str, error: str) -> Read:
    """What is only there for the record asks nobody to look at it."""
    state = "old" if stored.old else state
    log.warning("document.unread", document=stored.document.name, state=state, error=error)
    with database.write() as session:
        if not is_unread(session, stored.id):
            return Read(stored.document.name, "known")
        stamp_document(session, stored.id, state, error=error)
    return Read(stored.document.name, state, error=error)


def _store(database: Database, stored: StoredDocument, opened: Opened, *, now: dt.datetime) -> Read:
    """The bulletin, and the documents within as documents of the same source, in one transaction."""
    name, bulletin = stored.document.name, opened.bulletin
    with database.write() as session:
        if not is_unread(session, stored.id):  # another process was quicker
            return Read(name, "known")
        add_documents(session, stored.source_id, opened.inner, state=BACKFILL if stored.old else NEW, now=now)
        if bulletin is None:
            stamp_document(session, stored.id, "unpacked")
            return Read(name, "unpacked")
        outcome = _keep(session, stored, bulletin, now=now)
        index_bulletin(session, outcome.bulletin_id)
        state = _state(stored, bulletin, outcome)
        stamp_document(session, stored.id, state, bulletin_id=outcome.bulletin_id)
        record_endings(session, bulletin, outcome, now=now)
    log.info("document.read", document=name, state=state, articles=len(bulletin.articles))
    if bulletin.quality.doubtful:
        score, problems = bulletin.quality.score, [zh for zh, _ in bulletin.quality.problems]
        log.warning("document.doubtful", document=name, score=score, problems=problems)
    return Read(name, state, bulletin)


def _state(stored: StoredDocument, bulletin: Bulletin, outcome: Outcome) -> str:
    if bulletin.restricted:
        return "held"
    if not outcome.changed:
        return "known"
    return "old" if stored.old else "read"


def _keep(session: Session, stored: StoredDocument, bulletin: Bulletin, *, now: dt.datetime) -> Outcome:
    """Store it, or meet it again by any of its names; what became other is told."""
    identity, again = exact_identity(stored, bulletin), find_again(session, stored, bulletin)
    arrival = Arrival(
        source_id=stored.source_id,
        original=stored.document.name,
        now=now,
        earlier=stored.earlier,
        again=again,
        revises=revised_by(session, stored, bulletin, again),
        old=stored.old,
    )
    outcome = store_bulletin(session, bulletin, arrival, identity=identity)
    add_names(session, outcome.bulletin_id, other_names(stored, bulletin).values())
    record_revisions(session, outcome.revisions, now=now)
    if again is not None and stored.earlier is None:  # what vanished from one place stands in another
        return_bulletin(session, outcome.bulletin_id, now=now)
    return outcome
