"""What a reader may see of the stored articles: asked at every way out."""

from collections.abc import Iterable

from sqlmodel import Session

from notifier.domain import may_see
from notifier.storage.bulletins import StoredArticle, get_articles


def visible_articles(session: Session, groups: frozenset[str], ids: Iterable[int]) -> dict[int, StoredArticle]:
    """Those of these articles that somebody in `groups` may see, by id; who has not signed in is in none."""
    return {stored.id: stored for stored in get_articles(session, sorted(set(ids))) if may_read(stored, groups)}


def may_read(stored: StoredArticle, groups: frozenset[str]) -> bool:
    return not stored.held and any(may_see(audience, groups) for audience in stored.audiences)
