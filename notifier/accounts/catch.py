"""What would a rule have caught? Told while it is typed, from the last DAYS days of what its subscriber may see.

The text index names the articles that may match, never fewer than do; the matcher judges the newest of them and a
sample of the rest. Where that is not all, a figure says so: at least what was seen, about what the sample makes likely.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import itemgetter
from zoneinfo import ZoneInfo

from sqlmodel import Session

from notifier.accounts.judging import Bench, Caught, Judged, day_of
from notifier.accounts.rule_help import Asked
from notifier.domain import MODES, Mode
from notifier.matching import Topics, describe_rule, parse_rule
from notifier.matching.advice.compare import Comparer, Written
from notifier.matching.advice.grams import rule_ways
from notifier.matching.advice.lint import MANY, Remark, accident_remarks, busiest_day, kinship_remarks, lint_rule
from notifier.matching.advice.rewrite import Proposal, proposals
from notifier.matching.advice.tally import JUDGED, NEWEST, Tally
from notifier.matching.advice.trial import TermCount, Trial, counted_terms
from notifier.matching.engine.plain import Library
from notifier.matching.matcher import unknown_topic
from notifier.matching.prepared import prepare
from notifier.matching.topics import compile_topics
from notifier.storage.database import Database
from notifier.storage.sources import visible_sources
from notifier.storage.text_index import Extent, Reach, extent_of, find_by_grams

DAYS = 90
SHOWN = 10  # articles
PATIENCE = 0.1  # seconds after which no sample is judged any more
_MOST_COUNTED = 10  # terms whose accidents are counted
_KEPT = dt.timedelta(minutes=1)  # how long an extent is remembered
_MOST_KEPT = 200
_MOST_READY = 300  # articles that are remembered as made ready: some 15 MB


@dataclass(frozen=True, slots=True)
class Catch:
    """All that there is to say of a rule while it is typed. `by_mode` has the tally of each mode."""

    understood: str
    remarks: tuple[Remark, ...]
    caught: tuple[Caught, ...]
    by_mode: Mapping[Mode, Tally]
    mode: Mode
    articles: int  # stored, and visible to the subscriber
    covered: int  # days that they cover
    proposals: tuple[Proposal, ...]

    @property
    def tally(self) -> Tally:
        return self.by_mode[self.mode]

    @property
    def per_week(self) -> float:
        return per_week(self.tally, self.covered)


def per_week(tally: Tally, covered: int) -> float:
    """A week at least: a few days say nothing of a whole week."""
    return 7 * tally.about / max(7, covered)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of a rule gains and loses, and some of the articles of each."""

    gained: Tally
    lost: Tally
    gains: tuple[Caught, ...]
    losses: tuple[Caught, ...]


class Previewer:
    """Tries rules for subscribers. `topics` gives the library as it is now; threads may share one."""

    def __init__(
        self, database: Database, topics: Callable[[], Topics], *, timezone: str, patience: float = PATIENCE
    ) -> None:
        self._database = database
        self._topics = topics
        self._zone = ZoneInfo(timezone)
        self._patience = patience
        self._compiled: tuple[Topics, Library] | None = None
        self._ready = lru_cache(_MOST_READY)(prepare)
        self._extents: dict[tuple[int, ...], tuple[dt.datetime, Extent]] = {}

    @property
    def topics(self) -> Topics:
        return self._topics()

    def read(self, asked: Asked, *, language: str) -> Written:
        """A rule as it is understood. RuleError, in this language, where it is not or names an unknown topic."""
        expression = parse_rule(asked.text, language=language)
        error = unknown_topic(expression.root, sorted(self.topics), language=language)
        if error:
            raise error
        return Written(expression, asked.mode, asked.min_score)

    def catch(self, asked: Asked, *, language: str, now: dt.datetime) -> Catch:
        """RuleError, in this language, where the rule cannot be understood."""
        rule = self.read(asked, language=language)
        counts = counted_terms(rule.expression.root)[:_MOST_COUNTED]
        bench = self.bench()
        extent, judged = self._try(bench, asked, rule, counts=counts, now=now)
        tallies = {mode: judged.tally(itemgetter(at)) for at, mode in enumerate(MODES)}
        found, covered = judged.matching(MODES.index(rule.mode)), _covered(extent, now)
        days = [day_of(one.stored, self._zone) for one in found]
        return Catch(
            understood=describe_rule(rule.expression, language),
            remarks=(
                *self._remarks(asked, rule, counts),
                *_volume(tallies[rule.mode], covered, days, at_once=asked.at_once),
            ),
            caught=bench.caught(found[:SHOWN], rule, self._zone),
            by_mode=tallies,
            mode=rule.mode,
            articles=extent.articles,
            covered=covered,
            proposals=tuple(proposals(rule.expression, self.topics)),
        )

    def _try(
        self, bench: Bench, asked: Asked, rule: Written, *, counts: Sequence[TermCount], now: dt.datetime
    ) -> tuple[Extent, Judged]:
        """In all modes at once."""
        with self._database.read() as session:
            reach = _reach(session, asked.groups, now)
            found = find_by_grams(session, rule_ways(asked.text, asked.mode, self._library()), reach)
            tries = [rule._replace(mode=mode) for mode in MODES]
            extent = self._extent(session, reach, now, least=len(found))
            return extent, bench.judge(session, found, tries, counts=counts)

    def effect(self, new: Asked, old: Asked, *, language: str, now: dt.datetime) -> Effect:
        """What `new` catches that `old` did not, and what not any more; both as `new.groups` see it."""
        rules = [self.read(one, language=language) for one in (new, old)]
        bench = self.bench()
        with self._database.read() as session:
            reach = _reach(session, new.groups, now)
            found = [
                find_by_grams(session, rule_ways(one.text, one.mode, self._library()), reach) for one in (new, old)
            ]
            judged = [
                bench.judge(session, ids, rules, newest=NEWEST // 2, judged=JUDGED // 3) for ids in _apart(*found)
            ]
        gained, lost = (_only(judged, which) for which in (0, 1))
        gains, losses = (
            bench.caught(
                [one for part in judged for one in part.matching(at, without=1 - at)][:SHOWN], rule, self._zone
            )
            for at, rule in enumerate(rules)
        )
        return Effect(gained, lost, gains, losses)

    def bench(self) -> Bench:
        """With the topics as they are now, and articles that were made ready lately."""
        return Bench(Trial(library=self._library()), self._ready, time.monotonic() + self._patience)

    def _library(self) -> Library:
        """The topics compiled, once for each state of them."""
        topics, known = self.topics, self._compiled
        if known is None or known[0] is not topics:
            known = self._compiled = topics, compile_topics(topics)
        return known[1]

    def _extent(self, session: Session, reach: Reach, now: dt.datetime, *, least: int) -> Extent:
        """Remembered for a minute, unless more articles were found: it takes longer than a rule."""
        key = tuple(reach.sources)
        known = self._extents.get(key)
        if known is None or not known[0] <= now < known[0] + _KEPT or known[1].articles < least:
            if len(self._extents) >= _MOST_KEPT:
                self._extents.clear()
            known = self._extents[key] = now, extent_of(session, reach)
        return known[1]

    def _remarks(self, asked: Asked, rule: Written, counts: Sequence[TermCount]) -> Iterator[Remark]:
        comparer = Comparer(self._library())
        yield from lint_rule(rule.expression, comparer)
        yield from kinship_remarks(rule, asked.others, comparer)
        yield from accident_remarks(counts, rule.expression.root)


def _reach(session: Session, groups: frozenset[str] | None, now: dt.datetime) -> Reach:
    return Reach(visible_sources(session, groups), now - dt.timedelta(DAYS))


def _covered(extent: Extent, now: dt.datetime) -> int:
    return min(DAYS, max(1, (now.date() - extent.oldest).days + 1)) if extent.oldest else 0


def _only(judged: Sequence[Judged], which: int) -> Tally:
    """How many this rule matches and the other does not."""
    return reduce(
        Tally.joined, (part.tally(lambda matched: matched[which] and not matched[1 - which]) for part in judged)
    )


def _apart(new: Sequence[int], old: Sequence[int]) -> list[list[int]]:
    """Those of one, of the other, of both, each in its order."""
    ours, theirs = set(new), set(old)
    return [
        [one for one in new if one not in theirs],
        [one for one in old if one not in ours],
        [one for one in new if one in theirs],
    ]


def _volume(tally: Tally, covered: int, days: Sequence[dt.date], *, at_once: bool) -> Iterator[Remark]:
    """Very much at once. Where all were judged, by the busiest day; else by the mean, which is less."""
    most = busiest_day(days) if tally.exact else round(tally.about / max(1, covered))
    if at_once and most > MANY:
        yield Remark(
            "many",
            f"一天可能有 {most} 篇以上，超过 {MANY} 篇：请改为每日摘要，或写得更窄",
            f"{most} or more on one day, over {MANY}: take a daily digest, or narrow the rule",
        )
