"""Matcher: rules by key, and the article x rules -> matches that everything above uses."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload
from weakref import WeakValueDictionary

from notifier.domain import MODES, Article, Hit, Mode
from notifier.errors import RuleError
from notifier.matching.expression import Expression, Node, TopicRef, normal_form, walk
from notifier.matching.gate import Gate
from notifier.matching.language import parse_rule
from notifier.matching.mentions import MentionGate
from notifier.matching.plain import Library, Outcome, PlainEngine
from notifier.matching.prepared import PreparedArticle, prepare
from notifier.matching.refusals import nearest, refusal
from notifier.matching.terms import topic_key
from notifier.matching.topics import Topic, compile_topics


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that the article satisfied."""

    key: Hashable
    score: float
    _hits: Callable[[], tuple[Hit, ...]] = field(repr=False, compare=False)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The spans that satisfied the rule's terms, in the order title, section, body, then the rest."""
        return self._hits()


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class _Compiled:
    """A rule as evaluated; equal rules (text and mode) share one."""

    expression: Expression
    normal: Node
    mode: Mode


@dataclass(frozen=True, slots=True)
class _Rule:
    compiled: _Compiled
    min_score: float


class Matches(Sequence[Match]):
    """The matches of one article, in the order in which the rules were added; computed when first looked at.

    `errors` are (key, exception) of rules that broke on this article; they stopped no other rule.
    """

    def __init__(self, rules: Sequence[tuple[Hashable, _Rule]], article: Article, *, tools: "_Tools") -> None:
        self._rules = rules
        self._article = article
        self._tools = tools
        self._found: tuple[Match, ...] | None = None
        self._errors: tuple[tuple[Hashable, Exception], ...] = ()

    @property
    def errors(self) -> tuple[tuple[Hashable, Exception], ...]:
        self._matches()
        return self._errors

    @overload
    def __getitem__(self, index: int) -> Match: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Match, ...]: ...
    def __getitem__(self, index: int | slice) -> Match | tuple[Match, ...]:
        return self._matches()[index]

    def __len__(self) -> int:
        return len(self._matches())

    def __iter__(self) -> Iterator[Match]:
        return iter(self._matches())

    def __repr__(self) -> str:
        return f"Matches({list(self._matches())!r})"

    def _matches(self) -> tuple[Match, ...]:
        if self._found is None:
            errors: list[tuple[Hashable, Exception]] = []
            self._found = tuple(self._compute(errors))
            self._errors = tuple(errors)
        return self._found

    def _compute(self, errors: list[tuple[Hashable, Exception]]) -> Iterator[Match]:
        evaluation = _Evaluation(self._article, self._tools)
        for key, rule in self._rules:
            try:
                outcome = evaluation.outcome(rule.compiled)
            except Exception as error:  # one broken rule or article never stops the others: it is shown
                errors.append((key, error))
                continue
            if outcome.matched and outcome.score >= rule.min_score:
                yield Match(key, outcome.score, evaluation.hits(rule.compiled))


@dataclass(frozen=True, slots=True)
class _Tools:
    library: Library
    gate: Gate


class _Evaluation:
    """One article against many rules: each distinct rule is evaluated once, each outcome's hits are listed once."""

    def __init__(self, article: Article, tools: _Tools) -> None:
        self._article = article
        self._tools = tools
        self._prepared: PreparedArticle | None = None
        self._engines: dict[Mode, PlainEngine] = {}
        self._outcomes: dict[_Compiled, Outcome] = {}
        self._hits: dict[_Compiled, tuple[Hit, ...]] = {}

    def _engine(self, mode: Mode) -> PlainEngine:
        if self._prepared is None:
            self._prepared = prepare(self._article)
        if mode not in self._engines:
            self._engines[mode] = PlainEngine(self._prepared, self._tools.library, self._tools.gate, mode)
        return self._engines[mode]

    def outcome(self, compiled: _Compiled) -> Outcome:
        if compiled not in self._outcomes:
            self._outcomes[compiled] = self._engine(compiled.mode).evaluate(compiled.normal)
        return self._outcomes[compiled]

    def hits(self, compiled: _Compiled) -> Callable[[], tuple[Hit, ...]]:
        def listed() -> tuple[Hit, ...]:
            if compiled not in self._hits:
                self._hits[compiled] = self._engine(compiled.mode).hits(self._outcomes[compiled])
            return self._hits[compiled]

        return listed


class Matcher:
    """Rules by key; `match` finds those that an article satisfies.

    `topics` is what #话题 refers to: a mapping of names to Topic, such as load_topics returns. `gate` decides which
    spans of a bare term are mentions: MentionGate unless another is given (OpenGate keeps all).
    """

    def __init__(self, topics: Mapping[str, Topic] | None = None, *, gate: Gate | None = None) -> None:
        self._names = sorted(topics or {})
        self._tools = _Tools(compile_topics(topics or {}), gate or MentionGate())
        self._rules: dict[Hashable, _Rule] = {}
        self._compiled: WeakValueDictionary[tuple[str, Mode], _Compiled] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._rules)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._rules

    def add(
        self, key: Hashable, text: str, mode: Mode = "standard", min_score: float = 0.0, *, language: str = "zh-CN"
    ) -> Expression:
        """Add a rule, or replace the one with this key, and return it as understood.

        RuleError (in `language`) if it cannot be understood or names an unknown topic; the old rule then stays.
        """
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}")
        compiled = self._compiled.get((text, mode))
        if compiled is None:
            expression = parse_rule(text, language=language)
            self._check_topics(expression, language)
            compiled = _Compiled(expression, normal_form(expression.root), mode)
            self._compiled[text, mode] = compiled
        self._rules[key] = _Rule(compiled, min_score)
        return compiled.expression

    def remove(self, key: Hashable) -> None:
        """KeyError if there is no such rule."""
        del self._rules[key]

    def match(self, article: Article) -> Matches:
        """The rules of this moment that `article` satisfies. Nothing is computed before the result is looked at."""
        return Matches(tuple(self._rules.items()), article, tools=self._tools)

    def _check_topics(self, expression: Expression, language: str) -> None:
        error = unknown_topic(expression, self._names, language=language)
        if error:
            raise error


def unknown_topic(expression: Expression, names: Sequence[str], *, language: str) -> RuleError | None:
    """The refusal of the first reference to a topic that is not among `names`, if there is one."""
    known = {topic_key(name) for name in names}
    for node in walk(expression.root):
        if isinstance(node, TopicRef) and topic_key(node.name) not in known:
            near = nearest(node.name, list(names), language=language)
            return refusal("topic", node.position, language=language, name=node.name, near=near)
    return None
