"""Early atoms: what is decided of an article before any clause is looked at, as other atoms are.

Topics by their terms' atoms, dates by comparison, places by the codes of the article's, regexes by RE2's filter, which
says which of them cannot match.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from notifier.domain import parents_of
from notifier.matching.engine.near import Fields
from notifier.matching.engine.plain import Library, TopicTerms
from notifier.matching.facts import named_divisions
from notifier.matching.fold import Flags
from notifier.matching.index.clauses import Atom, Clause, Clauses, Early, Late, Numbered
from notifier.matching.index.columns import Ids
from notifier.matching.language.dates import Comparison, span_of
from notifier.matching.language.expression import Node, Phrase, Regex, Term, TopicRef
from notifier.matching.language.regex import folded_pattern, regex_options
from notifier.matching.language.terms import topic_key
from notifier.matching.prepared import PreparedArticle

Number = Callable[[Iterable[Numbered]], dict[Atom, int]]
Decide = Callable[[Late], bool]

_FILTERED_FRESH, _FILTERED = 16, 256  # regexes in one of RE2's filters, which have bounded memory: at first, later
_FIRST_DAY, _LAST_DAY = dt.date.min.toordinal(), dt.date.max.toordinal()


class EarlyAtoms:
    """The early atoms of an index, by kind."""

    def __init__(self, library: Library, number: Number) -> None:
        self._topics = _Topics(library, number)
        self._places = _Places()
        self._dates = _Dates()
        self._regexes = _Regexes()

    def add(self, atom: Early, number: int) -> None:
        match atom.node:
            case TopicRef():
                self._topics.add(atom, number)
            case Comparison():
                self._dates.add(atom.node, number)
            case Regex():
                self._regexes.add(atom.node.pattern, number)
            case Term() | Phrase():
                self._places.add(atom, number)

    def replace_topics(self, library: Library, number: Number) -> None:
        """Let the topics mean what they mean in another library."""
        self._topics = self._topics.in_library(library, number)

    def rebuild(self) -> None:
        self._regexes.rebuild()

    def true_in(self, article: PreparedArticle, truth: Flags, decide: Decide) -> Ids:
        """Those that the article makes true. `truth` is that of the sights."""
        found = [
            *self._topics.true_in(truth, decide),
            *self._places.true_in(article, decide),
            *self._dates.true_in(article),
            *self._regexes.possible_in(article.text),
        ]
        return np.array(found, np.int32)


@dataclass(frozen=True, slots=True)
class _Group:
    """A topic's own terms: one of them, and none of the excluded ones. Clauses of several atoms stand apart."""

    number: int  # of the topic's atom
    terms: Ids
    excluded: Ids
    long_terms: tuple[Clause, ...]
    long_excluded: tuple[Clause, ...]


class _Topics:
    """Topics in some fields and mode: a group for the topic and each below it."""

    def __init__(self, library: Library, number: Number) -> None:
        self._library, self._number = library, number
        self._atoms: list[tuple[Early, int]] = []
        self._groups: list[_Group] = []
        self._flat: tuple[Ids, Ids, Ids, Ids] | None = None  # of all groups: terms, where they begin, and of excluded

    def in_library(self, library: Library, number: Number) -> "_Topics":
        other = _Topics(library, number)
        for atom, own_number in self._atoms:
            other.add(atom, own_number)
        return other

    def add(self, atom: Early, number: int) -> None:
        assert isinstance(atom.node, TopicRef)
        self._atoms.append((atom, number))
        self._groups += [self._group(terms, atom, number) for terms in self._below(topic_key(atom.node.name))]
        self._flat = None

    def _below(self, name: str) -> Iterator[TopicTerms]:
        topic = self._library.get(name)
        if topic:
            yield topic
            for child in topic.children:
                yield from self._below(child)

    def _group(self, topic: TopicTerms, atom: Early, number: int) -> _Group:
        terms, long_terms = self._sorted_out(topic.terms, atom, atom.fields)
        excluded, long_excluded = self._sorted_out(topic.excluded, atom, None)
        return _Group(number, terms, excluded, long_terms, long_excluded)

    def _sorted_out(self, nodes: Sequence[Node], atom: Early, fields: Fields | None) -> tuple[Ids, tuple[Clause, ...]]:
        clauses = [clause for node in nodes for clause in Clauses(atom.mode).of_leaf(node, fields)]
        single = [one for clause in clauses if len(clause) == 1 for one, _ in clause if not isinstance(one, Late)]
        long = tuple(clause for clause in clauses if len(clause) > 1)
        self._number(one for clause in long for one, _ in clause if not isinstance(one, Late))
        return np.array(list(self._number(single).values()), np.int32), long

    def true_in(self, truth: Flags, decide: Decide) -> Iterator[int]:
        if not self._groups:
            return
        terms, term_ends, excluded, excluded_ends = self._flat or self._flatten()
        some = _any(truth, terms, term_ends)
        barred = _any(truth, excluded, excluded_ends)
        for at, group in enumerate(self._groups):
            held = some[at] or (group.long_terms and self._some(group.long_terms, truth, decide))
            if held and not barred[at] and not self._some(group.long_excluded, truth, decide):
                yield group.number

    def _some(self, clauses: Sequence[Clause], truth: Flags, decide: Decide) -> bool:
        return any(self._holds(clause, truth, decide) for clause in clauses)

    def _holds(self, clause: Clause, truth: Flags, decide: Decide) -> bool:
        numbers = self._number(atom for atom, _ in clause if not isinstance(atom, Late))
        early = all(truth[number] for number in numbers.values())
        return early and all(decide(atom) for atom, _ in clause if isinstance(atom, Late))

    def _flatten(self) -> tuple[Ids, Ids, Ids, Ids]:
        sides = [[group.terms for group in self._groups], [group.excluded for group in self._groups]]
        flat = [np.concatenate(side) for side in sides]
        ends = [np.cumsum([len(each) for each in side], dtype=np.int32) for side in sides]
        self._flat = found = flat[0], ends[0], flat[1], ends[1]
        return found


def _any(truth: Flags, atoms: Ids, ends: Ids) -> list[bool]:
    """For each group of atoms that ends there: is one of them true?"""
    counts = np.concatenate([[0], truth[atoms].cumsum()])
    starts = np.concatenate([[0], ends[:-1]])
    return [bool(each) for each in (counts[ends] > counts[starts]).tolist()]


class _Places:
    """Places by the codes of the divisions that a term means."""

    def __init__(self) -> None:
        self._wanting: dict[str, list[tuple[int, Early]]] = {}

    def add(self, atom: Early, number: int) -> None:
        assert isinstance(atom.node, Term | Phrase)
        for division in named_divisions(atom.node.text):
            self._wanting.setdefault(division.code, []).append((number, atom))

    def true_in(self, article: PreparedArticle, decide: Decide) -> Iterator[int]:
        if not self._wanting:
            return
        codes = {code for block in article.blocks if block.fact and block.field == "place" for code in block.fact.codes}
        above = {one.code for code in codes for one in parents_of(code)}
        wanting = {each for code in codes | above for each in self._wanting.get(code, ())}
        yield from (number for number, atom in wanting if decide(Late(atom.node, atom.fields, atom.mode)))


class _Dates:
    """Comparisons as spans of days."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = {"date": [], "deadline": []}
        self._spans: dict[str, list[tuple[int, int]]] = {"date": [], "deadline": []}

    def add(self, comparison: Comparison, number: int) -> None:
        self._numbers[comparison.name].append(number)
        self._spans[comparison.name].append(_days(comparison))

    def true_in(self, article: PreparedArticle) -> Iterator[int]:
        days: Mapping[str, Sequence[dt.date | None]] = {"date": (article.day,), "deadline": article.deadlines}
        for name, stated in days.items():
            ordinals = np.array([day.toordinal() for day in stated if day], np.int32)
            if len(ordinals) and self._spans[name]:
                first, last = np.array(self._spans[name], np.int32).T
                held = ((first[:, None] <= ordinals) & (ordinals <= last[:, None])).any(axis=1)
                yield from np.array(self._numbers[name], np.int32)[held].tolist()


def _days(comparison: Comparison) -> tuple[int, int]:
    """The first and the last day, as ordinals, of which it holds."""
    first, last = (day.toordinal() for day in span_of(comparison.value))
    return {
        ">=": (first, _LAST_DAY), ">": (last + 1, _LAST_DAY), "<=": (_FIRST_DAY, last),
        "<": (_FIRST_DAY, first - 1), "=": (first, last),
    }[comparison.operator]  # fmt: skip


class _Filtered(NamedTuple):
    """Regexes from..to, and RE2's filter of them; None where it has no room."""

    first: int
    last: int
    filter: Any


class _Regexes:
    """Regexes behind filters. The last few, and those of a filter without room, are always possible."""

    def __init__(self) -> None:
        self._patterns: list[tuple[str, int]] = []
        self._filters: list[_Filtered] = []

    def add(self, pattern: str, number: int) -> None:
        self._patterns.append((pattern, number))
        first = self._filters[-1].last if self._filters else 0
        if len(self._patterns) - first == _FILTERED_FRESH:
            self._filters = [*self._filters, self._filter(first, len(self._patterns))]

    def rebuild(self) -> None:
        """Few large filters for many small ones."""
        done = self._filters[-1].last if self._filters else 0
        firsts = range(0, done, _FILTERED)
        self._filters = [self._filter(first, min(first + _FILTERED, done)) for first in firsts]

    def _filter(self, first: int, last: int) -> _Filtered:
        return _Filtered(first, last, _filter([pattern for pattern, _ in self._patterns[first:last]]))

    def possible_in(self, text: str) -> Iterator[int]:
        last = 0
        for first, last, each in self._filters:
            offsets = range(last - first) if each is None else each.Match(text, potential=True) or ()
            yield from (self._patterns[first + at][1] for at in offsets)
        yield from (number for _, number in self._patterns[last:])


def _filter(patterns: Sequence[str]) -> Any:
    import re2  # 10 ms, and most rules have no regex

    made = re2.Filter()
    try:
        for pattern in patterns:
            made.Add(folded_pattern(pattern), regex_options())
        made.Compile()
    except re2.error:
        return None
    return made
