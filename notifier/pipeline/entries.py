"""Entries: what a message or a feed shows of an alert, put together from the tables."""

import dataclasses
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from notifier.domain import Entry, Reason
from notifier.storage.alerts import reasons_of
from notifier.storage.bulletins import StoredArticle, get_articles


def to_entry(stored: StoredArticle) -> Entry:
    """The article without the reasons of anybody."""
    return Entry(
        id=stored.uid,
        article=stored.article,
        reasons=(),
        issue=stored.issue,
        date=stored.date,
        original=stored.original,
        doubtful=stored.doubtful,
        bulletin_id=stored.bulletin_id,
        position=stored.position,
    )


def load_entries(session: Session, alerts: Mapping[int, int]) -> dict[int, Entry]:
    """alert id -> entry, for alerts given as alert id -> article id."""
    articles = {stored.id: to_entry(stored) for stored in get_articles(session, sorted(set(alerts.values())))}
    reasons: Mapping[int, Sequence[Reason]] = reasons_of(session, sorted(alerts))
    return {
        alert_id: dataclasses.replace(articles[article_id], reasons=tuple(reasons.get(alert_id, ())))
        for alert_id, article_id in alerts.items()
    }
