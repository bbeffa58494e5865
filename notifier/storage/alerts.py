"""Matches, alerts and their deliveries: written in the transaction that stamps the article as matched."""

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, insert, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from notifier.domain import Alert, Hit, Reason, Schedule, State
from notifier.storage.channels import active_names
from notifier.storage.duplicates import siblings
from notifier.storage.reminders import add_reminders, store_reminders
from notifier.storage.tables import (
    AlertRow,
    AlertRule,
    DeliveryRow,
    MatchRow,
    MessageRow,
    RuleVersion,
)
from notifier.storage.waiting import is_waiting

_CHUNK = 5000  # rows a statement


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A delivery that no message carries yet and whose time has come."""

    id: int
    alert_id: int
    article_id: int
    subscriber_id: int
    schedule: Schedule
    due_at: dt.datetime


def store_matches(
    session: Session, article_id: int, matches: Mapping[str, tuple[float, Sequence[Hit]]]
) -> dict[str, int]:
    """Store the matches of an article by expression; an article matched again keeps its newest. Ids by expression."""
    known = {row.expression: row for row in session.exec(select(MatchRow).where(MatchRow.article_id == article_id))}
    for expression, (score, hits) in matches.items():
        row = known.setdefault(expression, MatchRow(article_id=article_id, expression=expression, score=score))
        row.score, row.hits = score, [_hit_list(hit) for hit in hits]
        session.add(row)
    session.flush()
    return {expression: row.id for expression, row in known.items() if row.id is not None}


def _hit_list(hit: Hit) -> list[Any]:
    return [hit.field, hit.start, hit.end, hit.text, hit.term, hit.certainty]


def store_alerts(
    session: Session,
    article_id: int,
    alerts: Sequence[Alert],
    *,
    match_ids: Mapping[str, int],
    channels: Sequence[str],
    now: dt.datetime,
) -> int:
    """Store alerts, why they are, and what they are to remind of; and a waiting delivery a channel: `channels` for all,
    and each subscriber's own.

    Who was alerted of this article, or of another that tells the same, is passed over; but deadlines that it states
    since then (延长至 …) are reminded of.
    """
    same = [article_id, *siblings(session, [article_id])[article_id]]
    already = set(session.exec(select(AlertRow.subscriber_id).where(col(AlertRow.article_id).in_(same))))
    add_reminders(session, article_id, {one.subscriber_id: one.reminders for one in alerts if one.reminders})
    fresh = [alert for alert in alerts if alert.subscriber_id not in already]
    for at in range(0, len(fresh), _CHUNK):
        _store_chunk(session, article_id, fresh[at : at + _CHUNK], match_ids=match_ids, channels=channels, now=now)
    return len(fresh)


def _store_chunk(
    session: Session,
    article_id: int,
    alerts: Sequence[Alert],
    *,
    match_ids: Mapping[str, int],
    channels: Sequence[str],
    now: dt.datetime,
) -> None:
    statement = insert(AlertRow).returning(col(AlertRow.id), sort_by_parameter_order=True)
    rows = [
        {"subscriber_id": a.subscriber_id, "article_id": article_id, "schedule": a.schedule.value, "created_at": now}
        for a in alerts
    ]
    numbered = list(zip((int(row[0]) for row in session.execute(statement, rows)), alerts, strict=True))
    session.execute(insert(AlertRule), [row for one in numbered for row in _reason_rows(*one, match_ids)])
    own = active_names(session, [alert.subscriber_id for alert in alerts])
    deliveries = [
        _delivery_row(number, alert, channel)
        for number, alert in numbered
        for channel in (*channels, *own.get(alert.subscriber_id, ()))
    ]
    session.execute(insert(DeliveryRow), deliveries)
    store_reminders(session, ((number, alert.subscriber_id, alert.reminders) for number, alert in numbered))


def _reason_rows(alert_id: int, alert: Alert, match_ids: Mapping[str, int]) -> list[dict[str, int]]:
    return [
        {"alert_id": alert_id, "rule_version_id": version, "match_id": match_ids[expression]}
        for version, expression in alert.rules
    ]


def _delivery_row(alert_id: int, alert: Alert, channel: str) -> dict[str, Any]:
    return {
        "alert_id": alert_id,
        "subscriber_id": alert.subscriber_id,
        "channel": channel,
        "schedule": alert.schedule.value,
        "due_at": alert.due_at,
        "state": State.WAITING.value,
        "reason": "",
    }


def due_deliveries(
    session: Session, channel: str, subscriber_ids: Sequence[int], *, now: dt.datetime
) -> list[DueDelivery]:
    """What is due for these subscribers, in the order of subscribers and alerts."""
    mine = col(DeliveryRow.subscriber_id).in_(subscriber_ids)
    return _waiting(session, mine, DeliveryRow.channel == channel, DeliveryRow.due_at <= now)


def waiting_deliveries(session: Session, subscriber_id: int, channel: str = "email") -> list[DueDelivery]:
    """All that waits for a subscriber, whenever it is due, in the order of alerts."""
    return _waiting(session, DeliveryRow.subscriber_id == subscriber_id, DeliveryRow.channel == channel)


def _waiting(session: Session, *conditions: ColumnElement[bool] | bool) -> list[DueDelivery]:
    statement = (
        select(DeliveryRow, AlertRow.article_id)
        .join(AlertRow, col(AlertRow.id) == col(DeliveryRow.alert_id))
        .where(is_waiting(DeliveryRow), *conditions)
        .order_by(col(DeliveryRow.subscriber_id), col(DeliveryRow.alert_id))
    )
    return [
        DueDelivery(row.id or 0, row.alert_id, article_id, row.subscriber_id, Schedule(row.schedule), row.due_at)
        for row, article_id in session.exec(statement)
    ]


def move_deliveries(
    session: Session, subscriber_id: int, schedule: Schedule, due_at: dt.datetime, *, now: dt.datetime
) -> None:
    """What waits for a time to come, of one schedule of a subscriber, is due then."""
    statement = update(DeliveryRow).where(
        is_waiting(DeliveryRow),
        col(DeliveryRow.subscriber_id) == subscriber_id,
        col(DeliveryRow.schedule) == schedule.value,
        col(DeliveryRow.due_at) > now,
    )
    session.execute(statement.values(due_at=due_at))


def reasons_of(session: Session, alert_ids: Sequence[int]) -> dict[int, list[Reason]]:
    """Why there are these alerts: rule, hits and score, in the order of the rules."""
    statement = (
        select(AlertRule.alert_id, RuleVersion.text, AlertRule.match_id)
        .join(RuleVersion, col(RuleVersion.id) == col(AlertRule.rule_version_id))
        .where(col(AlertRule.alert_id).in_(alert_ids))
        .order_by(col(AlertRule.alert_id), col(AlertRule.rule_version_id))
    )
    found = session.exec(statement).all()
    matches = _matches(session, {match_id for _, _, match_id in found})
    reasons: dict[int, list[Reason]] = {}
    for alert_id, text, match_id in found:
        score, hits = matches[match_id]
        reasons.setdefault(alert_id, []).append(Reason(rule=text, hits=hits, score=score))
    return reasons


def _matches(session: Session, ids: Set[int]) -> dict[int, tuple[float, tuple[Hit, ...]]]:
    """Score and hits. A match is shared by many alerts, and its hits are many: they are decoded once."""
    statement = select(MatchRow.id, MatchRow.score, MatchRow.hits).where(col(MatchRow.id).in_(ids))
    return {
        number: (score, tuple(Hit(*hit) for hit in hits))
        for number, score, hits in session.exec(statement)
        if number is not None
    }


def alerts_of(session: Session, subscriber_id: int, limit: int, *, rule_id: int | None = None) -> list[AlertRow]:
    """A subscriber's alerts, newest first; with `rule_id`, those that this rule of theirs brought."""
    statement = select(AlertRow).where(AlertRow.subscriber_id == subscriber_id)
    if rule_id is not None:
        why = select(AlertRule.alert_id).join(RuleVersion, col(RuleVersion.id) == col(AlertRule.rule_version_id))
        why = why.where(RuleVersion.rule_id == rule_id, RuleVersion.subscriber_id == subscriber_id)
        statement = statement.where(col(AlertRow.id).in_(why))
    return list(session.exec(statement.order_by(col(AlertRow.id).desc()).limit(limit)))


def alert_of(session: Session, subscriber_id: int, article_id: int) -> AlertRow | None:
    statement = select(AlertRow).where(AlertRow.subscriber_id == subscriber_id, AlertRow.article_id == article_id)
    return session.exec(statement).first()


def deliveries_of(session: Session, alert_id: int) -> list[tuple[DeliveryRow, MessageRow | None]]:
    statement = (
        select(DeliveryRow, MessageRow)
        .join(MessageRow, col(MessageRow.id) == col(DeliveryRow.message_id), isouter=True)
        .where(DeliveryRow.alert_id == alert_id)
        .order_by(col(DeliveryRow.id))
    )
    return [(delivery, message) for delivery, message in session.exec(statement)]


def accounts(session: Session) -> dict[str, int]:
    """Deliveries by state (a delivery's state is its message's where it has one); key "due" counts them all.

    In one statement: between two, others may add some.
    """
    state = func.coalesce(MessageRow.state, DeliveryRow.state)
    due = select(func.count()).select_from(DeliveryRow).scalar_subquery()
    statement = (
        columns(state, func.count(), due)
        .select_from(DeliveryRow)
        .join(MessageRow, col(MessageRow.id) == col(DeliveryRow.message_id), isouter=True)
        .group_by(state)
    )
    counts = {"due": 0}
    for key, count, total in session.execute(statement):
        counts |= {str(key): int(count), "due": int(total)}
    return counts
