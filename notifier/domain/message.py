"""Messages: what one channel carries at once, and the states they pass through."""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from notifier.domain.bulletin import Article
from notifier.domain.deadline import Deadline
from notifier.domain.match import Hit
from notifier.domain.subscriber import Schedule


class MessageKind(StrEnum):
    ALERT = "alert"
    DIGEST = "digest"
    REMINDER = "reminder"
    NOTICE = "notice"


class State(StrEnum):
    """ready -> claimed -> committing -> sent | deferred | bounced | suppressed | expired | dead | in_doubt.

    WAITING is a delivery's own: no message carries it yet.
    """

    WAITING = "waiting"
    READY = "ready"
    CLAIMED = "claimed"
    COMMITTING = "committing"
    DEFERRED = "deferred"
    IN_DOUBT = "in_doubt"
    SENT = "sent"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    DEAD = "dead"


PENDING_STATES = frozenset(
    {State.WAITING, State.READY, State.CLAIMED, State.COMMITTING, State.DEFERRED, State.IN_DOUBT}
)
END_STATES = frozenset(State) - PENDING_STATES


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an article is here: one rule of the subscriber's, and the spans that satisfied it."""

    rule: str
    hits: tuple[Hit, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as one subscriber's message or feed shows it.

    `id` is stable for ever; `original` names the document it was read from (52.txt) where there is no URL.
    """

    id: str
    article: Article
    reasons: tuple[Reason, ...]
    issue: str = ""
    date: dt.date | None = None
    original: str = ""
    doubtful: bool = False  # the reading: parts of it may be missing
    others: tuple[tuple[str, str], ...] = ()  # (source, address) of public sources that tell the same
    deadlines: tuple[Deadline, ...] = ()  # those that a reminder is about
    alerted_at: dt.datetime | None = None
    bulletin_id: int = 0
    position: int = 0  # order within its bulletin
    title_only: bool = False  # its source lets readers see no more
    number: int = 0  # of its page with us; 0: it has none

    @property
    def score(self) -> float:
        return max((reason.score for reason in self.reasons), default=0.0)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message is to say: the same for every recipient with the same entries."""

    kind: MessageKind
    entries: tuple[Entry, ...]
    language: str = "zh-CN"
    service: str = "要参速递"
    local_date: dt.date | None = None  # of a digest; of a reminder the day from which its days are counted
    schedule: Schedule = Schedule.DAILY  # of a digest


@dataclass(frozen=True, slots=True)
class Frozen:
    """A letter rendered once. Text and HTML hold markers (see rendering) for what differs by recipient.

    `calendar` is an .ics file that goes with it; "" for none.
    """

    subject: str
    text: str
    html: str
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """What differs by recipient. Frozen when the message is planned, so that every try sends the same bytes."""

    address: str
    message_id: str  # without angle brackets
    date: dt.datetime
    unsubscribe_url: str
    feed_url: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """Bytes ready for a transport. `recipient` on the wire is exactly the stored address.

    `clean`: who made the content knows that all its line ends are CRLF, the last one too, and that no line begins with
    a dot, so nobody need look for it.
    `receipt`: ask for word of its arrival as well, where the relay can give it (DSN).
    """

    message_id: str
    sender: str  # the bare address
    recipient: str
    content: bytes
    clean: bool = False
    receipt: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transport took the message: its words, and where (a relay, a file)."""

    reply: str
    where: str


BeforeDot = Callable[[], Awaitable[None]]


class Transport(Protocol):
    """A way out. `send` awaits `before_dot` once, when all but the last byte is on its way; then it commits.

    DeliveryError where the message was not taken (or, with `uncertain`, may not have been). `evidence` tells
    whether a message whose fate is unknown was delivered: None where this transport cannot know.
    """

    async def send(self, envelope: Envelope, before_dot: BeforeDot) -> Receipt: ...
    async def evidence(self, message_id: str) -> bool | None: ...
    async def check(self) -> str: ...
    async def close(self) -> None: ...
