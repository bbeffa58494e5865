"""The rules by slot, and their forms: what stands between a subscriber's rule and what is evaluated."""

from collections.abc import Hashable, Sequence

import numpy as np

from notifier.domain import MODES, Mode
from notifier.matching.index.columns import Column, Fanout, Ids


class RuleTable:
    """The rules by slot, one for each that was ever added, and their forms: equal rules (text and mode) share one."""

    def __init__(self) -> None:
        self.keys: list[Hashable] = []
        self.forms = Column(np.int32)  # of each slot
        self.min_scores = Column(np.float64)
        self.alive = Column(np.bool_)
        self._dead = 0  # slots that the tables of forms still lead to
        self.slots: dict[Hashable, int] = {}
        self.scored = False  # does any rule ask for a score?
        self.of_form = Fanout()
        self.numbers: dict[Mode, dict[str, int]] = {mode: {} for mode in MODES}
        self._texts: list[str] = []  # of each form
        self._modes = Column(np.int8)

    @property
    def form_count(self) -> int:
        return len(self._texts)

    def new_form(self, text: str, mode: Mode) -> int:
        self._texts.append(text)
        self._modes.append(MODES.index(mode))
        return self.numbers[mode].setdefault(text, len(self._texts) - 1)

    def written(self, form: int) -> tuple[str, Mode]:
        """The text and the mode of a form."""
        return self._texts[form], MODES[self._modes.array[form]]

    def add(self, rules: Sequence[tuple[Hashable, int, float]]) -> None:
        """Rules by key, form and least score; one with the key of another takes its place."""
        first = len(self.keys)
        forms = [form for _, form, _ in rules]
        scores = [score for _, _, score in rules]
        self.keys += [key for key, _, _ in rules]
        self.forms.extend(forms)
        self.min_scores.extend(scores)
        self.alive.extend(np.ones(len(rules), np.bool_))
        self.scored = self.scored or any(scores)
        for slot, (key, _, _) in enumerate(rules, first):
            replaced = self.slots.get(key)
            if replaced is not None:
                self._end(replaced)
            self.slots[key] = slot
        self.of_form.add(forms, np.arange(first, first + len(rules), dtype=np.int32))

    def remove(self, key: Hashable) -> bool:
        slot = self.slots.pop(key, None)
        if slot is not None:
            self._end(slot)
        return slot is not None

    def _end(self, slot: int) -> None:
        self.alive.array[slot] = False
        self._dead += 1

    def of_forms(self, forms: Ids) -> Ids:
        """The slots of living rules."""
        slots = self.of_form.expand(forms)
        return slots[self.alive.array[slots]] if self._dead else slots

    def rebuild(self) -> None:
        dead = self._dead
        _, slots = self.of_form.pairs()
        self.of_form.rebuild(wanted=self.alive.array[slots])
        self._dead -= dead

    def nbytes(self) -> int:
        columns = (self.forms, self.min_scores, self.alive, self._modes)
        return sum(column.array.nbytes for column in columns) + self.of_form.nbytes()
