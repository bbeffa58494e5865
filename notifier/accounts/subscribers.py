"""Subscribers: added by the operator (already confirmed), imported, paused, unsubscribed."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from notifier.accounts.addresses import parse_address
from notifier.accounts.rules import check_rule
from notifier.domain import EMAIL, Mode, QuietHours, Schedule, Subscriber, SubscriberState
from notifier.errors import InputError
from notifier.matching import Topics
from notifier.pipeline.returns.refusals import suppress
from notifier.storage.database import Database
from notifier.storage.events import record_event
from notifier.storage.messages import suppress_pending
from notifier.storage.revisions import next_revision
from notifier.storage.rules import add_rule, rules_of
from notifier.storage.subscribers import add_subscriber, get_subscriber, set_state, subscriber_row
from notifier.storage.suppressions import remove_suppression, suppression_of
from notifier.storage.tables import SubscriberRow

GONE = (SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class TunedRule:
    """A rule with a mode, a least score or a delivery of its own (None: its subscriber's)."""

    text: str
    mode: Mode = "standard"
    min_score: float = 0.0
    delivery: Schedule | None = None


@dataclass(frozen=True, slots=True)
class NewSubscriber:
    """Somebody to be added, with checked rules. `tuned`: rules that have more than a text.

    habits: what else a new subscriber is to have instead of the defaults, by the names of Subscriber's fields.
    """

    email: str
    rules: tuple[str, ...] = ()
    delivery: Schedule | None = None  # None: at once, or as a known subscriber has it
    groups: frozenset[str] = frozenset()
    tuned: tuple[TunedRule, ...] = ()
    habits: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a new subscriber has when nothing else is said."""

    language: str = "zh-CN"
    timezone: str = "Asia/Shanghai"
    digest_hour: int = 8
    digest_weekday: int = 0
    digest_monthday: int = 1
    quiet: QuietHours | None = None
    working_days: bool = False
    remind_days: int = 3


SCHEDULES = (Schedule.IMMEDIATE, Schedule.DAILY, Schedule.WEEKLY, Schedule.MONTHLY)  # of a subscriber


def parse_schedule(text: str, *, allowed: Sequence[Schedule] = SCHEDULES) -> Schedule:
    """InputError naming those allowed where it is none of them."""
    found = next((one for one in allowed if one.value == text.strip().lower()), None)
    if found is None:
        words = ", ".join(allowed)
        raise InputError(f"投递方式 {text!r} 不对，可用：{words}", f"no such delivery {text!r}: use {words}")
    return found


def new_subscriber(
    email: str, rules: Sequence[str], *, topics: Topics, delivery: str = "", groups: Sequence[str] = ()
) -> NewSubscriber:
    """Check an address and its rules. InputError or RuleError in one line."""
    texts = tuple(check_rule(rule, topics) for rule in rules)
    return NewSubscriber(parse_address(email), texts, parse_schedule(delivery) if delivery else None, frozenset(groups))


@dataclass(frozen=True, slots=True)
class Added:
    """How many addresses are new, were known, and were left alone because they had left."""

    new: int = 0
    known: int = 0
    left: int = 0


def add_subscribers(
    database: Database, people: Sequence[NewSubscriber], defaults: Defaults, *, now: dt.datetime, revive: bool = True
) -> Added:
    """Add them all, or none. A known address gets the rules it has not got yet.

    `revive`: make one active again that has unsubscribed or is suppressed; an import leaves those alone.
    """
    counts = Counter[str]()
    with database.write() as session:
        for person in people:
            counts[_add_one(session, person, defaults, now=now, revive=revive)] += 1
    return Added(**counts)


def _add_one(session: Session, person: NewSubscriber, defaults: Defaults, *, now: dt.datetime, revive: bool) -> str:
    row = subscriber_row(session, person.email)
    if row is not None and row.state in GONE:
        if not revive:
            return "left"
        set_state(session, row, SubscriberState.ACTIVE, now=now, why="operator")
    if suppression_of(session, person.email) is not None:
        if not revive:
            return "left"
        remove_suppression(session, person.email, now=now)
    subscriber_id = row.id if row else add_subscriber(session, to_be_stored(person, defaults), now=now)
    assert subscriber_id is not None
    known = {rule.text for rule in rules_of(session, [subscriber_id])}
    own = person.delivery if row is not None and person.delivery != row.delivery else None
    for text in person.rules:
        if text not in known:
            add_rule(session, subscriber_id, text, delivery=own, now=now)
    _add_tuned(session, subscriber_id, person.tuned, now=now)
    return "known" if row else "new"


def _add_tuned(session: Session, subscriber_id: int, rules: Sequence[TunedRule], *, now: dt.datetime) -> None:
    """Those of these that are not in force yet."""
    there = [TunedRule(one.text, one.mode, one.min_score, one.delivery) for one in rules_of(session, [subscriber_id])]
    for rule in rules:
        if rule not in there:
            add_rule(
                session, subscriber_id, rule.text, mode=rule.mode, min_score=rule.min_score, delivery=rule.delivery,
                now=now,
            )  # fmt: skip


def to_be_stored(
    person: NewSubscriber, defaults: Defaults, *, state: SubscriberState = SubscriberState.ACTIVE
) -> Subscriber:
    """A subscriber without a number yet."""
    usual = {field.name: getattr(defaults, field.name) for field in dataclasses.fields(defaults)}
    delivery = person.delivery or Schedule.IMMEDIATE
    values = {"state": state, "delivery": delivery, "groups": person.groups} | usual | dict(person.habits)
    return Subscriber(id=0, email=person.email, **values)


def change_state(database: Database, email: str, state: SubscriberState, *, now: dt.datetime, why: str) -> bool:
    """Pause, resume, unsubscribe or suppress an address; what has not gone out to one that leaves is stopped.

    False where it was so already. InputError where nobody has that address.
    """
    with database.write() as session:
        row = known(subscriber_row(session, parse_address(email)), email)
        if row.state == state:
            return False
        if state is SubscriberState.SUPPRESSED:
            suppress(session, row.email, why, detail="", now=now)
        elif state is SubscriberState.ACTIVE:
            remove_suppression(session, row.email, now=now)
        set_state(session, row, state, now=now, why=why)
        if state in GONE:
            assert row.id is not None
            mail_only = EMAIL if state is SubscriberState.SUPPRESSED else None
            suppress_pending(session, row.id, state.value, channel=mail_only)
        return True


def unsubscribe(database: Database, subscriber_id: int, version: int, *, now: dt.datetime) -> bool:
    """Unsubscribe the person of a verified token; the same again changes nothing. False: no such person, or revoked."""
    with database.write() as session:
        row = get_subscriber(session, subscriber_id)
        if row is None or row.token_version != version:
            return False
        set_state(session, row, SubscriberState.UNSUBSCRIBED, now=now, why="link")
        suppress_pending(session, subscriber_id, SubscriberState.UNSUBSCRIBED.value)
        return True


def set_groups(database: Database, email: str, groups: Sequence[str], *, now: dt.datetime) -> None:
    """Say which groups a subscriber is in: they decide which restricted sources reach them."""
    with database.write() as session:
        row = known(subscriber_row(session, parse_address(email)), email)
        assert row.id is not None
        data = {"from": row.groups, "to": sorted(groups), "revision": next_revision(session)}
        record_event(session, "subscriber.groups", "subscriber", row.id, now=now, data=data)
        row.groups = sorted(groups)


def known(row: SubscriberRow | None, email: str) -> SubscriberRow:
    """The row. InputError where nobody has that address."""
    if row is None:
        raise InputError(
            f"没有订阅者 {email}，可用 subscribers list 查看", f"no subscriber {email}: see subscribers list"
        )
    return row
