"""Atoms by number, and which of them an article's literals make true."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from notifier.matching.fold import Flags, Offsets, word_flags
from notifier.matching.gate import Gate
from notifier.matching.index.clauses import LEVELS, SEEN_FIELDS, Atom, Early, Sight
from notifier.matching.index.columns import Column, Ids
from notifier.matching.index.literals import LiteralScanner, Scanner
from notifier.matching.prepared import PreparedArticle

ALWAYS = 0  # the atom that is true of every article

_FIELDS = len(SEEN_FIELDS)
_TEXTS = _FIELDS - 2  # the fields before those of facts: here bare terms pass the gate
_WHOLE, _LIKELY, _CERTAIN = (
    np.uint32(1 << (LEVELS.index(level) * _FIELDS)) for level in ("whole", "likely", "certain")
)
_GATED = np.uint32((int(_LIKELY) | int(_CERTAIN)) * ((1 << _TEXTS) - 1))
_NOWHERE = 255
_A_SHOWING = 16  # rules that an article which shows an atom counts as
_OFTEN = 1_000  # articles that single characters, topics, dates and such count as shown by from the start


class AtomTable:
    """Sights and early atoms, numbered; a literal's sights hang together in a chain."""

    def __init__(self, scanner: Scanner | None = None) -> None:
        self.scanner: Scanner = scanner or LiteralScanner()
        self._numbers: dict[int | Early, int] = {}  # by literal and bits in one
        self._first = Column(np.int32, -1)  # of each literal, its latest atom
        self._wanted = Column(np.uint32)  # of each literal, the bits that any of its atoms asks for
        self._next = Column(np.int32, -1)  # of each atom, the literal's atom before it
        self._bits = Column(np.uint32)
        self.literals = Column(np.int32, -1)  # of each atom; -1 where it has none
        self._uses = Column(np.int32)  # clauses that have the atom
        self._seen = Column(np.int32)  # articles that showed it
        self._append([(-1, 0)])  # ALWAYS

    def __len__(self) -> int:
        return len(self._uses)

    def number(self, atoms: Iterable[Sight | Early]) -> dict[Atom, int]:
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
        self.scanner.add(texts)
        missing = len(self.scanner.numbers) - len(self._first)
        self._first.extend(np.full(missing, -1, np.int32))
        self._wanted.extend(np.zeros(missing, np.uint32))

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

    def true_in(self, article: PreparedArticle, gate: Gate, failed: dict[int, Exception]) -> Ids:
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

    def _literals(
        self, article: PreparedArticle, gate: Gate, failed: dict[int, Exception]
    ) -> tuple[Ids, NDArray[np.uint32]]:
        """The literals that stand in the article, each once, and the bits of where."""
        found, starts = self.scanner.scan(article.codes)
        ends = starts + self.scanner.lengths.array[found]
        fields = _fields(article)[starts]
        whole = _whole(word_flags(article.codes), starts, ends)
        shown = (whole * _WHOLE + np.uint32(1)) << fields
        shown[fields == _NOWHERE] = 0
        seen, inverse = np.unique(found, return_inverse=True)
        places = inverse.astype(np.int32)
        bits = np.zeros(len(seen), np.uint32)
        np.bitwise_or.at(bits, places, shown)
        gated = np.flatnonzero(whole & (fields < _TEXTS) & ((self._wanted.array[found] & _GATED) != 0))
        if len(gated):
            judged = _Judged(article, gate, seen, self._wanted.array[seen], bits)
            judged.all(places[gated], fields[gated], starts[gated], ends[gated])
            failed |= judged.failed
        return seen, bits


class _Judged:
    """Spans of an article as the gate grades them: literal by literal into `bits`, as far as anybody asks."""

    def __init__(
        self, article: PreparedArticle, gate: Gate, seen: Ids, wanted: NDArray[np.uint32], bits: NDArray[np.uint32]
    ) -> None:
        self._article, self._gate, self._seen, self._wanted, self._bits = article, gate, seen, wanted, bits
        self.failed: dict[int, Exception] = {}

    def all(self, places: Ids, fields: NDArray[np.uint8], starts: Offsets, ends: Offsets) -> None:
        """Those that are certain at once; then one after the other those that something still hangs on."""
        certain = self._certain(starts, ends)
        np.bitwise_or.at(self._bits, places[certain], (_LIKELY | _CERTAIN) << fields[certain])
        asked = (_LIKELY | _CERTAIN) << fields
        asked &= self._wanted[places] & ~self._bits[places]
        open_ones = np.flatnonzero(~certain & (asked != 0))
        columns = (places, fields, starts, ends)
        for place, field, start, end in zip(*(column[open_ones].tolist() for column in columns), strict=True):
            self._one(place, field, start, end)

    def _certain(self, starts: Offsets, ends: Offsets) -> Flags:
        try:
            return self._gate.certain(self._article, starts, ends)
        except Exception:  # it is asked again, span by span: then the broken literals are known
            return np.zeros(len(starts), np.bool_)

    def _one(self, place: int, field: int, start: int, end: int) -> None:
        have, wanted = int(self._bits[place]), int(self._wanted[place])
        if not ((int(_LIKELY) | int(_CERTAIN)) << field) & wanted & ~have:
            return
        literal = int(self._seen[place])
        try:
            grade = self._gate.grade(self._article, start, end)
        except Exception as error:
            self.failed[literal] = error
            return
        if grade != "accident":
            levels = int(_LIKELY) if grade == "likely" else int(_LIKELY) | int(_CERTAIN)
            self._bits[place] |= np.uint32(levels << field)


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
