"""Pieces of text with places, as PDF and OFD give them, and the rows that they make."""

import math
import statistics
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from notifier.bulletins.formats.sheet.glyphs import raised

CELL = 0.93  # em: a Chinese glyph whose box is narrower has no true box
_DOUBLE = 0.35  # em: the same text as near as that is one text printed twice, to look bold
_WORDS = 0.18  # em: a wider gap beside a Latin letter or digit is a space
_SPACED = 0.6  # em: a wider gap between Chinese characters is one
_WIDER = 0.2  # em: so is one that is wider by so much than the gap before it
_WIDE = 1.8  # em: a gap that parts columns and cells
_RAISED = 0.75  # of the row's size: what is smaller and higher is superscript


Column = tuple[int, int]  # from where to where it reaches, points
WHOLE: Column = (0, 0)  # the page's whole width


@dataclass(slots=True)
class Piece:
    """Text on one line, without a gap in it; or a table, which stands as one piece. y grows downwards; size is the em;
    points."""

    size: float
    bold: bool
    y0: float
    y1: float
    x0: float = 0.0
    x1: float = 0.0
    chars: list[str] = field(default_factory=list)
    grid: "Grid | None" = None
    gap: float = math.inf  # between its last two Chinese characters that no space parts

    def add(self, char: str, x0: float, x1: float) -> None:
        wide = char[0] >= "\u2e80"
        if wide and x1 - x0 < CELL * self.size and unicodedata.category(char[0]) == "Lo":
            x0, x1 = (x0 + x1 - self.size) / 2, (x0 + x1 + self.size) / 2
        if not self.chars:
            self.x0 = x0
        elif _is_space(x0 - self.x1, self.chars[-1], char, size=self.size) or self._is_wider(x0 - self.x1, char):
            self.chars.append(" ")
        elif wide:
            self.gap = x0 - self.x1
        self.chars.append(char)
        self.x1 = max(x1, self.x0)

    def _is_wider(self, gap: float, char: str) -> bool:
        """A space that is narrower than any that letter-spacing makes, between two Chinese characters: 王伟 李明."""
        return gap > max(self.gap, 0.0) + _WIDER * self.size and self.chars[-1].isalpha() and char.isalpha()

    @property
    def text(self) -> str:
        return "".join(self.chars)

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that is drawn on the page, level or upright: x0 = x1 or y0 = y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_level(self) -> bool:
        return self.x1 - self.x0 > self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its rows of cells, each with its pieces; from where to where its columns reach; all pieces. certain: it
    is one, and not only if it goes on over the page."""

    rows: tuple[tuple[tuple[Piece, ...], ...], ...]
    columns: tuple[tuple[float, float], ...]
    pieces: tuple[Piece, ...]
    certain: bool = True


def table_piece(grid: Grid) -> Piece:
    """One piece that stands for all of the table's."""
    pieces = grid.pieces
    size = statistics.median_low(piece.size for piece in pieces)
    top, bottom = min(piece.y0 for piece in pieces), max(piece.y1 for piece in pieces)
    chars = [char for piece in pieces for char in piece.chars]
    left, right = min(piece.x0 for piece in pieces), max(piece.x1 for piece in pieces)
    return Piece(size, False, top, bottom, left, right, chars, grid)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: number from 1, size in points, its pieces in the order of the file, the lines drawn on it."""

    number: int
    width: float
    height: float
    pieces: tuple[Piece, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of one column. column is WHOLE where the text takes the page's width. bold: all of it is. grid: what
    may be a table that stands there instead of a line; table: the texts of its cells, once it proved to be one."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    bold: bool
    page: int
    column: Column = WHOLE
    grid: Grid | None = None
    table: tuple[tuple[str, ...], ...] = ()


def _is_space(gap: float, left: str, right: str, *, size: float) -> bool:
    if left.isspace() or right.isspace():
        return False
    return gap > (_WORDS if left.isascii() or right.isascii() else _SPACED) * size


def single(pieces: Iterable[Piece]) -> list[Piece]:
    """Without blank pieces and what is printed twice on one place."""
    seen: dict[str, list[Piece]] = {}
    kept: list[Piece] = []
    for piece in pieces:
        if not piece.text.strip():
            continue
        same = seen.setdefault(piece.text, [])
        if not any(_covers(other, piece) for other in same[-8:]):
            same.append(piece)
            kept.append(piece)
    return kept


def _covers(one: Piece, other: Piece) -> bool:
    return max(abs(one.x0 - other.x0), abs(one.y0 - other.y0)) < _DOUBLE * one.size


def has_neighbours(pieces: Sequence[Piece]) -> bool:
    """Some piece stands beside another, as in a table. Cheap; says yes where it is not sure."""
    ordered = sorted(pieces, key=lambda piece: piece.middle)
    return any(right.y0 < left.middle for left, right in pairwise(ordered))


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


def rows_from(pieces: Sequence[Piece], page: int, column: Column) -> Iterator[Row]:
    """The rows of one column; a table is a row of its own."""
    for group in lines_up(pieces):
        grids = [piece for piece in group if piece.grid]
        text = [piece for piece in group if piece.grid is None] if grids else group
        if text:
            yield row_of(text, page, column)
        yield from (row_of([piece], page, column) for piece in grids)


def row_of(group: Sequence[Piece], page: int, column: Column) -> Row:
    """Pieces of one line as a row."""
    size = max(group, key=lambda piece: (len(piece.chars), piece.size)).size
    return Row(
        text="  ".join(_cells(group, size)).strip(),
        x0=group[0].x0,
        x1=max(piece.x1 for piece in group),
        y0=min(piece.y0 for piece in group),
        y1=max(piece.y1 for piece in group),
        size=size,
        bold=all(piece.bold for piece in group),
        page=page,
        column=column,
        grid=group[0].grid,
    )


def _cells(group: Sequence[Piece], size: float) -> list[str]:
    """The text of one line, cut at its wide gaps."""
    cells = [""]
    middle = statistics.fmean(piece.middle for piece in group if piece.size >= _RAISED * size)
    end = group[0].x0
    for piece in group:
        text = piece.text
        if piece.size < _RAISED * size and piece.middle < middle and text.strip().isdigit() and cells[-1]:
            text = raised(text)
        gap = piece.x0 - end
        if gap > _WIDE * size and cells[-1]:
            cells.append("")
        elif cells[-1] and _is_space(gap, cells[-1][-1], text[0], size=size):
            cells[-1] += " "
        cells[-1] += text
        end = piece.x1
    return [cell.strip() for cell in cells]
