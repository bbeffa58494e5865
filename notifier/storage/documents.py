"""Documents: bytes as they came from a source, until they are read."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, update
from sqlalchemy import select as columns
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from notifier.domain import Document
from notifier.storage.attachments import attachments_of, store_attachments
from notifier.storage.tables import DocumentRow, SourceRow

NEW, BACKFILL = "new", "backfill"  # states in which a document waits to be read
_CHUNK = 500  # keys a query
_BARE = defer(DocumentRow.content)  # type: ignore[arg-type]  # many megabytes, which only the reader needs
UNREAD = ("failed", "needs_person")  # states from which another try may help
ATTENTION = (*UNREAD, "held")  # states in which a person should look at a document


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its place in the tables. `earlier`: the bulletin that its key brought before. `old`: it was
    there when its source was new, or was filled in: it is read, and alerts nobody."""

    id: int
    source_id: int
    source_name: str
    document: Document
    fetched_at: dt.datetime
    timezone: str
    earlier: int | None
    old: bool = False
    kind: str = ""  # of its source


def add_documents(
    session: Session, source_id: int, documents: Sequence[Document], *, state: str, now: dt.datetime
) -> list[int]:
    """Store those that are new or changed (by key and content) and return their ids, in order.

    One that could not be read before is read again: the program may have learned its format since.
    """
    added = []
    for document in documents:
        row = _known(session, source_id, document)
        if row is None:
            row = _row(source_id, document, now=now)
        elif row.state not in UNREAD:
            continue
        row.state, row.error = state, ""
        session.add(row)
        session.flush()
        assert row.id is not None
        added.append(row.id)
        store_attachments(session, row.id, document.attachments)
    return added


def _row(source_id: int, document: Document, *, now: dt.datetime) -> DocumentRow:
    return DocumentRow(
        source_id=source_id,
        sha256=fingerprint(document),
        fetched_at=now,
        key=document.key,
        name=document.name,
        media_type=document.media_type,
        content=document.content,
        title=document.title,
        url=document.url,
        published_at=document.published_at,
        byline=document.byline,
        encoding=document.encoding,
    )


def fingerprint(document: Document) -> str:
    """What makes two documents of one key the same: their title, content and attachments."""
    digest = hashlib.sha256(document.title.encode() + b"\0" + document.content)
    for one in document.attachments:
        digest.update(f"\0{one.name}\0{one.url}\0".encode() + hashlib.sha256(one.content).digest())
    return digest.hexdigest()


def _known(session: Session, source_id: int, document: Document) -> DocumentRow | None:
    statement = select(DocumentRow).where(
        DocumentRow.source_id == source_id,
        DocumentRow.key == document.key,
        DocumentRow.sha256 == fingerprint(document),
    )
    return session.exec(statement.options(_BARE)).first()


def waiting_documents(session: Session, state: str = NEW, limit: int = 100) -> list[int]:
    """Ids of documents that wait to be read, in the order they came; what is new, or what is there for the record."""
    statement = select(DocumentRow.id).where(DocumentRow.state == state).order_by(col(DocumentRow.id)).limit(limit)
    return [row for row in session.exec(statement) if row is not None]


def known_keys(session: Session, source_id: int, keys: Sequence[str]) -> set[str]:
    """Those of these keys under which the source has brought something before."""
    found: set[str] = set()
    for at in range(0, len(keys), _CHUNK):
        some = col(DocumentRow.key).in_(keys[at : at + _CHUNK])
        found.update(session.exec(select(DocumentRow.key).where(DocumentRow.source_id == source_id, some)))
    return found


def bulletins_by_key(session: Session, source_id: int, keys: Sequence[str]) -> dict[str, int]:
    """Key -> the bulletin that it brought last."""
    statement = (
        select(DocumentRow.key, DocumentRow.bulletin_id)
        .where(DocumentRow.source_id == source_id, col(DocumentRow.key).in_(keys))
        .order_by(col(DocumentRow.id))
    )
    return {key: number for key, number in session.exec(statement) if number is not None}


def get_document(session: Session, document_id: int) -> StoredDocument | None:
    """A document that waits to be read; None where it has been."""
    row = session.get(DocumentRow, document_id)
    if row is None or row.state not in (NEW, BACKFILL) or row.id is None:
        return None
    source = session.get_one(SourceRow, row.source_id)
    document = Document(
        key=row.key,
        name=row.name,
        media_type=row.media_type,
        content=row.content,
        title=row.title,
        url=row.url,
        published_at=row.published_at,
        byline=row.byline,
        encoding=row.encoding,
        attachments=attachments_of(session, row.id),
    )
    earlier = _earlier_bulletin(session, row)
    return StoredDocument(
        id=row.id,
        source_id=row.source_id,
        source_name=source.name,
        document=document,
        fetched_at=row.fetched_at,
        timezone=source.timezone,
        earlier=earlier,
        old=row.state == BACKFILL,
        kind=source.kind,
    )


def is_unread(session: Session, document_id: int) -> bool:
    """Does it still wait to be read? Locks it until the transaction ends."""
    waits = select(DocumentRow.id).where(DocumentRow.id == document_id, col(DocumentRow.state).in_((NEW, BACKFILL)))
    return session.exec(waits.with_for_update()).first() is not None


def _earlier_bulletin(session: Session, row: DocumentRow) -> int | None:
    statement = (
        select(DocumentRow.bulletin_id)
        .where(DocumentRow.source_id == row.source_id, DocumentRow.key == row.key)
        .where(col(DocumentRow.id) < row.id, col(DocumentRow.bulletin_id).is_not(None))
        .order_by(col(DocumentRow.id).desc())
    )
    return session.exec(statement).first()


def stamp_document(
    session: Session, document_id: int, state: str, *, error: str = "", bulletin_id: int | None = None
) -> None:
    """Say what became of a document: read, known (the same bulletin again), old, unpacked, held, needs_person or
    failed."""
    statement = update(DocumentRow).where(col(DocumentRow.id) == document_id)
    session.execute(statement.values(state=state, error=error, bulletin_id=bulletin_id))


def find_documents(session: Session, words: str) -> list[DocumentRow]:
    """Documents whose name, key or address holds these words; the newest first."""
    statement = (
        select(DocumentRow)
        .where(
            or_(
                col(DocumentRow.name).contains(words, autoescape=True),
                col(DocumentRow.key).contains(words, autoescape=True),
                col(DocumentRow.url).contains(words, autoescape=True),
            )
        )
        .order_by(col(DocumentRow.id).desc())
        .limit(10)
        .options(_BARE)
    )
    return list(session.exec(statement))


def documents_of(session: Session, bulletin_id: int) -> list[tuple[DocumentRow, str]]:
    """The documents that brought a bulletin, each with its source's name, in the order they came."""
    statement = (
        select(DocumentRow, SourceRow.name)
        .join(SourceRow, col(SourceRow.id) == col(DocumentRow.source_id))
        .where(DocumentRow.bulletin_id == bulletin_id)
        .order_by(col(DocumentRow.id))
        .options(_BARE)
    )
    return [(row, name) for row, name in session.exec(statement)]


def documents_by_state(session: Session) -> dict[str, int]:
    """How many documents there are in each state."""
    statement = select(DocumentRow.state, func.count()).group_by(DocumentRow.state)
    return dict(session.exec(statement).all())


@dataclass(frozen=True, slots=True)
class DocumentState:
    """One document without its content: what an operator wants to see."""

    id: int
    name: str
    source: str
    state: str
    error: str
    fetched_at: dt.datetime
    size: int


def list_documents(session: Session, states: Sequence[str], *, limit: int) -> list[DocumentState]:
    """Documents in these states (all where none is named), the newest first; contents stay where they are."""
    statement = (
        columns(
            col(DocumentRow.id),
            col(DocumentRow.name),
            col(SourceRow.name),
            col(DocumentRow.state),
            col(DocumentRow.error),
            col(DocumentRow.fetched_at),
            func.length(col(DocumentRow.content)),
        )
        .join(SourceRow, col(SourceRow.id) == col(DocumentRow.source_id))
        .order_by(col(DocumentRow.id).desc())
        .limit(limit)
    )
    if states:
        statement = statement.where(col(DocumentRow.state).in_(states))
    return [DocumentState(*row) for row in session.execute(statement)]
