"""Step 4, for deadlines: what somebody is to be reminded of now becomes one message, with an .ics file."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from notifier.alerts import Calendar, Parcel, local_date, open_at
from notifier.domain import (
    Deadline,
    Entry,
    Frozen,
    Letter,
    MessageKind,
    State,
    Subscriber,
    deadlines_of,
    may_get,
)
from notifier.pipeline.planning.chunks import Ended, Held, in_chunks, settle
from notifier.pipeline.planning.entries import load_entries
from notifier.pipeline.planning.plan import LetterMaker, Mail, Pass, new_message, render_parcels
from notifier.storage.bulletins import StoredArticle, get_articles
from notifier.storage.database import Database
from notifier.storage.messages import store_content, store_messages
from notifier.storage.reminders import DueReminder, carry_reminders, due_reminders
from notifier.storage.subscribers import get_subscribers, token_versions
from notifier.storage.tables import ReminderRow
from notifier.storage.waiting import still_waiting


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What some subscribers are to be reminded of, as the tables had it. `entries`: by alert."""

    subscribers: Mapping[int, Subscriber]
    versions: Mapping[int, int]
    due: Sequence[DueReminder]
    articles: Mapping[int, StoredArticle]
    entries: Mapping[int, Entry]


def plan_reminders(
    database: Database,
    renderer: LetterMaker,
    mail: Mail,
    *,
    clock: Callable[[], dt.datetime],
    calendar: Calendar,
    channel: str = "email",
) -> int:
    """Plan all reminders that are due; the number of messages: one a subscriber, whatever it reminds of."""

    def plan(now: dt.datetime, ids: Sequence[int]) -> int:
        return _plan_chunk(Pass(database, renderer, mail, calendar, channel, now), ids)

    return in_chunks(database, ReminderRow, channel, clock=clock, plan=plan)


def _load(session: Session, this: Pass, ids: Sequence[int]) -> _Chunk:
    due = due_reminders(session, this.channel, ids, now=this.now)
    articles = get_articles(session, sorted({one.article_id for one in due}))
    return _Chunk(
        subscribers=get_subscribers(session, ids),
        versions=token_versions(session, ids),
        due=due,
        articles={stored.id: stored for stored in articles},
        entries=load_entries(session, {one.alert_id: one.article_id for one in due}),
    )


def _plan_chunk(this: Pass, ids: Sequence[int]) -> int:
    with this.database.read() as session:
        chunk = _load(session, this, ids)
    ended, held, wanted = _sort_out(this, chunk)
    parcels = [
        reminder_parcel(chunk.subscribers[number], found, service=this.mail.service, now=this.now)
        for number, found in wanted.items()
    ]
    letters, poison = render_parcels(this.renderer, parcels)
    with this.database.write() as session:
        settle(session, ReminderRow, ended | poison, held)
        return sum(_store(session, this, chunk, frozen=frozen, parcels=same) for frozen, same in letters)


def _store(session: Session, this: Pass, chunk: _Chunk, *, frozen: Frozen, parcels: Sequence[Parcel]) -> int:
    """A message of a reminder carries no deliveries: the alert's own mail has them."""
    free = still_waiting(session, ReminderRow, [number for parcel in parcels for number in parcel.delivery_ids])
    good = [parcel for parcel in parcels if free.issuperset(parcel.delivery_ids)]
    made = [
        dataclasses.replace(new_message(this, parcel, chunk.versions), local_date=None, delivery_ids=())
        for parcel in good
    ]
    if not made:
        return 0
    store_messages(session, made, content_id=store_content(session, frozen), now=this.now)
    carry_reminders(
        session, {one.recipient.message_id: parcel.delivery_ids for one, parcel in zip(made, good, strict=True)}
    )
    return len(made)


_Found = list[tuple[int, Entry, Deadline]]  # reminder, and what it is about


def _sort_out(this: Pass, chunk: _Chunk) -> tuple[Ended, Held, dict[int, _Found]]:
    """What ends, what waits for quiet hours and days off to be over, and the rest by subscriber."""
    ended: Ended = {}
    held: Held = {}
    wanted: dict[int, _Found] = {}
    for one in chunk.due:
        subscriber, stored = chunk.subscribers[one.subscriber_id], chunk.articles[one.article_id]
        deadline = find_deadline(stored, one)
        opens = open_at(subscriber, this.now, calendar=this.calendar)
        if over := _over(subscriber, stored, deadline, channel=this.channel, now=this.now):
            ended[one.id] = over
        elif opens > this.now:
            held[one.id] = opens
        elif deadline is not None:
            wanted.setdefault(subscriber.id, []).append((one.id, chunk.entries[one.alert_id], deadline))
    return ended, held, wanted


def _over(
    subscriber: Subscriber, stored: StoredArticle, deadline: Deadline | None, *, channel: str, now: dt.datetime
) -> tuple[State, str] | None:
    """Why there is to be no reminder."""
    if not may_get(subscriber.state, channel):
        return State.SUPPRESSED, subscriber.state.value
    if not stored.seen_by(subscriber.groups):
        return State.SUPPRESSED, "audience"
    if stored.ended:
        return State.SUPPRESSED, stored.ended
    if not subscriber.remind_days:
        return State.SUPPRESSED, "not wanted"
    if deadline is None:
        return State.EXPIRED, "no longer stated"  # read anew, the article says something else
    return (State.EXPIRED, "past") if deadline.ends <= now else None


def find_deadline(stored: StoredArticle, one: DueReminder) -> Deadline | None:
    """The deadline that a reminder is of; None where the article does not state it any more."""
    found = (deadline for deadline in deadlines_of(stored.shown) if deadline.key == (one.label, one.deadline))
    return next(found, None)


def reminder_parcel(subscriber: Subscriber, found: _Found, *, service: str, now: dt.datetime) -> Parcel:
    """One letter for all of these, the soonest deadline first; its ids are those of the reminders."""
    found = sorted(found, key=lambda one: (one[2].ends, one[0]))
    entries = tuple(dataclasses.replace(entry, deadlines=(deadline,)) for _, entry, deadline in found)
    date = local_date(now, subscriber.timezone)
    letter = Letter(MessageKind.REMINDER, entries, subscriber.language, service, date)
    return Parcel(subscriber, letter, tuple(number for number, _, _ in found))
