"""Files that were whole once: whatever a disk or a foe changed in them, they give a bulletin or a typed error."""

import contextlib
import io
import random
import zipfile
from pathlib import Path

import pytest

from bulletins.word import by_hand, p, zipped
from notifier.bulletins import Opened, open_document
from notifier.domain import Document
from notifier.errors import ReadError

ROUNDS = 120
_XML = (
    b"<w:p>",
    b"</w:p>",
    b"w:val",
    b"<w:t>",
    b"<w:tbl>",
    b'"0"',
    b'"-1"',
    b'"99999999999999999999"',
    b"&#x1;",
    b"\xff",
)


def _mutated(content: bytes, rng: random.Random) -> bytes:
    """Some bytes changed, cut out, doubled or put in."""
    raw = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at, size = rng.randrange(len(raw)), rng.choice((1, 1, 4, 40, 400))
        kind = rng.randrange(4)
        if kind == 0:
            raw[at] = rng.randrange(256)
        elif kind == 1 and len(raw) > size + 10:
            del raw[at : at + size]
        elif kind == 2:
            raw[at:at] = raw[at : at + size]
        else:
            raw[at:at] = rng.choice(_XML)
    return bytes(raw)


def _opens(content: bytes, name: str) -> None:
    with contextlib.suppress(ReadError):
        assert isinstance(open_document(Document(key=name, name=name, media_type="", content=content)), Opened)


@pytest.mark.parametrize("name", ["52.docx", "sample.ofd", "52.txt"])
def test_a_damaged_file_is_read_or_refused(shared: Path, name: str) -> None:
    content = (shared / "bulletins" / name).read_bytes()
    rng = random.Random(name)
    for _ in range(ROUNDS):
        _opens(_mutated(content, rng), name)


NUMBERING = b"""<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>"""
STYLES = b"""<w:styles xmlns:w="w"><w:style w:type="paragraph" w:styleId="a">
<w:name w:val="heading 1"/><w:basedOn w:val="b"/>
<w:pPr><w:outlineLvl w:val="0"/><w:ind w:firstLine="420"/></w:pPr>
<w:rPr><w:sz w:val="32"/></w:rPr></w:style></w:styles>"""
ITEM = p("文字。", style='<w:pStyle w:val="a"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
TABLE = (
    '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr>'
    + p("格")
    + "</w:tc></w:tr></w:tbl>"
)


def test_parts_of_a_docx_that_contradict_one_another_are_read_or_refused() -> None:
    """Here the archive is whole and the XML in it is not what it should be."""

    main = zipfile.ZipFile(io.BytesIO(by_hand(ITEM * 3 + TABLE).content)).read("word/document.xml")
    rng = random.Random(7)
    for _ in range(2 * ROUNDS):
        parts = {"word/document.xml": main, "word/numbering.xml": NUMBERING, "word/styles.xml": STYLES}
        broken = rng.choice(list(parts))
        parts[broken] = _mutated(parts[broken], rng)
        _opens(zipped(parts.items()), "a.docx")
