"""Tables: rows of cells, told from those that only lay out a page. Shared by the formats that have tables."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from notifier.bulletins.lines import Line
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.contents import is_contents_marker
from notifier.bulletins.structure.facts import find_date, find_issue, line_marking
from notifier.domain import Table

Cell = tuple[Line, ...]  # the lines of one cell; () where it is empty or covered by a merged one
_LONG = 400  # characters: a cell with more holds running text
_PARAGRAPHS = 6  # a cell with more of them is a part of the page
_HEAD_ROWS = 6  # rows of a table in which a masthead is set
_FACT = 40  # characters of a cell that states a fact of the masthead
_BAR = "|│┃"
_BARS = re.compile("[|│┃]")
_RULE = re.compile(r"^[|+:\s─━│┃┌┐└┘├┤┬┴┼-]*[-─━][|+:\s─━│┃┌┐└┘├┤┬┴┼-]*$")  # between the rows of a table
_APART = "　　"  # what a reader sees between two cells of a row that is text


def table_lines(rows: Iterable[Sequence[Cell]], before: Sequence[Line]) -> list[Line]:
    """A table as one line that holds it; one that only lays out the page as the lines of its cells.

    `before` is what stands above it: a masthead and a contents list are often set in tables, as is the foot.
    """
    kept = [row for row in rows if any(row)]
    if not kept:
        return []
    if is_layout(kept, before):
        return [line for row in kept for line in _row_lines(row)]
    grid = _grid(kept)
    first = next(line for row in kept for cell in row for line in cell)
    text = Table(grid).display()
    return [Line(text, gap=True, page=first.page, whole=True, x=first.x, y=first.y, table=grid)]


def _grid(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[str, ...], ...]:
    texts = [[_cell_text(cell) for cell in row] for row in rows]
    used = [at for row in texts for at, text in enumerate(row) if text]
    width = max(used) + 1
    return tuple(tuple(row[:width] + [""] * (width - len(row))) for row in texts)


def _cell_text(cell: Cell) -> str:
    """One line; paragraphs of a cell stand apart by a space, a row has no line breaks."""
    return " ".join(" ".join(line.text.split("\n")) for line in cell).replace("|", "｜")


def _row_lines(row: Sequence[Cell]) -> list[Line]:
    """A row of short cells is one line; cells of several lines follow one another."""
    cells = [cell for cell in row if cell]
    if len(cells) > 1 and all(len(cell) == 1 and not cell[0].table for cell in cells):
        first = cells[0][0]
        text = _APART.join(cell[0].text for cell in cells)
        return [Line(text, indent=first.indent, gap=True, page=first.page, whole=True, size=first.size)]
    return [line for cell in cells for line in cell]


def is_layout(rows: Sequence[Sequence[Cell]], before: Sequence[Line]) -> bool:
    """The cells only lay out the page: its masthead, its contents list, its foot, or running text."""
    cells = [cell for row in rows for cell in row if cell]
    if len(rows) == 1 or max(sum(map(bool, row)) for row in rows) == 1:
        return True
    if any(line.table for cell in cells for line in cell) or any(_is_page_part(cell) for cell in cells):
        return True
    texts = [cell[0].text for cell in cells]
    return _is_foot(texts) or _is_contents(rows, before) or _is_masthead(rows, texts, before)


def _is_page_part(cell: Cell) -> bool:
    return len(cell) > _PARAGRAPHS or sum(len(line.text) for line in cell) > _LONG


def _is_foot(texts: Sequence[str]) -> bool:
    """主送, 抄送 or 印发 begin a cell."""
    labelled = any((found := patterns.LABEL.match(text)) and len(found["label"] or "主送") > 1 for text in texts)
    printed = any(find_date(text) and patterns.PRINTED.search(text) for text in texts if len(text) <= _FACT)
    return labelled or printed


def _is_contents(rows: Sequence[Sequence[Cell]], before: Sequence[Line]) -> bool:
    """Titles and page numbers, or rows below the word 目录."""
    if is_contents_marker(next(cell[0].text for cell in rows[0] if cell)):
        return True
    lasts = [[cell for cell in row if cell][-1][0].text for row in rows]
    return bool(before) and is_contents_marker(before[-1].text) and any(text.isdigit() for text in lasts)


def _is_masthead(rows: Sequence[Sequence[Cell]], texts: Sequence[str], before: Sequence[Line]) -> bool:
    """A small table above all running text that states the issue, its marking or its date."""
    if len(rows) > _HEAD_ROWS or any(len(text) > _FACT for text in texts):
        return False
    if any(len(line.text) > patterns.TITLE_LENGTH or line.text.endswith("。") for line in before):
        return False
    return any(find_issue(text) or line_marking(text) for text in texts)


def pipe_tables(lines: Iterable[Line]) -> list[Line]:
    """Lines whose runs of rows are tables: | a | b |, as in Markdown, and a | b | c with as many cells in each."""
    found: list[Line] = []
    for is_row, run in groupby(lines, key=lambda line: _is_pipe_row(line.text)):
        group = list(run)
        for part in _split_at_gaps(group) if is_row else ():
            found += _pipe_table(part, found)
        found += [] if is_row else group
    return found


def _is_pipe_row(text: str) -> bool:
    return len(_BARS.findall(text)) > 1 or (text[0] == "+" and bool(_RULE.match(text)))


def _is_framed(text: str) -> bool:
    return len(text) > 2 and text[0] in _BAR and text[-1] in _BAR


def _split_at_gaps(lines: Sequence[Line]) -> list[list[Line]]:
    parts: list[list[Line]] = []
    for line in lines:
        if not parts or line.gap:
            parts.append([])
        parts[-1].append(line)
    return parts


def _pipe_table(lines: list[Line], before: Sequence[Line]) -> list[Line]:
    """The lines as a table; as they are where they are none: a row of dashes, frames or equal rows tell."""
    rows = [_pipe_cells(line) for line in lines if not _RULE.match(line.text)]
    widths = {len(row) for row in rows}
    even = len(widths) == 1 and (max(widths) > 2 or all(_is_framed(line.text) for line in lines))
    ruled = len(rows) < len(lines)
    told = len(rows) > 1 and (even or ruled)
    return table_lines(rows, before) if told else lines


def _pipe_cells(line: Line) -> list[Cell]:
    text = line.text[1:-1] if _is_framed(line.text) else line.text
    parts = _BARS.split(text.replace("\\|", "｜"))
    return [(Line(text, gap=True, page=line.page, whole=True),) if (text := part.strip()) else () for part in parts]
