"""Atoms by number, and which of them an article's literals make true."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from notifier.matching.fold import Flags, Offsets, word_flags
from notifier.matching.index.clauses import LEVELS, SEEN_FIELDS, Atom, Early, Numbered, Sight, Some
from notifier.matching.index.columns import Column, Distinct, Ids
from notifier.matching.index.literals import LiteralScanner, Scanner
from notifier.matching.mention.gate import VERDICTS, Gate, Verdicts
from notifier.matching.prepared import PreparedArticle

Failed: TypeAlias = dict[int, Exception]  # by literal

ALWAYS = 0  # the atom that is true of every article

_FIELDS = len(SEEN_FIELDS)
_TEXTS = _FIELDS - 2  # the fields before those of facts: here bare terms pass the gate
_WHOLE, _LIKELY, _CERTAIN = (
    np.uint32(1 << (LEVELS.index(level) * _FIELDS)) for level in ("whole", "likely", "certain")
)
_GATED = np.uint32((int(_LIKELY) | int(_CERTAIN)) * ((1 << _TEXTS) - 1))
_KEPT = np.array([0, _LIKELY, _LIKELY | _CERTAIN], np.uint32)  # by verdict
_NOWHERE = 255
_A_SHOWING = 16  # rules that an article which shows an atom counts as
_OFTEN = 1_000  # articles that single characters, topics, dates and such count as shown by from the start


class AtomTable:
    """Sights and other atoms, numbered; a literal's sights hang together in a chain."""

    def __init__(self, scanner: Scanner | None = None) -> None:
        self.scanner: Scanner = scanner or LiteralScanner()
        self._numbers: dict[int | Early | Some, int] = {}  # by literal and bits in one
        self._first = Column(np.int32, -1)  # of each literal, its latest atom
        self._wanted = Column(np.uint32)  # of each literal, the bits that any of its atoms asks for
        self._next = Column(np.int32, -1)  # of each atom, the literal's atom before it
        self._bits = Column(np.uint32)
        self.literals = Column(np.int32, -1)  # of each atom; -1 where it has none
        self._uses = Column(np.int32)  # clauses that have the atom
        self._seen = Column(np.int32)  # articles that showed it
        self._numbering = Distinct()
        self._append([(-1, 0)])  # ALWAYS

    def __len__(self) -> int:
        return len(self._uses)

    def number(self, atoms: Iterable[Numbered]) -> dict[Atom, int]:
        """The number of each atom: new, or that which it has."""
        atoms = list(atoms)
        self._add_literals(atom.text for atom in atoms if isinstance(atom, Sight))
        literals, known = self.scanner.numbers, self._numbers
        found: dict[Atom, int] = {}
        fresh: list[tuple[int, int]] = []
        for atom in atoms:
            literal = literals[atom.text] if isinstance(atom, Sight) else -1
            key = literal << 32 | atom.bits if isinstance(atom, Sight) else atom
            number = known.setdefault(key, len(known) + 1)  # behind ALWAYS
            if number == len(self) + len(fresh):
                fresh.append((literal, atom.bits if isinstance(atom, Sight) else 0))
            found[atom] = number
        self._append(fresh)
        return found

    def _add_literals(self, texts: Iterable[str]) -> None:
        fresh = [text for text in dict.fromkeys(texts) if text not in self.scanner.numbers]
        self._first.extend(np.full(len(fresh), -1, np.int32))  # before another thread can find them
        self._wanted.extend(np.zeros(len(fresh), np.uint32))
        self.scanner.add(fresh)

    def _append(self, atoms: Sequence[tuple[int, int]]) -> None:
        """New atoms, each a literal (-1 for none) and its bits."""
        literals = np.array([literal for literal, _ in atoms], np.int32)
        self._bits.extend([bits for _, bits in atoms])
        self._uses.extend(np.zeros(len(atoms), np.int32))
        self._seen.extend(np.where((literals < 0) | (self.scanner.lengths.array[literals] < 2), _OFTEN, 0))
        self.literals.extend(literals)
        for literal, bits in atoms:
            number = self._next.append(self._first.array[literal] if literal >= 0 else -1)
            if literal >= 0:
                self._wanted.array[literal] |= np.uint32(bits)
                self._first.array[literal] = number

    def use(self, atoms: Ids) -> None:
        """Note that clauses have these atoms."""
        np.add.at(self._uses.array, atoms, 1)

    def nbytes(self) -> int:
        columns = (self._first, self._wanted, self._next, self._bits, self.literals, self._uses, self._seen)
        return sum(column.array.nbytes for column in columns) + self.scanner.nbytes()

    def rarity(self, atoms: Ids) -> NDArray[np.int64]:
        """The less, the rarer: words that few rules have and few articles showed."""
        return self._uses.array[atoms] + _A_SHOWING * self._seen.array[atoms].astype(np.int64)

    # --- an article -------------------------------------------------------------------------------------------

    def true_in(self, article: PreparedArticle, gate: Gate, failed: Failed) -> Ids:
        """The sights that the article shows. Literals on which the gate breaks go into `failed` and show nothing."""
        seen, bits = self._literals(article, gate, failed)
        atoms = self._first.array[seen]
        shown = []
        while len(atoms):
            there = atoms >= 0
            atoms, bits = atoms[there], bits[there]
            shown.append(atoms[(self._bits.array[atoms] & bits) != 0])
            atoms = self._next.array[atoms]
        found = np.concatenate(shown) if shown else np.zeros(0, np.int32)
        self._seen.array[found] += 1
        return found

    def _literals(self, article: PreparedArticle, gate: Gate, failed: Failed) -> tuple[Ids, NDArray[np.uint32]]:
        """The literals that stand in the article, each once, and the bits of where."""
        found, starts = self.scanner.scan(article.codes)
        ends = starts + self.scanner.lengths.array[found]
        fields = _fields(article)[starts]
        whole = _whole(word_flags(article.codes), starts, ends)
        shown = (whole * _WHOLE + np.uint32(1)) << fields
        shown[fields == _NOWHERE] = 0
        seen, places = self._numbering.of(found)
        bits = np.zeros(len(seen), np.uint32)
        np.bitwise_or.at(bits, places, shown)
        gated = np.flatnonzero(whole & (fields < _TEXTS) & ((self._wanted.array[found] & _GATED) != 0))
        if len(gated):
            grades = self._grades(article, gate, starts[gated], ends[gated], found[gated], failed)
            np.bitwise_or.at(bits, places[gated], _KEPT[grades] << fields[gated])
        return seen, bits

    @staticmethod
    def _grades(
        article: PreparedArticle, gate: Gate, starts: Offsets, ends: Offsets, literals: Ids, failed: Failed
    ) -> Verdicts:
        """The gate's grade of each span. Where it breaks it is asked one by one: then the literals are known."""
        try:
            return gate.grades(article, starts, ends)
        except Exception:
            grades = np.zeros(len(starts), np.uint8)
            columns = (starts.tolist(), ends.tolist(), literals.tolist())
            for at, (start, end, literal) in enumerate(zip(*columns, strict=True)):
                try:
                    grades[at] = VERDICTS.index(gate.grade(article, start, end))
                except Exception as error:
                    failed[literal] = error
            return grades


def _fields(article: PreparedArticle) -> NDArray[np.uint8]:
    """The field of each character of the article's text, by its number."""
    numbers = [SEEN_FIELDS.index(block.field) if block.field != "place" else _NOWHERE for block in article.blocks]
    lengths = [len(block.text) + 1 for block in article.blocks]
    return np.repeat(np.array(numbers, np.uint8), lengths)


def _whole(words: Flags, starts: Offsets, ends: Offsets) -> Flags:
    """Which spans neither begin nor end within a Latin word?"""
    if not words.any():
        return np.ones(len(starts), np.bool_)
    inside = np.zeros(len(words) + 1, np.bool_)
    inside[1:-1] = words[1:] & words[:-1]
    return ~(inside[starts] | inside[ends])
