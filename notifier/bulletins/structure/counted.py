"""Headings that are counted through the whole text: 1 技术进展, 1.1 …, 1.2 …, 2 政策, 2.1 …"""

import dataclasses
from collections.abc import Sequence
from itertools import pairwise

from notifier.bulletins.lines import Line
from notifier.bulletins.structure import patterns, signs
from notifier.bulletins.structure.facts import fold_digits, number
from notifier.bulletins.structure.looks import SECTION, TITLE
from notifier.bulletins.structure.marks import ends_block

_LETTERS = "ABCDEFGH"
_FIRST = 1  # line at which the first title stands at the latest: its section may stand above it


def with_counted(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines with the levels that their numbers say, and without those; as they are where nothing counts."""
    found = {at: place for at, line in enumerate(lines) if (place := _decimal(line))}
    if len(found) < 2 or next(iter(found)) > _FIRST or any(line.level for line in lines) or not _counts(found):
        return lines
    counted = list(lines)
    for at, (part, item) in found.items():
        counted[at] = _heading(lines[at], TITLE, signs.DECIMAL.sub("", fold_digits(lines[at].text)))
        above = signs.OUTLINE_PART.match(fold_digits(lines[at - 1].text)) if at and item == 1 else None
        if above and _part(above["number"]) == part:
            counted[at - 1] = _heading(lines[at - 1], SECTION, above["name"])
    return counted


def _decimal(line: Line) -> tuple[int, int] | None:
    """(2, 1) of 2.1 …; None of running text."""
    if len(line.text) > patterns.TITLE_LENGTH or ends_block(line.text):
        return None
    found = signs.DECIMAL.match(fold_digits(line.text))
    return (_part(found[1] or found[2]), int(found[3])) if found else None


def _part(text: str) -> int:
    """2 of 2, 二 and B; 0 of anything else."""
    return ord(text) - ord("A") + 1 if text in _LETTERS else number(text) or 0


def _counts(found: dict[int, tuple[int, int]]) -> bool:
    """From 1.1 on, by one within a part, and from part to part."""
    places = list(found.values())
    steps = ((right[0] - left[0], right[1], left[1] + 1) for left, right in pairwise(places))
    return places[0] == (1, 1) and all(at == due if not part else (part, at) == (1, 1) for part, at, due in steps)


def _heading(line: Line, level: int, text: str) -> Line:
    return dataclasses.replace(line, text=text.strip(), level=level, whole=True)
