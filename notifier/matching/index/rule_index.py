"""The reverse index: which of very many rules an article satisfies, at the cost of those that it nearly does.

A rule is kept as a *form*, one for each distinct text and mode; a form as clauses, shared between forms; a clause as
atoms, shared between clauses. An article makes atoms true; they lead to the clauses that are anchored on them, those
that hold to their forms. What is new stands in small delta tiers and counts at once; `rebuild` moves it on.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from threading import RLock, local
from typing import NamedTuple, Protocol

import numpy as np

from notifier.domain import Mode
from notifier.matching.engine.plain import Library, PlainEngine
from notifier.matching.engine.wide import wide_parts
from notifier.matching.fold import Flags
from notifier.matching.index.atoms import ALWAYS, AtomTable
from notifier.matching.index.clause_table import ClauseTable
from notifier.matching.index.clauses import Atom, Clause, Early, Late, Numbered, Some
from notifier.matching.index.columns import Distinct, Fanout, Ids
from notifier.matching.index.early import EarlyAtoms
from notifier.matching.index.literals import Scanner
from notifier.matching.mention.gate import Gate
from notifier.matching.prepared import PreparedArticle

Engines = Callable[[Mode], PlainEngine]  # the plain engine of one article


class Found(NamedTuple):
    """Forms that match, and forms that only the plain engine can tell of."""

    forms: Ids
    open: Sequence[int]


class Prefilter(Protocol):
    """Narrows the forms down to those that an article satisfies; it may only drop what cannot match."""

    def add(self, forms: Mapping[int, Sequence[Clause]]) -> None: ...
    def find(self, article: PreparedArticle, engines: Engines, gate: Gate) -> Found: ...
    def replace_topics(self, library: Library) -> None: ...
    def rebuild(self) -> None: ...
    @property
    def fresh(self) -> int:
        """How much `rebuild` would move out of delta tiers."""
        ...

    def nbytes(self) -> int: ...


class EveryForm:
    """The null prefilter: all forms are open. What any other is compared with."""

    fresh = 0

    def __init__(self) -> None:
        self._forms: list[int] = []

    def add(self, forms: Mapping[int, Sequence[Clause]]) -> None:
        self._forms += forms

    def find(self, article: PreparedArticle, engines: Engines, gate: Gate) -> Found:
        return Found(np.zeros(0, np.int32), tuple(self._forms))

    def replace_topics(self, library: Library) -> None:
        pass

    def rebuild(self) -> None:
        pass

    def nbytes(self) -> int:
        return 0


class RuleIndex:
    """Forms by number; each is added once and never leaves."""

    def __init__(self, library: Library, scanner: Scanner | None = None) -> None:
        self.atoms = AtomTable(scanner)
        self.early = EarlyAtoms(library, self._number)
        self.clauses = ClauseTable(self.atoms)
        self._somes = Fanout()  # of each atom, those that it makes true
        self._forms = Fanout()  # of each clause
        self._lock = RLock()
        self._scratch = local()
        self._distinct = Distinct()

    # --- rules ------------------------------------------------------------------------------------------------

    def add(self, forms: Mapping[int, Sequence[Clause]]) -> None:
        """Put new forms into the delta tier; many at once cost less than one by one."""
        clauses = [clause for each in forms.values() for clause in dict.fromkeys(each)]
        owners = [form for form, each in forms.items() for _ in dict.fromkeys(each)]
        atoms = dict.fromkeys(atom for clause in clauses for atom, _ in clause if not isinstance(atom, Late))
        with self._lock:
            self._forms.add(self.clauses.number(clauses, self._number(atoms)), owners)

    def _number(self, atoms: Iterable[Numbered]) -> dict[Atom, int]:
        known = len(self.atoms)
        numbers = self.atoms.number(atoms)
        for atom, number in numbers.items():
            if number >= known and isinstance(atom, Early):
                self.early.add(atom, number)
            elif number >= known and isinstance(atom, Some):
                members = list(self._number(atom.atoms).values())
                self._somes.add(members, [number] * len(members))
        return numbers

    def replace_topics(self, library: Library) -> None:
        """Let topics mean what they mean in another library."""
        with self._lock:
            self.early.replace_topics(library, self._number)

    # --- an article -------------------------------------------------------------------------------------------

    def find(self, article: PreparedArticle, engines: Engines, gate: Gate) -> Found:
        decided = _Decided(self.clauses.late, engines)
        broken: dict[int, Exception] = {}
        truth = self._truth()
        atoms = np.append(self.atoms.true_in(article, gate, broken), np.int32(ALWAYS))
        atoms = atoms[atoms < len(truth) - 1]  # what is being added just now counts from the next article on
        try:
            truth[atoms] = True
            early = self.early.true_in(article, truth, decided.decide)
            atoms = np.concatenate([atoms, early[early < len(truth) - 1]])
            somes = self._somes.expand(atoms)
            atoms = np.concatenate([atoms, self._distinct.of(somes[somes < len(truth) - 1])[0]])
            truth[atoms] = True
            held = self.clauses.holding(atoms, truth, decided.late)
        finally:
            truth[atoms] = False
        forms, _ = self._distinct.of(self._forms.expand(held))
        if not broken and not decided.broken:
            return Found(forms, ())
        doubtful = self._touching(broken)
        return Found(np.setdiff1d(forms, doubtful), doubtful.tolist())

    def _truth(self) -> Flags:
        """One flag an atom and more, all False; each thread has its own, and leaves it so. The last one stays so."""
        flags: Flags | None = getattr(self._scratch, "truth", None)
        if flags is None or len(flags) <= len(self.atoms):
            flags = self._scratch.truth = np.zeros(2 * len(self.atoms) + 1, np.bool_)
        return flags

    def _touching(self, literals: Collection[int]) -> Ids:
        """Forms with these literals, and all that are not made of literals alone: where something broke (a fault, and
        rare), the plain engine says which of them it breaks."""
        owners = self.atoms.literals.filled()
        atoms = np.flatnonzero(np.isin(owners, [*literals, -1])[1:]).astype(np.int32) + 1  # but ALWAYS
        return np.unique(self._forms.expand(self.clauses.with_atoms_or_late(atoms)))

    def wide(self) -> Ids:
        """Forms with a part that is dear to look for."""
        clauses = self.clauses.with_late(lambda atom: any(wide_parts(atom.node)))
        return self._distinct.of(self._forms.expand(clauses))[0]

    # --- upkeep -----------------------------------------------------------------------------------------------

    @property
    def fresh(self) -> int:
        """What stands in delta tiers, in pairs of numbers."""
        return self.clauses.fresh + self._forms.in_delta + self._somes.in_delta

    def rebuild(self) -> None:
        """Move everything into the main tiers, while other threads find and add."""
        self.atoms.scanner.rebuild()
        self.early.rebuild()
        self.clauses.rebuild()
        self._somes.rebuild()
        self._forms.rebuild()

    def nbytes(self) -> int:
        return self.clauses.nbytes() + self._forms.nbytes() + self._somes.nbytes() + self.atoms.nbytes()


class _Decided:
    """What the plain engine said of late atoms, each asked once an article. `broken`: one of them broke it."""

    def __init__(self, late: Sequence[Late], engines: Engines) -> None:
        self._late, self._engines = late, engines
        self._known: dict[Late, bool] = {}
        self.broken = False

    def late(self, number: int) -> bool:
        return self.decide(self._late[number])

    def decide(self, atom: Late) -> bool:
        known = self._known.get(atom)
        if known is None:
            try:
                known = self._engines(atom.mode).evaluate(atom.node, atom.fields).matched
            except Exception:  # the forms that have it are evaluated alone, and the error is shown
                self.broken, known = True, False
            self._known[atom] = known
        return known
