"""Reminders of deadlines: written with the alert whose article states them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, insert, update
from sqlmodel import Session, col, select

from notifier.domain import EMAIL, WEBSUB, Reminder, State
from notifier.storage.channels import active_names
from notifier.storage.tables import (
    AlertRow,
    MessageRow,
    ReminderRow,
)
from notifier.storage.waiting import is_waiting

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
    """Store the reminders of alerts, given as alert id, subscriber id and what they are to be reminded of.

    One by mail, and one by each other channel that carries words.
    """
    wanted = [one for one in found if one[2]]
    own = active_names(session, sorted({subscriber_id for _, subscriber_id, _ in wanted}))
    rows = [
        {
            "alert_id": alert_id,
            "subscriber_id": subscriber_id,
            "channel": channel,
            "label": one.label,
            "deadline": one.deadline,
            "due_at": one.due_at,
            "state": State.WAITING.value,
            "reason": "",
        }
        for alert_id, subscriber_id, reminders in wanted
        for one in reminders
        for channel in (EMAIL, *own.get(subscriber_id, ()))
        if channel != WEBSUB
    ]
    for at in range(0, len(rows), _CHUNK):
        session.execute(insert(ReminderRow), rows[at : at + _CHUNK])


def add_reminders(session: Session, article_id: int, found: Mapping[int, Sequence[Reminder]]) -> None:
    """Store what the alerts of this article, by subscriber, do not remind of yet."""
    if not found:
        return
    of_it = select(AlertRow.id, AlertRow.subscriber_id).where(AlertRow.article_id == article_id)
    alerts = [(alert_id, who) for alert_id, who in session.exec(of_it) if alert_id is not None and who in found]
    known = (
        select(ReminderRow.alert_id, ReminderRow.label, ReminderRow.deadline)
        .join(AlertRow, col(AlertRow.id) == col(ReminderRow.alert_id))
        .where(AlertRow.article_id == article_id)
    )
    there = set(session.exec(known))
    for at in range(0, len(alerts), _CHUNK):  # a notice may have gone to more people than a statement takes values
        store_reminders(
            session,
            (
                (alert_id, who, [one for one in found[who] if (alert_id, one.label, one.deadline) not in there])
                for alert_id, who in alerts[at : at + _CHUNK]
            ),
        )


def due_reminders(
    session: Session, channel: str, subscriber_ids: Sequence[int], *, now: dt.datetime
) -> list[DueReminder]:
    """What these subscribers are to be reminded of now, by this channel, the soonest first."""
    mine = col(ReminderRow.subscriber_id).in_(subscriber_ids)
    return _waiting(session, mine, ReminderRow.channel == channel, ReminderRow.due_at <= now)


def waiting_reminders(session: Session, subscriber_id: int, channel: str = EMAIL) -> list[DueReminder]:
    """Everything that a subscriber is yet to be reminded of, the soonest first."""
    return _waiting(session, ReminderRow.subscriber_id == subscriber_id, ReminderRow.channel == channel)


def _waiting(session: Session, *conditions: ColumnElement[bool] | bool) -> list[DueReminder]:
    statement = (
        select(ReminderRow, AlertRow.article_id)
        .join(AlertRow, col(AlertRow.id) == col(ReminderRow.alert_id))
        .where(is_waiting(ReminderRow), *conditions)
        .order_by(col(ReminderRow.due_at), col(ReminderRow.id))
    )
    return [
        DueReminder(row.id or 0, row.alert_id, article_id, row.subscriber_id, row.label, row.deadline)
        for row, article_id in session.exec(statement)
    ]


def carry_reminders(session: Session, carried: Mapping[str, Sequence[int]]) -> None:
    """Give reminders to their messages, by Message-ID."""
    statement = select(MessageRow.header_id, MessageRow.id).where(col(MessageRow.header_id).in_(list(carried)))
    for header_id, message_id in session.exec(statement):
        mine = update(ReminderRow).where(col(ReminderRow.id).in_(carried[header_id]))
        session.execute(mine.values(message_id=message_id))


def reminders_of(session: Session, alert_id: int) -> list[tuple[ReminderRow, MessageRow | None]]:
    """What an alert's subscriber is, or was, reminded of."""
    statement = (
        select(ReminderRow, MessageRow)
        .join(MessageRow, col(MessageRow.id) == col(ReminderRow.message_id), isouter=True)
        .where(ReminderRow.alert_id == alert_id)
        .order_by(col(ReminderRow.id))
    )
    return [(reminder, message) for reminder, message in session.exec(statement)]
