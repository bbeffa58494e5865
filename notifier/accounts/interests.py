"""A subscriber's own rules, as they keep them: add, change, rest, drop, take back. Nobody reaches another's."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlmodel import Session

from notifier.accounts.rule_help import Asked, understood
from notifier.accounts.rules import check_rule, parse_min_score
from notifier.domain import Mode, Schedule, Subscriber
from notifier.errors import InputError
from notifier.matching import Topics
from notifier.matching.language.terms import topic_key
from notifier.storage.alert_list import alerted_at
from notifier.storage.database import Database
from notifier.storage.rules import StoredRule, Wording, add_rule, change_rule, end_rule, latest_version, rules_of

MOST_RULES = 300  # of one subscriber who adds them by themselves
LARGEST = 2**31 - 1  # of a rule's number
WEEKS = 12
MOST_COUNTED = 20_000  # alerts
FARTHEST = 3660  # days that a rule may rest


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as its form has it. `delivery` None follows the subscriber; it rests until before that day."""

    text: str
    mode: Mode = "standard"
    min_score: float = 0.0
    delivery: Schedule | None = None
    rests_until: dt.date | None = None


def own_rules(database: Database, subscriber: Subscriber) -> list[StoredRule]:
    """Those in force, the newest first."""
    with database.read() as session:
        return sorted(rules_of(session, [subscriber.id]), key=lambda rule: -rule.rule_id)


def weekly_alerts(database: Database, subscriber: Subscriber, *, now: dt.datetime) -> dict[int, tuple[int, ...]]:
    """Rule id -> how many alerts it brought in each of the last WEEKS weeks, the last one at the end."""
    week = dt.timedelta(weeks=1)
    with database.read() as session:
        found = alerted_at(session, subscriber.id, since=now - WEEKS * week, limit=MOST_COUNTED)
    counts: dict[int, list[int]] = {}
    for rule_id, at in found:
        ago = min(max((now - at) // week, 0), WEEKS - 1)
        counts.setdefault(rule_id, [0] * WEEKS)[WEEKS - 1 - ago] += 1
    return {rule_id: tuple(weeks) for rule_id, weeks in counts.items()}


def own_rule(database: Database, subscriber: Subscriber, number: int) -> StoredRule | None:
    """None where there is none in force, and where it is another's: the two look the same."""
    with database.read() as session:
        return _own(session, subscriber, number)


def _own(session: Session, subscriber: Subscriber, number: int, *, ended: bool = False) -> StoredRule | None:
    rule = latest_version(session, number) if 0 < number <= LARGEST else None
    if rule is None or rule.subscriber_id != subscriber.id or (rule.to_revision is not None) != ended:
        return None
    return rule


def save_draft(
    database: Database,
    subscriber: Subscriber,
    draft: Draft,
    *,
    number: int | None = None,
    topics: Topics,
    language: str,
    now: dt.datetime,
) -> int | None:
    """Put it into force, in place of rule `number` where there is one; the rule's number. It counts from now on.

    None where rule `number` is not theirs. RuleError, in this language, or InputError where it cannot stand.
    """
    wording = _wording(draft, subscriber, topics=topics, language=language, now=now)
    with database.write() as session:
        if number is None:
            _check_room(session, subscriber)
            number = add_rule(session, subscriber.id, **wording._asdict(), now=now)
        elif (rule := _own(session, subscriber, number)) is None:
            return None
        elif rule.wording != wording:
            change_rule(session, rule, wording, now=now)
        return number


def follow_topic(database: Database, subscriber: Subscriber, name: str, *, now: dt.datetime) -> int:
    """The number of their rule of that topic alone: the one that they have, or a new one."""
    text = f"#{name}"
    with database.write() as session:
        rules = rules_of(session, [subscriber.id])
        known = next((one.rule_id for one in rules if topic_key(one.text) == topic_key(text)), None)
        if known is None:
            _check_room(session, subscriber)
        return known or add_rule(session, subscriber.id, text, now=now)


def _wording(draft: Draft, subscriber: Subscriber, *, topics: Topics, language: str, now: dt.datetime) -> Wording:
    return Wording(
        text=check_rule(draft.text, topics, language=language),
        mode=draft.mode,
        min_score=parse_min_score(draft.min_score),
        delivery=draft.delivery,
        paused_until=_instant(draft.rests_until, subscriber, now),
    )


def _instant(day: dt.date | None, subscriber: Subscriber, now: dt.datetime) -> dt.datetime | None:
    """The beginning of that day where the subscriber lives; a day that has come is none."""
    zone = ZoneInfo(subscriber.timezone)
    today = now.astimezone(zone).date()
    if day is None or day <= today:
        return None
    if (day - today).days > FARTHEST:
        raise InputError("暂停不能超过十年，请改早一些", "a rule rests for ten years at most: choose an earlier day")
    return dt.datetime.combine(day, dt.time(), zone)


def rest_day(rule: StoredRule, subscriber: Subscriber, now: dt.datetime) -> dt.date | None:
    """The day on which a rule that rests now counts again."""
    if rule.paused_until is None or not rule.rests(now):
        return None
    return rule.paused_until.astimezone(ZoneInfo(subscriber.timezone)).date()


def _check_room(session: Session, subscriber: Subscriber) -> None:
    if len(rules_of(session, [subscriber.id])) >= MOST_RULES:
        raise InputError(f"最多 {MOST_RULES} 条规则，请先删除几条", f"{MOST_RULES} rules at most: delete some first")


def drop_rule(database: Database, subscriber: Subscriber, number: int) -> bool:
    """Take a rule out of force. False where it was not theirs."""
    with database.write() as session:
        return _own(session, subscriber, number) is not None and end_rule(session, number)


def take_back(database: Database, subscriber: Subscriber, number: int, *, now: dt.datetime) -> bool:
    """Put a rule that was dropped into force as it was. False where it is not theirs, or was not dropped."""
    with database.write() as session:
        rule = _own(session, subscriber, number, ended=True)
        if rule is None:
            return False
        _check_room(session, subscriber)
        change_rule(session, rule, rule.wording, now=now)
        return True


def dropped_rule(database: Database, subscriber: Subscriber, number: int) -> StoredRule | None:
    """A rule of theirs that was dropped and may be taken back."""
    with database.read() as session:
        return _own(session, subscriber, number, ended=True)


def asked_of(subscriber: Subscriber, draft: Draft, rules: list[StoredRule], *, number: int | None = None) -> Asked:
    """A draft as it is previewed: for what the subscriber may see, beside their other rules."""
    return Asked(
        text=draft.text,
        mode=draft.mode,
        min_score=draft.min_score,
        at_once=(draft.delivery or subscriber.delivery).at_once,
        groups=subscriber.groups,
        others=understood({f"“{rule.text[:40]}”": rule for rule in rules if rule.rule_id != number}),
    )
