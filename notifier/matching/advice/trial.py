"""A rule tried on many articles: which it matches, how often its terms are accidents, and what a change of it does."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from notifier.domain import Article, Hit, Mode, sentence_span
from notifier.matching.advice.compare import Written
from notifier.matching.engine.plain import Library, Outcome, PlainEngine
from notifier.matching.language.expression import Expression, Node, Term, TopicRef, normal_form, walk
from notifier.matching.language.terms import topic_key
from notifier.matching.mention.gate import Gate, OpenGate
from notifier.matching.mention.mentions import MentionGate
from notifier.matching.prepared import HIT_FIELDS, PreparedArticle, prepare
from notifier.matching.topics import Topic, compile_topics

MOST_EXAMPLES = 3
_AROUND = 30  # characters of a sentence shown on either side of a hit


@dataclass(slots=True)
class TermCount:
    """How a bare term fared: its raw hits, those that were mentions, those of them that were uncertain."""

    term: str
    raw: int = 0
    kept: int = 0
    likely: int = 0
    examples: list[str] = field(default_factory=list)  # sentences of hits that were accidents

    @property
    def dropped(self) -> float:
        """The share of raw hits that were accidents."""
        return 1 - self.kept / self.raw if self.raw else 0.0


class Tried(NamedTuple):
    """A rule on one article."""

    matched: bool
    score: float
    hits: tuple[Hit, ...]


class Trial:
    """Rules and terms tried on one article after another; each article is made ready once."""

    def __init__(
        self, topics: Mapping[str, Topic] | None = None, *, gate: Gate | None = None, library: Library | None = None
    ) -> None:
        """`library` is the topics as compiled, where somebody has them."""
        self._library: Library = compile_topics(topics or {}) if library is None else library
        self._gate = gate or MentionGate()
        self._normal: dict[int, tuple[Expression, Node]] = {}  # by id: an expression may be long

    def ready(self, article: Article) -> PreparedArticle:
        return prepare(article)

    def try_rule(self, rule: Written, article: PreparedArticle) -> Tried:
        """Does the rule match, with its mode and least score? A rule with an unknown topic raises KeyError."""
        engine = self._engine(article, rule.mode)
        outcome = engine.evaluate(self._root(rule))
        matched = outcome.matched and outcome.score >= rule.min_score
        return Tried(matched, outcome.score, engine.hits(outcome) if matched else ())

    def matches(self, rule: Written, article: PreparedArticle) -> bool:
        return self.matching([rule], article)[0]

    def matching(self, rules: Sequence[Written], article: PreparedArticle) -> list[bool]:
        """Which of the rules match: a term that several of them have is judged once a mode."""
        engines = {mode: self._engine(article, mode) for mode in {rule.mode for rule in rules}}
        outcomes = [(engines[rule.mode].evaluate(self._root(rule)), rule.min_score) for rule in rules]
        return [outcome.matched and outcome.score >= least for outcome, least in outcomes]

    def _engine(self, article: PreparedArticle, mode: Mode) -> PlainEngine:
        return PlainEngine(article, self._library, self._gate, mode)

    def _root(self, rule: Written) -> Node:
        expression = rule.expression
        if id(expression) not in self._normal:
            self._normal[id(expression)] = expression, normal_form(expression.root)
        return self._normal[id(expression)][1]

    def count(self, counts: Sequence[TermCount], article: PreparedArticle) -> None:
        """Add the hits of these terms in one article, and sentences of those that are accidents."""
        gated = PlainEngine(article, self._library, self._gate)
        every = PlainEngine(article, self._library, OpenGate())
        for one in counts:
            raw = every.leaf(Term(one.term), frozenset(HIT_FIELDS))
            if not raw:
                continue
            kept = gated.leaf(Term(one.term), frozenset(HIT_FIELDS))
            one.raw += len(raw)
            one.kept += len(kept)
            one.likely += sum(found.certainty == "likely" for found in kept)
            if len(kept) < len(raw) and len(one.examples) < MOST_EXAMPLES:
                spans = {found.span for found in kept}
                accident = next(found for found in raw if found.span not in spans)
                hit = every.hits(Outcome(True, 0.0, (accident,)))[0]
                _note(one.examples, sentence_of(article, hit))


def _note(examples: list[str], sentence: str) -> None:
    if sentence not in examples:
        examples.append(sentence)


def counted_terms(root: Node, topics: Mapping[str, Topic] | None = None) -> list[TermCount]:
    """The bare terms that a rule looks for, each once; those of its topics where `topics` are given."""
    terms = dict.fromkeys(term for node in walk(root) for term in _terms(node, topics or {}))
    return [TermCount(term) for term in terms]


def _terms(node: Node, topics: Mapping[str, Topic]) -> Iterator[str]:
    if isinstance(node, Term):
        yield node.text
    elif isinstance(node, TopicRef):
        for topic in topics.values():
            if topic_key(topic.name) == topic_key(node.name):
                yield from (term for term in topic.terms if term[0] not in "“\"「『‘'")


def sentence_of(article: PreparedArticle, hit: Hit) -> str:
    """The sentence around a hit, the hit in [[ ]], on one line and cut to what can be read at a glance."""
    text = article.texts[hit.field]  # type: ignore[index]
    left, right = sentence_span(text, hit.start, hit.end)
    start, end = max(left, hit.start - _AROUND), min(right, hit.end + _AROUND)
    parts = text[start : hit.start], f"[[{hit.text}]]", text[hit.end : end]
    shown = "".join("".join(one for one in part if one.isprintable() or one.isspace()) for part in parts)
    return f"{'…' * (start > left)}{' '.join(shown.split())}{'…' * (end < right)}"


def first_sentence(article: PreparedArticle, hits: Iterable[Hit]) -> str:
    """The sentence of the first hit; "" where there is none."""
    return next((sentence_of(article, hit) for hit in hits), "")
