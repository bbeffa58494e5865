"""Pages of rows to lines: what is printed in the margin of every page dropped, indents and gaps measured."""

import dataclasses
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from notifier.bulletins.formats.sheet.asides import in_reading_order
from notifier.bulletins.formats.sheet.cells import with_tables
from notifier.bulletins.formats.sheet.columns import common_gutters, rows_of
from notifier.bulletins.formats.sheet.furniture import without_furniture
from notifier.bulletins.formats.sheet.grids import with_ruled_tables
from notifier.bulletins.formats.sheet.rows import WHOLE, Column, Page, Row, single
from notifier.bulletins.lines import Line
from notifier.bulletins.structure import patterns
from notifier.domain import Table

_LEADER = re.compile(r"[.．·…]{3,}")
_COMMON = 0.08  # of all lines: so many at least begin at a margin
_MANY = 6  # lines that show the margins of their side
_BOTH = 2  # left pages and right ones; each alone is its number's remainder by two
_COLUMN = 6.0  # em: columns that begin and end no further apart are one column on several pages
_MIRRORED = 3.0  # em: left and right pages may have margins so far apart
_INDENT = 2.0  # em: of a paragraph
_OWN = 0.1  # of the size of the text: what differs by more is a contents list or a note, with ends of its own
_APART = 0.4  # em: white space that is larger than usual by so much is a gap
_SMALL = 0.88  # of the text's size: notes below the text are no larger


@dataclass(frozen=True, slots=True)
class _Measure:
    """Of the whole document. em: the text's size; white: the space between two lines, both in points."""

    em: float
    white: float
    columns: int  # the width of the text in half-width columns
    margins: dict[tuple[int, Column], tuple[float, float]]  # (page, column) -> left and right margin


def lines_of(pages: Sequence[Page]) -> list[Line]:
    """The lines of the pages in reading order, without what stands in the margin of page after page."""
    shown = [dataclasses.replace(page, pieces=tuple(single(page.pieces))) for page in pages]
    clean = without_furniture([with_ruled_tables(page) for page in shown])
    known = common_gutters([page.pieces for page in clean])
    rows = with_tables([rows_of(page, known) for page in clean])
    flat = [row for page in rows for row in page]
    if not flat:
        return []
    measure = _measure(flat)
    return in_reading_order([line for page in rows for line in _lines(page, measure)])


def _lines(rows: Sequence[Row], measure: _Measure) -> Iterator[Line]:
    before: Row | None = None
    line: Line | None = None
    for row in rows:
        goes_on = before is not None and line is not None and line.note and abs(row.size - before.size) < 0.5
        line = _line(row, before, measure)
        line = dataclasses.replace(line, note=True) if goes_on else line
        yield line
        before = row


def _line(row: Row, before: Row | None, measure: _Measure) -> Line:
    if row.table:
        x, y = round(row.x0, 1), round(row.y0, 1)
        text = Table(row.table).display()
        return Line(text, gap=True, page=row.page, whole=True, x=x, y=y, table=row.table)
    left, right = measure.margins[row.page, row.column]
    half = measure.em / 2
    return Line(
        row.text,
        indent=max(0, round((row.x0 - left) / half)),
        gap=before is not None and _is_apart(before, row, measure),
        page=row.page,
        size=round(row.size, 1),
        x=round(row.x0, 1),
        y=round(row.y0, 1),
        bold=row.bold,
        extent=max(1, measure.columns + round((row.x1 - right) / half)),
        note=row.size < _SMALL * measure.em and bool(patterns.NOTE.match(row.text)),
    )


def _is_apart(before: Row, row: Row, measure: _Measure) -> bool:
    if before.column != row.column or row.y0 < before.y0:
        return WHOLE in (before.column, row.column)
    larger = max(before.size, row.size, measure.em) / measure.em
    return row.y0 - before.y1 > measure.white * larger + _APART * measure.em


# --- margins --------------------------------------------------------------------------------------------------


def _measure(rows: Sequence[Row]) -> _Measure:
    sizes = Counter[float]()
    for row in rows:  # a table has a size of its own, unless there is nothing else
        sizes[round(row.size, 1)] += 0 if row.table else len(_LEADER.sub("", row.text))
    em = sizes.most_common(1)[0][0] or 1.0
    body = [row for row in rows if abs(row.size - em) < _OWN * em and not row.table]
    whites = sorted(
        max(0.0, below.y0 - above.y1)
        for above, below in pairwise(body)
        if (above.page, above.column) == (below.page, below.column) and above.y0 < below.y0 < above.y1 + 2 * em
    )
    white = statistics.median_low(whites[: max(1, len(whites) * 3 // 4)]) if whites else em / 2
    margins = _margins(rows, body, em)
    return _Measure(em, white, _width(margins, em), margins)


def _width(margins: dict[tuple[int, Column], tuple[float, float]], em: float) -> int:
    """In half-width columns: that of the whole page's text; of the widest column where all of it is in columns."""
    whole = [right - left for (_, column), (left, right) in margins.items() if column == WHOLE]
    widths = whole or [right - left for left, right in margins.values()]
    return round(2 * max(widths, default=0.0) / em)


def _margins(rows: Sequence[Row], body: Sequence[Row], em: float) -> dict[tuple[int, Column], tuple[float, float]]:
    """Left and right margin of every column of every page: those of its side, as left and right pages may differ."""
    places = _places(rows, em)
    groups: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in body:
        place = places[row.page, row.column]
        groups[place, _BOTH].append(row)
        groups[place, row.page % 2].append(row)
    edges = {key: _edges(group) for key, group in groups.items()}
    wide: dict[int, tuple[float, float]] = {}  # the wider side of each place
    for (place, side), mine in edges.items():
        if side != _BOTH and len(groups[place, side]) >= _MANY:
            wide[place] = max(mine, wide.get(place, mine), key=lambda edge: edge[1] - edge[0])
    found = {}
    for (page, column), place in places.items():
        common = edges.get((place, _BOTH)) or (rows[0].x0, rows[0].x1)
        own = edges[place, page % 2] if len(groups.get((place, page % 2), ())) >= _MANY else None
        mirrored = own and abs(own[0] - common[0]) < _MIRRORED * em
        found[page, column] = _as_wide(own, wide[place], em) if own and mirrored else common
    return found


def _as_wide(own: tuple[float, float], wide: tuple[float, float], em: float) -> tuple[float, float]:
    """Left and right pages are equally wide: one with few full lines only does not show it."""
    indented = abs(own[0] - wide[0] - _INDENT * em) < em / 2  # paragraphs of a line each
    if indented and own[1] < wide[1] + em / 2:
        return wide
    return own[0], own[0] + wide[1] - wide[0]


def _places(rows: Sequence[Row], em: float) -> dict[tuple[int, Column], int]:
    """(page, column) -> the same number for columns that stand at one place, on whichever page."""
    found: list[Column] = []
    places: dict[tuple[int, Column], int] = {}
    for page, column in dict.fromkeys((row.page, row.column) for row in rows):
        near = (at for at, other in enumerate(found) if _is_same(column, other, em))
        place = next(near, len(found))
        if place == len(found):
            found.append(column)
        places[page, column] = place
    return places


def _is_same(one: Column, other: Column, em: float) -> bool:
    if WHOLE in (one, other):
        return one == other
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) < _COLUMN * em


def _edges(rows: Sequence[Row]) -> tuple[float, float]:
    """Where lines begin and end again and again, as far out as possible."""
    least = max(1 if len(rows) < 4 else 2, round(_COMMON * len(rows)))
    lefts, rights = sorted(row.x0 for row in rows), sorted((row.x1 for row in rows), reverse=True)
    return _often(lefts, least), _often(rights, least)


def _often(edges: Sequence[float], least: int) -> float:
    """The first of the sorted edges near which there are as many as `least`."""
    for at, edge in enumerate(edges):
        following = edges[at + least - 1] if at + least <= len(edges) else None
        if following is not None and abs(following - edge) < 3.0:
            return edge
    return edges[0]
