"""Step 4: what is due becomes messages. Their content, Message-ID, Date and links are frozen here, once and for all."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from notifier.alerts import KEPT, Calendar, Due, Parcel, Slots, by_content, next_slot, open_at, parcels, superseded
from notifier.domain import (
    Entry,
    Frozen,
    Letter,
    MessageKind,
    Recipient,
    Schedule,
    State,
    Subscriber,
    may_get,
)
from notifier.errors import RenderError
from notifier.pipeline.planning.chunks import Ended, Held, in_chunks, settle
from notifier.pipeline.planning.entries import load_entries
from notifier.storage.alerts import DueDelivery, due_deliveries
from notifier.storage.bulletins import StoredArticle, get_articles
from notifier.storage.database import Database
from notifier.storage.digests import expire_digests, idle_digests
from notifier.storage.messages import NewMessage, digest_dates, store_content, store_messages
from notifier.storage.subscribers import get_subscribers, token_versions
from notifier.storage.tables import DeliveryRow

log = structlog.get_logger()


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
class Pass:
    """One pass over what is due: what it needs."""

    database: Database
    renderer: LetterMaker
    mail: Mail
    calendar: Calendar
    channel: str
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What is due for some subscribers, as the tables had it. `entries`: by delivery; `digests`: of the days of what
    is due, those that there are already; `idle`: those not sent yet."""

    subscribers: Mapping[int, Subscriber]
    versions: Mapping[int, int]
    due: Sequence[DueDelivery]
    entries: Mapping[int, Due]
    articles: Mapping[int, StoredArticle]
    digests: set[tuple[int, dt.date]]
    idle: list[tuple[int, int, dt.date]]


def plan_messages(
    database: Database,
    renderer: LetterMaker,
    mail: Mail,
    *,
    clock: Callable[[], dt.datetime],
    calendar: Calendar,
    channel: str = "email",
) -> int:
    """Plan all that is due; the number of messages. Alerts found in one pass for one subscriber go into one."""

    def plan(now: dt.datetime, ids: Sequence[int]) -> int:
        return _plan_chunk(Pass(database, renderer, mail, calendar, channel, now), ids)

    return in_chunks(database, DeliveryRow, channel, clock=clock, plan=plan)


def _plan_chunk(this: Pass, ids: Sequence[int]) -> int:
    chunk = _load(this, ids)
    ended, held, made = _made(this, chunk)
    if _supersede(this, chunk, made):  # what they carried is due again, and goes into their successors
        chunk = _load(this, ids)
        ended, held, made = _made(this, chunk)
    made, later = _one_digest_a_date(this, made, chunk.digests)
    letters, poison = render_parcels(this.renderer, made)
    with this.database.write() as session:
        settle(session, DeliveryRow, ended | poison, held | later)
        planned = sum(
            store_messages(
                session,
                [new_message(this, parcel, chunk.versions) for parcel in same],
                content_id=store_content(session, frozen),
                now=this.now,
            )
            for frozen, same in letters
        )
    if poison:  # without the articles that templates fail on, the letters they stood in go out
        planned += _plan_chunk(this, ids)
    return planned


def _load(this: Pass, ids: Sequence[int]) -> _Chunk:
    with this.database.read() as session:
        due = due_deliveries(session, this.channel, ids, now=this.now)
        entries = load_entries(session, {one.alert_id: one.article_id for one in due})
        articles = get_articles(session, sorted({one.article_id for one in due}))
        return _Chunk(
            subscribers=get_subscribers(session, ids),
            versions=token_versions(session, ids),
            due=due,
            entries={one.id: Due(one.id, one.schedule, one.due_at, entries[one.alert_id]) for one in due},
            articles={stored.id: stored for stored in articles},
            digests=digest_dates(session, ids, this.channel, since=_earliest_date(due, this.now)),
            idle=idle_digests(session, ids, this.channel),
        )


def _earliest_date(due: Iterable[DueDelivery], now: dt.datetime) -> dt.date:
    """No digest of these can have an earlier local date, in whichever zone."""
    return min((one.due_at for one in due), default=now).astimezone(dt.UTC).date() - dt.timedelta(days=1)


def _made(this: Pass, chunk: _Chunk) -> tuple[Ended, Held, list[Parcel]]:
    """What ends, what waits for quiet hours and days off to be over, and the messages of the rest."""
    ended, wanted = _sort_out(chunk, this.channel)
    held: Held = {}
    made: list[Parcel] = []
    for subscriber in chunk.subscribers.values():
        opens = open_at(subscriber, this.now, calendar=this.calendar)
        closed = [one for one in wanted[subscriber.id] if opens > this.now and one.schedule is not Schedule.URGENT]
        held |= dict.fromkeys((one.delivery_id for one in closed), opens)
        free = [one for one in wanted[subscriber.id] if one.delivery_id not in held]
        made.extend(parcels(subscriber, free, service=this.mail.service))
    return ended, held, made


def _supersede(this: Pass, chunk: _Chunk, made: Iterable[Parcel]) -> bool:
    """End the digests whose successors come now; what they carried within the past week waits again."""
    coming = {one.subscriber.id: one.letter.local_date for one in made if one.letter.local_date is not None}
    old = superseded(chunk.idle, coming, chunk.digests)
    if not old:
        return False
    with this.database.write() as session:
        return expire_digests(session, old, keep_from=this.now - KEPT, now=this.now) > 0


def _sort_out(chunk: _Chunk, channel: str) -> tuple[Ended, dict[int, list[Due]]]:
    """Who may no longer get something; the rest by subscriber."""
    ended: Ended = {}
    wanted: dict[int, list[Due]] = {subscriber_id: [] for subscriber_id in chunk.subscribers}
    for one in chunk.due:
        subscriber = chunk.subscribers[one.subscriber_id]
        if not may_get(subscriber.state, channel):
            ended[one.id] = (State.SUPPRESSED, subscriber.state.value)
        elif not chunk.articles[one.article_id].seen_by(subscriber.groups):
            ended[one.id] = (State.SUPPRESSED, "audience")
        else:
            wanted[one.subscriber_id].append(chunk.entries[one.id])
    return ended, wanted


def _one_digest_a_date(
    this: Pass, made: Iterable[Parcel], digests: set[tuple[int, dt.date]]
) -> tuple[list[Parcel], Held]:
    """A second digest of one local date waits for the next one."""
    kept: list[Parcel] = []
    later: Held = {}
    for parcel in made:
        subscriber, date = parcel.subscriber, parcel.letter.local_date
        if date is not None and (subscriber.id, date) in digests:
            slot = next_slot(this.now, Slots.of(Schedule.DAILY, subscriber), this.calendar)
            later |= dict.fromkeys(parcel.delivery_ids, slot)
        else:
            kept.append(parcel)
    return kept, later


def render_parcels(renderer: LetterMaker, made: Iterable[Parcel]) -> tuple[list[tuple[Frozen, list[Parcel]]], Ended]:
    """Each distinct letter once. Where a template fails, the deliveries of the articles that it fails on end."""
    letters: list[tuple[Frozen, list[Parcel]]] = []
    ended: Ended = {}
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


def new_message(this: Pass, parcel: Parcel, versions: Mapping[int, int]) -> NewMessage:
    subscriber, mail = parcel.subscriber, this.mail
    version = versions[subscriber.id]
    recipient = Recipient(
        address=subscriber.email,
        message_id=f"{uuid.uuid4().hex}@{mail.domain}",
        date=this.now,
        unsubscribe_url=mail.links.unsubscribe(subscriber.id, version),
        feed_url=mail.links.feed(subscriber.id, version),
    )
    return NewMessage(
        subscriber_id=subscriber.id,
        channel=this.channel,
        kind=MessageKind(parcel.letter.kind),
        local_date=parcel.letter.local_date,
        sender=mail.sender,
        recipient=recipient,
        delivery_ids=parcel.delivery_ids,
    )
