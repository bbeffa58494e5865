"""The value between the formats and the reading: a line of text, and where it stood.

A format module turns bytes into a `Reading`; everything after it is blind to the format.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

_ASIDE_WIDE = re.compile(r"(?<![!-~])\s+|\s+(?![!-~])")
_SPACES = re.compile(r"\s+")
_LATIN_END = re.compile(r"[A-Za-z][,.;:!?)\"']?$|[A-Za-z]\d+$|[A-Za-z,.;:)] \d+$|\d[,;:]$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line, stripped of outer white space.

    indent: columns of white space before it (a full-width space is two). gap: a blank line, or space as large, stands
    before it. page: from 1; 0 is unknown. level: of a heading that the format itself declares, 1 to 6; 0 is none.
    whole: the format says that this is a complete paragraph. size (points), x and y (points from the top left) are
    0.0 where the format has no positions; nor are bold (all of it) and extent (columns, indent included, as measured)
    known there. ruled: a drawn line (────, ※※※) stands before it. note: a footnote, printed in the middle of what it
    interrupts. table: the rows of cells that this line stands for.
    """

    text: str
    indent: int = 0
    gap: bool = False
    page: int = 0
    level: int = 0
    whole: bool = False
    size: float = 0.0
    x: float = 0.0
    y: float = 0.0
    bold: bool = False
    extent: int = 0
    ruled: bool = False
    note: bool = False
    table: tuple[tuple[str, ...], ...] = ()

    @property
    def columns(self) -> int:
        """The width in half-width columns, indent included; a character outside ASCII counts as two."""
        if self.extent:
            return self.extent
        return self.indent + 2 * len(self.text) - len(self.text.encode("ascii", "ignore"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a format module found: lines in reading order, and what the format itself states about them.

    date and byline count where the text states none; section is that of a text without sections. pictures: numbers of
    pages without text.
    """

    lines: tuple[Line, ...]
    title: str = ""
    date: dt.date | None = None
    byline: str = ""
    section: str = ""
    pictures: tuple[int, ...] = ()


def join(left: str, right: str) -> str:
    """`left` continued by `right`: nothing between them, but one space between two Latin words."""
    latin = right[:1].isascii() and (right[:1].isalpha() or (right[:1].isdigit() and left[-1:].isalpha()))
    return f"{left} {right}" if latin and _LATIN_END.search(left[-24:]) else left + right


def joined(lines: Sequence[Line]) -> str:
    """The text of consecutive lines as one, in linear time."""
    parts: list[str] = []
    for line in lines:
        if parts:
            seam = join(parts[-1], line.text[:2])
            parts.append(" " * (len(seam) - len(parts[-1]) - len(line.text[:2])))
        parts.append(line.text)
    return "".join(parts)


def close_up(text: str) -> str:
    """A heading without the white space beside Chinese characters (letter-spacing, line breaks)."""
    return _SPACES.sub(" ", _ASIDE_WIDE.sub("", text.strip()))
