"""A rule as clauses: it holds where all atoms of one of its clauses hold. Pure; no numbers yet.

An atom is something that can be decided of an article: that a literal stands in it (Sight), that a topic, a date or a
place holds (Early), that one of several such things does (Some), or that a part of the rule does, which the plain
engine decides, and only where the clause's other atoms hold (Late). Clauses are exact: together they hold where the
plain engine says that the rule does.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Literal, NamedTuple, TypeAlias

from notifier.domain import Mode
from notifier.matching.engine.near import Fields, within
from notifier.matching.facts import number_form
from notifier.matching.fold import simplify
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
    normal_form,
)
from notifier.matching.language.parser import parse_rule
from notifier.matching.language.terms import phrase_pattern, term_pattern
from notifier.matching.prepared import BARE_FIELDS, FACT_PARTS, FIELD_PARTS, HitField

SEEN_FIELDS: tuple[HitField, ...] = (
    "title", "section", "body", "source", "byline", "bulletin", "issuer", "docno"
)  # fmt: skip
Level = Literal["raw", "whole", "likely", "certain"]
LEVELS: tuple[Level, ...] = ("raw", "whole", "likely", "certain")
_LEVEL_OF: dict[Mode, Level] = {"loose": "whole", "standard": "likely", "strict": "certain"}
_MOST = 64  # clauses that an AND may multiply to
_FEW = 4  # alternatives that an AND multiplies with; more of them are one atom

_SIMPLE = re.compile(r"[\u4e00-\u9fff]{2,40}(?: (?:(?:AND|OR|NOT) )?[\u4e00-\u9fff]{2,40}){0,20}")
_NO_WORD = re.compile(r"(?<!\S)(?:不含|同句|同段|[邻鄰]近)(?!\S)")


class Sight(NamedTuple):
    """A folded literal, and where it has to be seen: `bits` has a bit for each field at a level.

    Levels: its characters (raw), not in the middle of a Latin word (whole), a mention at least likely, or certain.
    """

    text: str
    bits: int


@dataclass(frozen=True, slots=True)
class Early:
    """A topic, place, comparison or regex in these fields; of a regex, that it cannot be ruled out."""

    node: TopicRef | Term | Phrase | Comparison | Regex
    fields: Fields | None
    mode: Mode


@dataclass(frozen=True, slots=True)
class Late:
    """A part of a rule that the plain engine decides."""

    node: Node
    fields: Fields | None
    mode: Mode


@dataclass(frozen=True, slots=True)
class Some:
    """One of these: what an AND has instead of multiplying with long lists of alternatives."""

    atoms: "frozenset[Sight | Early]"


Numbered: TypeAlias = Sight | Early | Some
Atom: TypeAlias = Numbered | Late
Clause: TypeAlias = frozenset[tuple[Atom, bool]]  # each atom, and whether it has to hold or must not


@lru_cache(maxsize=1 << 10)
def bits_of(fields: Fields, level: Level) -> int:
    shift = LEVELS.index(level) * len(SEEN_FIELDS)
    return sum(1 << (shift + SEEN_FIELDS.index(field)) for field in fields)


def rule_clauses(text: str, mode: Mode) -> Sequence[Clause]:
    """The clauses of a rule that parses. RuleError as from parse_rule."""
    if _SIMPLE.fullmatch(text) and not _NO_WORD.search(text):
        simple = _of_words(text, mode)
        if simple:
            return simple
    return Clauses(mode).of(normal_rule(text), None)


@lru_cache(maxsize=1 << 12)
def normal_rule(text: str) -> Node:
    """A rule in normal form. RuleError as from parse_rule."""
    return normal_form(parse_rule(text).root)


def _of_words(text: str, mode: Mode) -> Sequence[Clause]:
    """The clauses of Chinese words joined by AND, OR, NOT and spaces, without parsing; none where one only forbids."""
    bits = bits_of(BARE_FIELDS, _LEVEL_OF[mode])
    found = []
    for branch in text.split(" OR "):
        atoms, wanted, positive = [], True, False
        for word in branch.split(" "):
            if word == "NOT":
                wanted = False
            elif word != "AND":
                simple = simplify(word)  # where nothing is traditional, the rule's own text: there are many
                atoms.append((Sight(word if simple == word else simple, bits), wanted))
                positive, wanted = positive or wanted, True
        if not positive:
            return ()
        found.append(frozenset(atoms))
    return found


class Clauses:
    """Clauses of rules in one mode."""

    def __init__(self, mode: Mode) -> None:
        self._mode = mode

    def of(self, node: Node, fields: Fields | None) -> Sequence[Clause]:
        """The clauses of a node in normal form; `fields` limits where it looks, None is where a bare term looks."""
        match node:
            case And():
                return self._all(node, fields)
            case Or():
                return [clause for child in node.children for clause in self.of(child, fields)]
            case Not():
                return [self._none_of(self.of(node.child, fields), node.child, fields)]
            case Field():
                return self.of(node.child, within(node, fields))
            case Near():
                return self._checked(self._needed_all(node.operands, fields), node, fields)
        return self.of_leaf(node, fields)

    def _all(self, node: And, fields: Fields | None) -> Sequence[Clause]:
        parts = [_grouped(self.of(child, fields)) for child in node.children]
        joined = _product(parts)
        if joined is not None:
            return joined
        fewest: Sequence[Clause] = min(
            (part for part in map(_positive, parts) if all(part)), key=len, default=[frozenset()]
        )
        return self._checked(fewest, node, fields)

    def _none_of(self, clauses: Sequence[Clause], node: Node, fields: Fields | None) -> Clause:
        """None of these clauses; where that is more than forbidding single atoms, it is decided late."""
        if all(len(clause) == 1 for clause in clauses):
            return frozenset((atom, not wanted) for [(atom, wanted)] in clauses)
        return frozenset({(Late(node, fields, self._mode), False)})

    def _checked(self, needed: Sequence[Clause], node: Node, fields: Fields | None) -> Sequence[Clause]:
        """`node` where one of the needed clauses holds, decided late."""
        late = (Late(node, fields, self._mode), True)
        return [clause | {late} for clause in needed]

    def _needed_all(self, operands: Sequence[Node], fields: Fields | None) -> Sequence[Clause]:
        """What has to hold at least, where each operand stands somewhere."""
        parts = [_grouped(_positive(self._needed(operand, fields))) for operand in operands]
        joined = _product(parts)
        return joined if joined is not None else min(parts, key=len)

    def _needed(self, node: Node, fields: Fields | None) -> Sequence[Clause]:
        """The same for one operand: in it, NOT forbids only what stands close by."""
        match node:
            case And() | Near():
                children = node.children if isinstance(node, And) else node.operands
                return self._needed_all([child for child in children if not isinstance(child, Not)], fields)
            case Or():
                return [clause for child in node.children for clause in self._needed(child, fields)]
            case Field():
                return self._needed(node.child, within(node, fields))
            case Not():
                return []
        return self.of_leaf(node, fields)

    def of_leaf(self, node: Node, fields: Fields | None) -> Sequence[Clause]:
        match node:
            case AnyOf():
                return [clause for item in node.items for clause in self.of_leaf(item, fields)]
            case TopicRef() | Comparison():
                return [_single(Early(node, fields, self._mode))]
            case Regex():
                return self._checked([_single(Early(node, None, self._mode))], node, fields)
            case Term() | Phrase():
                return self._of_text(node, fields)
        raise TypeError(f"{type(node).__name__} is no leaf")

    def _of_text(self, node: Term | Phrase, fields: Fields | None) -> Sequence[Clause]:
        wanted = BARE_FIELDS if fields is None else fields
        in_facts = wanted <= FACT_PARTS
        if wanted == FIELD_PARTS["place"]:
            return [_single(Early(node, fields, self._mode))]
        text = number_form(node.text) if wanted == FIELD_PARTS["docno"] else node.text
        pattern = term_pattern(text) if isinstance(node, Term) else phrase_pattern(text)
        if len(pattern.parts) > 1 or pattern.open_end:
            raw = bits_of(wanted, "raw")
            return self._checked([frozenset((Sight(part, raw), True) for part in pattern.parts)], node, fields)
        level: Level = "whole" if in_facts or isinstance(node, Phrase) else _LEVEL_OF[self._mode]
        return [_single(Sight(part, bits_of(wanted, level))) for part in pattern.parts]


def _single(atom: Atom) -> Clause:
    return frozenset({(atom, True)})


def _grouped(clauses: Sequence[Clause]) -> Sequence[Clause]:
    """Many alternatives of single atoms as one."""
    atoms = [atom for clause in clauses for atom, wanted in clause if wanted and isinstance(atom, Sight | Early)]
    single = len(atoms) == len(clauses) and all(len(clause) == 1 for clause in clauses)
    return [_single(Some(frozenset(atoms)))] if single and len(clauses) > _FEW else clauses


def _positive(clauses: Iterable[Clause]) -> list[Clause]:
    """What of the clauses has to hold and is known before anything is decided late."""
    return [frozenset(each for each in clause if each[1] and not isinstance(each[0], Late)) for clause in clauses]


def _product(parts: Sequence[Sequence[Clause]]) -> list[Clause] | None:
    """All joined with all, without those that contradict themselves; None where they are too many."""
    count = 1
    for part in parts:
        count *= len(part)
    if count > max(_MOST, *map(len, parts), 0):
        return None
    return list(_consistent(frozenset().union(*each) for each in product(*parts)))


def _consistent(clauses: Iterable[Clause]) -> Iterator[Clause]:
    for clause in clauses:
        if not any((atom, not wanted) in clause for atom, wanted in clause):
            yield clause
