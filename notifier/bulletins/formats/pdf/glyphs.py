"""The glyphs of a PDF page with their boxes. PDFium is asked once a glyph, and for the text once a page: calls are what
takes the time here.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Sequence
from itertools import compress, repeat
from typing import Any

from notifier.bulletins.formats.pdf.calls import ADDRESS, address_of, plain
from notifier.bulletins.formats.sheet.glyphs import PLAIN

Glyph = tuple[int, str, float, float, float, float]  # place, character, left, top, right, bottom
Sides = tuple[Sequence[float], Sequence[float], Sequence[float], Sequence[float]]  # left, bottom, right, top of each
Bounds = tuple[float, float, float, float]  # left, bottom, right, top of the page as it is stored

_ANGLES = 7  # glyphs by which the direction of a page's text is judged
_BOX = 16  # bytes: four floats
_ADDED = "\r\n"  # line breaks, which PDFium adds
_MISSING = "\ufffd"
_UNIT = 2  # bytes of a UTF-16 unit


def glyphs_of(text: Any, bounds: Bounds) -> tuple[int, list[Glyph]]:
    """Degrees by which the page is turned for its text to run from left to right, and its glyphs as seen then.

    Those that PDFium itself adds are left out: they have no width.
    """
    from pypdfium2 import raw

    count = raw.FPDFText_CountChars(text)
    if count <= 0:
        return 0, []
    found, sides = _boxes(text, count)
    chars = _chars(text, count)
    left_and_right = zip(sides[0], sides[2], strict=True)
    shown = [
        ok and left != right and char not in _ADDED
        for ok, char, (left, right) in zip(found, chars, left_and_right, strict=True)
    ]
    turn = _direction(text, list(compress(range(count), shown)))
    return turn, list(compress(zip(range(count), chars, *turned(sides, turn, bounds), strict=True), shown))


def _boxes(text: Any, count: int) -> tuple[list[bool], Sides]:
    """Whether each glyph has a box, and the boxes, y upwards."""
    boxes = (ctypes.c_float * (4 * count))()
    start = ctypes.addressof(boxes)
    box_of = plain("FPDFText_GetLooseCharBox", ctypes.c_int, ADDRESS, ctypes.c_int, ADDRESS)
    found = list(map(box_of, repeat(address_of(text)), range(count), range(start, start + _BOX * count, _BOX)))
    numbers = memoryview(boxes).cast("B").cast("f").tolist()
    if not all(map(math.isfinite, numbers)):  # a broken matrix
        wild = {at // 4 for at, number in enumerate(numbers) if not math.isfinite(number)}
        found = [ok and at not in wild for at, ok in enumerate(found)]
    return found, (numbers[0::4], numbers[3::4], numbers[2::4], numbers[1::4])


def _chars(text: Any, count: int) -> Sequence[str]:
    """The character of each glyph, as a person sees it."""
    from pypdfium2 import raw

    units = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(text, 0, count, units)
    chars = bytes(units)[: _UNIT * count].decode("utf-16-le", "replace")
    if written != count + 1 or len(chars) != count or _MISSING in chars:  # not one unit a glyph
        codes = [raw.FPDFText_GetUnicode(text, at) for at in range(count)]
        return [PLAIN.get(code) or (chr(code) if 0 < code < 0x110000 else _MISSING) for code in codes]
    odd = [char for char in set(chars) if ord(char) in PLAIN]
    return [PLAIN.get(ord(char), char) for char in chars] if odd else chars


def _direction(text: Any, places: Sequence[int]) -> int:
    from pypdfium2 import raw

    if not places:
        return 0
    step = max(1, len(places) // _ANGLES)
    angles = (raw.FPDFText_GetCharAngle(text, at) for at in places[::step])
    quarters = Counter(round(math.degrees(angle) / 90) % 4 for angle in angles)
    return -90 * quarters.most_common(1)[0][0] % 360


def turned(sides: Sides, turn: int, bounds: Bounds) -> Sides:
    """Left, upper, right and lower sides as seen on the turned page, from its top left."""
    x0, y0, x1, y1 = sides
    left, bottom, right, top = bounds
    if turn == 0:
        return _minus(x0, left), _from(top, y1), _minus(x1, left), _from(top, y0)
    if turn == 90:
        return _minus(y0, bottom), _minus(x0, left), _minus(y1, bottom), _minus(x1, left)
    if turn == 180:
        return _from(right, x1), _minus(y0, bottom), _from(right, x0), _minus(y1, bottom)
    return _from(top, y1), _from(right, x1), _from(top, y0), _from(right, x0)


def _minus(numbers: Sequence[float], start: float) -> list[float]:
    return [number - start for number in numbers]


def _from(end: float, numbers: Sequence[float]) -> list[float]:
    return [end - number for number in numbers]
