"""Notices: mails about an account or the service. They carry no deliveries and have nothing to unsubscribe from."""

import datetime as dt
import uuid

from sqlmodel import Session

from notifier.domain import Frozen, MessageKind, Recipient
from notifier.pipeline.planning.plan import Mail
from notifier.storage.messages import NewMessage, store_content, store_messages


def plan_notice(
    session: Session,
    notice: Frozen,
    mail: Mail,
    *,
    subscriber_id: int,
    address: str,
    now: dt.datetime,
    channel: str = "email",
) -> None:
    """Store a notice to one recipient, ready to go."""
    recipient = Recipient(
        address=address, message_id=f"{uuid.uuid4().hex}@{mail.domain}", date=now, unsubscribe_url="", feed_url=""
    )
    message = NewMessage(
        subscriber_id=subscriber_id,
        channel=channel,
        kind=MessageKind.NOTICE,
        local_date=None,
        sender=mail.sender,
        recipient=recipient,
        delivery_ids=(),
    )
    store_messages(session, [message], content_id=store_content(session, notice), now=now)
