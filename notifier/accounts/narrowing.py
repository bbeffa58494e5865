"""Somebody says that an alert was irrelevant: which change of their rule would have kept it away, and at what price."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from notifier.accounts.judging import Bench
from notifier.accounts.rule_help import known_rule
from notifier.accounts.rules import check_rule
from notifier.accounts.visible import visible_articles
from notifier.domain import Hit, Mode, Subscriber
from notifier.errors import InputError
from notifier.matching import Topics
from notifier.matching.advice.narrow import Narrower, narrower
from notifier.matching.advice.trial import Trial
from notifier.matching.prepared import PreparedArticle
from notifier.storage.alert_list import ListedAlert, Mark, Wanted, list_alerts, listed_alert
from notifier.storage.bulletins import StoredArticle
from notifier.storage.database import Database
from notifier.storage.rules import StoredRule, Wording, change_rule, rules_of

DAYS = 90
MOST_ALERTS = 100  # of a rule that a change is tried on
MOST_PROPOSALS = 5  # a rule
MOST_TITLES = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of a rule. Of the `of` other alerts by it, `lost` would not have come; `titles` of the first of them.

    `saved` of the lost ones were saved by the subscriber, `unwanted` were marked as irrelevant too.
    """

    rule_id: int
    text: str
    mode: Mode
    min_score: float
    zh: str
    en: str
    lost: int
    of: int
    saved: int
    unwanted: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Past:
    """An earlier alert by the rule, its article made ready."""

    listed: ListedAlert
    title: str
    article: PreparedArticle


def propose(
    database: Database, subscriber: Subscriber, alert_id: int, *, bench: Bench, now: dt.datetime
) -> list[Proposal]:
    """For each rule in force that brought this alert the changes that keep it away, the cheapest first.

    Nothing where the alert is not theirs, or no rule that matched it is in force any more.
    """
    with database.read() as session:
        alert = listed_alert(session, subscriber.id, alert_id)
        seen = visible_articles(session, subscriber.groups, [alert.article_id] if alert else [])
        if alert is None or alert.article_id not in seen:
            return []
        article = bench.ready(seen[alert.article_id].article)
        found: list[Proposal] = []
        for rule in rules_of(session, [subscriber.id]):
            written = known_rule(rule)
            tried = bench.trial.try_rule(written, article) if written else None
            if written is None or tried is None or not tried.matched:
                continue
            past = _past(session, subscriber, rule, but=alert_id, since=now - dt.timedelta(DAYS), bench=bench)
            forms = narrower(rule.text, written, article, score=tried.score, terms=_terms(tried.hits))
            found += _weighed(rule, forms, article, past=past, trial=bench.trial)
    return found


def narrow(
    database: Database, subscriber: Subscriber, rule_id: int, wording: Wording, *, topics: Topics, now: dt.datetime
) -> None:
    """Change one's own rule to this wording; when it is delivered, and whether it rests, stays as it is.

    InputError where the rule is not theirs or not in force, RuleError where the wording is wrong.
    """
    text = check_rule(wording.text, topics)
    with database.write() as session:
        rule = next((one for one in rules_of(session, [subscriber.id]) if one.rule_id == rule_id), None)
        if rule is None:
            raise InputError("这条规则已经不在了", "this rule is gone")
        wording = wording._replace(text=text, delivery=rule.delivery, paused_until=rule.paused_until)
        change_rule(session, rule, wording, now=now)


def _terms(hits: Sequence[Hit]) -> list[str]:
    return list(dict.fromkeys(text for hit in hits for text in (hit.term, hit.text)))


def _past(
    session: Session, subscriber: Subscriber, rule: StoredRule, *, but: int, since: dt.datetime, bench: Bench
) -> list[_Past]:
    alerts = list_alerts(session, subscriber.id, Wanted(rule_id=rule.rule_id), limit=MOST_ALERTS)
    kept = [one for one in alerts if one.created_at >= since and one.id != but]
    seen: dict[int, StoredArticle] = visible_articles(session, subscriber.groups, (one.article_id for one in kept))
    return [
        _Past(one, seen[one.article_id].article.title, bench.ready(seen[one.article_id].article))
        for one in kept
        if one.article_id in seen
    ]


def _weighed(
    rule: StoredRule, forms: Sequence[Narrower], article: PreparedArticle, *, past: Sequence[_Past], trial: Trial
) -> list[Proposal]:
    """Those that keep the article away and leave something, without two of a kind that do the same."""
    proposals: dict[tuple[str, tuple[int, ...]], Proposal] = {}
    forms = [form for form in forms if not trial.matches(form.rule, article)]
    held = [trial.matching([form.rule for form in forms], one.article) for one in past]
    for at, form in enumerate(forms):
        lost = [one for one, matched in zip(past, held, strict=True) if not matched[at]]
        if len(lost) < len(past) or not past:
            does = form.kind, tuple(one.listed.id for one in lost)
            proposals.setdefault(does, _proposal(rule, form, lost=lost, of=len(past)))
    return sorted(proposals.values(), key=_price)[:MOST_PROPOSALS]


def _price(one: Proposal) -> tuple[int, int]:
    """What was saved weighs most; to lose what nobody wanted is a gain."""
    return one.saved, one.lost - 2 * one.unwanted


def _proposal(rule: StoredRule, form: Narrower, *, lost: Sequence[_Past], of: int) -> Proposal:
    return Proposal(
        rule_id=rule.rule_id,
        text=form.text,
        mode=form.rule.mode,
        min_score=form.rule.min_score,
        zh=form.zh,
        en=form.en,
        lost=len(lost),
        of=of,
        saved=sum(Mark.SAVED in one.listed.marks for one in lost),
        unwanted=sum(Mark.IRRELEVANT in one.listed.marks for one in lost),
        titles=tuple(one.title for one in lost[:MOST_TITLES]),
    )
