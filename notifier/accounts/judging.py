"""Rules tried on stored articles that may match: the newest of them, and a sample of the others."""

import datetime as dt
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import Session

from notifier.domain import Article, Entry, Reason
from notifier.matching.advice.compare import Written
from notifier.matching.advice.tally import JUDGED, NEWEST, Tally, chosen, tallied
from notifier.matching.advice.trial import TermCount, Trial
from notifier.matching.prepared import PreparedArticle, prepare
from notifier.pipeline.planning.entries import to_entry, with_reasons
from notifier.storage.bulletins import StoredArticle, get_articles

log = structlog.get_logger()
COUNTED = 30  # articles in which accidents of terms are counted


@dataclass(frozen=True, slots=True)
class Caught:
    """An article that a rule matches, with the rule as its reason."""

    entry: Entry
    day: dt.date


class Try(NamedTuple):
    """A candidate made ready, and which of the rules match it."""

    stored: StoredArticle
    article: PreparedArticle
    matched: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Judged:
    """Those of some candidates that were tried: the `newest` first ones, then the sample."""

    tries: Sequence[Try]
    newest: int
    candidates: int

    def tally(self, holds: Callable[[Sequence[bool]], bool]) -> Tally:
        found = [holds(one.matched) for one in self.tries]
        return tallied(found[: self.newest], found[self.newest :], self.candidates)

    def matching(self, which: int, *, without: int | None = None) -> list[Try]:
        """Those that the rule of this number matches (and another does not), the newest first."""
        found = [one for one in self.tries if one.matched[which] and (without is None or not one.matched[without])]
        return sorted(found, key=lambda one: -one.stored.id)


def day_of(stored: StoredArticle, zone: ZoneInfo) -> dt.date:
    """Published, else its bulletin's, else when it came."""
    if stored.article.published_at:
        return stored.article.published_at.astimezone(zone).date()
    return stored.date or stored.created_at.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Bench:
    """Where rules are tried. From `until` on (time.monotonic) only the newest articles are, no sample of the others."""

    trial: Trial
    ready: Callable[[Article], PreparedArticle] = prepare  # or one that remembers: the next key asks for the same ones
    until: float = math.inf

    def judge(
        self,
        session: Session,
        ids: Sequence[int],
        rules: Sequence[Written],
        *,
        counts: Sequence[TermCount] = (),
        newest: int = NEWEST,
        judged: int = JUDGED,
    ) -> Judged:
        """`ids` with the newest first. An article that breaks a rule is left out, and logged."""
        order = chosen(ids, newest=newest, judged=judged)
        articles = {one.id: one for one in get_articles(session, order)}
        tries: list[Try] = []
        for number in order:
            if len(tries) >= newest and time.monotonic() > self.until:
                break
            counted = counts if len(tries) < COUNTED and not articles[number].title_only else ()  # they are quoted
            tries.extend(self._try(articles[number], rules, counted))
        return Judged(tries, min(newest, len(tries)), len(ids))

    def _try(self, stored: StoredArticle, rules: Sequence[Written], counts: Sequence[TermCount]) -> Iterator[Try]:
        try:
            article = self.ready(stored.article)
            self.trial.count(counts, article)
            yield Try(stored, article, self.trial.matching(rules, article))
        except Exception:
            log.exception("preview.broke", article=stored.id)

    def caught(self, tries: Sequence[Try], rule: Written, zone: ZoneInfo) -> tuple[Caught, ...]:
        """Articles that the rule matches, with its hits."""
        return tuple(self._caught(one, rule, zone) for one in tries)

    def _caught(self, one: Try, rule: Written, zone: ZoneInfo) -> Caught:
        tried = self.trial.try_rule(rule, one.article)
        reason = Reason(rule.expression.text, tried.hits, tried.score)
        return Caught(with_reasons(to_entry(one.stored), [reason]), day_of(one.stored, zone))
