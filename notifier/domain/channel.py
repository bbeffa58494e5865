"""Channels: the ways to a subscriber. Mail is one; the others are webhooks, chats and feeds' hubs."""

from dataclasses import dataclass
from typing import Protocol

from notifier.domain.message import MessageKind, Receipt
from notifier.domain.subscriber import SubscriberState

EMAIL = "email"
WEBHOOK = "webhook"
WEBSUB = "websub"


@dataclass(frozen=True, slots=True)
class Channel:
    """A subscriber's own way: at most one of a name. `address` is a URL, `secret` signs what goes there."""

    id: int
    subscriber_id: int
    name: str
    address: str
    secret: str = ""
    active: bool = True
    reason: str = ""  # why it is not active, or fails


@dataclass(frozen=True, slots=True)
class Consignment:
    """Bytes for one channel. The same `message_id` is the same message, however often it comes.

    taken: how many of its parts were taken at an earlier try, where it goes in several.
    """

    message_id: str
    address: str
    secret: str
    content: bytes
    taken: int = 0


class Carrier(Protocol):
    """Carries to one kind of channel. DeliveryError where it was not taken; with code 410 it never will be again."""

    async def carry(self, consignment: Consignment) -> Receipt: ...


def channel_key(subscriber_id: int, name: str) -> str:
    """What an envelope has for a recipient where it is no mail: which channel, not where it leads."""
    return f"{name}/{subscriber_id}"


def may_get(state: SubscriberState | str, channel: str, kind: MessageKind = MessageKind.ALERT) -> bool:
    """May something go out to somebody in this state? A suppressed address gets no mail; the other ways go on.

    A notice is all that goes to who has not confirmed, or has left: the question whether they want to subscribe.
    """
    if state in (SubscriberState.PENDING, SubscriberState.UNSUBSCRIBED):
        return kind is MessageKind.NOTICE and channel == EMAIL
    return state == SubscriberState.ACTIVE or (state == SubscriberState.SUPPRESSED and channel != EMAIL)
