"""Pages of rows to lines: what is printed in the margin of every page dropped, indents and gaps measured."""

import dataclasses
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from notifier.bulletins.formats.rows import Gutter, Page, Piece, Row, find_gutter, lines_up, rows_of, single
from notifier.bulletins.lines import Line
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.facts import fold_digits, key
from notifier.bulletins.structure.marks import ends_sentence

_LEADER = re.compile(r"[.．·…]{3,}")
_MARGIN = 0.13  # of the page's height, above and below, where running heads and feet stand
_SAME = 4.0  # points: what is repeated stands at the same height
_COMMON = 0.08  # of all lines: so many at least begin at a margin
_MANY = 6  # lines that show the margins of their side
_MIRRORED = 3.0  # em: left and right pages may have margins so far apart
_APART = 0.4  # em: white space that is larger than usual by so much is a gap
_SMALL = 0.88  # of the text's size: notes below the text are no larger


@dataclass(frozen=True, slots=True)
class _Measure:
    """Of the whole document. em: the text's size; white: the space between two lines, both in points."""

    em: float
    white: float
    margins: dict[tuple[int, int], tuple[float, float]]  # (page, column) -> left and right margin

    @property
    def columns(self) -> int:
        """The width of the text in half-width columns."""
        widths = [right - left for (_, column), (left, right) in self.margins.items() if column == 0] or [
            right - left for left, right in self.margins.values()
        ]
        return round(2 * max(widths, default=0.0) / self.em)


def lines_of(pages: Sequence[Page]) -> Iterator[Line]:
    """The lines of the pages in reading order, without what stands in the margin of page after page."""
    clean = _without_furniture(pages)
    known = _common_gutter(clean)
    rows = [rows_of(page, known) for page in clean]
    flat = [row for page in rows for row in page]
    if not flat:
        return
    measure = _measure(flat)
    for page in rows:
        before: Row | None = None
        line: Line | None = None
        for row in page:
            goes_on = before is not None and line is not None and line.note and abs(row.size - before.size) < 0.5
            line = _line(row, before, measure)
            line = dataclasses.replace(line, note=True) if goes_on else line
            yield line
            before = row


def _common_gutter(pages: Sequence[Page]) -> Gutter | None:
    """Where the columns part, if at least a third of the pages have them at one place."""
    found = [gutter for page in pages if (gutter := find_gutter(single(page.pieces)))]
    if not found or 3 * len(found) < len(pages):
        return None
    middle = sorted(found, key=lambda gutter: gutter.right)[len(found) // 2]
    return middle if all(abs(other.right - middle.right) < middle.em for other in found) else None


def _line(row: Row, before: Row | None, measure: _Measure) -> Line:
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
        return before.column == 0 or row.column == 0
    larger = max(before.size, row.size, measure.em) / measure.em
    return row.y0 - before.y1 > measure.white * larger + _APART * measure.em


# --- what is repeated -----------------------------------------------------------------------------------------


def _without_furniture(pages: Sequence[Page]) -> list[Page]:
    """Without running heads, feet and page numbers: what stands at the same height of several pages, digits aside."""
    marginal = {page.number: list(_marginal(page)) for page in pages}
    places: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, groups in marginal.items():
        for group in groups:
            places[_said(group)].append((group[0].y0, number))
    kept = []
    for page in pages:
        repeated = (group for group in marginal[page.number] if _is_repeated(group, page.number, places))
        gone = {id(piece) for group in repeated for piece in group}
        kept.append(Page(page.number, page.width, page.height, tuple(p for p in page.pieces if id(p) not in gone)))
    return kept


def _marginal(page: Page) -> Iterator[list[Piece]]:
    top, bottom = _MARGIN * page.height, (1 - _MARGIN) * page.height
    pieces = [piece for piece in page.pieces if piece.text.strip()]
    yield from lines_up([piece for piece in pieces if piece.y1 < top])
    yield from lines_up([piece for piece in pieces if piece.y0 > bottom])


def _said(group: Sequence[Piece]) -> str:
    """A number alone says "" wherever it stands."""
    return "".join(char for char in key("".join(piece.text for piece in group)) if not char.isdigit())


def _is_repeated(group: Sequence[Piece], page: int, places: dict[str, list[tuple[float, int]]]) -> bool:
    y, text = group[0].y0, fold_digits(" ".join(piece.text.strip() for piece in group))
    if patterns.PAGE_MARK.match(text) or text == str(page):
        return True
    if ends_sentence(text) or "，" in text:  # a line of running text that happens to be said twice
        return False
    return any(other != page and abs(y - there) < _SAME for there, other in places[_said(group)])


# --- margins --------------------------------------------------------------------------------------------------


def _measure(rows: Sequence[Row]) -> _Measure:
    sizes = Counter[float]()
    for row in rows:
        sizes[round(row.size, 1)] += len(_LEADER.sub("", row.text))
    em = sizes.most_common(1)[0][0] or 1.0
    body = [row for row in rows if abs(row.size - em) < 0.15 * em]
    whites = sorted(
        max(0.0, below.y0 - above.y1)
        for above, below in pairwise(body)
        if (above.page, above.column) == (below.page, below.column) and above.y0 < below.y0 < above.y1 + 2 * em
    )
    white = statistics.median_low(whites[: max(1, len(whites) * 3 // 4)]) if whites else em / 2
    return _Measure(em, white, _margins(rows, body, em))


def _margins(rows: Sequence[Row], body: Sequence[Row], em: float) -> dict[tuple[int, int], tuple[float, float]]:
    """Left and right margin of every column of every page: those of its side, as left and right pages may differ."""
    found = {}
    for page, column in {(row.page, row.column) for row in rows}:
        own = [row for row in body if row.column == column]
        side = [row for row in own if row.page % 2 == page % 2]
        common = _edges(own) or (rows[0].x0, rows[0].x1)
        mine = _edges(side) if len(side) >= _MANY else None
        shift = mine[0] - common[0] if mine else 0.0
        found[page, column] = mine if mine and abs(shift) < _MIRRORED * em else common
    return found


def _edges(rows: Sequence[Row]) -> tuple[float, float] | None:
    """Where lines begin and end again and again, as far out as possible."""
    if not rows:
        return None
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
