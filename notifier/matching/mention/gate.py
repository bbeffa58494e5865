"""The mention gate: which spans of a bare term are the term, and not an accident across words (广元 in 推广元宇宙).

A gate grades literal spans of an article's `text`, whatever the mode; `kept` says what the grades mean in each. A
quoted phrase and a regex never pass it.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from notifier.domain import Certainty, Mode
from notifier.matching.fold import Offsets
from notifier.matching.language.terms import Pattern
from notifier.matching.prepared import PreparedArticle, Span

Verdict = Literal["accident", "likely", "certain"]
Verdicts: TypeAlias = NDArray[np.uint8]

VERDICTS: tuple[Verdict, ...] = ("accident", "likely", "certain")
LEAST: dict[Mode, int] = {"loose": 0, "standard": 1, "strict": 2}  # the least verdict that each mode keeps


class Kept(NamedTuple):
    """A span that the gate let through."""

    span: Span
    certainty: Certainty


class Gate(Protocol):
    """Grades spans of an article's text. The same span of the same text always has the same grade."""

    def grade(self, article: PreparedArticle, start: int, end: int) -> Verdict:
        """What is article.text[start:end]?"""
        ...

    def grades(self, article: PreparedArticle, starts: Offsets, ends: Offsets) -> Verdicts:
        """The same of many spans, each as its place among VERDICTS."""
        ...


class OpenGate:
    """All is certain: substring matching, and what any gate is compared with."""

    def grade(self, article: PreparedArticle, start: int, end: int) -> Verdict:
        return "certain"

    def grades(self, article: PreparedArticle, starts: Offsets, ends: Offsets) -> Verdicts:
        return np.full(len(starts), VERDICTS.index("certain"), np.uint8)


def kept(gate: Gate, article: PreparedArticle, pattern: Pattern, *, spans: Sequence[Span], mode: Mode) -> list[Kept]:
    """The spans of one bare term that are mentions in this mode, in their order.

    Strict keeps what is certain, standard what is likely too, loose everything, accidents as likely. A term with
    wildcards is graded by its first and its last literal, and has the lesser of their grades.
    """
    found = []
    for span in spans:
        grade = min(VERDICTS.index(gate.grade(article, *ends)) for ends in _literals(article, pattern, span))
        if grade >= LEAST[mode]:
            found.append(Kept(span, "certain" if grade == 2 else "likely"))
    return found


def _literals(article: PreparedArticle, pattern: Pattern, span: Span) -> Iterator[tuple[int, int]]:
    begin = article.begins[span.block]
    start, end = begin + span.start, begin + span.end
    if len(pattern.parts) == 1:
        yield start, end
        return
    yield start, start + len(pattern.parts[0])
    if not pattern.open_end:
        yield end - len(pattern.parts[-1]), end
