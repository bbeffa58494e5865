"""A match: rule x article, with the spans that satisfied it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Certainty = Literal["certain", "likely"]
Mode = Literal["strict", "standard", "loose"]  # 精确, 标准, 宽松
MODES: tuple[Mode, ...] = ("strict", "standard", "loose")


@dataclass(frozen=True, slots=True)
class Hit:
    """One span that satisfied a term. `start` and `end` count code points of the field as displayed.

    `field` is title, body, section, source, byline or bulletin; `text` is the span as it stands there.
    """

    field: str
    start: int
    end: int
    text: str
    term: str
    certainty: Certainty = "certain"


class Match(Protocol):
    """What an engine returns for one rule that an article satisfied; `hits` may be computed when asked for."""

    @property
    def key(self) -> object: ...
    @property
    def score(self) -> float: ...  # 0..1
    @property
    def hits(self) -> Sequence[Hit]: ...
