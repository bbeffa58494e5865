"""Ruled tables: the lines that a page draws, to a grid of cells, and the text that stands in each.

A grid is a set of lines that touch one another. Where two neighbouring fields have no line between them, they are one
cell, and its text stands in the first of them.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from notifier.bulletins.formats.sheet.rows import Grid, Page, Piece, Rule, table_piece

_TOUCH = 3.0  # points: lines that come so near to one another meet
_MOST = 40_000  # level times upright lines of a page: more are a drawing
_BANDS = 3  # rows at least of a table that has level lines only
_UNEVEN = 5.0  # times as high as its lowest row: no row of such a table is higher
_EMPTY = 20  # fields to each piece of text: more are squared paper


@dataclass(frozen=True, slots=True)
class _Frame:
    """One grid: its level and upright lines, and where they stand."""

    level: tuple[Rule, ...]
    upright: tuple[Rule, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def holds(self, piece: Piece) -> bool:
        return self.xs[0] < (piece.x0 + piece.x1) / 2 < self.xs[-1] and self.ys[0] < piece.middle < self.ys[-1]

    def field(self, piece: Piece) -> tuple[int, int]:
        """Row and column of a piece that it holds: by the piece's beginning, for text may run over its field."""
        inner = self.xs[1:-1]
        return bisect.bisect(self.ys[1:-1], piece.middle), bisect.bisect(
            inner, min(piece.x0 + piece.size / 2, piece.x1)
        )

    def fields(self) -> Iterator[tuple[int, int]]:
        return ((row, column) for row in range(len(self.ys) - 1) for column in range(len(self.xs) - 1))


def with_ruled_tables(page: Page) -> Page:
    """The page with each ruled table as one piece in the place of its text."""
    pieces = list(page.pieces)
    for frame in _frames(page.rules):
        inside = [piece for piece in pieces if piece.grid is None and frame.holds(piece)]
        fields = (len(frame.xs) - 1) * (len(frame.ys) - 1)
        grid = _grid(frame, inside) if fields <= _EMPTY * len(inside) else None
        if grid is not None:
            gone = set(map(id, inside))
            pieces = [piece for piece in pieces if id(piece) not in gone]
            pieces.append(table_piece(grid))
    return replace(page, pieces=tuple(pieces))


def _grid(frame: _Frame, pieces: Sequence[Piece]) -> Grid | None:
    """None where the fields hold no rows of cells: a frame around text, the lines of a chart."""
    owners = _owners(frame)
    found: dict[tuple[int, int], list[Piece]] = defaultdict(list)
    for piece in pieces:
        found[owners[frame.field(piece)]].append(piece)
    rows_with_text = {row for row, _ in found}
    if not found or len({column for _, column in found}) < 2:
        return None
    rows = [
        tuple(tuple(found.get((row, column), ())) for column in range(len(frame.xs) - 1))
        for row in range(len(frame.ys) - 1)
    ]
    return Grid(
        tuple(row for row in rows if any(row)),
        tuple(pairwise(frame.xs)),
        tuple(pieces),
        certain=len(rows_with_text) > 1,
    )


def _owners(frame: _Frame) -> dict[tuple[int, int], tuple[int, int]]:
    """For every field the first field of its cell."""
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    for row, column in frame.fields():
        if (row, column) in owners:
            continue
        right, bottom = column, row
        while right < len(frame.xs) - 2 and (row, right + 1) not in owners and not _wall(frame, row, right):
            right += 1
        while bottom < len(frame.ys) - 2 and not _floored(frame, bottom, column, right):
            bottom += 1
        for y in range(row, bottom + 1):
            for x in range(column, right + 1):
                owners.setdefault((y, x), (row, column))
    return owners


def _wall(frame: _Frame, row: int, column: int) -> bool:
    """A line stands between this field and the next one."""
    x, y = frame.xs[column + 1], (frame.ys[row] + frame.ys[row + 1]) / 2
    return any(abs(rule.x0 - x) < _TOUCH and rule.y0 <= y <= rule.y1 for rule in frame.upright)


def _floored(frame: _Frame, row: int, column: int, right: int) -> bool:
    """A line lies below one of these fields."""
    y = frame.ys[row + 1]
    below = [rule for rule in frame.level if abs(rule.y0 - y) < _TOUCH]
    middles = ((frame.xs[at] + frame.xs[at + 1]) / 2 for at in range(column, right + 1))
    return any(rule.x0 <= x <= rule.x1 for x in middles for rule in below)


# --- tables with level lines only -------------------------------------------------------------------------------


def with_joints(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The lines, and an upright one where level ones are joined at one place again and again.

    Programs draw a table's borders cell by cell, so that those of a table without upright lines show its columns.
    """
    upright = [rule for rule in rules if not rule.is_level]
    heights = list(_heights([rule for rule in rules if rule.is_level]))
    joints = [(group[0].y0, group[0].x0, max(rule.x1 for rule in group), _joints(group)) for group in heights]
    found: list[Rule] = []
    for run in _stacks(joints):
        left, right, top, bottom = run[0][1], run[0][2], run[0][0], run[-1][0]
        beside = any(
            left - _TOUCH < rule.x0 < right + _TOUCH and rule.y0 < bottom and rule.y1 > top for rule in upright
        )
        if not beside and _are_rows([y for y, *_ in run]):
            pairs = pairwise(run)
            found += [Rule(x, above[0], x, below[0]) for above, below in pairs for x in above[3] if _has(below[3], x)]
            found += [Rule(x, top, x, bottom) for x in (left, right)]
    return (*rules, *found)


_Level = tuple[float, float, float, list[float]]  # y, left, right, joints


def _joints(group: Sequence[Rule]) -> list[float]:
    """Where one line of a height ends and the next begins."""
    return [right.x0 for left, right in pairwise(group) if abs(right.x0 - left.x1) < _TOUCH]


def _stacks(levels: Sequence[_Level]) -> Iterator[list[_Level]]:
    """Runs of lines that are joined at the same places, each as long as the one above it."""
    run: list[_Level] = []
    for level in levels:
        if run and not _goes_on(run, level):
            yield run
            run = []
        if level[3]:
            run.append(level)
    if run:
        yield run


def _goes_on(run: Sequence[_Level], level: _Level) -> bool:
    y, left, right, joints = run[0]
    same = max(abs(level[1] - left), abs(level[2] - right)) < _TOUCH and bool(level[3])
    near = len(run) == 1 or level[0] - run[-1][0] <= _UNEVEN * (run[1][0] - y)
    return same and near and all(_has(joints, x) for x in level[3])


def _are_rows(ys: Sequence[float]) -> bool:
    """A line lies below each row: not only below the head and below all."""
    bands = [below - above for above, below in pairwise(ys)]
    return len(bands) >= _BANDS and max(bands) <= _UNEVEN * min(bands)


def _has(numbers: Sequence[float], x: float) -> bool:
    return any(abs(number - x) < _TOUCH for number in numbers)


# --- frames ---------------------------------------------------------------------------------------------------


def _frames(rules: Sequence[Rule]) -> Iterator[_Frame]:
    """The grids that the lines make, from the top."""
    level = _merged(rule for rule in rules if rule.is_level)
    upright = [_swapped(rule) for rule in _merged(_swapped(rule) for rule in rules if not rule.is_level)]
    if not upright or len(level) < 2 or len(level) * len(upright) > _MOST:
        return
    groups = _groups(level, upright)
    for rows, columns in sorted(groups, key=lambda group: min(rule.y0 for rule in group[0])):
        xs = _places([*(rule.x0 for rule in columns), *_ends((rule.x0, rule.x1) for rule in rows)])
        ys = _places([*(rule.y0 for rule in rows), *_ends((rule.y0, rule.y1) for rule in columns)])
        if len(xs) > 2 and len(ys) > 1:
            yield _Frame(tuple(rows), tuple(columns), xs, ys)


def _swapped(rule: Rule) -> Rule:
    return Rule(rule.y0, rule.x0, rule.y1, rule.x1)


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Level lines, those that continue one another as one."""
    found: list[Rule] = []
    for height in _heights(list(rules)):
        y = height[0].y0
        start, end = height[0].x0, height[0].x1
        for rule in height[1:]:
            if rule.x0 > end + _TOUCH:
                found.append(Rule(start, y, end, y))
                start = rule.x0
            end = max(end, rule.x1)
        found.append(Rule(start, y, end, y))
    return found


def _heights(rules: list[Rule]) -> Iterator[list[Rule]]:
    """Lines at one height, each group from left to right."""
    rules.sort(key=lambda rule: rule.y0)
    group: list[Rule] = []
    for rule in rules:
        if group and rule.y0 - group[0].y0 > _TOUCH / 2:
            yield sorted(group, key=lambda rule: rule.x0)
            group = []
        group.append(rule)
    if group:
        yield sorted(group, key=lambda rule: rule.x0)


def _groups(level: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that meet, directly or by others."""
    meets = {at: [rule for rule in upright if _meet(line, rule)] for at, line in enumerate(level)}
    back: dict[Rule, list[int]] = defaultdict(list)
    for at, met in meets.items():
        for rule in met:
            back[rule].append(at)
    groups = []
    while meets:
        todo, rows, columns = [next(iter(meets))], list[Rule](), dict[Rule, None]()
        while todo:
            at = todo.pop()
            if at in meets:
                rows.append(level[at])
                fresh = [rule for rule in meets.pop(at) if rule not in columns]
                columns |= dict.fromkeys(fresh)
                todo += [other for rule in fresh for other in back[rule]]
        groups.append((rows, list(columns)))
    return groups


def _meet(level: Rule, upright: Rule) -> bool:
    across = level.x0 - _TOUCH <= upright.x0 <= level.x1 + _TOUCH
    return across and upright.y0 - _TOUCH <= level.y0 <= upright.y1 + _TOUCH


def _ends(spans: Iterable[tuple[float, float]]) -> list[float]:
    found = list(spans)
    return [min(start for start, _ in found), max(end for _, end in found)] if found else []


def _places(numbers: Iterable[float]) -> tuple[float, ...]:
    """The different ones, in order."""
    found: list[float] = []
    for number in sorted(numbers):
        if not found or number - found[-1] > _TOUCH:
            found.append(number)
    return tuple(found)
