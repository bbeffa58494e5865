"""Names of documents: what stands in 《》."""

import re

from notifier.bulletins.lines import close_up
from notifier.bulletins.policy.patterns import DOCUMENT_LENGTH
from notifier.bulletins.policy.stated import Text
from notifier.domain.facts import Fact

_MARKS = re.compile("[《》]|\n\\s*\n|\\Z")


def find_documents(where: Text) -> list[Fact]:
    """Every outermost 《…》; one inside another belongs to its name. A 《 that its paragraph never closes is none."""
    facts: list[Fact] = []
    closed: list[tuple[int, int]] = []  # so far in this paragraph, not yet inside another
    open_at: list[int] = []
    for mark in _MARKS.finditer(where.text):
        if mark[0] == "《":
            open_at.append(mark.start())
        elif mark[0] != "》":
            facts += [fact for start, end in closed if (fact := _named(where, start, end))]
            open_at, closed = [], []
        elif open_at:
            start = open_at.pop()
            while closed and closed[-1][0] > start:
                closed.pop()
            closed.append((start, mark.end()))
    return facts


def _named(where: Text, start: int, end: int) -> Fact | None:
    name = close_up(where.text[start + 1 : end - 1])
    return where.fact("document", (start, end), value=name) if name and end - start <= DOCUMENT_LENGTH else None
