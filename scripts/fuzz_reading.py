"""Any bytes under any format's name give what `Opened` promises or a typed error: run until something else happens.

    python -m venv fuzzing && fuzzing/bin/pip install -c constraints.txt -e . atheris
    fuzzing/bin/python scripts/fuzz_reading.py --seed FOLDER FILE...     once: seeds from your own files
    fuzzing/bin/python scripts/fuzz_reading.py -max_total_time=3600 -timeout=30 FOLDER
    fuzzing/bin/python scripts/fuzz_reading.py FOLDER/crash-…            again, with its traceback

What follows a name starting with "-" is libFuzzer's. atheris runs on Linux and macOS; it is no dependency of ours.
An input is a byte that says the format, and the content. For formats that are a ZIP of XML the content is its main
part: a changed byte within a ZIP only breaks its checksum.
"""

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["notifier"]):
    from notifier.bulletins import Opened, open_document
    from notifier.domain import Document, body_from_list, full_bulletin_to_dict, placed_body_to_list
    from notifier.errors import ReadError

NAMES = ("a.txt", "a.md", "a.html", "a.eml", "a.pdf", "a.docx", "a.ofd", "a.zip", "a.bin")
PACKED = {"document.xml": "word/document.xml", "numbering.xml": "word/numbering.xml", "page.xml": "Page.xml"}
KINDS = (*NAMES, *PACKED)
_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_REST = {
    "document.xml": {},
    "numbering.xml": {
        "word/document.xml": '<w:document xmlns:w="w"><w:body><w:p><w:pPr><w:numPr><w:ilvl w:val="0"/>'
        '<w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>Words.</w:t></w:r></w:p></w:body></w:document>'
    },
    "page.xml": {
        "OFD.xml": f"<ofd:OFD {_SPACE}><ofd:DocBody><ofd:DocRoot>Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Document.xml": f'<ofd:Document {_SPACE}><ofd:Pages><ofd:Page ID="1" BaseLoc="Page.xml"/></ofd:Pages>'
        "</ofd:Document>",
    },
}


def document_of(data: bytes) -> Document:
    kind, content = KINDS[data[0] % len(KINDS)], data[1:]
    if kind not in PACKED:
        return Document(key=kind, name=kind, media_type="", content=content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in {**_REST[kind], PACKED[kind]: content}.items():
            archive.writestr(name, part)
    return Document(key=kind, name="packed", media_type="", content=packed.getvalue())


def try_one(data: bytes) -> None:
    if data:
        _open(document_of(data))


def _open(document: Document) -> None:
    try:
        opened = open_document(document)
    except ReadError as error:
        if not (error.zh and error.en):
            raise ValueError("an error without words") from error
        return
    assert isinstance(opened, Opened)
    if opened.bulletin is not None:
        json.dumps(full_bulletin_to_dict(opened.bulletin), ensure_ascii=False).encode()
        for article in opened.bulletin.articles:
            assert isinstance(article.body, str) or body_from_list(placed_body_to_list(article.body)) == article.body
    for inner in opened.inner:
        _open(inner)


def seed(folder: Path, files: list[Path]) -> None:
    """Every file under its format's byte, and the XML within."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        content = file.read_bytes()
        name = f"a{file.suffix}" if f"a{file.suffix}" in NAMES else "a.bin"
        _write(folder, name, content)
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                for part in archive.namelist():
                    kind = "page.xml" if part.endswith("Content.xml") else Path(part).name
                    if kind in PACKED:
                        _write(folder, kind, archive.read(part))


def _write(folder: Path, kind: str, content: bytes) -> None:
    data = bytes([KINDS.index(kind)]) + content
    (folder / hashlib.sha256(data).hexdigest()[:20]).write_bytes(data)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--seed"]:
        seed(Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
    else:
        atheris.Setup(sys.argv, try_one)
        atheris.Fuzz()
