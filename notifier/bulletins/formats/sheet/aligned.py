"""Tables without lines: rows whose texts stand below one another in columns, row after row.

Two columns of running text, a list with its numbers, and a contents list with its page numbers look alike and are
none.
"""

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from notifier.bulletins.formats.sheet.rows import Grid, Piece, has_neighbours, lines_up, table_piece
from notifier.bulletins.structure.marks import ends_sentence, has_words, point_marker

_GAP = 0.9  # em: white space that parts cells
_APART = 3.2  # em: more white space between two lines ends the table
ROWS = 3  # rows at least, each with two cells or more
_LONG = 13  # characters: a column of lines as long as that is running text; a table has one such column at most
_PROSE = 8  # em: lines of running text are longer on average
_NEAR = 2.0  # em: a line that ends so near to its column's edge is full
_FULL = 0.4  # share of a column's lines that are full
_EVERY = 0.8  # share of all lines on which running text has some
_TIGHT = 0.6  # of the white space between rows: lines of one row stand no further apart
_EDGE = 1.0  # points
_LEADER = re.compile(r"[.．·…‥_—-]{4,}|…{2,}")
_BULLET = re.compile(r"^[^\w\s（(]{1,2}$")

Span = tuple[float, float]


@dataclass(slots=True)
class _Line:
    """The texts of one line, from left to right."""

    texts: list[list[Piece]]
    spans: list[Span]  # from where to where each reaches
    y0: float
    y1: float


@dataclass(slots=True)
class _Run:
    """Lines that share columns."""

    columns: list[Span]
    lines: list[_Line] = field(default_factory=list)

    def take(self, line: _Line) -> bool:
        """Add the line, if its texts stand in the columns."""
        spans = line.spans
        if len(spans) == len(self.columns):
            widened = [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(self.columns, spans, strict=True)]
            if _are_apart(widened):
                self.columns = widened
                self.lines.append(line)
                return True
        if len(spans) > len(self.columns) and len(self.lines) == 1 and len(self.columns) > 1:
            self.columns = spans  # the line above heads groups of columns
        elif not self._holds(spans):
            return False
        self.lines.append(line)
        return True

    def _holds(self, spans: Sequence[Span]) -> bool:
        """Each text stands in one column; a text over several may head them, but never alone."""
        places = [_within(self.columns, span) for span in spans]
        several = sum(len(place) > 1 for place in places)
        firsts = [place[0] for place in places if place]
        return len(firsts) == len(spans) == len(set(firsts)) and (
            several == 0 or (len(spans) > 1 and several < len(spans))
        )

    @property
    def full(self) -> list[_Line]:
        return [line for line in self.lines if len(line.texts) > 1]


def with_aligned_tables(pieces: Sequence[Piece], *, least: int = 2) -> list[Piece]:
    """The pieces of one column with each table of `least` columns or more as one piece in the place of its text.

    The first and the last lines may be the end and the beginning of a table that stands on two pages.
    """
    if not has_neighbours(pieces):
        return list(pieces)
    kept: list[Piece] = []
    runs = list(_runs([_line(group) for group in lines_up(pieces)]))
    for at, run in enumerate(runs):
        inside = [piece for line in run.lines for text in line.texts for piece in text]
        rows = 1 if at in (0, len(runs) - 1) else ROWS
        if (
            len(run.full) >= rows
            and len(run.columns) >= least
            and not any(piece.grid for piece in inside)
            and not _is_text(run)
        ):
            kept.append(table_piece(_grid(run, inside)))
        else:
            kept += inside
    return kept


def _line(group: Sequence[Piece]) -> _Line:
    texts = [[group[0]]]
    for piece in group[1:]:
        if piece.x0 - max(before.x1 for before in texts[-1]) > _GAP * piece.size:
            texts.append([])
        texts[-1].append(piece)
    spans = [(text[0].x0, max(piece.x1 for piece in text)) for text in texts]
    return _Line(texts, spans, min(piece.y0 for piece in group), max(piece.y1 for piece in group))


def _runs(lines: Sequence[_Line]) -> Iterator[_Run]:
    """The lines cut into runs: those that share columns, and those of text."""
    run: _Run | None = None
    for line in lines:
        close = run is not None and line.y0 - run.lines[-1].y1 < _APART * line.texts[0][0].size
        if run is not None and close and len(run.columns) > 1 and run.take(line):
            continue
        if run is not None:
            yield from _trimmed(run)
        run = _Run(line.spans, [line])
    if run is not None:
        yield from _trimmed(run)


def _trimmed(run: _Run) -> Iterator[_Run]:
    """A single text below the first column is no part of the table above it."""
    end = len(run.lines)
    while (
        end > 1 and len(run.lines[end - 1].texts) == 1 and _within(run.columns, run.lines[end - 1].spans[0])[:1] == [0]
    ):
        end -= 1
    yield _Run(run.columns, run.lines[:end])
    yield from (_Run(line.spans, [line]) for line in run.lines[end:])


def _within(columns: Sequence[Span], span: Span) -> list[int]:
    return [at for at, (left, right) in enumerate(columns) if span[0] < right - _EDGE and span[1] > left + _EDGE]


def _are_apart(columns: Sequence[Span]) -> bool:
    return all(left[1] + _EDGE < right[0] for left, right in pairwise(columns))


# --- what is no table -----------------------------------------------------------------------------------------


def _is_text(run: _Run) -> bool:
    columns = [_texts(run, at) for at in range(len(run.columns))]
    everything = [text for column in columns for text in column]
    worded = sum(has_words(text) for text in everything)
    if any(map(_LEADER.search, everything)) or worded < len(run.full) / 2 or any(not column for column in columns):
        return True
    lengths = [statistics.fmean(map(len, column)) for column in columns]
    running = sum(_is_running(run, at) for at in range(len(run.columns)))
    if max(lengths) < 2 or running > 1 or sum(length >= _LONG for length in lengths) > 1:  # spaced letters; columns
        return True
    return len(columns) == 2 and (_are_marks(columns[0]) or _are_pages(columns[1]) or _are_cut(run))


def _is_running(run: _Run, column: int) -> bool:
    """Running text: lines of some length on every line of the page, most of which reach the column's edge."""
    spans = [span for line in run.lines for span in line.spans if _within(run.columns, span)[:1] == [column]]
    size = run.lines[0].texts[0][0].size
    full = sum(right > run.columns[column][1] - _NEAR * size for _, right in spans)
    wide = sum(right - left for left, right in spans) >= _PROSE * size * len(spans)
    return wide and full >= _FULL * len(spans) and len(spans) >= _EVERY * len(run.lines)


def _texts(run: _Run, column: int) -> list[str]:
    """What stands in a column, line by line."""
    return [
        "".join(piece.text for piece in text).strip()
        for line in run.lines
        for text, span in zip(line.texts, line.spans, strict=True)
        if _within(run.columns, span)[:1] == [column]
    ]


def _are_marks(texts: Sequence[str]) -> bool:
    """The numbers or bullets of a list."""
    return all(_BULLET.match(text) or point_marker(f"{text} ") for text in texts)


def _are_pages(texts: Sequence[str]) -> bool:
    """Page numbers of a contents list: nothing else, and never going back."""
    numbers = [
        int(digits) if (digits := text.strip("（）()- 第页")).isdecimal() and len(digits) < 4 else -1 for text in texts
    ]
    return min(numbers) >= 0 and all(left <= right for left, right in pairwise(numbers))


def _are_cut(run: _Run) -> bool:
    """Lines of two columns that go on in the next line rather than beside: both are long, sentences end within them."""
    texts = [_texts(run, at) for at in (0, 1)]
    return (
        all(statistics.fmean(map(len, column)) >= _LONG / 2 for column in texts)
        and any(ends_sentence(text) or text.endswith(("，", "、")) for column in texts for text in column[:-1])
        and sum("，" in text or "。" in text for column in texts for text in column) * 3 > sum(map(len, texts))
    )


# --- rows -----------------------------------------------------------------------------------------------------


def _grid(run: _Run, pieces: Sequence[Piece]) -> Grid:
    rows = tuple(tuple(tuple(_cell(run, lines, at)) for at in range(len(run.columns))) for lines in _rows(run))
    return Grid(rows, tuple(run.columns), tuple(pieces), certain=len(run.full) >= ROWS)


def _cell(run: _Run, lines: Sequence[_Line], column: int) -> Iterator[Piece]:
    for line in lines:
        for at, (text, span) in enumerate(zip(line.texts, line.spans, strict=True)):
            full = len(line.texts) == len(run.columns)
            if (at == column) if full else (_within(run.columns, span)[:1] == [column]):
                yield from text


def _rows(run: _Run) -> list[list[_Line]]:
    """Lines of one row of the table together: those that stand closer than rows do, or begin in a later column."""
    lines = run.lines
    whites = [right.y0 - left.y1 for left, right in pairwise(lines)]
    between = [white for white, right in zip(whites, lines[1:], strict=True) if len(right.texts) > 1]
    usual = statistics.median(between or [0.0])
    rows = [[lines[0]]]
    for at, line in enumerate(lines[1:]):
        below = whites[at + 1] if at + 1 < len(whites) else usual
        later = _within(run.columns, line.spans[0])[:1] != [0] and whites[at] <= below + _EDGE
        if whites[at] < 0 or whites[at] < _TIGHT * usual or later:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows
