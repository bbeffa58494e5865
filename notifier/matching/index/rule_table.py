"""The rules by slot, and their forms: what stands between a subscriber's rule and what is evaluated."""

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np

from notifier.domain import MODES, Mode
from notifier.matching.index.columns import Column, Fanout, Ids


class Form(NamedTuple):
    """A rule as evaluated; equal rules (text and mode) share one."""

    text: str
    mode: Mode


class RuleTable:
    """The rules by slot, a slot for each that was ever added, and their forms."""

    def __init__(self) -> None:
        self.keys: list[Hashable] = []
        self.forms = Column(np.int32)  # of each slot
        self.min_scores = Column(np.float64)
        self.alive = Column(np.bool_)
        self.slots: dict[Hashable, int] = {}
        self.of_form = Fanout()
        self.texts: list[Form] = []
        self.numbers: dict[Mode, dict[str, int]] = {mode: {} for mode in MODES}

    def form(self, text: str, mode: Mode) -> int:
        """The number of the form: new, or that which it has."""
        numbers = self.numbers[mode]
        number = numbers.setdefault(text, len(self.texts))
        if number == len(self.texts):
            self.texts.append(Form(text, mode))
        return number

    def add(self, key: Hashable, form: int, min_score: float) -> None:
        self.remove(key)
        slot = len(self.keys)
        self.keys.append(key)
        self.forms.append(form)
        self.min_scores.append(min_score)
        self.alive.append(True)
        self.slots[key] = slot
        self.of_form.add(form, slot)

    def remove(self, key: Hashable) -> bool:
        slot = self.slots.pop(key, None)
        if slot is not None:
            self.alive.array[slot] = False
        return slot is not None

    def of_forms(self, forms: Ids) -> Ids:
        """The slots of living rules."""
        slots = self.of_form.expand(forms)
        return slots[self.alive.array[slots]]

    def rebuild(self) -> None:
        _, slots = self.of_form.pairs()
        self.of_form.rebuild(wanted=self.alive.array[slots])

    def nbytes(self) -> int:
        columns = (self.forms, self.min_scores, self.alive)
        return sum(column.array.nbytes for column in columns) + self.of_form.nbytes()
