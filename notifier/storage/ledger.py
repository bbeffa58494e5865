"""What was sent to whom: the rows of the ledger, read only."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from notifier.domain import Schedule
from notifier.storage.messages import attempts_of
from notifier.storage.tables import (
    AlertRow,
    ArticleRow,
    AttemptRow,
    DeliveryRow,
    MessageRow,
    ReminderRow,
    SubscriberRow,
)

_CHUNK = 500  # rows read at a time


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One message, or one delivery that no message carries. `planned_at` is when it came to be."""

    subscriber: str
    channel: str
    kind: str
    articles: tuple[str, ...]
    state: str
    reason: str
    planned_at: dt.datetime
    message_id: str
    attempts: tuple[AttemptRow, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "subscriber": self.subscriber,
            "channel": self.channel,
            "kind": self.kind,
            "articles": list(self.articles),
            "state": self.state,
            "attempts": [_attempt_dict(attempt) for attempt in self.attempts],
            "reason": self.reason,
            "planned_at": self.planned_at.isoformat(),
            "message_id": self.message_id,
        }


def _attempt_dict(row: AttemptRow) -> dict[str, Any]:
    return {
        "at": row.started_at.isoformat(),
        "outcome": row.outcome,
        "code": row.code,
        "reply": row.reply,
        "place": row.place,
    }


def ledger(session: Session, *, since: dt.datetime | None = None) -> Iterator[LedgerLine]:
    """Every message planned since then, in order, and after them what waits or ended without one."""
    after = 0
    while True:
        statement = (
            select(MessageRow, SubscriberRow.email)
            .join(SubscriberRow, col(SubscriberRow.id) == col(MessageRow.subscriber_id))
            .where(col(MessageRow.id) > after)
            .order_by(col(MessageRow.id))
            .limit(_CHUNK)
        )
        if since is not None:
            statement = statement.where(MessageRow.planned_at >= since)
        rows = list(session.exec(statement))
        if not rows:
            break
        yield from _message_lines(session, rows)
        after = rows[-1][0].id or 0
    yield from _unsent_lines(session, since)


def _message_lines(session: Session, rows: list[tuple[MessageRow, str]]) -> Iterator[LedgerLine]:
    ids = [row.id for row, _ in rows if row.id is not None]
    titles, attempts = _titles(session, ids), attempts_of(session, ids)
    for row, email in rows:
        assert row.id is not None
        yield LedgerLine(
            subscriber=email,
            channel=row.channel,
            kind=row.kind,
            articles=tuple(titles.get(row.id, ())),
            state=row.state,
            reason=row.reason,
            planned_at=row.planned_at,
            message_id=row.header_id,
            attempts=tuple(attempts.get(row.id, ())),
        )


def _titles(session: Session, message_ids: list[int]) -> dict[int, list[str]]:
    statement = (
        select(DeliveryRow.message_id, ArticleRow.title)
        .join(AlertRow, col(AlertRow.id) == col(DeliveryRow.alert_id))
        .join(ArticleRow, col(ArticleRow.id) == col(AlertRow.article_id))
        .where(col(DeliveryRow.message_id).in_(message_ids))
        .order_by(col(ArticleRow.bulletin_id), col(ArticleRow.position))
    )
    reminded = (
        select(ReminderRow.message_id, ArticleRow.title)
        .join(AlertRow, col(AlertRow.id) == col(ReminderRow.alert_id))
        .join(ArticleRow, col(ArticleRow.id) == col(AlertRow.article_id))
        .where(col(ReminderRow.message_id).in_(message_ids))
        .order_by(col(ReminderRow.deadline), col(ReminderRow.id))
    )
    titles: dict[int, list[str]] = {}
    for message_id, title in (*session.exec(statement), *session.exec(reminded)):
        titles.setdefault(message_id or 0, []).append(title)
    return titles


def _unsent_lines(session: Session, since: dt.datetime | None) -> Iterator[LedgerLine]:
    statement = (
        select(DeliveryRow, SubscriberRow.email, ArticleRow.title, AlertRow.created_at)
        .join(SubscriberRow, col(SubscriberRow.id) == col(DeliveryRow.subscriber_id))
        .join(AlertRow, col(AlertRow.id) == col(DeliveryRow.alert_id))
        .join(ArticleRow, col(ArticleRow.id) == col(AlertRow.article_id))
        .where(col(DeliveryRow.message_id).is_(None))
        .order_by(col(DeliveryRow.id))
    )
    if since is not None:
        statement = statement.where(AlertRow.created_at >= since)
    for row, email, title, created_at in session.exec(statement.execution_options(yield_per=_CHUNK)):
        kind = "alert" if Schedule(row.schedule).at_once else "digest"
        yield LedgerLine(email, row.channel, kind, (title,), row.state, row.reason, created_at, "", ())
