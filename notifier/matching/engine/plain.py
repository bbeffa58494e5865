"""The plain engine: each clause looked up in the whole article, no index, no prefilter.

It is slow and obviously right, and stays as the oracle of any faster engine behind the same Matcher.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from notifier.domain import Hit, Mode
from notifier.matching.engine.near import Chains, Fields, Found, within
from notifier.matching.engine.score import PLACE_WEIGHTS, combine, mean
from notifier.matching.facts import named_divisions, number_form, stands_within
from notifier.matching.language.dates import Comparison
from notifier.matching.language.expression import (
    And,
    AnyOf,
    Field,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    Term,
    TopicRef,
)
from notifier.matching.language.regex import regex_spans
from notifier.matching.language.terms import find_spans, phrase_pattern, term_pattern, topic_key
from notifier.matching.mention.gate import Gate, kept
from notifier.matching.prepared import BARE_FIELDS, FACT_PARTS, FIELD_PARTS, HIT_FIELDS, PreparedArticle, Span


@dataclass(frozen=True, slots=True)
class TopicTerms:
    """A topic as the engine needs it. `children` are keys of topics that belong to it."""

    terms: tuple[Node, ...]
    excluded: tuple[Node, ...] = ()
    children: tuple[str, ...] = ()


Library = Mapping[str, TopicTerms]  # by topic_key(name)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a clause holds, how strongly, and through what."""

    matched: bool
    score: float = 0.0
    found: tuple[Found, ...] = ()


MISSED = Outcome(False)
_CLEAR = Outcome(True)  # a NOT that holds: it finds nothing


@dataclass(slots=True)
class PlainEngine:
    """Evaluates rules in normal form against one article, each bare term passing the gate once."""

    article: PreparedArticle
    library: Library
    gate: Gate
    mode: Mode = "standard"
    _kept: dict[str, list[Found]] = field(default_factory=dict)

    def evaluate(self, node: Node, fields: Fields | None = None) -> Outcome:
        """Does the clause hold? `fields` limits where it looks; None is where a bare term looks."""
        match node:
            case And():
                return self._all([self.evaluate(child, fields) for child in node.children])
            case Or():
                return self._any([self.evaluate(child, fields) for child in node.children])
            case Not():
                return MISSED if self.evaluate(node.child, fields).matched else _CLEAR
            case Field():
                return self.evaluate(node.child, within(node, fields))
            case Comparison():
                return _CLEAR if self.article.holds(node) else MISSED
            case Near():
                return self._outcome(Chains(self.article.blocks, self.leaf).find(node, fields))
        return self._outcome(self.leaf(node, fields))

    def _all(self, outcomes: list[Outcome]) -> Outcome:
        if not all(outcome.matched for outcome in outcomes):
            return MISSED
        seeking = [outcome for outcome in outcomes if outcome.found]
        found = tuple(found for outcome in seeking for found in outcome.found)
        return Outcome(True, mean([outcome.score for outcome in seeking]), found)

    def _any(self, outcomes: list[Outcome]) -> Outcome:
        held = [outcome for outcome in outcomes if outcome.matched]
        found = tuple(found for outcome in held for found in outcome.found)
        return Outcome(bool(held), combine(outcome.score for outcome in held), found)

    def _outcome(self, found: Iterable[Found]) -> Outcome:
        unique = tuple(dict.fromkeys(found))
        spans = {one.span for one in unique}
        weights = [PLACE_WEIGHTS[self.article.blocks[span.block].place(span.start)] for span in spans]
        return Outcome(bool(unique), combine(weights), unique)

    # --- leaves ---

    def leaf(self, node: Node, fields: Fields | None) -> list[Found]:
        """Everything that a term, phrase, regex, topic or list of them finds."""
        if fields is not None and fields <= FACT_PARTS and isinstance(node, Term | Phrase):
            return self._in_facts(node, fields)
        match node:
            case Term():
                found = self._mentions(node.text)
            case Phrase():
                pattern = phrase_pattern(node.text)
                found = self._everywhere(node.text, lambda text: find_spans(pattern, text))
            case Regex():
                found = self._everywhere(f"/{node.pattern}/", lambda text: regex_spans(node.pattern, text))
            case AnyOf():
                return [found for item in node.items for found in self.leaf(item, fields)]
            case TopicRef():
                return self._topic(topic_key(node.name), fields)
            case _:
                raise TypeError(f"{type(node).__name__} is no leaf")
        wanted = BARE_FIELDS if fields is None else fields
        return [one for one in found if self.article.blocks[one.span.block].field in wanted]

    def _everywhere(self, term: str, search: Callable[[str], list[tuple[int, int]]]) -> list[Found]:
        return [
            Found(Span(index, start, end), term, "certain")
            for index, block in enumerate(self.article.blocks)
            for start, end in search(block.text)
        ]

    def _in_facts(self, node: Term | Phrase, fields: Fields) -> list[Found]:
        """The facts that the term means: a place by what belongs to it, the others by their characters."""
        if fields == FIELD_PARTS["place"]:
            wanted = named_divisions(node.text)
            return [
                Found(Span(index, 0, len(block.text)), node.text, "certain")
                for index, block in enumerate(self.article.blocks)
                if block.field == "place" and block.fact and stands_within(block.fact, wanted)
            ]
        text = number_form(node.text) if fields == FIELD_PARTS["docno"] else node.text
        pattern = term_pattern(text) if isinstance(node, Term) else phrase_pattern(text)
        found = self._everywhere(node.text, lambda text: find_spans(pattern, text))
        return [one for one in found if self.article.blocks[one.span.block].field in fields]

    def _mentions(self, term: str) -> list[Found]:
        """Where the gate lets the bare term stand, in any field that is text."""
        if term not in self._kept:
            pattern = term_pattern(term)
            everywhere = self._everywhere(term, lambda text: find_spans(pattern, text))
            spans = [one.span for one in everywhere if not self.article.blocks[one.span.block].fact]
            mentions = kept(self.gate, self.article, pattern, spans=spans, mode=self.mode)
            self._kept[term] = [Found(one.span, term, one.certainty) for one in mentions]
        return self._kept[term]

    def _topic(self, name: str, fields: Fields | None) -> list[Found]:
        """Its own terms, unless one of its excluded terms stands anywhere; and what its children find."""
        topic = self.library[name]
        found = [one for term in topic.terms for one in self.leaf(term, fields)]
        if any(self.leaf(term, None) for term in topic.excluded):
            found = []
        return found + [one for child in topic.children for one in self._topic(child, fields)]

    # --- hits ---

    def hits(self, outcome: Outcome) -> tuple[Hit, ...]:
        """The hits of an outcome: each once, a certain one before a likely one, in the order of the fields."""
        best: dict[tuple[Span, str], Found] = {}
        for one in outcome.found:
            if one.certainty == "certain" or (one.span, one.term) not in best:
                best[one.span, one.term] = one
        hits = dict.fromkeys(map(self._hit, best.values()))
        return tuple(sorted(hits, key=lambda hit: (HIT_FIELDS.index(hit.field), hit.start, hit.end, hit.term)))

    def _hit(self, found: Found) -> Hit:
        block = self.article.blocks[found.span.block]
        if block.fact:
            fact = block.fact
            return Hit(fact.field, fact.start, fact.end, fact.text, found.term, found.certainty)
        start, end = block.folded.original(found.span.start, found.span.end)
        text = self.article.texts[block.field][start:end]
        return Hit(block.field, start, end, text, found.term, found.certainty)
