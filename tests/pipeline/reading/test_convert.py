"""Older formats go through a converter of the system; without one they wait for a person."""

import time
from pathlib import Path

import pytest

from notifier.bootstrap import Service
from notifier.domain import Document
from notifier.errors import ReadError
from notifier.pipeline.reading.convert import find_converter
from notifier.pipeline.reading.reader import Reader
from pipeline.job import put, work

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
TEXT = "图书室夜间开放\n\n自本月起开放至九时。\n"


def _document(name: str = "通知.doc", content: bytes = OLE) -> Document:
    return Document(key=name, name=name, media_type="", content=content)


def _program(folder: Path, name: str, script: str) -> None:
    """A converter that is a shell script: it gets what a real one gets."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def _read(folder: Path, document: Document, *, seconds: float = 60.0) -> str:
    reader = Reader(find_converter(str(folder), seconds=seconds))
    try:
        return reader.read(document)[0].articles[0].title
    finally:
        reader.close()


def test_without_a_converter_an_older_format_waits_for_a_person(tmp_path: Path) -> None:
    assert find_converter(str(tmp_path)) is None
    reader = Reader()
    for name, content in (("a.doc", OLE), ("a.wps", OLE), ("a.rtf", b"{\\rtf1 x}")):
        with pytest.raises(ReadError, match="LibreOffice") as caught:
            reader.open(_document(name, content))
        assert caught.value.needs_person
    reader.close()


def test_what_a_converter_prints_or_writes_is_read(tmp_path: Path) -> None:
    _program(tmp_path, "antiword", f"test -s \"$5\" && printf '%s' '{TEXT}'")
    assert _read(tmp_path, _document()) == "图书室夜间开放"
    _program(tmp_path, "soffice", f"printf '%s' '{TEXT}' > \"$HOME/in.docx\"")
    assert _read(tmp_path, _document("通知.wps")) == "图书室夜间开放"


def test_where_one_converter_fails_the_next_is_asked(tmp_path: Path) -> None:
    _program(tmp_path, "soffice", "exit 1")
    _program(tmp_path, "catdoc", f"printf '%s' '{TEXT}'")
    assert _read(tmp_path, _document("a.rtf", b"{\\rtf1 x}")) == "图书室夜间开放"
    _program(tmp_path, "catdoc", "exit 1")
    with pytest.raises(ReadError, match="另存为 DOCX") as caught:
        _read(tmp_path, _document("通知.wps"))
    assert caught.value.needs_person


def test_a_converter_gets_no_secrets_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFIER_SECRET", "x")
    _program(tmp_path, "antiword", 'echo "地方 $HOME"; echo; echo "秘密$NOTIFIER_SECRET。"')
    converter = find_converter(str(tmp_path))
    assert converter is not None
    said = converter(_document(), "application/msword").content.decode()
    assert "秘密。" in said
    assert not Path(said.split()[1]).exists()


def test_a_converter_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path,
) -> None:
    _program(tmp_path, "antiword", f"(sleep 2; touch {tmp_path}/alive) & sleep 30")
    started = time.monotonic()
    with pytest.raises(ReadError):
        _read(tmp_path, _document(), seconds=0.3)
    assert time.monotonic() - started < 2
    time.sleep(2.0 - min(time.monotonic() - started, 1.9))
    assert not (tmp_path / "alive").exists()


def test_documents_that_need_a_person_are_marked_and_stop_nobody_else(service: Service) -> None:
    put(service, "扫描.png.pdf", b"\x89PNG\r\n\x1a\n" + bytes(60))
    put(service, "a.txt", TEXT)
    states = {read.name: read.state for read in work(service).read}
    assert states == {"扫描.png.pdf": "needs_person", "a.txt": "read"}
