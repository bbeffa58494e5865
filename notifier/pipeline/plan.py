"""Step 4: what is due becomes messages. Their content, Message-ID, Date and links are frozen here, once and for all."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import structlog

from notifier.alerts import Due, Parcel, by_content, next_slot, parcels
from notifier.domain import (
    Entry,
    Frozen,
    Letter,
    MessageKind,
    Recipient,
    State,
    Subscriber,
    SubscriberState,
    may_get,
    may_see,
)
from notifier.errors import RenderError
from notifier.pipeline.entries import load_entries
from notifier.storage.alerts import (
    DueDelivery,
    due_deliveries,
    due_subscribers,
    end_deliveries,
    postpone_deliveries,
)
from notifier.storage.bulletins import get_articles
from notifier.storage.database import Database
from notifier.storage.messages import NewMessage, digest_dates, store_content, store_messages
from notifier.storage.subscribers import get_subscribers, token_versions

log = structlog.get_logger()
CHUNK = 500  # subscribers planned in one transaction


class LetterMaker(Protocol):
    """Renders what one channel carries: mail, or what another channel takes."""

    def letter(self, letter: Letter) -> Frozen: ...


class LinkMaker(Protocol):
    """Makes the addresses that stand in a subscriber's mails."""

    def feed(self, subscriber_id: int, version: int) -> str: ...
    def unsubscribe(self, subscriber_id: int, version: int) -> str: ...


@dataclass(frozen=True, slots=True)
class Mail:
    """What every mail says of its sender. `domain` stands at the end of each Message-ID."""

    sender: str
    domain: str
    service: str
    links: LinkMaker


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What is due for some subscribers, as the tables had it. `visible`: article id -> audiences of its sources."""

    subscribers: Mapping[int, Subscriber]
    versions: Mapping[int, int]
    due: Sequence[DueDelivery]
    entries: Mapping[int, Due]
    visible: Mapping[int, tuple[tuple[str, ...], ...]]
    digests: set[tuple[int, dt.date]]


def plan_messages(
    database: Database, renderer: LetterMaker, mail: Mail, *, clock: Callable[[], dt.datetime], channel: str = "email"
) -> int:
    """Plan all that is due; the number of messages. Alerts found in one pass for one subscriber go into one."""
    planned, after = 0, 0
    states = [SubscriberState.ACTIVE.value, SubscriberState.SUPPRESSED.value, SubscriberState.UNSUBSCRIBED.value]
    while True:
        now = clock()
        with database.read() as session:
            ids = due_subscribers(session, channel, now=now, states=states, after=after, limit=CHUNK)
        if not ids:
            return planned
        planned += _plan_chunk(database, renderer, mail, ids, channel=channel, now=now)
        after = ids[-1]


def _plan_chunk(
    database: Database, renderer: LetterMaker, mail: Mail, ids: Sequence[int], *, channel: str, now: dt.datetime
) -> int:
    chunk = _load(database, ids, channel=channel, now=now)
    ended, wanted = _sort_out(chunk, channel)
    made = [
        parcel for one in chunk.subscribers.values() for parcel in parcels(one, wanted[one.id], service=mail.service)
    ]
    made, later = _one_digest_a_date(made, chunk.digests, now)
    letters, poison = _render(renderer, made)
    with database.write() as session:
        for (state, reason), delivery_ids in _grouped((ended | poison).items()).items():
            end_deliveries(session, delivery_ids, state, reason)
        for due_at, delivery_ids in _grouped(later.items()).items():
            postpone_deliveries(session, delivery_ids, due_at)
        planned = sum(
            store_messages(
                session,
                [_message(parcel, mail, chunk.versions, channel=channel, now=now) for parcel in same],
                content_id=store_content(session, frozen),
                now=now,
            )
            for frozen, same in letters
        )
    if poison:  # without the articles that templates fail on, the letters they stood in go out
        planned += _plan_chunk(database, renderer, mail, ids, channel=channel, now=now)
    return planned


def _load(database: Database, ids: Sequence[int], *, channel: str, now: dt.datetime) -> _Chunk:
    with database.read() as session:
        due = due_deliveries(session, channel, ids, now=now)
        entries = load_entries(session, {one.alert_id: one.article_id for one in due})
        articles = get_articles(session, sorted({one.article_id for one in due}))
        return _Chunk(
            subscribers=get_subscribers(session, ids),
            versions=token_versions(session, ids),
            due=due,
            entries={one.id: Due(one.id, one.schedule, one.due_at, entries[one.alert_id]) for one in due},
            visible={stored.id: () if stored.held else stored.audiences for stored in articles},
            digests=digest_dates(session, ids, channel),
        )


_Ended = dict[int, tuple[State, str]]  # delivery id -> its end, and why


def _sort_out(chunk: _Chunk, channel: str) -> tuple[_Ended, dict[int, list[Due]]]:
    """Who may no longer get something; the rest by subscriber."""
    ended: _Ended = {}
    wanted: dict[int, list[Due]] = {subscriber_id: [] for subscriber_id in chunk.subscribers}
    for one in chunk.due:
        subscriber = chunk.subscribers[one.subscriber_id]
        if not may_get(subscriber.state, channel):
            ended[one.id] = (State.SUPPRESSED, subscriber.state.value)
        elif not any(may_see(audience, subscriber.groups) for audience in chunk.visible[one.article_id]):
            ended[one.id] = (State.SUPPRESSED, "audience")
        else:
            wanted[one.subscriber_id].append(chunk.entries[one.id])
    return ended, wanted


def _one_digest_a_date(
    made: Iterable[Parcel], digests: set[tuple[int, dt.date]], now: dt.datetime
) -> tuple[list[Parcel], dict[int, dt.datetime]]:
    """A second digest of one local date waits for the next one."""
    kept: list[Parcel] = []
    later: dict[int, dt.datetime] = {}
    for parcel in made:
        subscriber, date = parcel.subscriber, parcel.letter.local_date
        if date is not None and (subscriber.id, date) in digests:
            slot = next_slot(now, subscriber.timezone, subscriber.digest_hour)
            later |= dict.fromkeys(parcel.delivery_ids, slot)
        else:
            kept.append(parcel)
    return kept, later


def _render(renderer: LetterMaker, made: Iterable[Parcel]) -> tuple[list[tuple[Frozen, list[Parcel]]], _Ended]:
    """Each distinct letter once. Where a template fails, the deliveries of the articles that it fails on end."""
    letters: list[tuple[Frozen, list[Parcel]]] = []
    ended: _Ended = {}
    for letter, same in by_content(made).items():
        try:
            letters.append((renderer.letter(letter), same))
        except RenderError as error:
            poison = _poison(renderer, letter)
            log.error("article.broke_template", error=error.en, articles=[letter.entries[at].id for at in poison])
            for parcel in same:
                ended |= {parcel.delivery_ids[at]: (State.DEAD, f"template: {error.en}") for at in poison}
    return letters, ended


def _poison(renderer: LetterMaker, letter: Letter) -> list[int]:
    """The positions of the articles that a template fails on alone; all of them where it is none alone."""
    bad = [at for at, entry in enumerate(letter.entries) if not _renders(renderer, letter, entry)]
    return bad or list(range(len(letter.entries)))


def _renders(renderer: LetterMaker, letter: Letter, entry: Entry) -> bool:
    try:
        renderer.letter(dataclasses.replace(letter, entries=(entry,)))
    except RenderError:
        return False
    return True


def _message(parcel: Parcel, mail: Mail, versions: Mapping[int, int], *, channel: str, now: dt.datetime) -> NewMessage:
    subscriber = parcel.subscriber
    version = versions[subscriber.id]
    recipient = Recipient(
        address=subscriber.email,
        message_id=f"{uuid.uuid4().hex}@{mail.domain}",
        date=now,
        unsubscribe_url=mail.links.unsubscribe(subscriber.id, version),
        feed_url=mail.links.feed(subscriber.id, version),
    )
    return NewMessage(
        subscriber_id=subscriber.id,
        channel=channel,
        kind=MessageKind(parcel.letter.kind),
        local_date=parcel.letter.local_date,
        sender=mail.sender,
        recipient=recipient,
        delivery_ids=parcel.delivery_ids,
    )


_K = TypeVar("_K")


def _grouped(items: Iterable[tuple[int, _K]]) -> dict[_K, list[int]]:
    groups: dict[_K, list[int]] = {}
    for delivery_id, key in items:
        groups.setdefault(key, []).append(delivery_id)
    return groups
