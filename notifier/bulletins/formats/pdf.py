"""PDF to pieces of text with their places (pypdfium2), and these to lines. A page without text is a picture."""

import ctypes
import math
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from notifier.bulletins.formats.glyphs import PLAIN, is_unmapped
from notifier.bulletins.formats.rows import Page, Piece
from notifier.bulletins.formats.sheets import lines_of
from notifier.bulletins.lines import Reading
from notifier.domain import Document
from notifier.errors import ReadError

_PDFIUM = threading.Lock()  # PDFium is not safe for threads
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_*
_CUT = 0.9  # em: a wider gap ends a piece
_BACK = 0.5  # em: a glyph may stand so far before the end of the one before it
_UNMAPPED = 0.3  # share of glyphs without a character from which on nobody can read the text
_RAISED = 0.8  # of the height beside it: superscript is smaller
_HYPHENS = {"\x02": "-", "\ufffe": "-", "\xad": "-"}
_BOLD = ("bold", "heavy", "black", "hei", "biaosong")
_HEAVY = 600  # weight
_NAME = 128  # bytes of a font's name
_ANGLES = 7  # glyphs by which the direction of a page's text is judged

_RECOGNISE = (
    "请安装 notifier[ocr]，或做文字识别（OCR）后重试",
    "install notifier[ocr], or run OCR on it, and try again",
)

_Glyph = tuple[int, str, float, float, float, float]  # place in the page, character, left, top, right, bottom


def read_pdf(document: Document) -> Reading:
    """The lines of all pages. ReadError where a password, damage or missing text keeps a program from reading it."""
    with _PDFIUM:
        pages = _pages(document)
    if not any(page.pieces for page in pages):
        raise _unreadable(document, "是扫描件，没有文字", "is a scan without text", *_RECOGNISE)
    text = "".join(piece.text for page in pages for piece in page.pieces)
    if sum(map(is_unmapped, text)) > _UNMAPPED * len(text):
        raise _unreadable(document, "的字体没有文字编码", "has fonts that name no characters", *_RECOGNISE)
    return Reading(tuple(lines_of(pages)), pictures=tuple(page.number for page in pages if not page.pieces))


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
    left, bottom, right, top = page.get_bbox()
    glyphs = _glyphs(text)
    turn = _direction(text, glyphs)
    turned = _turned(glyphs, turn, (left, bottom, right, top))
    width, height = (right - left, top - bottom) if turn % 180 == 0 else (top - bottom, right - left)
    return Page(number, width, height, tuple(_pieces(text, turned)))


def _glyphs(text: Any) -> list[_Glyph]:
    """Every glyph of the page but those that PDFium itself adds (they have no width) and controls."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    reference = ctypes.byref(box)
    unicode_of, box_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    found: list[_Glyph] = []
    for at in range(raw.FPDFText_CountChars(text)):
        code = unicode_of(text, at)
        if code in (10, 13) or not box_of(text, at, reference):
            continue
        left, right = box.left, box.right
        if left != right:
            char = PLAIN.get(code) or (chr(code) if 0 < code < 0x110000 else "\ufffd")
            found.append((at, char, left, box.top, right, box.bottom))
    return found


def _direction(text: Any, glyphs: Sequence[_Glyph]) -> int:
    """Degrees by which the page must be turned clockwise for its text to run from left to right."""
    from pypdfium2 import raw

    if not glyphs:
        return 0
    step = max(1, len(glyphs) // _ANGLES)
    angles = (raw.FPDFText_GetCharAngle(text, glyph[0]) for glyph in glyphs[::step])
    quarters = Counter(round(math.degrees(angle) / 90) % 4 for angle in angles)
    return -90 * quarters.most_common(1)[0][0] % 360


def _turned(glyphs: list[_Glyph], turn: int, bounds: tuple[float, float, float, float]) -> Iterator[_Glyph]:
    """The glyphs' boxes as seen on the turned page, from its top left."""
    left, bottom, right, top = bounds
    for at, char, x0, y1, x1, y0 in glyphs:
        if turn == 0:
            yield at, char, x0 - left, top - y1, x1 - left, top - y0
        elif turn == 90:
            yield at, char, y0 - bottom, x0 - left, y1 - bottom, x1 - left
        elif turn == 180:
            yield at, char, right - x1, y0 - bottom, right - x0, y1 - bottom
        else:
            yield at, char, top - y1, right - x1, top - y0, right - x0


def _pieces(text: Any, glyphs: Iterator[_Glyph]) -> Iterator[Piece]:
    """Glyphs that follow one another on one line."""
    piece: Piece | None = None
    em = 0.0
    for at, char, x0, y0, x1, y1 in glyphs:
        char = _HYPHENS.get(char, char)
        if char < " ":
            continue
        if piece is not None:
            middle = (y0 + y1) / 2
            level = piece.y0 <= middle <= piece.y1 and not _is_raised(char, y1 - y0, piece)
            if level and -_BACK * em <= x0 - piece.x1 <= _CUT * em:
                piece.add(char, x0, x1)
                continue
            yield piece
        size, bold = _font(text, at)
        em = size or y1 - y0
        piece = Piece(em, bold, y0, y1)
        piece.add(char, x0, x1)
    if piece is not None:
        yield piece


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
