"""The lines that a PDF page draws, level or upright: the rules of its tables."""

import ctypes
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise, repeat
from typing import Any

from notifier.bulletins.formats.pdf.calls import ADDRESS, address_of, plain

_THIN = 3.5  # points: what is drawn no thicker is a line
_LONG = 5.0  # points: what is shorter is a dot or a dash
_MOST = 20_000  # objects of a page, or of a form on it: a map has more
_SEGMENTS = 20_000  # of all paths of a page: a drawing has more
_NESTED = 3  # forms within forms

Box = tuple[float, float, float, float]  # left, bottom, right, top of the page as it is stored
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def drawn_lines(page: Any) -> list[Box]:
    """All of them, each as the box that it fills. Empty where the page is a drawing rather than text."""
    from pypdfium2 import raw

    count = raw.FPDFPage_CountObjects(page)
    if count > _MOST:
        return []
    found = plain("FPDFPage_GetObject", ADDRESS, ADDRESS, ctypes.c_int)
    kind_of = plain("FPDFPageObj_GetType", ctypes.c_int, ADDRESS)
    objects = list(map(found, repeat(address_of(page.raw)), range(count)))
    drawn = [at for at, kind in enumerate(map(kind_of, objects)) if kind != raw.FPDF_PAGEOBJ_TEXT]
    paths = [path for at in drawn for path in _paths(raw.FPDFPage_GetObject(page, at), _SAME, depth=0)]
    if sum(raw.FPDFPath_CountSegments(item) for item, _ in paths) > _SEGMENTS:
        return []
    return [box for item, matrix in paths for box in _lines_of(item, matrix) if _is_line(box)]


def _is_line(box: Box) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return min(width, height) <= _THIN and _LONG <= max(width, height) < math.inf


def _paths(item: Any, matrix: Matrix, *, depth: int) -> Iterator[tuple[Any, Matrix]]:
    """The object if it is a path, or the paths within it if it is a form; each with where it stands on the page."""
    from pypdfium2 import raw

    kind = raw.FPDFPageObj_GetType(item)
    if kind == raw.FPDF_PAGEOBJ_PATH:
        yield item, _times(_matrix(item), matrix)
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _NESTED:
        inner = _times(_matrix(item), matrix)
        for at in range(min(raw.FPDFFormObj_CountObjects(item), _MOST)):
            yield from _paths(raw.FPDFFormObj_GetObject(item, at), inner, depth=depth + 1)


def _lines_of(item: Any, matrix: Matrix) -> Iterator[Box]:
    """A stroked path's straight lines; of a filled one each part, which may be as thin as a line."""
    from pypdfium2 import raw

    filled, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, filled, stroked)
    if not (filled.value or stroked.value):
        return
    for part in _parts(item, matrix):
        if stroked.value:
            yield from (_around(pair) for pair in pairwise(part))
        elif part:
            yield _around(part)


def _around(points: Sequence[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _parts(item: Any, matrix: Matrix) -> Iterator[list[Point]]:
    """The points of every part of a path, as they stand on the page; a part with curves in it is left out."""
    from pypdfium2 import raw

    x, y = ctypes.c_float(), ctypes.c_float()
    part: list[Point] = []
    curved = False
    for at in range(raw.FPDFPath_CountSegments(item)):
        segment = raw.FPDFPath_GetPathSegment(item, at)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            yield [] if curved else part
            part, curved = [], False
        curved = curved or kind == raw.FPDF_SEGMENT_BEZIERTO
        part.append(_placed((x.value, y.value), matrix))
        if raw.FPDFPathSegment_GetClose(segment):
            part.append(part[0])
    yield [] if curved else part


def _matrix(item: Any) -> Matrix:
    from pypdfium2 import raw

    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, found):
        return _SAME
    numbers = found.a, found.b, found.c, found.d, found.e, found.f
    return numbers if all(map(math.isfinite, numbers)) else _SAME


def _times(one: Matrix, other: Matrix) -> Matrix:
    """First `one`, then `other`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _placed(point: Point, matrix: Matrix) -> Point:
    (x, y), (a, b, c, d, e, f) = point, matrix
    return a * x + c * y + e, b * x + d * y + f
