"""Matcher: rules by key, and the article x rules -> matches that everything above uses."""

import gc
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from threading import RLock
from typing import NamedTuple

import numpy as np

from notifier.domain import MODES, Article, Mode
from notifier.errors import RuleError
from notifier.matching.fold import Flags
from notifier.matching.index import EveryForm, Prefilter, RuleIndex
from notifier.matching.index.clauses import Clause, normal_rule, rule_clauses
from notifier.matching.index.columns import Ids
from notifier.matching.index.literals import Scanner
from notifier.matching.index.rule_table import RuleTable
from notifier.matching.language.expression import Expression, Node, TopicRef, walk
from notifier.matching.language.parser import parse_rule
from notifier.matching.language.refusals import nearest, refusal
from notifier.matching.language.terms import topic_key
from notifier.matching.matches import Evaluation, Matches
from notifier.matching.mention.gate import Gate
from notifier.matching.mention.mentions import MentionGate
from notifier.matching.topics import Topic, compile_topics

_CHUNK = 4_000  # rules that are indexed at once
_FEW = 10_000  # removed rules that do no harm


class Rule(NamedTuple):
    """A rule to add."""

    key: Hashable
    text: str
    mode: Mode = "standard"
    min_score: float = 0.0


class IndexStats(NamedTuple):
    """The size of an index: rules, distinct ones, numbers in delta tiers, removed rules that still take room."""

    rules: int
    forms: int
    fresh: int
    removed: int
    bytes: int


class Matcher:
    """Rules by key; `match` finds those that an article satisfies. Threads may share one.

    `topics` is what #话题 refers to: a mapping of names to Topic, such as load_topics returns. `gate` decides which
    spans of a bare term are mentions: MentionGate unless another is given (OpenGate keeps all). `indexed=False` looks
    at every rule for every article: slow, and what the index is compared with.
    """

    def __init__(
        self, topics: Mapping[str, Topic] | None = None, *, gate: Gate | None = None, indexed: bool = True
    ) -> None:
        self._gate = gate or MentionGate()
        self._indexed = indexed
        self._lock = RLock()
        self._take_topics(topics or {})
        self._state: tuple[RuleTable, Prefilter] = (RuleTable(), self._new_filter())
        self.topics_used: set[str] = set()  # by topic_key

    def _new_filter(self) -> Prefilter:
        return RuleIndex(self._library) if self._indexed else EveryForm()

    def _take_topics(self, topics: Mapping[str, Topic]) -> None:
        self._library = compile_topics(topics)
        self._names = sorted(topics)

    def __len__(self) -> int:
        return len(self._state[0].slots)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._state[0].slots

    # --- rules ------------------------------------------------------------------------------------------------

    def add(
        self, key: Hashable, text: str, mode: Mode = "standard", min_score: float = 0.0, *, language: str = "zh-CN"
    ) -> Expression:
        """Add a rule, or replace the one with this key, and return it as understood. It counts from the next match.

        RuleError (in `language`) if it cannot be understood or names an unknown topic; the old rule then stays.
        """
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}")
        expression = parse_rule(text, language=language)
        self._check_topics(expression.root, language)
        errors = self.load([Rule(key, text, mode, min_score)])
        assert not errors
        return expression

    def load(self, rules: Iterable[tuple[Hashable, str, Mode, float]]) -> list[tuple[Hashable, RuleError]]:
        """Add many rules (as Rule), or replace those with these keys; the keys of those that are refused, and why."""
        errors: list[tuple[Hashable, RuleError]] = []
        rest = iter(rules)
        with _no_collections():
            while chunk := list(islice(rest, _CHUNK)):
                with self._lock:
                    self._load(chunk, errors)
        return errors

    def _load(
        self, chunk: Sequence[tuple[Hashable, str, Mode, float]], errors: list[tuple[Hashable, RuleError]]
    ) -> None:
        rules, prefilter = self._state
        fresh: dict[int, Sequence[Clause]] = {}
        taken: list[tuple[Hashable, int, float]] = []
        for key, text, mode, min_score in chunk:
            form = rules.numbers[mode].get(text)
            if form is None:
                try:
                    clauses = self._clauses(text, mode)
                except RuleError as error:
                    errors.append((key, error))
                    continue
                form = rules.new_form(text, mode)
                fresh[form] = clauses
            taken.append((key, form, min_score))
        prefilter.add(fresh)
        rules.add(taken)

    def _clauses(self, text: str, mode: Mode) -> Sequence[Clause]:
        clauses = rule_clauses(text, mode)
        if "#" in text or "＃" in text:
            self._check_topics(normal_rule(text), "zh-CN")
        return clauses

    def _check_topics(self, root: Node, language: str) -> None:
        error = unknown_topic(root, self._names, language=language)
        if error:
            raise error
        self.topics_used.update(topic_key(node.name) for node in walk(root) if isinstance(node, TopicRef))

    def remove(self, key: Hashable) -> None:
        """KeyError if there is no such rule."""
        with self._lock:
            if not self._state[0].remove(key):
                raise KeyError(key)

    def replace_topics(self, topics: Mapping[str, Topic]) -> None:
        """Let #话题 refer to these from now on. All of `topics_used` must be among them."""
        with self._lock:
            self._take_topics(topics)
            self._state[1].replace_topics(self._library)

    # --- articles ---------------------------------------------------------------------------------------------

    def match(self, article: Article) -> Matches:
        """The rules of this moment that `article` satisfies."""
        rules, prefilter = self._state
        evaluation = Evaluation(article, rules, library=self._library, gate=self._gate)
        found = prefilter.find(evaluation.article, evaluation.engine, self._gate)
        attempt = _Attempt(rules)
        opened = [form for form in found.open if attempt.of(form, evaluation.matches)]
        slots = rules.of_forms(np.concatenate([found.forms, np.array(opened, np.int32)]))
        slots = slots[_strong(slots, rules, evaluation, attempt)]
        return Matches(slots, rules, evaluation, errors=tuple(attempt.errors))

    # --- upkeep -----------------------------------------------------------------------------------------------

    @property
    def stats(self) -> IndexStats:
        rules, prefilter = self._state
        fresh = prefilter.fresh + rules.of_form.in_delta
        return IndexStats(
            len(rules.slots),
            rules.form_count,
            fresh,
            len(rules.keys) - len(rules.slots),
            prefilter.nbytes() + rules.nbytes(),
        )

    def wide(self) -> list[Hashable]:
        """The keys of rules with a part that is dear to look for, in the order of adding."""
        rules, prefilter = self._state
        forms = prefilter.wide() if isinstance(prefilter, RuleIndex) else np.zeros(0, np.int32)
        return [rules.keys[slot] for slot in sorted(rules.of_forms(forms).tolist())]

    def scanner(self) -> Scanner | None:
        """What finds the index's literals: the floor of what a match costs."""
        prefilter = self._state[1]
        return prefilter.atoms.scanner if isinstance(prefilter, RuleIndex) else None

    def rebuild(self) -> None:
        """Move what is new into the index's main tier, and what was removed out of it. Others match meanwhile."""
        rules, prefilter = self._state
        if len(rules.keys) - len(rules.slots) > max(_FEW, len(rules.slots)):
            self._start_afresh(rules)
        else:
            prefilter.rebuild()
            rules.rebuild()

    def _start_afresh(self, rules: RuleTable) -> None:
        """More rules have been removed than are left: index those that are left, and then what changed meanwhile."""
        other = Matcher(indexed=self._indexed, gate=self._gate)
        other._library, other._names = self._library, self._names
        other._state = (RuleTable(), other._new_filter())
        with self._lock:
            before = dict(rules.slots)
        other.load(_rules_of(rules, before.values()))
        other.rebuild()
        with self._lock:
            for key in before.keys() - rules.slots.keys():
                other.remove(key)
            other.load(_rules_of(rules, [slot for key, slot in rules.slots.items() if before.get(key) != slot]))
            self._state = other._state


def _rules_of(table: RuleTable, slots: Iterable[int]) -> Iterator[Rule]:
    for slot in slots:
        text, mode = table.written(int(table.forms.array[slot]))
        yield Rule(table.keys[slot], text, mode, float(table.min_scores.array[slot]))


@contextmanager
def _no_collections() -> Iterator[None]:
    """Many small objects are made, none of them garbage: to look for it again and again would take most of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Attempt:
    """Evaluates forms of which each may break; `errors` has every living rule of those that did."""

    def __init__(self, rules: RuleTable) -> None:
        self._rules = rules
        self.errors: list[tuple[Hashable, Exception]] = []

    def of(self, form: int, evaluate: Callable[[int], bool]) -> bool:
        try:
            return evaluate(form)
        except Exception as error:  # one broken rule never stops the others: it is shown
            slots = self._rules.of_forms(np.array([form], np.int32)).tolist()
            self.errors += [(self._rules.keys[slot], error) for slot in sorted(slots)]
            return False


def _strong(slots: Ids, rules: RuleTable, evaluation: Evaluation, attempt: _Attempt) -> Flags:
    """Which of them have the score that they ask for? Most ask for none."""
    strong: Flags = np.ones(len(slots), np.bool_) if not rules.scored else rules.min_scores.array[slots] <= 0
    for at in np.flatnonzero(~strong).tolist():
        least = rules.min_scores.array[slots[at]]
        form = int(rules.forms.array[slots[at]])
        strong[at] = attempt.of(form, partial(evaluation.reaches, float(least)))
    return strong


def unknown_topic(root: Node, names: Sequence[str], *, language: str) -> RuleError | None:
    """The refusal of the first reference to a topic that is not among `names`, if there is one."""
    known = {topic_key(name) for name in names}
    for node in walk(root):
        if isinstance(node, TopicRef) and topic_key(node.name) not in known:
            near = nearest(node.name, list(names), language=language)
            return refusal("topic", node.position, language=language, name=node.name, near=near)
    return None
