"""The tables of pages: pieces in a grid to the text of cells, and tables that go on over a page as one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from notifier.bulletins.formats.sheet.aligned import ROWS
from notifier.bulletins.formats.sheet.rows import WHOLE, Grid, Piece, Row, lines_up, row_of, rows_from
from notifier.bulletins.formats.tables import Cell, is_layout
from notifier.bulletins.lines import Line, joined
from notifier.bulletins.structure.marks import ends_block, ends_sentence, point_marker

_SHORT = 1.5  # em: a line of a cell that ends so far before its longest one ends a paragraph, if a sentence ends there
_INSET = 0.8  # em: a line of a cell that begins so far behind the others begins a paragraph
_SHARED = 0.5  # of a column's width: so much of it stands below the column of the page before
_CONTINUED = re.compile(
    r"^[（(]?\s*(?:接上表|续\s*上?\s*表.{0,6}|表\s*[\d一二三四五六七八九十.-]{1,6}\s*[（(]?续[)）]?.{0,40})\s*[)）]?$"
)

Texts = tuple[tuple[str, ...], ...]


def with_tables(pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """The rows of pages, where each grid is a table, or again the lines that stand in it if it only lays them out."""
    found: list[list[Row]] = []
    before: list[Line] = []
    for page in pages:
        rows: list[Row] = []
        for row in page:
            settled = [row] if row.grid is None else list(_settled(row, row.grid, before))
            rows += settled
            before += [Line(one.text) for one in settled]
        found.append(rows)
    _over_pages(found)
    return [[line for row in page for line in _lines_again(row)] for page in found]


def _settled(row: Row, grid: Grid, before: Sequence[Line]) -> Iterator[Row]:
    cells = [[_cell(pieces) for pieces in line] for line in grid.rows]
    if grid.certain and is_layout(cells, before):
        yield from rows_from(grid.pieces, row.page, row.column)
        return
    table = tuple(tuple(_text(cell) for cell in line) for line in cells)
    yield replace(row, table=table)


def _text(cell: Cell) -> str:
    return " ".join(line.text for line in cell).replace("|", "｜")


def _cell(pieces: Sequence[Piece]) -> Cell:
    """The paragraphs of a cell."""
    if len(pieces) == 1:
        return (Line(pieces[0].text.strip()),)
    rows = [row_of(group, 0, WHOLE) for group in lines_up(pieces)]
    if not rows:
        return ()
    left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
    groups = [[rows[0]]]
    for row in rows[1:]:
        above = groups[-1][-1]
        short = above.x1 < right - _SHORT * above.size
        inset = row.x0 > left + _INSET * row.size
        if point_marker(row.text) or (ends_block(above.text) and (short or inset)):
            groups.append([])
        groups[-1].append(row)
    return tuple(Line(joined([Line(row.text) for row in group]), page=group[0].page) for group in groups)


# --- over pages -----------------------------------------------------------------------------------------------


def _over_pages(pages: list[list[Row]]) -> None:
    """A table at the head of a page or column that goes on from the foot of the one before it is a part of that."""
    last: tuple[list[Row], int] | None = None  # where the table stands that ends what came before
    for rows in pages:
        at = 0
        while at < len(rows):
            start = at + 1 if len(rows) > at + 1 and _CONTINUED.match(rows[at].text) else at
            row = rows[start]
            if last and row.table and _goes_on(last[0][last[1]], row):
                page, there = last
                page[there] = _with(page[there], row)
                del rows[at : start + 1]
                continue
            last = (rows, at) if rows[at].table else None
            at += 1


def _goes_on(above: Row, below: Row) -> bool:
    """Another page or column begins between them, and their columns stand at the same places in it."""
    if above.grid is None or below.grid is None or len(above.grid.columns) != len(below.grid.columns):
        return False
    if (above.page, above.column) == (below.page, below.column):
        return False
    pairs = list(zip(above.grid.columns, below.grid.columns, strict=True))
    shifts = {0.0, pairs[0][1][0] - pairs[0][0][0]}
    return any(all(_overlap(one, other, shift) for one, other in pairs) for shift in shifts)


def _overlap(one: tuple[float, float], other: tuple[float, float], shift: float) -> bool:
    """They share most of the narrower one."""
    shared = min(one[1], other[1] - shift) - max(one[0], other[0] - shift)
    return shared > _SHARED * min(one[1] - one[0], other[1] - other[0])


def _with(above: Row, below: Row) -> Row:
    rows = list(above.table)
    added = list(below.table)
    if added[0] == rows[0]:  # the head, repeated on every page
        added = added[1:]
    if added and _is_rest(rows[-1], added[0]):
        rest = added.pop(0)
        rows[-1] = tuple(
            joined([Line(top), Line(more)]) if more else top for top, more in zip(rows[-1], rest, strict=True)
        )
    return replace(above, table=tuple(rows + added))


def _is_rest(row: Sequence[str], rest: Sequence[str]) -> bool:
    """What the page's end cut from the row: nothing in its first cell, and more of sentences that had not ended."""
    more = [top for top, text in zip(row, rest, strict=True) if text]
    return not rest[0] and bool(more) and all(top and not ends_sentence(top) for top in more)


def _lines_again(row: Row) -> Iterator[Row]:
    """A row or two that did not go on over the page are lines of text."""
    if row.grid is None or row.grid.certain or len(row.table) >= ROWS:
        yield row
    else:
        yield from rows_from(row.grid.pieces, row.page, row.column)
