"""Reminders of deadlines: written with the alert whose article states them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from notifier.domain import Reminder, State
from notifier.storage.tables import (
    AlertRow,
    ArticleRow,
    BulletinRow,
    MessageRow,
    ReminderRow,
    Sighting,
    SourceRow,
    SubscriberRow,
)

_CHUNK = 5000  # rows a statement


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder that no message carries yet and whose time has come."""

    id: int
    alert_id: int
    article_id: int
    subscriber_id: int
    label: str
    deadline: str


def store_reminders(session: Session, found: Iterable[tuple[int, int, Sequence[Reminder]]]) -> None:
    """Store the reminders of alerts, given as alert id, subscriber id and what they are to be reminded of."""
    rows = [
        {
            "alert_id": alert_id,
            "subscriber_id": subscriber_id,
            "label": one.label,
            "deadline": one.deadline,
            "due_at": one.due_at,
            "state": State.WAITING.value,
            "reason": "",
        }
        for alert_id, subscriber_id, reminders in found
        for one in reminders
    ]
    for at in range(0, len(rows), _CHUNK):
        session.execute(insert(ReminderRow), rows[at : at + _CHUNK])


def add_reminders(session: Session, article_id: int, found: Mapping[int, Sequence[Reminder]]) -> None:
    """Store what the alerts of this article, by subscriber, do not remind of yet."""
    if not found:
        return
    alerts = {
        row.id: row.subscriber_id
        for row in session.exec(select(AlertRow).where(AlertRow.article_id == article_id))
        if row.id is not None and row.subscriber_id in found
    }
    rows = session.exec(select(ReminderRow).where(col(ReminderRow.alert_id).in_(list(alerts))))
    there = {(row.alert_id, row.label, row.deadline) for row in rows}
    store_reminders(
        session,
        (
            (alert_id, who, [one for one in found[who] if (alert_id, one.label, one.deadline) not in there])
            for alert_id, who in alerts.items()
        ),
    )


_WAITING = col(ReminderRow.message_id).is_(None) & (col(ReminderRow.state) == State.WAITING.value)


def reminder_subscribers(
    session: Session, *, now: dt.datetime, states: Sequence[str], after: int = 0, limit: int = 500
) -> list[int]:
    """Ids (above `after`) of subscribers in these states who are to be reminded of something now."""
    statement = (
        select(ReminderRow.subscriber_id)
        .join(SubscriberRow, col(SubscriberRow.id) == col(ReminderRow.subscriber_id))
        .where(_WAITING, ReminderRow.due_at <= now, ReminderRow.subscriber_id > after)
        .where(col(SubscriberRow.state).in_(states))
        .distinct()
        .order_by(col(ReminderRow.subscriber_id))
        .limit(limit)
    )
    return list(session.exec(statement))


def due_reminders(session: Session, subscriber_ids: Sequence[int], *, now: dt.datetime) -> list[DueReminder]:
    """What these subscribers are to be reminded of now."""
    statement = (
        select(ReminderRow, AlertRow.article_id)
        .join(AlertRow, col(AlertRow.id) == col(ReminderRow.alert_id))
        .where(_WAITING, ReminderRow.due_at <= now, col(ReminderRow.subscriber_id).in_(subscriber_ids))
        .order_by(col(ReminderRow.subscriber_id), col(ReminderRow.id))
    )
    return [
        DueReminder(row.id or 0, row.alert_id, article_id, row.subscriber_id, row.label, row.deadline)
        for row, article_id in session.exec(statement)
    ]


def still_waiting(session: Session, ids: Sequence[int]) -> set[int]:
    """Those that no message carries; locked until the transaction ends."""
    statement = select(ReminderRow.id).where(col(ReminderRow.id).in_(ids), _WAITING)
    return {number for number in session.exec(statement.with_for_update()) if number is not None}


def carry_reminders(session: Session, carried: Mapping[str, Sequence[int]]) -> None:
    """Give reminders to their messages, by Message-ID."""
    statement = select(MessageRow.header_id, MessageRow.id).where(col(MessageRow.header_id).in_(list(carried)))
    for header_id, message_id in session.exec(statement):
        mine = update(ReminderRow).where(col(ReminderRow.id).in_(carried[header_id]))
        session.execute(mine.values(message_id=message_id))


def end_reminders(session: Session, ids: Sequence[int], state: State, reason: str) -> None:
    session.execute(
        update(ReminderRow).where(col(ReminderRow.id).in_(ids), _WAITING).values(state=state.value, reason=reason)
    )


def postpone_reminders(session: Session, ids: Sequence[int], due_at: dt.datetime) -> None:
    session.execute(update(ReminderRow).where(col(ReminderRow.id).in_(ids), _WAITING).values(due_at=due_at))


def release_reminders(session: Session, ids: Sequence[int], *, due_at: dt.datetime) -> None:
    """Take reminders out of their message: they wait again."""
    statement = update(ReminderRow).where(col(ReminderRow.id).in_(ids))
    session.execute(statement.values(message_id=None, state=State.WAITING.value, due_at=due_at))


def reminders_carried(session: Session, message_ids: Sequence[int]) -> dict[int, dict[int, list[tuple[str, ...]]]]:
    """message id -> reminder id -> the audiences of the sources that its article was seen at; none if it is held."""
    statement = (
        select(ReminderRow.message_id, ReminderRow.id, BulletinRow.held, SourceRow.audience)
        .join(AlertRow, col(AlertRow.id) == col(ReminderRow.alert_id))
        .join(ArticleRow, col(ArticleRow.id) == col(AlertRow.article_id))
        .join(BulletinRow, col(BulletinRow.id) == col(ArticleRow.bulletin_id))
        .join(Sighting, col(Sighting.bulletin_id) == col(ArticleRow.bulletin_id))
        .join(SourceRow, col(SourceRow.id) == col(Sighting.source_id))
        .where(col(ReminderRow.message_id).in_(message_ids))
    )
    carried: dict[int, dict[int, list[tuple[str, ...]]]] = {}
    for message_id, number, held, audience in session.exec(statement):
        audiences = carried.setdefault(message_id or 0, {}).setdefault(number or 0, [])
        if not held:
            audiences.append(tuple(audience))
    return carried


def reminders_of(session: Session, alert_id: int) -> list[tuple[ReminderRow, MessageRow | None]]:
    """What an alert's subscriber is, or was, reminded of."""
    statement = (
        select(ReminderRow, MessageRow)
        .join(MessageRow, col(MessageRow.id) == col(ReminderRow.message_id), isouter=True)
        .where(ReminderRow.alert_id == alert_id)
        .order_by(col(ReminderRow.id))
    )
    return [(reminder, message) for reminder, message in session.exec(statement)]


def waiting_reminders(session: Session, subscriber_id: int) -> list[DueReminder]:
    """Everything that a subscriber is yet to be reminded of, the soonest first."""
    statement = (
        select(ReminderRow, AlertRow.article_id)
        .join(AlertRow, col(AlertRow.id) == col(ReminderRow.alert_id))
        .where(_WAITING, ReminderRow.subscriber_id == subscriber_id)
        .order_by(col(ReminderRow.due_at), col(ReminderRow.id))
    )
    return [
        DueReminder(row.id or 0, row.alert_id, article_id, row.subscriber_id, row.label, row.deadline)
        for row, article_id in session.exec(statement)
    ]
