"""Clauses by number, and which of them hold. Each is looked at only where its anchor is true: its rarest atom."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from notifier.matching.fold import Flags
from notifier.matching.index.atoms import ALWAYS, AtomTable
from notifier.matching.index.clauses import Atom, Clause, Late
from notifier.matching.index.columns import Column, Fanout, Ids

_LateAtoms: TypeAlias = tuple[tuple[int, bool], ...]  # numbers of late atoms, and whether they have to hold
_Key: TypeAlias = int | tuple[int, ...] | tuple[tuple[int, ...], _LateAtoms]


class ClauseTable:
    """A clause has its atoms' numbers, with ~number for an atom that must not be true."""

    def __init__(self, atoms: AtomTable) -> None:
        self._atoms = atoms
        self._numbers: dict[_Key, int] = {}
        self._late_numbers: dict[Late, int] = {}
        self.late: list[Late] = []
        self._late_of: dict[int, _LateAtoms] = {}
        self._of_atoms = Column(np.int32)
        self._begins = Column(np.int32)
        self._sizes = Column(np.int32)
        self._is_plain = Column(np.bool_)  # its anchor is all that it has
        self._is_late = Column(np.bool_)
        self._anchors = Fanout()

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def fresh(self) -> int:
        """Clauses in the delta tier."""
        return self._anchors.in_delta

    def number(self, clauses: Sequence[Clause], atoms: Mapping[Atom, int]) -> list[int]:
        """The number of each clause: new, or that which it has. `atoms` has the numbers of those that are not late."""
        found: list[int] = []
        fresh: list[_Key] = []
        known = self._numbers
        for clause in clauses:
            key = self._key(clause, atoms)
            number = known.setdefault(key, len(known))
            if number == len(self) + len(fresh):
                fresh.append(key)
            found.append(number)
        self._append(fresh)
        return found

    def _key(self, clause: Clause, atoms: Mapping[Atom, int]) -> _Key:
        """Equal for equal clauses: the signed numbers of the atoms, in order, and the late ones; or a lone atom's."""
        if len(clause) == 1:
            [(atom, wanted)] = clause
            if not isinstance(atom, Late):
                return atoms[atom] if wanted else ~atoms[atom]
        signed = sorted(
            [atoms[atom] if wanted else ~atoms[atom] for atom, wanted in clause if not isinstance(atom, Late)]
        )
        late = sorted([(self._late_number(atom), wanted) for atom, wanted in clause if isinstance(atom, Late)])
        return (tuple(signed), tuple(late)) if late else tuple(signed)

    def _late_number(self, atom: Late) -> int:
        number = self._late_numbers.setdefault(atom, len(self.late))
        if number == len(self.late):
            self.late.append(atom)
        return number

    def _append(self, keys: Sequence[_Key]) -> None:
        parts = [_parts(key) for key in keys]
        sizes = np.array([len(atoms) for atoms, _ in parts], np.int32)
        flat = np.array([atom for atoms, _ in parts for atom in atoms], np.int32)
        first = len(self)
        for at, (_, late) in enumerate(parts):
            if late:
                self._late_of[first + at] = late
        self._begins.extend(self._of_atoms.extend(flat) + sizes.cumsum(dtype=np.int32) - sizes)
        self._is_plain.extend([len(atoms) == 0 or (len(atoms) == 1 and atoms[0] >= 0) for atoms, _ in parts])
        self._is_late.extend([bool(late) for _, late in parts])
        self._sizes.extend(sizes)
        self._atoms.use(np.where(flat < 0, ~flat, flat))
        numbers = np.arange(first, first + len(parts), dtype=np.int32)
        self._anchors.add(self._rarest_of(numbers), numbers)

    # --- an article -------------------------------------------------------------------------------------------

    def holding(self, atoms: Ids, truth: Flags, decide: Callable[[int], bool]) -> Ids:
        """The clauses that hold."""
        clauses = self._anchors.expand(atoms)
        plain = self._is_plain.array[clauses]
        rest = clauses[~plain]
        pairs = self._sizes.array[rest] == 2
        two, many = rest[pairs], rest[~pairs]
        held = np.concatenate([clauses[plain], two[self._both_true(two, truth)], self._all_true(many, truth)])
        late = self._is_late.array[held]
        if not late.any():
            return held
        passed = [clause for clause in held[late].tolist() if self._passes(clause, decide)]
        return np.concatenate([held[~late], np.array(passed, np.int32)])

    def _both_true(self, clauses: Ids, truth: Flags) -> Flags:
        begins = self._begins.array[clauses]
        return _as_wanted(self._of_atoms.array[begins], truth) & _as_wanted(self._of_atoms.array[begins + 1], truth)

    def _all_true(self, clauses: Ids, truth: Flags) -> Ids:
        """Those whose every atom is as wanted: one atom of each a round, and only what still holds goes on."""
        sizes, begins = self._sizes.array[clauses], self._begins.array[clauses]
        done = []
        at = 0
        while len(clauses):
            kept = _as_wanted(self._of_atoms.array[begins + at], truth)
            at += 1
            ended = kept & (sizes == at)
            done.append(clauses[ended])
            kept &= ~ended
            clauses, sizes, begins = clauses[kept], sizes[kept], begins[kept]
        return np.concatenate(done) if done else clauses

    def _passes(self, clause: int, decide: Callable[[int], bool]) -> bool:
        return all(decide(late) == wanted for late, wanted in self._late_of[clause])

    # --- upkeep -----------------------------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Move all clauses into the main tier, each under what is its rarest atom by now."""
        _, clauses = self._anchors.pairs()
        self._anchors.rebuild(self._rarest_of(clauses))

    def _rarest_of(self, clauses: Ids) -> Ids:
        """Of what has to be true, the atom that fewest rules have and fewest articles showed; ALWAYS if nothing has."""
        sizes, begins = self._sizes.array[clauses], self._begins.array[clauses]
        ends = sizes.cumsum(dtype=np.int32)
        steps = np.arange(sizes.sum(), dtype=np.int32)
        atoms = self._of_atoms.array[np.repeat(begins - ends + sizes, sizes) + steps]
        rarity = np.where(atoms < 0, np.iinfo(np.int64).max, self._atoms.rarity(np.maximum(atoms, 0)))
        order = np.lexsort((rarity, np.repeat(np.arange(len(clauses)), sizes)))
        anchors = np.full(len(clauses), ALWAYS, np.int32)
        anchors[sizes > 0] = np.maximum(atoms[order[(ends - sizes)[sizes > 0]]], -1)
        anchors[anchors < 0] = ALWAYS  # nothing in it has to be true
        return anchors

    def with_atoms_or_late(self, atoms: Ids) -> Ids:
        """The clauses that have one of these atoms, wanted or not, or any late one."""
        of_atoms = self._of_atoms.filled()
        owners = np.repeat(np.arange(len(self), dtype=np.int32), self._sizes.filled())
        found = owners[np.isin(np.where(of_atoms < 0, ~of_atoms, of_atoms), atoms)]
        return np.union1d(found, np.flatnonzero(self._is_late.filled())).astype(np.int32)

    def with_late(self, wanted: Callable[[Late], bool]) -> Ids:
        """The clauses with a late atom of that kind."""
        numbers = {number for number, atom in enumerate(self.late) if wanted(atom)}
        found = [clause for clause, late in self._late_of.items() if any(number in numbers for number, _ in late)]
        return np.array(found, np.int32)

    def nbytes(self) -> int:
        columns = (self._of_atoms, self._begins, self._sizes, self._is_plain, self._is_late)
        return sum(column.array.nbytes for column in columns) + self._anchors.nbytes()


def _parts(key: _Key) -> tuple[tuple[int, ...], _LateAtoms]:
    """The signed numbers of a clause's atoms, and its late ones."""
    if isinstance(key, int):
        return (key,), ()
    return key if key and isinstance(key[0], tuple) else (key, ())


def _as_wanted(atoms: Ids, truth: Flags) -> Flags:
    """Signed atoms: is each true, or with ~ not true? What is beyond `truth`, being added just now, is not."""
    forbidden = atoms < 0
    found: Flags = truth.take(np.where(forbidden, ~atoms, atoms), mode="clip") != forbidden
    return found
