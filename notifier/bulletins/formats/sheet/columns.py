"""Rows of a page in reading order: columns one after the other."""

import bisect
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from notifier.bulletins.formats.sheet.aligned import with_aligned_tables
from notifier.bulletins.formats.sheet.rows import WHOLE, Column, Page, Piece, Row, Rule, lines_up, rows_from
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.marks import ends_sentence

_ALIGNED = 1.5  # points: lines of one column begin no further apart than that
_INTRUDES = 0.35  # em: a line that begins so far before the right column belongs to no column
_FOOT = 1.4  # em: white space above what stands below the columns
_INSIDE = 0.8  # of the gutter: a mark or the end of a word may stand in it so far
_LITTLE = 1.3  # em: white space across both columns that may end them
_LARGER = 1.1  # of the text's size: a heading is at least as large
_HEADS = 1.3  # of the text's size: one at the left that heads both columns is
_ASIDE = 0.3  # em: white space above such a heading
_OVER = 2.0  # points: a line that is drawn between two lines of text may touch them
_TABLE = 3  # columns: what has so many over the whole page is a table before the page is parted
_NESTED = 3  # columns within columns
_BLOCK = 3.0  # em: white space across both columns that ends them; less is chance, above a title in both
_LINES = 3  # lines at least, of each of two columns
_PROSE = 8  # characters: the lines of a column of running text have more on average
_LEVEL = 1.0  # points: texts of one line stand at heights no further apart than that
_FULL = 0.4  # share of a column's lines that reach its right edge
_OFTEN = 0.2  # share of a column's lines that end at its edge
_HANGS = 1.2  # em: they end no further apart than that, with a mark that hangs over it
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


def rows_of(page: Page, known: Sequence[Gutter] = ()) -> list[Row]:
    """The page's rows as a person reads them: from the top, each column to its end.

    `known` is where other pages have their columns, the outer before the inner, which a page with a few lines may not
    show itself.
    """
    levels = [rule for rule in page.rules if rule.is_level]
    pieces = with_aligned_tables(page.pieces, least=_TABLE)
    bands = groupby(_bands(pieces, known, levels, within=WHOLE, depth=0), key=itemgetter(0))
    parts = ((column, [piece for _, part in group for piece in part]) for column, group in bands)
    return [row for column, part in parts for row in rows_from(with_aligned_tables(part), page.number, column)]


def find_gutter(pieces: Sequence[Piece]) -> Gutter | None:
    """Where a second column begins, if lines begin there again and again and most others end before it."""
    if len(pieces) < 2 * _LINES:
        return None
    left, right = min(piece.x0 for piece in pieces), max(piece.x1 for piece in pieces)
    em = statistics.median(piece.size for piece in pieces)
    inner = left + 0.2 * (right - left), left + 0.8 * (right - left)
    best, most = None, _LINES - 1
    starts = sorted((piece.x0, piece.middle) for piece in pieces if inner[0] < piece.x0 < inner[1])
    for at, (start, _) in enumerate(starts):
        if at and start - starts[at - 1][0] < 0.5:
            continue
        aligned = starts[at : bisect.bisect_right(starts, (start + _ALIGNED, math.inf))]
        if len(aligned) > most and 2 * _crossing(pieces, start, em, [y for _, y in aligned]) <= len(aligned):
            best, most = start, len(aligned)
    return Gutter(_left_end(pieces, best, em), best, em) if best is not None else None


def _left_end(pieces: Sequence[Piece], right: float, em: float) -> float:
    """Where lines of the left column end again and again: a heading over both columns ends further out."""
    ends = sorted((piece.x1 for piece in pieces if piece.x1 <= right), reverse=True)
    least = max(2, math.ceil(_OFTEN * len(ends)))
    often = (end for at, end in enumerate(ends[: len(ends) + 1 - least]) if end - ends[at + least - 1] < _HANGS * em)
    return next(often, ends[len(ends) // 10] if ends else right)


def common_gutters(parts: Sequence[Sequence[Piece]]) -> list[Gutter]:
    """Where the columns part, if at least a third of the pages have them at one place; then the same of each side."""
    found = sorted((gutter for part in parts if (gutter := find_gutter(part))), key=lambda gutter: gutter.right)
    if not found or 3 * len(found) < len(parts):
        return []
    middle = found[len(found) // 2]
    if any(abs(other.right - middle.right) >= middle.em for other in found):
        return []
    lefts = [[piece for piece in part if piece.x1 < middle.right] for part in parts]
    rights = [[piece for piece in part if piece.x0 > middle.left] for part in parts]
    return [middle, *common_gutters(lefts), *common_gutters(rights)]


def _crossing(pieces: Sequence[Piece], x: float, em: float, heights: Sequence[float]) -> int:
    """How many pieces stand across x, among those between these heights."""
    low, high = min(heights), max(heights)
    return sum(piece.x0 < x - em / 2 and piece.x1 > x + em / 2 and low < piece.middle < high for piece in pieces)


def _bands(
    pieces: Sequence[Piece], known: Sequence[Gutter], levels: Sequence[Rule], *, within: Column, depth: int
) -> Iterator[tuple[Column, list[Piece]]]:
    """Parts of the page from top to bottom, those of columns from left to right, each with its column."""
    gutter = find_gutter(pieces) if depth < _NESTED else None
    least = _LINES
    if gutter is None and known:
        gutter, least = known[0], 1
    if gutter is None:
        yield within, list(pieces)
        return
    parts = [_Part.of(part, gutter) for part in _between(pieces, gutter, levels)]
    least = 1 if any(part.is_columns(_LINES) for part in parts) else least
    for part in parts:
        if part.is_columns(least):
            lefts = [other for other in known if other.right <= gutter.left]
            rights = [other for other in known if other.left >= gutter.right]
            if part.left:
                yield from _bands(part.left, lefts, levels, within=_left_of(part, within), depth=depth + 1)
            yield from _bands(part.right, rights, levels, within=_right_of(part, within), depth=depth + 1)
            yield from [(within, part.foot)] if part.foot else []
        elif len(parts) > 1:  # another pair of columns may stand there
            yield from _bands(part.pieces, (), levels, within=within, depth=depth + 1)
        else:
            yield within, part.pieces


def _left_of(part: "_Part", within: Column) -> Column:
    return within[0] or round(min(piece.x0 for piece in part.left)), round(part.gutter.left)


def _right_of(part: "_Part", within: Column) -> Column:
    return round(part.gutter.right), within[1] or round(max(piece.x1 for piece in part.right))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the page's height: what stands on each side of the gutter, and a foot below both."""

    gutter: Gutter
    pieces: list[Piece]
    left: list[Piece]
    right: list[Piece]
    foot: list[Piece]

    @staticmethod
    def of(pieces: list[Piece], gutter: Gutter) -> "_Part":
        middle = (gutter.left + gutter.right) / 2
        left = [piece for piece in pieces if (piece.x0 + piece.x1) / 2 < middle]
        right = [piece for piece in pieces if (piece.x0 + piece.x1) / 2 >= middle]
        return _Part(gutter, pieces, *_without_foot(left, right))

    def is_columns(self, least: int) -> bool:
        sides = _is_column(self.left, least), _is_column(self.right, least)
        goes_on = sides[1] and not self.left  # beside a list that ended on the page before
        both = all(sides) or goes_on or (any(sides) and _are_unlike(self.left, self.right))
        return both and not any(map(self.gutter.crossed, self.pieces))


def _between(pieces: Sequence[Piece], gutter: Gutter, levels: Sequence[Rule]) -> list[list[Piece]]:
    """Parts from top to bottom: those that something across the gutter ends, and what stands across it."""
    parts: list[tuple[bool, list[Piece]]] = []
    groups = lines_up(pieces)
    across = [rule.y0 for rule in levels if rule.x0 < gutter.left - gutter.em and rule.x1 > gutter.right + gutter.em]
    bottom = 0.0
    for at, group in enumerate(groups):
        top = min(piece.y0 for piece in group)
        below = [piece for other in groups[at + 1 : at + 3] for piece in other]
        crosses = any(map(gutter.crossed, group)) or (
            bool(parts) and _on_both_sides(parts[-1][1], gutter, _LINES) and _heads_both(group, below, gutter, bottom)
        )
        ruled = any(bottom - _OVER < y < top + _OVER for y in across)
        if not parts or parts[-1][0] != crosses or ruled or _is_new(parts[-1][1], group, top - bottom, gutter):
            parts.append((crosses, []))
        parts[-1][1].extend(group)
        bottom = max(piece.y1 for piece in parts[-1][1])
    return [part for _, part in parts]


def _is_new(part: Sequence[Piece], group: Sequence[Piece], white: float, gutter: Gutter) -> bool:
    """White space across both columns parts what is above from what is below: much of it; or less, if the left column
    stops there in the middle of a line, for its text goes on at the top of the right one."""
    size = group[0].size
    if len(group) < 2 or white <= _LITTLE * size:
        return False
    lefts = [piece for piece in part if piece.x1 <= gutter.left + size]
    edge = max((piece.x1 for piece in lefts), default=gutter.left)
    last = max(lefts, key=lambda piece: piece.y1, default=None)
    text = last is not None and len(lefts) >= _LINES and last.size < _LARGER * gutter.em  # a heading is no cut line
    cut = last is not None and text and last.x1 > edge - _NEAR * size and not ends_sentence(last.text)
    return white > _BLOCK * size or cut


def _heads_both(group: Sequence[Piece], below: Sequence[Piece], gutter: Gutter, bottom: float) -> bool:
    """A larger line at the left, with nothing beside it and columns above and below: a heading of both columns."""
    if min(piece.size for piece in group) < _HEADS * gutter.em or max(piece.x1 for piece in group) >= gutter.right:
        return False
    top, end = min(piece.y0 for piece in group), max(piece.y1 for piece in group)
    alone = top > bottom + _ASIDE * gutter.em and end < min((piece.y0 for piece in below), default=math.inf)
    near = [piece for piece in below if piece.y0 - end < _BLOCK * gutter.em]
    return alone and _on_both_sides(near, gutter, 1)


def _on_both_sides(pieces: Sequence[Piece], gutter: Gutter, least: int) -> bool:
    lefts = sum(piece.x0 < gutter.left for piece in pieces)
    return min(lefts, len(pieces) - lefts) >= least


def _without_foot(left: list[Piece], right: list[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Left and right column, and short lines below both that stand under the left by chance, as an imprint does."""
    lines = lines_up(left)
    bottom = max((piece.y1 for piece in right), default=math.inf)
    for at in range(1, len(lines)):
        y = min(piece.y0 for piece in lines[at])
        above = max(piece.y1 for piece in lines[at - 1])
        text = lines[at][0].text
        is_foot = patterns.LABEL.match(text) or patterns.PRINTED.search(text) or patterns.EDITORS_LINE.match(text)
        if y > bottom and y - above > _FOOT * lines[at][0].size and is_foot:
            foot = [piece for line in lines[at:] for piece in line]
            return [piece for line in lines[:at] for piece in line], right, foot
    return left, right, []


def _are_unlike(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Text of two sizes on lines of two heights, such as a short list of contents beside the articles: no table."""
    if min(len(lines_up(left)), len(lines_up(right))) < _LINES:
        return False
    sizes = [statistics.median(piece.size for piece in side) for side in (left, right)]
    short, long = sorted((left, right), key=len)
    middles = [piece.middle for piece in long]
    level = sum(any(abs(piece.middle - middle) < _LEVEL for middle in middles) for piece in short)
    return max(sizes) > _LARGER * min(sizes) and level < len(short) / 2


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
