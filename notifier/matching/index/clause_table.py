"""Clauses by number, and which of them hold. Each is looked at only where its anchor is true: its rarest atom."""

from collections.abc import Callable, Iterable

import numpy as np

from notifier.matching.fold import Flags
from notifier.matching.index.atoms import ALWAYS, AtomTable
from notifier.matching.index.clauses import Clause, Late
from notifier.matching.index.columns import Column, Fanout, Ids
from notifier.matching.index.early import Number

LateAtoms = tuple[tuple[int, bool], ...]  # numbers of late atoms, and whether they have to hold


class ClauseTable:
    """`of_atoms` are numbers, with ~number for an atom that must not be true."""

    def __init__(self, atoms: AtomTable, number: Number) -> None:
        self._atoms, self._number = atoms, number
        self._numbers: dict[object, int] = {}
        self._late_numbers: dict[Late, int] = {}
        self.late: list[Late] = []
        self._late_of: dict[int, LateAtoms] = {}
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

    def number(self, clause: Clause) -> tuple[int, int]:
        """The clause's number, and its anchor where it is new, else -1: `anchor` makes it count."""
        sights = sorted(self._signed(atom, wanted) for atom, wanted in clause if not isinstance(atom, Late))
        late = tuple(sorted((self._late_number(atom), wanted) for atom, wanted in clause if isinstance(atom, Late)))
        key: object = sights[0] if len(sights) == 1 and not late else (*sights, late)
        found = self._numbers.get(key)
        if found is not None:
            return found, -1
        number = self._numbers[key] = self._append(sights, late)
        return number, self._rarest(sights)

    def anchor(self, number: int, atom: int) -> None:
        """Let a new clause count from now on."""
        self._anchors.add(atom, number)

    def _signed(self, atom: object, wanted: bool) -> int:
        number = self._number(atom)  # type: ignore[arg-type]
        return number if wanted else ~number

    def _late_number(self, atom: Late) -> int:
        number = self._late_numbers.setdefault(atom, len(self.late))
        if number == len(self.late):
            self.late.append(atom)
        return number

    def _append(self, atoms: list[int], late: LateAtoms) -> int:
        self._begins.append(self._of_atoms.extend(np.array(atoms, np.int32)))
        self._sizes.append(len(atoms))
        self._is_plain.append(len(atoms) == 0 or (len(atoms) == 1 and atoms[0] >= 0))
        number = self._is_late.append(bool(late))
        if late:
            self._late_of[number] = late
        for atom in atoms:
            self._atoms.uses.array[atom if atom >= 0 else ~atom] += 1
        return number

    def _rarest(self, atoms: Iterable[int]) -> int:
        """Of those that have to be true, the one that the fewest clauses have: such words are the rarest in texts too."""
        wanted = np.array([atom for atom in atoms if atom >= 0], np.int32)
        return int(wanted[np.argmin(self._atoms.rarity(wanted))]) if len(wanted) else ALWAYS

    # --- an article -------------------------------------------------------------------------------------------

    def holding(self, atoms: Ids, truth: Flags, decide: Callable[[int], bool]) -> Ids:
        """The clauses that hold."""
        clauses = self._anchors.expand(atoms)
        plain = self._is_plain.array[clauses]
        held = np.concatenate([clauses[plain], self._all_true(clauses[~plain], truth)])
        late = self._is_late.array[held]
        if not late.any():
            return held
        passed = [clause for clause in held[late].tolist() if self._passes(clause, decide)]
        return np.concatenate([held[~late], np.array(passed, np.int32)])

    def _all_true(self, clauses: Ids, truth: Flags) -> Ids:
        """Those whose every atom is as wanted: one atom of each a round, and only what still holds goes on."""
        sizes, begins = self._sizes.array[clauses], self._begins.array[clauses]
        done = []
        at = 0
        while len(clauses):
            atoms = self._of_atoms.array[begins + at]
            kept = truth[np.where(atoms < 0, ~atoms, atoms)] == (atoms >= 0)
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

    def nbytes(self) -> int:
        columns = (self._of_atoms, self._begins, self._sizes, self._is_plain, self._is_late)
        return sum(column.array.nbytes for column in columns) + self._anchors.nbytes()
