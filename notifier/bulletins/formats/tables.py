"""Tables: rows of cells, told from those that only lay out a page. Shared by the formats that have tables."""

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
    """Lines whose runs of Markdown rows (| a | b |, with a row of dashes second) are tables."""
    found: list[Line] = []
    for is_row, run in groupby(lines, key=lambda line: len(line.text) > 2 and line.text[0] == line.text[-1] == "|"):
        group = list(run)
        cells = [_pipe_cells(line) for line in group] if is_row else []
        if len(cells) > 1 and _is_rule(cells[1]):
            found += table_lines([cells[0], *cells[2:]], found)
        else:
            found += group
    return found


def _pipe_cells(line: Line) -> list[Cell]:
    parts = line.text[1:-1].replace("\\|", "｜").split("|")
    return [(Line(text, gap=True, page=line.page, whole=True),) if (text := part.strip()) else () for part in parts]


def _is_rule(cells: Sequence[Cell]) -> bool:
    return all(cell and not cell[0].text.strip(":-") and "-" in cell[0].text for cell in cells)
