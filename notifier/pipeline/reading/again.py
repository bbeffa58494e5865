"""Step 2, where a document comes: has its bulletin come before, by any of its names?"""

from sqlmodel import Session

from notifier.domain import Bulletin
from notifier.matching import same_notice
from notifier.pipeline.reading.identity import Face, face_of, face_of_articles, is_again, is_fuller, other_names
from notifier.storage.bulletins import StoredArticle, articles_of, get_articles
from notifier.storage.documents import StoredDocument
from notifier.storage.names import bulletins_named
from notifier.storage.sightings import seen_at, widens


def revised_by(session: Session, stored: StoredDocument, bulletin: Bulletin, again: int | None) -> frozenset[int]:
    """The stored bulletins whose text this document replaces, should it be one of them.

    What its own source says now is what holds; a summary at one source never replaces the whole text of another, and
    the whole text a summary always.
    """
    return frozenset(
        number
        for number in (stored.earlier, again)
        if number is not None and bulletin.articles and _replaces(session, stored, bulletin, number)
    )


def _replaces(session: Session, stored: StoredDocument, bulletin: Bulletin, number: int) -> bool:
    known = _face(session, number)
    if known is None or (number == stored.earlier and known.sources == {stored.source_id}):
        return True
    new = face_of(stored, bulletin)
    return not is_fuller(known, new) if stored.source_id in known.sources else is_fuller(new, known)


def find_again(session: Session, stored: StoredDocument, bulletin: Bulletin) -> int | None:
    """The stored bulletin that comes again, by the surest name that is proved; None where none is."""
    names = other_names(stored, bulletin)
    new = face_of(stored, bulletin) if names else None
    looked: set[tuple[str, int]] = set()
    for kind, name in names.items():
        for number in bulletins_named(session, name):
            if (kind, number) in looked or new is None:
                continue
            looked.add((kind, number))
            known = _face(session, number)
            if known is not None and is_again(kind, new, known) and _may_join(session, stored, number, (new, known)):
                return number
    return None


def _may_join(session: Session, stored: StoredDocument, bulletin_id: int, faces: tuple[Face, Face]) -> bool:
    """What some may not see is never opened to more by an address and a title that anybody can copy: by its text."""
    if not widens(session, bulletin_id, stored.source_id):
        return True
    return same_notice(faces[0].article, faces[1].article)


def _face(session: Session, bulletin_id: int) -> Face | None:
    articles = get_articles(session, [number for number, _ in articles_of(session, bulletin_id)])
    if not articles:
        return None
    ordered = sorted(articles, key=_place)
    published = ordered[0].article.published_at
    return face_of_articles(
        tuple(one.article for one in ordered),
        day=published.date() if published else None,
        sources=frozenset(seen_at(session, bulletin_id)),
    )


def _place(one: StoredArticle) -> tuple[int, int]:
    return one.position, one.id
