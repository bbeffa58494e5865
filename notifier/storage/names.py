"""Names of bulletins: under which one may come again, or is looked for by what it ends. Several bulletins may share a
name; who asks decides."""

import datetime as dt
from collections.abc import Iterable

from sqlmodel import Session, col, select

from notifier.domain import canonical_url
from notifier.storage.tables import BulletinName
from notifier.storage.titles import title_key

_LONGEST = 700  # characters: what PostgreSQL takes into an index


def address_name(url: str) -> str:
    """By the page's canonical address; "" where there is none."""
    return f"url:{canonical_url(url)}"[:_LONGEST] if url.strip() else ""


def number_name(number: str) -> str:
    """By the document number (发文字号); "" where there is none."""
    return f"docno:{title_key(number)}"[:_LONGEST] if number else ""


def stated_name(source_id: int, title: str, day: dt.date | None) -> str:
    """By source, title and the date that the source states; "" where one is missing."""
    return f"stated:{source_id}:{day}:{title_key(title)}"[:_LONGEST] if title_key(title) and day else ""


def words_name(source_id: int, digest: str) -> str:
    """By source and content."""
    return f"words:{source_id}:{digest}"


def ending_name(number: str) -> str:
    """By a document number that the bulletin says to end: it is looked for when that document comes later."""
    return f"ends:{title_key(number)}"[:_LONGEST]


def titled_ending_name(source_id: int, title: str) -> str:
    """By the name of a document of its source that the bulletin says to end."""
    return f"ends:{source_id}:{title_key(title)}"[:_LONGEST]


def add_names(session: Session, bulletin_id: int, names: Iterable[str]) -> None:
    """Those that it has not got yet; empty ones are none."""
    for name in dict.fromkeys(filter(None, names)):
        if session.get(BulletinName, (name, bulletin_id)) is None:
            session.add(BulletinName(name=name, bulletin_id=bulletin_id))
    session.flush()


def bulletins_named(session: Session, name: str, *, limit: int = 20) -> list[int]:
    """Ids of the bulletins that have this name, the newest first."""
    statement = select(BulletinName.bulletin_id).where(BulletinName.name == name)
    return list(session.exec(statement.order_by(col(BulletinName.bulletin_id).desc()).limit(limit)))
