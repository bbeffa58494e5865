"""The mention gate: which spans of a bare term are the term, and not an accident across words (广元 in 推广元宇宙).

The engine asks the gate once per term and article. A quoted phrase and a regex never pass it.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from notifier.domain import Certainty, Mode
from notifier.matching.prepared import PreparedArticle, Span
from notifier.matching.terms import Pattern


class Kept(NamedTuple):
    """A span that the gate let through."""

    span: Span
    certainty: Certainty


class Gate(Protocol):
    """Keeps, of the candidate `spans` of one bare term, those that are mentions in this mode.

    It gets all spans of the term in all fields at once, in order. It may drop spans and grade them; it never adds
    or moves one. NOT sees only what it keeps.
    """

    def keep(
        self, article: PreparedArticle, pattern: Pattern, *, spans: Sequence[Span], mode: Mode
    ) -> Sequence[Kept]: ...


class OpenGate:
    """Keeps everything as certain: substring matching, and what any gate is compared with."""

    def keep(self, article: PreparedArticle, pattern: Pattern, *, spans: Sequence[Span], mode: Mode) -> Sequence[Kept]:
        return [Kept(span, "certain") for span in spans]
