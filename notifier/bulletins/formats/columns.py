"""Rows of a page in reading order: columns one after the other."""

import bisect
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from notifier.bulletins.formats.aligned import with_aligned_tables
from notifier.bulletins.formats.rows import Page, Piece, Row, lines_up, rows_from, single
from notifier.bulletins.structure import patterns

_ALIGNED = 1.5  # points: lines of one column begin no further apart than that
_INTRUDES = 0.35  # em: a line that begins so far before the right column belongs to no column
_FOOT = 1.4  # em: white space above what stands below the columns
_INSIDE = 0.8  # of the gutter: a mark or the end of a word may stand in it so far
_BLOCK = 3.0  # em: white space across both columns that ends them; less is chance, above a title in both
_LINES = 3  # lines at least, of each of two columns
_PROSE = 8  # characters: the lines of a column of running text have more on average
_FULL = 0.4  # share of a column's lines that reach its right edge
_NEAR = 2.0  # em: a line that ends so near to its column's edge is full


@dataclass(frozen=True, slots=True)
class Gutter:
    """The space between two columns: where lines of the left one end, and those of the right one begin."""

    left: float
    right: float
    em: float

    def crossed(self, piece: Piece) -> bool:
        hanging = _INSIDE * (self.right - self.left)
        return piece.x0 < self.right - _INTRUDES * self.em and piece.x1 > self.left + hanging


def rows_of(page: Page, known: Gutter | None = None) -> list[Row]:
    """The page's rows as a person reads them: from the top, each column to its end.

    `known` is where other pages have their columns, which a page with a few lines may not show itself.
    """
    bands = groupby(_bands(single(page.pieces), known, depth=0), key=itemgetter(0))
    parts = ((column, [piece for _, part in group for piece in part]) for column, group in bands)
    return [row for column, part in parts for row in rows_from(with_aligned_tables(part), page.number, column)]


def find_gutter(pieces: Sequence[Piece]) -> Gutter | None:
    """Where a second column begins, if lines begin there again and again and most others end before it."""
    if len(pieces) < 2 * _LINES:
        return None
    left, right = min(piece.x0 for piece in pieces), max(piece.x1 for piece in pieces)
    em = statistics.median(piece.size for piece in pieces)
    ends = sorted(pieces, key=lambda piece: piece.x1)
    inner = left + 0.2 * (right - left), left + 0.8 * (right - left)
    best, most = None, _LINES - 1
    starts = sorted((piece.x0, piece.middle) for piece in pieces if inner[0] < piece.x0 < inner[1])
    for at, (start, _) in enumerate(starts):
        if at and start - starts[at - 1][0] < 0.5:
            continue
        aligned = starts[at : bisect.bisect_right(starts, (start + _ALIGNED, math.inf))]
        if len(aligned) > most and 2 * _crossing(pieces, start, em, [y for _, y in aligned]) <= len(aligned):
            best, most = start, len(aligned)
    if best is None:
        return None
    before = [piece.x1 for piece in ends if piece.x1 <= best]
    return Gutter(before[-1 - len(before) // 10] if before else best, best, em)


def _crossing(pieces: Sequence[Piece], x: float, em: float, heights: Sequence[float]) -> int:
    """How many pieces stand across x, among those between these heights."""
    low, high = min(heights), max(heights)
    return sum(piece.x0 < x - em / 2 and piece.x1 > x + em / 2 and low < piece.middle < high for piece in pieces)


def _bands(pieces: Sequence[Piece], known: Gutter | None, *, depth: int) -> Iterator[tuple[int, list[Piece]]]:
    """Parts of the page from top to bottom, those of columns from left to right, each with its column's number."""
    gutter = find_gutter(pieces) if depth < 2 else None
    least = _LINES
    if gutter is None and known is not None:
        gutter, least = known, 1
    if gutter is None:
        yield depth, list(pieces)
        return
    for part in _between(pieces, gutter):
        middle = (gutter.left + gutter.right) / 2
        left = [piece for piece in part if (piece.x0 + piece.x1) / 2 < middle]
        right = [piece for piece in part if (piece.x0 + piece.x1) / 2 >= middle]
        left, foot = _without_foot(left, right)
        if any(map(gutter.crossed, part)) or not (_is_column(left, least) and _is_column(right, least)):
            yield 0, part
            continue
        for at, side in enumerate((left, right), 1):
            yield from ((at * 10**depth + column, rest) for column, rest in _bands(side, None, depth=depth + 1))
        if foot:
            yield 0, foot


def _between(pieces: Sequence[Piece], gutter: Gutter) -> list[list[Piece]]:
    """Parts from top to bottom: those that lines across the gutter end, and those lines themselves."""
    parts: list[tuple[bool, list[Piece]]] = []
    bottom = 0.0
    for group in lines_up(pieces):
        crosses = any(map(gutter.crossed, group))
        apart = group[0].y0 - bottom > _BLOCK * group[0].size and len(group) > 1
        if not parts or parts[-1][0] != crosses or apart:
            parts.append((crosses, []))
        parts[-1][1].extend(group)
        bottom = max(piece.y1 for piece in parts[-1][1])
    return [part for _, part in parts]


def _without_foot(left: Sequence[Piece], right: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """The left column, and short lines below both columns that stand under it by chance, as an imprint does."""
    lines = lines_up(left)
    bottom = max((piece.y1 for piece in right), default=math.inf)
    for at in range(1, len(lines)):
        y = min(piece.y0 for piece in lines[at])
        above = max(piece.y1 for piece in lines[at - 1])
        text = lines[at][0].text
        is_foot = patterns.LABEL.match(text) or patterns.PRINTED.search(text) or patterns.EDITORS_LINE.match(text)
        if y > bottom and y - above > _FOOT * lines[at][0].size and is_foot:
            cut = [piece for line in lines[at:] for piece in line]
            return [piece for line in lines[:at] for piece in line], cut
    return list(left), []


def _is_column(pieces: Sequence[Piece], least: int) -> bool:
    """Running text in a column: enough lines, long enough, most of which end at the margin."""
    lines = lines_up(pieces)
    if len(lines) < least:
        return False
    if least < _LINES:
        return sum(len(piece.chars) for piece in pieces) >= _PROSE * len(lines)
    ends = [max(piece.x1 for piece in line) for line in lines]
    size = pieces[0].size
    full = sum(end > max(ends) - _NEAR * size for end in ends)
    return sum(len(piece.chars) for piece in pieces) >= _PROSE * len(lines) and full >= _FULL * len(lines)
