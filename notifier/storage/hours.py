"""Whose quiet hours and days off a message has to keep."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from notifier.domain import MessageKind, Schedule, Subscriber
from notifier.storage.subscribers import to_subscriber
from notifier.storage.tables import DeliveryRow, MessageRow, SubscriberRow


def keeping_hours(session: Session, message_ids: Sequence[int]) -> dict[int, Subscriber]:
    """Message -> subscriber, of those whose subscribers have quiet hours or working days.

    Notices keep none, nor does what carries an urgent alert.
    """
    urgent = select(DeliveryRow.message_id).where(
        col(DeliveryRow.message_id).in_(message_ids), DeliveryRow.schedule == Schedule.URGENT.value
    )
    statement = (
        select(MessageRow.id, SubscriberRow)
        .join(SubscriberRow, col(SubscriberRow.id) == col(MessageRow.subscriber_id))
        .where(col(MessageRow.id).in_(message_ids), MessageRow.kind != MessageKind.NOTICE.value)
        .where((col(SubscriberRow.quiet) != "") | col(SubscriberRow.working_days))
        .where(col(MessageRow.id).not_in(urgent))
    )
    return {number: to_subscriber(row) for number, row in session.exec(statement) if number is not None}
