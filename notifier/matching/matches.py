"""What a Matcher returns: the matches of one article, numbers until somebody looks at one."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, overload

import numpy as np

from notifier.domain import Article, Hit, Mode
from notifier.matching.engine.plain import Library, Outcome, PlainEngine
from notifier.matching.index.clauses import normal_rule
from notifier.matching.index.columns import Ids
from notifier.matching.index.rule_table import RuleTable
from notifier.matching.mention.gate import Gate
from notifier.matching.prepared import prepare

Errors: TypeAlias = tuple[tuple[Hashable, Exception], ...]


class Evaluation:
    """One article before the plain engine: each form is evaluated once, and its hits are listed once."""

    def __init__(self, article: Article, rules: RuleTable, *, library: Library, gate: Gate) -> None:
        self.article = prepare(article)
        self._rules, self._library, self._gate = rules, library, gate
        self._engines: dict[Mode, PlainEngine] = {}
        self._outcomes: dict[int, Outcome] = {}
        self._hits: dict[int, tuple[Hit, ...]] = {}

    def engine(self, mode: Mode) -> PlainEngine:
        if mode not in self._engines:
            self._engines[mode] = PlainEngine(self.article, self._library, self._gate, mode)
        return self._engines[mode]

    def outcome(self, form: int) -> Outcome:
        if form not in self._outcomes:
            text, mode = self._rules.written(form)
            self._outcomes[form] = self.engine(mode).evaluate(normal_rule(text))
        return self._outcomes[form]

    def matches(self, form: int) -> bool:
        return self.outcome(form).matched

    def reaches(self, least: float, form: int) -> bool:
        return self.outcome(form).score >= least

    def hits(self, form: int) -> tuple[Hit, ...]:
        if form not in self._hits:
            self._hits[form] = self.engine(self._rules.written(form)[1]).hits(self.outcome(form))
        return self._hits[form]


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that the article satisfied. Score and hits are computed when asked for."""

    key: Hashable
    _form: int
    _evaluation: Evaluation = field(repr=False)

    @property
    def score(self) -> float:
        """0..1"""
        return self._evaluation.outcome(self._form).score

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The spans that satisfied the rule's terms, in the order title, section, body, then the rest."""
        return self._evaluation.hits(self._form)


class Matches(Sequence[Match]):
    """The matches of one article, in the order in which the rules were added: numbers, until one is looked at.

    `errors` are (key, exception) of rules that broke on this article; they stopped no other rule.
    """

    def __init__(self, slots: Ids, rules: RuleTable, evaluation: Evaluation, *, errors: Errors) -> None:
        self._slots, self._rules, self._evaluation = slots, rules, evaluation
        self._sorted = False
        self.errors = errors

    @overload
    def __getitem__(self, index: int) -> Match: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Match, ...]: ...
    def __getitem__(self, index: int | slice) -> Match | tuple[Match, ...]:
        found = self._in_order()[index]
        return tuple(map(self._match, found.tolist())) if isinstance(index, slice) else self._match(int(found))

    def __len__(self) -> int:
        return len(self._slots)

    def __iter__(self) -> Iterator[Match]:
        return map(self._match, self._in_order().tolist())

    def __repr__(self) -> str:
        return f"Matches({list(self)!r})"

    def _in_order(self) -> Ids:
        if not self._sorted:
            self._slots = np.sort(self._slots, kind="stable")
            self._sorted = True
        return self._slots

    def _match(self, slot: int) -> Match:
        return Match(self._rules.keys[slot], int(self._rules.forms.array[slot]), self._evaluation)
