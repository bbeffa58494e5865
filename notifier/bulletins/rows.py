"""Pieces of text with places, as PDF and OFD give them, to rows in reading order: columns one after the other."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from notifier.bulletins.glyphs import raised

_CELL = 0.93  # em: a Chinese glyph whose box is narrower has no true box
_DOUBLE = 0.35  # em: the same text as near as that is one text printed twice, to look bold
_WORDS = 0.18  # em: a wider gap beside a Latin letter or digit is a space
_SPACED = 0.6  # em: a wider gap between Chinese characters is one
_WIDE = 1.8  # em: a gap that parts columns and cells
_RAISED = 0.75  # of the row's size: what is smaller and higher is superscript
_NEAR = 2.0  # em: lines of one column begin no further apart than that
_LINES = 3  # lines at least, of each of two columns
_PROSE = 8  # characters: the lines of a column of running text have more on average
_FULL = 0.4  # share of a column's lines that reach its right edge


@dataclass(slots=True)
class Piece:
    """Text on one line, without a gap in it. y grows downwards; size is the em; points."""

    size: float
    bold: bool
    y0: float
    y1: float
    x0: float = 0.0
    x1: float = 0.0
    chars: list[str] = field(default_factory=list)

    def add(self, char: str, x0: float, x1: float) -> None:
        wide = char[0] >= "\u2e80"
        if wide and x1 - x0 < _CELL * self.size and unicodedata.category(char[0]) == "Lo":
            x0, x1 = (x0 + x1 - self.size) / 2, (x0 + x1 + self.size) / 2
        if not self.chars:
            self.x0 = x0
        elif _is_space(x0 - self.x1, self.chars[-1], char, size=self.size):
            self.chars.append(" ")
        self.chars.append(char)
        self.x1 = max(x1, self.x0)

    @property
    def text(self) -> str:
        return "".join(self.chars)

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Page:
    """One page: number from 1, size in points, its pieces in the order of the file."""

    number: int
    width: float
    height: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of one column. column is 0 where the text takes the page's whole width. bold: all of it is."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    bold: bool
    page: int
    column: int = 0
    cells: tuple[str, ...] = ()


def _is_space(gap: float, left: str, right: str, *, size: float) -> bool:
    if left.isspace() or right.isspace():
        return False
    return gap > (_WORDS if left.isascii() or right.isascii() else _SPACED) * size


def rows_of(page: Page) -> list[Row]:
    """The page's rows as a person reads them: from the top, each column to its end."""
    pieces = _single(piece for piece in page.pieces if piece.text.strip())
    return [row for column, part in _bands(pieces, depth=0) for row in _rows(part, page.number, column)]


def _single(pieces: Iterator[Piece]) -> list[Piece]:
    """Without what is printed twice on one place."""
    seen: dict[str, list[Piece]] = {}
    kept: list[Piece] = []
    for piece in pieces:
        same = seen.setdefault(piece.text, [])
        if not any(_covers(other, piece) for other in same[-8:]):
            same.append(piece)
            kept.append(piece)
    return kept


def _covers(one: Piece, other: Piece) -> bool:
    return max(abs(one.x0 - other.x0), abs(one.y0 - other.y0)) < _DOUBLE * one.size


# --- rows -----------------------------------------------------------------------------------------------------


def lines_up(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces grouped by the line on which they stand, from the top, each from left to right."""
    groups: list[list[Piece]] = []
    band = (0.0, 0.0)
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        tallest = band[1] - band[0] >= piece.y1 - piece.y0
        inside = band[0] < piece.middle < band[1] if tallest else piece.y0 < sum(band) / 2 < piece.y1
        if groups and inside:
            groups[-1].append(piece)
            band = band if tallest else (piece.y0, piece.y1)
        else:
            groups.append([piece])
            band = (piece.y0, piece.y1)
    return [sorted(group, key=lambda piece: piece.x0) for group in groups]


def _rows(pieces: Sequence[Piece], page: int, column: int) -> Iterator[Row]:
    for group in lines_up(pieces):
        size = max(group, key=lambda piece: len(piece.chars) * (piece.size > 0) + piece.size / 1000).size
        cells = _cells(group, size)
        yield Row(
            text="  ".join(cells).strip(),
            x0=group[0].x0,
            x1=max(piece.x1 for piece in group),
            y0=min(piece.y0 for piece in group),
            y1=max(piece.y1 for piece in group),
            size=size,
            bold=all(piece.bold for piece in group),
            page=page,
            column=column,
            cells=tuple(cells) if len(cells) > 1 else (),
        )


def _cells(group: Sequence[Piece], size: float) -> list[str]:
    """The text of one line, cut at its wide gaps."""
    cells = [""]
    end = group[0].x0
    for piece in group:
        text = piece.text
        if piece.size < _RAISED * size and piece.y1 < group[0].y1 and text.isdigit() and cells[-1]:
            text = raised(text)
        gap = piece.x0 - end
        if gap > _WIDE * size and cells[-1]:
            cells.append("")
        elif cells[-1] and _is_space(gap, cells[-1][-1], text[0], size=size):
            cells[-1] += " "
        cells[-1] += text
        end = piece.x1
    return [cell.strip() for cell in cells]


# --- columns --------------------------------------------------------------------------------------------------


def _bands(pieces: Sequence[Piece], *, depth: int) -> Iterator[tuple[int, list[Piece]]]:
    """Parts of the page from top to bottom, those of columns from left to right, each with its column's number."""
    gutter = _gutter(pieces) if depth < 2 else None
    if gutter is None:
        yield depth, list(pieces)
        return
    for part in _between(pieces, gutter):
        sides = [piece for piece in part if piece.x1 <= gutter], [piece for piece in part if piece.x0 >= gutter]
        if len(sides[0]) + len(sides[1]) == len(part) and _are_columns(*sides):
            for at, side in enumerate(sides, 1):
                yield from ((at * 10**depth + column, rest) for column, rest in _bands(side, depth=depth + 1))
        else:
            yield depth, part


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """The x at which a second column begins, if lines begin there again and again and most others end before it."""
    if len(pieces) < 2 * _LINES:
        return None
    left, right = min(piece.x0 for piece in pieces), max(piece.x1 for piece in pieces)
    inner = left + 0.2 * (right - left), left + 0.8 * (right - left)
    starts = sorted(piece.x0 for piece in pieces if inner[0] < piece.x0 < inner[1])
    best, most = None, _LINES - 1
    for at, start in enumerate(starts):
        if at and start - starts[at - 1] < 1.0:
            continue
        near = sum(start <= other <= start + _NEAR * pieces[0].size for other in starts[at:])
        crossed = sum(piece.x0 < start - 0.5 and piece.x1 > start for piece in pieces)
        if near - crossed > most:
            best, most = start - 0.1, near - crossed
    return best


def _between(pieces: Sequence[Piece], gutter: float) -> list[list[Piece]]:
    """Parts from top to bottom: those that lines across the gutter end, and those lines themselves."""
    parts: list[tuple[bool, list[Piece]]] = []
    for group in lines_up(pieces):
        crosses = any(piece.x0 < gutter < piece.x1 for piece in group)
        if not parts or parts[-1][0] != crosses:
            parts.append((crosses, []))
        parts[-1][1].extend(group)
    return [part for _, part in parts]


def _are_columns(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    return _is_prose(left) and _is_prose(right)


def _is_prose(pieces: Sequence[Piece]) -> bool:
    """Running text in a column: enough lines, long enough, most of which end at the margin."""
    lines = lines_up(pieces)
    if len(lines) < _LINES:
        return False
    ends = [max(piece.x1 for piece in line) for line in lines]
    size = pieces[0].size
    full = sum(end > max(ends) - _NEAR * size for end in ends)
    return sum(len(piece.chars) for piece in pieces) >= _PROSE * len(lines) and full >= _FULL * len(lines)
