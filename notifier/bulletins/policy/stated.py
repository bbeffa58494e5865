"""What the finders of facts share: a text of an article, and how a fact is made of a span of it."""

import dataclasses
import re
from dataclasses import dataclass
from typing import Literal

from notifier.bulletins.structure.facts import fold_digits
from notifier.domain import sentence_span
from notifier.domain.facts import Fact, FactKind

_AROUND = 150  # characters on either side of a fact that its sentence may take


_WIDE = re.compile("[０-９]")


@dataclass(frozen=True, slots=True)
class Text:
    """The title or body of an article as displayed: what offsets of facts count in. `folded` has ASCII digits."""

    field: Literal["title", "body"]
    text: str
    folded: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", fold_digits(self.text) if _WIDE.search(self.text) else self.text)

    def fact(
        self,
        kind: FactKind,
        span: tuple[int, int],
        *,
        value: str = "",
        label: str = "",
        inferred: bool = False,
    ) -> Fact:
        """The fact that the span states; without a value, it is its own."""
        start, end = span
        stands = self.text[start:end]
        sentence = self.sentence(start, end)
        return Fact(kind, stands, value or stands, self.field, start, end, label, inferred, sentence)

    def sentence(self, start: int, end: int) -> str:
        """The sentence around a span, on one line, cut to what can be read at a glance."""
        base = max(0, start - _AROUND)
        window = self.text[base : end + _AROUND]
        left, right = sentence_span(window, start - base, end - base)
        return " ".join(window[left:right].split())
