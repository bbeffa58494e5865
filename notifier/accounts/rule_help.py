"""The helper of whoever writes a rule: what it says, what may be wrong with it, and what it would have brought.

Rules are tried on the newest stored articles, at most NEWEST of them; an article's day is the one it was published
on, its bulletin's, or that of its arrival.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from notifier.accounts.addresses import parse_address
from notifier.accounts.rules import check_rule
from notifier.domain import Mode, Schedule, may_see
from notifier.errors import RuleError
from notifier.matching import Topics, describe_rule, format_rule, parse_rule
from notifier.matching.advice.compare import Comparer, Written
from notifier.matching.advice.lint import (
    Estimate,
    Remark,
    accident_remarks,
    busiest_day,
    kinship_remarks,
    lint_rule,
    volume_remarks,
)
from notifier.matching.advice.trial import TermCount, Trial, counted_terms, first_sentence
from notifier.matching.prepared import PreparedArticle
from notifier.storage.bulletins import StoredArticle
from notifier.storage.database import Database
from notifier.storage.recent import Recent, load_in_chunks, recent_articles
from notifier.storage.rules import StoredRule, rules_of
from notifier.storage.subscribers import subscriber_row

NEWEST = 5_000  # articles that a rule is tried on
FEWER = 1_000  # the same while a rule is being added: it takes half a second
DAYS = 90
MOST_COUNTED = 100  # terms of one rule whose accidents are counted
MOST_TITLES = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule to be helped with. `groups` None: all articles, as the operator sees them."""

    text: str
    mode: Mode = "standard"
    min_score: float = 0.0
    at_once: bool = True  # alerts go out one by one, not in a digest
    groups: frozenset[str] | None = None
    others: Mapping[str, Written] = field(default_factory=dict)  # rules of the same subscriber, by number


@dataclass(frozen=True, slots=True)
class Help:
    """All there is to say about a rule."""

    rule: str
    normal: str
    zh: str
    en: str
    remarks: tuple[Remark, ...]
    estimate: Estimate
    terms: tuple[TermCount, ...]
    titles: tuple[str, ...]  # of the newest articles that it matches


@dataclass(frozen=True, slots=True)
class Change:
    """An article that one of two rules matches and the other does not; `sentence` is that of the first hit."""

    article_id: int
    title: str
    day: dt.date
    sentence: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What a rule matches that another did not, what not any more, and how many articles both match."""

    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    both: int
    articles: int
    limited: bool


class Shelf:
    """The stored articles that rules are tried on: those of the last `days`, of the `newest`.

    Where nothing was published in that time, the days end with that of the newest article.
    """

    def __init__(
        self, database: Database, *, now: dt.datetime, timezone: str, days: int = DAYS, newest: int = NEWEST
    ) -> None:
        self._database = database
        self._zone = ZoneInfo(timezone)
        with database.read() as session:
            found = recent_articles(session, newest + 1)
        self.limited = len(found) > newest
        dated = {one.id: self._day(one) for one in found[:newest]}
        self.last = now.astimezone(self._zone).date()
        if dated and max(dated.values()) <= self.last - dt.timedelta(days):
            self.last = max(dated.values())
        self._dated = {key: day for key, day in dated.items() if day > self.last - dt.timedelta(days)}
        oldest = min(self._dated.values(), default=self.last)
        self.days = days
        self.covered = min(days, max(1, (self.last - oldest).days + 1))
        self.seen = 0

    def articles(self, groups: frozenset[str] | None) -> Iterator[tuple[StoredArticle, dt.date]]:
        """Each with its day, the newest first; only what somebody in these groups may see (None: everything)."""
        self.seen = 0
        with self._database.read() as session:
            for stored in load_in_chunks(session, list(self._dated)):
                if groups is None or any(may_see(audience, groups) for audience in stored.audiences):
                    self.seen += 1
                    yield stored, self._dated[stored.id]

    def estimate(self, matched: Sequence[dt.date]) -> Estimate:
        """From the days of the articles that a rule matches, one each."""
        return Estimate(
            self.seen, len(matched), self.days, self.covered, self.last, busiest_day(matched), limited=self.limited
        )

    def _day(self, one: Recent) -> dt.date:
        if one.published_at:
            return one.published_at.astimezone(self._zone).date()
        return one.date or one.created_at.astimezone(self._zone).date()


def help_with(asked: Asked, shelf: Shelf, *, topics: Topics) -> Help:
    """Lint, explain and estimate. RuleError where the rule cannot be understood."""
    return help_with_all([asked], shelf, topics=topics)[0]


def help_with_all(asked: Sequence[Asked], shelf: Shelf, *, topics: Topics) -> list[Help]:
    """The same for several rules of one subscriber, tried in one pass over the articles."""
    trial, comparer = Trial(topics), Comparer.of(topics)
    tries = [_Try(one, written(one.text, topics, mode=one.mode, min_score=one.min_score)) for one in asked]
    for stored, day in shelf.articles(asked[0].groups if asked else None):
        article = trial.ready(stored.article)
        for one in tries:
            one.meet(stored, day, article=article, trial=trial)
    return [_help(one, shelf, comparer) for one in tries]


class _Try:
    """A rule on its way along the shelf: the days and newest titles of what it matches, and how its terms fare."""

    def __init__(self, asked: Asked, rule: Written) -> None:
        self.asked = asked
        self.rule = rule
        self.terms = counted_terms(rule.expression.root)[:MOST_COUNTED]
        self.days: list[dt.date] = []
        self.titles: list[str] = []

    def meet(self, stored: StoredArticle, day: dt.date, *, article: PreparedArticle, trial: Trial) -> None:
        trial.count(self.terms, article)
        if trial.matches(self.rule, article):
            self.days.append(day)
            self.titles += [stored.article.title] if len(self.titles) < MOST_TITLES else []


def _help(one: _Try, shelf: Shelf, comparer: Comparer) -> Help:
    expression = one.rule.expression
    estimate = shelf.estimate(one.days)
    remarks = [
        *lint_rule(expression, comparer),
        *kinship_remarks(one.rule, one.asked.others, comparer),
        *accident_remarks(one.terms, expression.root),
        *volume_remarks(estimate, at_once=one.asked.at_once),
    ]
    return Help(
        rule=one.asked.text.strip(),
        normal=format_rule(expression),
        zh=describe_rule(expression, "zh-CN"),
        en=describe_rule(expression, "en"),
        remarks=tuple(remarks),
        estimate=estimate,
        terms=tuple(one.terms),
        titles=tuple(one.titles),
    )


def written(text: str, topics: Topics, *, mode: Mode = "standard", min_score: float = 0.0) -> Written:
    """A rule as checked. RuleError where it, or a topic in it, is wrong."""
    return Written(parse_rule(check_rule(text, topics)), mode, min_score)


def replay(new: Written, old: Written, shelf: Shelf, *, topics: Topics, groups: frozenset[str] | None = None) -> Replay:
    """Both rules on the same articles."""
    trial = Trial(topics)
    gained: list[Change] = []
    lost: list[Change] = []
    both = 0
    for stored, day in shelf.articles(groups):
        article = trial.ready(stored.article)
        now, before = trial.matches(new, article), trial.matches(old, article)
        both += now and before
        if now != before:
            rule, changes = (new, gained) if now else (old, lost)
            changes.append(_change(stored, day, rule=rule, article=article, trial=trial))
    return Replay(tuple(gained), tuple(lost), both, shelf.seen, shelf.limited)


def _change(stored: StoredArticle, day: dt.date, *, rule: Written, article: PreparedArticle, trial: Trial) -> Change:
    sentence = first_sentence(article, trial.try_rule(rule, article).hits)
    return Change(stored.id, stored.article.title, day, sentence)


# --- whose rule it is -------------------------------------------------------------------------------------


def asked_by(database: Database, email: str, asked: Asked, *, delivery: Schedule | None, number: int = 0) -> Asked:
    """The same for a subscriber: their groups, their other rules (without rule `number`), how they are alerted."""
    with database.read() as session:
        row = subscriber_row(session, parse_address(email))
        rules = rules_of(session, [row.id]) if row and row.id is not None else []
    if row is None:
        return asked
    return dataclasses.replace(
        asked,
        at_once=(delivery or Schedule(row.delivery)).at_once,
        groups=frozenset(row.groups),
        others=understood({f"{rule.rule_id}（{rule.text[:40]}）": rule for rule in rules if rule.rule_id != number}),
    )


def understood(rules: Mapping[str, StoredRule]) -> dict[str, Written]:
    """These rules but broken ones."""
    return {name: known for name, rule in rules.items() if (known := known_rule(rule)) is not None}


def known_rule(rule: StoredRule) -> Written | None:
    """A stored rule; None where it is broken, which is said elsewhere."""
    try:
        return Written(parse_rule(rule.text), rule.mode, rule.min_score)
    except RuleError:
        return None
