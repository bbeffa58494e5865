"""Entries: what a message or a feed shows of an alert, put together from the tables."""

import dataclasses
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from notifier.domain import PUBLIC, Entry, Reason
from notifier.storage.alerts import reasons_of
from notifier.storage.bulletins import StoredArticle, get_articles
from notifier.storage.duplicates import siblings


def to_entry(stored: StoredArticle) -> Entry:
    """The article without the reasons of anybody."""
    return Entry(
        id=stored.uid,
        article=stored.shown,
        reasons=(),
        issue=stored.issue,
        date=stored.date,
        original=stored.original,
        doubtful=stored.doubtful,
        bulletin_id=stored.bulletin_id,
        position=stored.position,
        title_only=stored.title_only,
        number=stored.id,
    )


def load_entries(session: Session, alerts: Mapping[int, int]) -> dict[int, Entry]:
    """alert id -> entry, for alerts given as alert id -> article id."""
    wanted = sorted(set(alerts.values()))
    articles = {stored.id: to_entry(stored) for stored in get_articles(session, wanted)}
    others = _others(session, wanted)
    reasons: Mapping[int, Sequence[Reason]] = reasons_of(session, sorted(alerts))
    return {
        alert_id: dataclasses.replace(
            with_reasons(articles[article_id], reasons.get(alert_id, ())), others=others[article_id]
        )
        for alert_id, article_id in alerts.items()
    }


def with_reasons(entry: Entry, reasons: Sequence[Reason]) -> Entry:
    """Why it is here; where readers see only the title, a hit in the body is not quoted."""
    if entry.title_only:
        reasons = [
            dataclasses.replace(one, hits=tuple(hit for hit in one.hits if hit.field != "body")) for one in reasons
        ]
    return dataclasses.replace(entry, reasons=tuple(reasons))


def _others(session: Session, article_ids: Sequence[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Article id -> (source, address) of where else it stands; only what everybody may know of."""
    same = siblings(session, article_ids)
    found = get_articles(session, sorted({one for others in same.values() for one in others}))
    public = {
        stored.id: (stored.article.source, stored.article.url)
        for stored in found
        if not stored.held and any(PUBLIC in audience for audience in stored.audiences)
    }
    return {
        article_id: tuple(dict.fromkeys(public[one] for one in same.get(article_id, ()) if one in public))
        for article_id in article_ids
    }
