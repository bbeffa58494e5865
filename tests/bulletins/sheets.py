"""A small writer of PDF files: lines of text at places, in a font that is named but not embedded.

PDFium takes glyphs of such a font for empty: a line of one character, and a line that says what the one before it
says, it leaves out. So the writer gives the first a space, and tests should not print the second.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 595.0, 842.0  # points: A4


@dataclass(frozen=True)
class Text:
    """A line at a place: x and y (of its foot) from the top left. spread: extra space after each character; points."""

    x: float
    y: float
    text: str
    size: float = 16.0
    spread: float = 0.0
    turned: bool = False
    font: str = "F1"


@dataclass(frozen=True)
class Stroke:
    """A line that is drawn from one place to another, as x and y from the top left; filled: as a thin box instead."""

    x0: float
    y0: float
    x1: float
    y1: float
    filled: bool = False


def pdf(pages: Sequence[Sequence[Text | Stroke]], *, rotate: int = 0, named: bool = True) -> bytes:
    """The file. rotate: degrees by which every page is turned. named: the font says which characters its glyphs are."""
    kids = " ".join(f"{6 + 2 * at} 0 R" for at in range(len(pages)))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        3: _font("SimSun", named=named),
        4: _stream(_to_unicode()),
        5: _font("SimHei-Bold", named=named),
    }
    for at, lines in enumerate(pages):
        objects[6 + 2 * at] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH:g} {HEIGHT:g}]/Rotate {rotate}"
            f"/Resources<</Font<</F1 3 0 R/F2 5 0 R>>>>/Contents {7 + 2 * at} 0 R>>"
        ).encode()
        objects[7 + 2 * at] = _stream("\n".join(map(_show, lines)).encode())
    return _file(objects)


def _show(line: Text | Stroke) -> str:
    if isinstance(line, Stroke):
        return _drawn(line)
    place = f"{line.x:.2f} {HEIGHT - line.y:.2f}"
    matrix = f"0 1 -1 0 {line.y:.2f} {line.x:.2f}" if line.turned else f"1 0 0 1 {place}"
    codes = (line.text if len(line.text) > 1 else f"{line.text} ").encode("utf-16-be").hex()  # PDFium needs a width
    return f"BT /{line.font} {line.size:g} Tf {line.spread:g} Tc {matrix} Tm <{codes}> Tj ET"


def _drawn(line: Stroke) -> str:
    if line.filled:
        width, height = max(line.x1 - line.x0, 0.7), max(line.y1 - line.y0, 0.7)
        return f"{line.x0:.2f} {HEIGHT - line.y1:.2f} {width:.2f} {height:.2f} re f"
    return f"0.5 w {line.x0:.2f} {HEIGHT - line.y0:.2f} m {line.x1:.2f} {HEIGHT - line.y1:.2f} l S"


def _font(name: str, *, named: bool) -> bytes:
    """Chinese characters are one em wide, ASCII half of it."""
    unicode = "/ToUnicode 4 0 R" if named else ""
    return (
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H{unicode}/DescendantFonts[<</Type/Font"
        f"/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/DW 1000/W[32 126 500]/FontDescriptor<</Type/FontDescriptor/FontName/{name}/Flags 4/ItalicAngle 0"
        "/FontBBox[0 -200 1000 880]/Ascent 880/Descent -120/CapHeight 700/StemV 80>>>>]>>"
    ).encode()


def _to_unicode() -> bytes:
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        + b"100 beginbfrange\n"
        + b"\n".join(b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in range(100))
        + b"\nendbfrange\n100 beginbfrange\n"
        + b"\n".join(b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in range(100, 200))
        + b"\nendbfrange\n56 beginbfrange\n"
        + b"\n".join(b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in range(200, 256))
        + b"\nendbfrange\nendcmap end end"
    )


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed)


def _file(objects: dict[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, data in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, data)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(objects))
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
