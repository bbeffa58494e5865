"""OFD to pieces of text with their places (GB/T 33190-2016), and these to lines, in the same way as PDF.

Lengths are millimetres from the top left. A page shows its own text and that of its templates; text that is not
visible, annotations and seals are no part of it.
"""

import math
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from notifier.bulletins.formats.decode import clean
from notifier.bulletins.formats.docx.styles import local
from notifier.bulletins.formats.package import Package, damaged
from notifier.bulletins.formats.sheet.glyphs import plain
from notifier.bulletins.formats.sheet.rows import Page, Piece
from notifier.bulletins.formats.sheet.sheets import lines_of
from notifier.bulletins.lines import Reading
from notifier.domain import Document
from notifier.errors import ReadError

_POINTS = 72 / 25.4  # of a millimetre
_A4 = (210.0, 297.0)
_MAX_PAGES = 5_000
_MAX_GLYPHS = 5_000_000
_ASCENT, _DESCENT = 0.86, 0.14  # em above and below the baseline
_GAP = 0.9  # em: a wider gap ends a piece
_HEAVY = 600  # weight
_WIDE = "\u2e80"  # from here on characters take a full em

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the pages of one document are, its templates, and the size of a page."""

    package: Package
    folder: str
    templates: dict[str, str]
    size: tuple[float, float]


def read_ofd(document: Document) -> Reading:
    """The lines of all pages. ReadError where it is broken or a bomb; `needs_person` where it has no text (a scan)."""
    pages = list(_pages(Package(document.content)))
    if not any(piece.text.strip() for page in pages for piece in page.pieces):
        raise ReadError(
            f"OFD {document.name} 没有文字（可能是扫描件）；请做文字识别（OCR）后重试",
            f"OFD {document.name} has no text (a scan?); run OCR on it and try again",
            needs_person=True,
        )
    return Reading(tuple(lines_of(pages)))


def _pages(package: Package) -> Iterator[Page]:
    number = glyphs = 0
    for root in _roots(package):
        frame, places = _frame(package, root)
        for place in places:
            number += 1
            pieces = tuple(_page_pieces(frame, place))
            glyphs += sum(len(piece.chars) for piece in pieces)
            if number > _MAX_PAGES or glyphs > _MAX_GLYPHS:
                raise damaged(f"超过 {_MAX_PAGES} 页")
            yield Page(number, frame.size[0] * _POINTS, frame.size[1] * _POINTS, pieces)


def _roots(package: Package) -> list[str]:
    """The root part of every document in the file, in order."""
    found = [
        (child.text or "").strip()
        for body in package.elements("OFD.xml", 1)
        for child in body
        if local(child) == "DocRoot"
    ]
    if not found:
        raise damaged("缺少 DocRoot")
    return found


def _frame(package: Package, root: str) -> tuple[_Frame, list[str]]:
    folder = posixpath.dirname(root)
    templates: dict[str, str] = {}
    places: list[str] = []
    size = _A4
    for part in package.elements(root, 1):
        for child in part.iter():
            kind = local(child)
            if kind == "PhysicalBox":
                size = _size(child.text) or size
            elif kind == "TemplatePage":
                templates[child.get("ID", "")] = child.get("BaseLoc", "")
            elif kind == "Page" and child.get("BaseLoc"):
                places.append(child.get("BaseLoc", ""))
    return _Frame(package, folder, templates, size), places


def _size(text: str | None) -> tuple[float, float] | None:
    numbers = _numbers(text or "")
    return (numbers[2], numbers[3]) if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0 else None


def _page_pieces(frame: _Frame, place: str, *, templated: bool = True) -> Iterator[Piece]:
    """The text of one page, that of its templates first. A page that is missing has none."""
    path = place if place.startswith("/") else posixpath.join(frame.folder, place)
    if path not in frame.package:
        return
    content: list[Piece] = []
    for part in frame.package.elements(path, 1):
        if local(part) == "Template" and templated and (template := frame.templates.get(part.get("TemplateID", ""))):
            yield from _page_pieces(frame, template, templated=False)
        elif local(part) == "Content":
            content += [piece for item in part.iter() if local(item) == "TextObject" for piece in _object(item)]
    yield from content


# --- text objects ---------------------------------------------------------------------------------------------


def _object(item: Element) -> Iterator[Piece]:
    if item.get("Visible", "true").lower() == "false":
        return
    box = _numbers(item.get("Boundary", ""))
    x, y = (box[0], box[1]) if len(box) == 4 else (0.0, 0.0)
    given = _numbers(item.get("CTM", ""))
    a, b, c, d, e, f = given if len(given) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    matrix = (a, b, c, d, e + x, f + y)
    size = _first(item.get("Size", "")) * math.hypot(matrix[2], matrix[3])
    bold = _first(item.get("Weight", "")) >= _HEAVY
    pen = (0.0, 0.0)
    for code in item:
        if local(code) == "TextCode" and size > 0:
            pen = (_first(code.get("X", "")) if "X" in code.attrib else pen[0],
                   _first(code.get("Y", "")) if "Y" in code.attrib else pen[1])  # fmt: skip
            yield from _code(code, pen, matrix, size=size, bold=bold)


def _code(code: Element, pen: tuple[float, float], matrix: Matrix, *, size: float, bold: bool) -> Iterator[Piece]:
    """The glyphs of a text code; a wide gap or another line begins another piece."""
    text = clean(code.text or "").replace("\n", " ")
    piece: Piece | None = None
    steps = zip(text, _steps(code.get("DeltaX", ""), len(text)), _steps(code.get("DeltaY", ""), len(text)), strict=True)
    x, y = pen
    for char, dx, dy in steps:
        width = size * (1.0 if char >= _WIDE else 0.5)
        left = (matrix[0] * x + matrix[2] * y + matrix[4]) * _POINTS
        base = (matrix[1] * x + matrix[3] * y + matrix[5]) * _POINTS
        if piece is None or not _goes_on(piece, left, base):
            if piece is not None:
                yield piece
            piece = Piece(size * _POINTS, bold, base - _ASCENT * size * _POINTS, base + _DESCENT * size * _POINTS)
        piece.add(plain(char), left, left + width * _POINTS)
        x, y = x + (width if dx is None else dx), y + (dy or 0.0)
    if piece is not None:
        yield piece


def _goes_on(piece: Piece, left: float, base: float) -> bool:
    return piece.y0 < base - _DESCENT * piece.size < piece.y1 and -piece.size < left - piece.x1 <= _GAP * piece.size


def _steps(text: str, count: int) -> Sequence[float | None]:
    """Distances from glyph to glyph; "g n v" stands for n times v. None where none is stated."""
    parts = text.split()
    found: list[float | None] = []
    at = 0
    while at < len(parts) and len(found) < count:
        if parts[at] == "g" and at + 2 < len(parts):
            found += [_first(parts[at + 2])] * min(max(int(_first(parts[at + 1])), 0), count)
            at += 3
        else:
            found.append(_first(parts[at]))
            at += 1
    return [*found[:count], *[None] * (count - len(found))]


def _numbers(text: str) -> list[float]:
    try:
        found = [float(part) for part in text.split()[:6]]
    except ValueError:
        return []
    return found if all(math.isfinite(number) and abs(number) < 1e6 for number in found) else []


def _first(text: str) -> float:
    return next(iter(_numbers(text)), 0.0)
