"""Facts of articles that are stored already: which lack them, and what they follow from."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from notifier.domain import Fact, facts_to_list
from notifier.storage.tables import ArticleRow, BulletinRow, DocumentRow


@dataclass(frozen=True, slots=True)
class Origin:
    """What facts of a bulletin's articles follow from: who publishes it, and whether its source states its date."""

    publishers: tuple[str, ...]
    came_at: dt.datetime
    dated: bool


def articles_for_facts(session: Session, *, after: int, everything: bool, limit: int = 100) -> list[int]:
    """Ids behind `after`, in order: of articles from before there were facts, or of all."""
    statement = select(ArticleRow.id).where(col(ArticleRow.id) > after)
    if not everything:
        statement = statement.where(col(ArticleRow.facts).is_(None))
    found = session.exec(statement.order_by(col(ArticleRow.id)).limit(limit))
    return [row for row in found if row is not None]


def origin_of(session: Session, bulletin_id: int) -> Origin:
    bulletin = session.get_one(BulletinRow, bulletin_id)
    stated = select(DocumentRow.id).where(
        DocumentRow.bulletin_id == bulletin_id, col(DocumentRow.published_at).is_not(None)
    )
    names = (*bulletin.publishers, str(bulletin.imprint.get("issuer", "")), bulletin.title)
    return Origin(names, bulletin.created_at, session.exec(stated).first() is not None)


def store_facts(session: Session, article_id: int, facts: Sequence[Fact]) -> bool:
    """Whether they are others than before. Nothing else of the article changes: it is not matched again."""
    row = session.get_one(ArticleRow, article_id)
    before, row.facts = row.facts, facts_to_list(facts)
    row.text_indexed = row.text_indexed and before == row.facts
    session.add(row)
    return before != row.facts
