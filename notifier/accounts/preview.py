"""A message as it would go out now: to be looked at, or sent as a test. Nothing that waits is touched."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from html import escape
from typing import Literal

from sqlmodel import Session

from notifier.accounts.addresses import parse_address
from notifier.accounts.subscribers import GONE, known
from notifier.accounts.visible import visible_articles
from notifier.alerts import Due, parcels
from notifier.domain import (
    Deadline,
    Entry,
    Envelope,
    Frozen,
    Letter,
    MessageKind,
    Receipt,
    Recipient,
    Schedule,
    Subscriber,
    Transport,
    deadlines_of,
)
from notifier.errors import InputError
from notifier.pipeline.planning.entries import load_entries
from notifier.pipeline.planning.plan import Mail
from notifier.pipeline.planning.remind import find_deadline, reminder_parcel
from notifier.rendering import FEED, UNSUBSCRIBE, Renderer, assemble, sample_letter
from notifier.storage.alerts import alerts_of, waiting_deliveries
from notifier.storage.database import Database
from notifier.storage.events import record_event
from notifier.storage.reminders import waiting_reminders
from notifier.storage.subscribers import subscriber_row, to_subscriber

KINDS = (MessageKind.ALERT, MessageKind.DIGEST, MessageKind.REMINDER)
LATEST = 10  # articles that an example shows
Origin = Literal["waiting", "latest", "sample"]
_NO_VERSION = 0  # tokens of it are valid for nobody: a preview may be passed on


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter and what it was made of: what waits for its time, the latest alerts, or made-up articles."""

    kind: MessageKind
    origin: Origin
    letter: Letter
    frozen: Frozen
    recipient: Recipient

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(entry.article.title for entry in self.letter.entries)

    @property
    def html(self) -> str:
        """The page, its links filled in; they are valid for nobody."""
        filled = self.frozen.html.replace(UNSUBSCRIBE, escape(self.recipient.unsubscribe_url))
        return filled.replace(FEED, escape(self.recipient.feed_url))


def preview(
    database: Database, renderer: Renderer, mail: Mail, email: str, *, kind: str = "", now: dt.datetime
) -> Preview:
    """What this subscriber would get now, of this kind, or of the first kind of which something waits.

    Where nothing waits, an example of their latest alerts; where there are none, of made-up articles.
    InputError for somebody or something that is not known.
    """
    wanted = _kinds(kind)
    with database.read() as session:
        subscriber = to_subscriber(known(subscriber_row(session, parse_address(email)), email))
        made = [letter for letter in _waiting(session, subscriber, mail, now) if letter.kind in wanted]
        origin: Origin = "waiting"
        if not made:
            origin = "latest"
            made = [letter for letter in _latest(session, subscriber, mail, now) if letter.kind in wanted]
    if not made:
        origin, made = "sample", [sample_letter(_usual(subscriber, wanted), subscriber.language, mail.service)]
    letter = made[0]
    recipient = _recipient(subscriber, mail, now)
    return Preview(letter.kind, origin, letter, renderer.letter(letter), recipient)


def _kinds(kind: str) -> Sequence[MessageKind]:
    if kind and kind not in KINDS:
        words = ", ".join(KINDS)
        raise InputError(f"没有这种消息 {kind!r}，可用：{words}", f"no such kind {kind!r}: use {words}")
    return (MessageKind(kind),) if kind else KINDS


def _usual(subscriber: Subscriber, wanted: Sequence[MessageKind]) -> MessageKind:
    """The kind that a subscriber gets most, of those wanted."""
    usual = MessageKind.ALERT if subscriber.delivery.at_once else MessageKind.DIGEST
    return usual if usual in wanted else wanted[0]


def _waiting(session: Session, subscriber: Subscriber, mail: Mail, now: dt.datetime) -> list[Letter]:
    """All that waits, whenever it is due, as if it were due now: an alert, a digest, a reminder."""
    due = waiting_deliveries(session, subscriber.id)
    seen = visible_articles(session, subscriber.groups, (one.article_id for one in due))
    entries = load_entries(session, {one.alert_id: one.article_id for one in due if one.article_id in seen})
    ready = [Due(one.id, one.schedule, now, entries[one.alert_id]) for one in due if one.alert_id in entries]
    letters = [parcel.letter for parcel in parcels(subscriber, ready, service=mail.service)]
    return letters + _reminder(session, subscriber, mail, now)


def _reminder(session: Session, subscriber: Subscriber, mail: Mail, now: dt.datetime) -> list[Letter]:
    rows = waiting_reminders(session, subscriber.id)
    seen = visible_articles(session, subscriber.groups, (row.article_id for row in rows))
    entries = load_entries(session, {row.alert_id: row.article_id for row in rows if row.article_id in seen})
    pairs = [(row, find_deadline(seen[row.article_id], row)) for row in rows if row.article_id in seen]
    found = [(row.id, entries[row.alert_id], deadline) for row, deadline in pairs if deadline and deadline.ends > now]
    return [reminder_parcel(subscriber, found, service=mail.service, now=now).letter] if found else []


def _latest(session: Session, subscriber: Subscriber, mail: Mail, now: dt.datetime) -> list[Letter]:
    """The latest alerts as each kind would show them, the usual kind first."""
    alerts = {alert.id or 0: alert.article_id for alert in alerts_of(session, subscriber.id, LATEST)}
    seen = visible_articles(session, subscriber.groups, alerts.values())
    shown = load_entries(session, {number: article for number, article in alerts.items() if article in seen})
    digest = Schedule.DAILY if subscriber.delivery.at_once else subscriber.delivery
    letters: list[Letter] = []
    for schedule in sorted((Schedule.IMMEDIATE, digest), key=lambda one: one is not subscriber.delivery):
        due = [Due(number, schedule, now, entry) for number, entry in shown.items()]
        letters.extend(parcel.letter for parcel in parcels(subscriber, due, service=mail.service))
    found = [(0, entry, deadline) for entry in shown.values() for deadline in _open(entry, now)]
    return letters + (
        [reminder_parcel(subscriber, found, service=mail.service, now=now).letter] if found else []
    )  # fmt: skip


def _open(entry: Entry, now: dt.datetime) -> list[Deadline]:
    return [deadline for deadline in deadlines_of(entry.article) if deadline.ends > now]


def _recipient(subscriber: Subscriber, mail: Mail, now: dt.datetime) -> Recipient:
    return Recipient(
        address=subscriber.email,
        message_id=f"{uuid.uuid4().hex}@{mail.domain}",
        date=now,
        unsubscribe_url=mail.links.unsubscribe(subscriber.id, _NO_VERSION),
        feed_url=mail.links.feed(subscriber.id, _NO_VERSION),
    )


def trial(found: Preview, mail: Mail, *, to: str, list_id: str, sign: Callable[[bytes], bytes]) -> Envelope:
    """The bytes of a preview, signed, for another address; the subject says that it is a test."""
    frozen = dataclasses.replace(found.frozen, subject=f"【测试】{found.frozen.subject}")
    recipient = dataclasses.replace(found.recipient, address=parse_address(to))
    content = assemble(frozen, recipient, sender=mail.sender, list_id=list_id)
    return Envelope(recipient.message_id, parseaddr(mail.sender)[1], recipient.address, sign(content))


async def send_test(
    database: Database, transport: Transport, envelope: Envelope, *, subscriber: str, now: dt.datetime
) -> Receipt:
    """Send it now, once, and note that in the events; it is in no ledger, since no alert is due by it.

    InputError where mail to that address is stopped; DeliveryError where it was not taken.
    """
    with database.read() as session:
        row = subscriber_row(session, envelope.recipient)
        if row is not None and row.state in GONE:
            raise InputError(f"{envelope.recipient} 已退订或停发", f"mail to {envelope.recipient} is stopped")
    receipt = await transport.send(envelope, _nothing)
    with database.write() as session:
        person = known(subscriber_row(session, parse_address(subscriber)), subscriber)
        data = {"to": envelope.recipient, "reply": receipt.reply, "message_id": envelope.message_id}
        record_event(session, "message.tested", "subscriber", person.id or 0, now=now, data=data)
    return receipt


async def _nothing() -> None:
    """A test has no state to commit before the dot."""
