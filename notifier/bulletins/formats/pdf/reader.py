"""PDF to pieces of text with their places (pypdfium2), and these to lines. A page without text is a picture."""

import bisect
import ctypes
import itertools
import math
import threading
from collections.abc import Sequence
from typing import Any

from notifier.bulletins.formats.pdf.glyphs import Bounds, Glyph, glyphs_of, turned
from notifier.bulletins.formats.pdf.rules import drawn_lines
from notifier.bulletins.formats.sheet.glyphs import is_unmapped
from notifier.bulletins.formats.sheet.grids import with_joints
from notifier.bulletins.formats.sheet.rows import CELL, Page, Piece, Rule, has_neighbours
from notifier.bulletins.formats.sheet.sheets import lines_of
from notifier.bulletins.lines import Reading
from notifier.domain import Document
from notifier.errors import ReadError

_PDFIUM = threading.Lock()  # PDFium is not safe for threads
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_*
_CUT = 0.9  # em: a wider gap ends a piece
_BACK = 0.5  # em: a glyph may stand so far before the end of the one before it
_EDGE = 0.3  # em: text of a cell comes so near to the line beside it, or stands over it
_CLOSE = 0.15  # em: no space stands between glyphs that are so near
_FIRST_WIDE, _NO_CHAR = "\u2e80", "\ufff0"  # Chinese characters and marks stand between these
_UNMAPPED = 0.3  # share of glyphs without a character from which on nobody can read the text
_RAISED = 0.8  # of the height beside it: superscript is smaller
_HYPHENS = {"\x02": "-", "\ufffe": "-", "\xad": "-"}
_BOLD = ("bold", "heavy", "black", "hei", "biaosong")
_HEAVY = 600  # weight
_NAME = 128  # bytes of a font's name

_RECOGNISE = (
    "请安装 notifier[ocr]，或做文字识别（OCR）后重试",
    "install notifier[ocr], or run OCR on it, and try again",
)


def read_pdf(document: Document) -> Reading:
    """The lines of all pages. ReadError where a password, damage or missing text keeps a program from reading it."""
    with _PDFIUM:
        pages = _pages(document)
    if not any(page.pieces for page in pages):
        raise _unreadable(document, "是扫描件，没有文字", "is a scan without text", *_RECOGNISE)
    if _is_unmapped([char for page in pages for piece in page.pieces for char in piece.chars]):
        raise _unreadable(document, "的字体没有文字编码", "has fonts that name no characters", *_RECOGNISE)
    return Reading(tuple(lines_of(pages)), pictures=tuple(page.number for page in pages if not page.pieces))


def _is_unmapped(chars: Sequence[str]) -> bool:
    unmapped = {char for char in set(chars) if is_unmapped(char[0])}
    return bool(unmapped) and sum(char in unmapped for char in chars) > _UNMAPPED * len(chars)


def _unreadable(document: Document, *why: str) -> ReadError:
    zh, en, todo_zh, todo_en = why
    return ReadError(f"PDF {document.name} {zh}；{todo_zh}", f"PDF {document.name} {en}; {todo_en}", pictures=True)


def _pages(document: Document) -> list[Page]:
    import pypdfium2  # a native library: only those who read PDF pay for loading it

    try:
        pdf = pypdfium2.PdfDocument(document.content)
    except pypdfium2.PdfiumError as error:
        raise _not_opened(document, error) from error
    try:
        return [page for at in range(len(pdf)) if (page := _page(pdf, at)) is not None]
    finally:
        pdf.close()


def _not_opened(document: Document, error: Any) -> ReadError:
    if getattr(error, "err_code", None) in (_PASSWORD, _SECURITY):
        return _unreadable(document, "有密码", "needs a password", "请去掉密码后重试", "remove it and try again")
    return ReadError(
        f"PDF {document.name} 已损坏，打不开；请重新取得文件", f"PDF {document.name} is damaged; get the file again"
    )


def _page(pdf: Any, at: int) -> Page | None:
    """None where the page itself is damaged: the others are read."""
    import pypdfium2

    try:
        page = pdf[at]
    except pypdfium2.PdfiumError:
        return None
    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        page.close()
        return None
    try:
        return _read_page(page, text.raw, at + 1)
    finally:
        text.close()
        page.close()


def _read_page(page: Any, text: Any, number: int) -> Page:
    bounds = left, bottom, right, top = page.get_bbox()
    turn, glyphs = glyphs_of(text, bounds)
    width, height = (right - left, top - bottom) if turn % 180 == 0 else (top - bottom, right - left)
    pieces = _pieces(text, glyphs, ())
    if not has_neighbours(pieces):
        return Page(number, width, height, tuple(pieces))
    rules = with_joints(_rules(page, turn, bounds))
    upright = sorted((rule for rule in rules if not rule.is_level), key=lambda rule: rule.x0)
    if any(_is_parted(upright, piece.x0, piece.x1, piece.middle) for piece in pieces):  # text of two cells, close by
        pieces = _pieces(text, glyphs, upright)
    return Page(number, width, height, tuple(pieces), rules)


def _rules(page: Any, turn: int, bounds: Bounds) -> tuple[Rule, ...]:
    boxes = drawn_lines(page)
    if not boxes:
        return ()
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return tuple(map(_rule, *turned((lefts, bottoms, rights, tops), turn, bounds)))


def _rule(x0: float, y0: float, x1: float, y1: float) -> Rule:
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return Rule(x0, y, x1, y) if x1 - x0 > y1 - y0 else Rule(x, y0, x, y1)


def _pieces(text: Any, glyphs: Sequence[Glyph], upright: Sequence[Rule]) -> list[Piece]:
    """Glyphs that follow one another on one line, with none of the upright lines between them."""
    found: list[Piece] = []
    piece: Piece | None = None
    for at, char, x0, y0, x1, y1 in glyphs:
        if piece is not None and _FIRST_WIDE <= char < _NO_CHAR and not upright:
            near = _CLOSE * piece.size
            level = abs(y0 - piece.y0) < near and abs(y1 - piece.y1) < near
            if (
                level and abs(gap := x0 - piece.x1) <= near and x1 - x0 >= CELL * piece.size
            ):  # what `add` does, in half the time
                piece.chars.append(char)
                piece.gap = gap
                piece.x1 = x1
                continue
        char = _HYPHENS.get(char, char)
        if char < " ":
            continue
        if piece is None or not _goes_on(piece, char, (x0, y0, x1, y1), upright):
            size, bold = _font(text, at)
            piece = Piece(size or y1 - y0, bold, y0, y1)
            found.append(piece)
        piece.add(char, x0, x1)
    return found


def _goes_on(piece: Piece, char: str, box: tuple[float, float, float, float], upright: Sequence[Rule]) -> bool:
    x0, y0, _, y1 = box
    em, middle = piece.size, (y0 + y1) / 2
    if not (-_BACK * em <= x0 - piece.x1 <= _CUT * em and piece.y0 <= middle <= piece.y1):
        return False
    if upright and _is_parted(upright, piece.x1 - _EDGE * em, x0 + _EDGE * em, middle):
        return False
    return not _is_raised(char, y1 - y0, piece)


def _is_parted(upright: Sequence[Rule], left: float, right: float, y: float) -> bool:
    """One of the upright lines, which are sorted, stands between left and right."""
    at = bisect.bisect_left(upright, left, key=lambda rule: rule.x0)
    near = itertools.takewhile(lambda rule: rule.x0 <= right, itertools.islice(upright, at, None))
    return any(rule.y0 < y < rule.y1 for rule in near)


def _is_raised(char: str, height: float, piece: Piece) -> bool:
    """A small digit behind larger text, or text behind such a digit: 10² is not 102."""
    own = piece.y1 - piece.y0
    return (char.isdigit() and height < _RAISED * own) or (own < _RAISED * height and piece.text.strip().isdigit())


def _font(text: Any, at: int) -> tuple[float, bool]:
    """Size in points on the page, and whether the face is a heavy one."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, at, ctypes.byref(matrix))
    size = raw.FPDFText_GetFontSize(text, at) * math.hypot(matrix.b, matrix.d)
    if raw.FPDFText_GetFontWeight(text, at) >= _HEAVY:
        return size, True
    name = ctypes.create_string_buffer(_NAME)
    raw.FPDFText_GetFontInfo(text, at, name, _NAME, None)
    folded = name.value.decode("utf-8", "ignore").casefold()
    return size, any(word in folded for word in _BOLD)
