"""Step 2, where a document comes: has its bulletin come before, by any of its names?"""

from dataclasses import dataclass

from sqlmodel import Session

from notifier.domain import Bulletin
from notifier.matching import same_notice
from notifier.pipeline.identity import Face, face_of, face_of_articles, is_again, other_names
from notifier.storage.bulletins import StoredArticle, articles_of, get_articles
from notifier.storage.documents import StoredDocument
from notifier.storage.names import bulletins_named
from notifier.storage.sightings import seen_at, widens


@dataclass(frozen=True, slots=True)
class Again:
    """The stored bulletin that comes again. `revises`: its own source brings it, so what it says now is what holds."""

    bulletin_id: int
    revises: bool


def find_again(session: Session, stored: StoredDocument, bulletin: Bulletin) -> Again | None:
    """By the surest name that is proved; None where it is new, or comes by its masthead or key alone."""
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
                return Again(number, revises=stored.source_id in known.sources)
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
