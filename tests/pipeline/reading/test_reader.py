"""Reading in a process of its own: a hostile file harms nothing but itself."""

import contextlib
import datetime as dt
import os
import pickle
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bulletins.word import by_hand, p, zipped
from notifier.bulletins import open_document
from notifier.children import environment, has_grown
from notifier.domain import Document
from notifier.errors import ReadError
from notifier.pipeline.reading import reader as module
from notifier.pipeline.reading import reader_process
from notifier.pipeline.reading.reader import Reader

DAY = dt.date(2026, 3, 5)
NOTE = "图书室夜间开放\n\n自本月起开放至九时。\n"


def _document(content: bytes, name: str = "a.txt") -> Document:
    when = dt.datetime(2026, 3, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    return Document(key=name, name=name, media_type="", content=content, published_at=when)


@pytest.fixture(scope="module")
def shared_reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def _pid(reader: Reader) -> int:
    process = reader._process
    assert process is not None
    return process.pid


def _is_gone(pid: int, *, seconds: float = 3.0) -> bool:
    """The process has ended, or waits for its parent to notice."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if ") Z " in Path(f"/proc/{pid}/stat").read_text():
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("name", ["52.txt", "52.docx", "52.pdf", "sample.ofd"])
def test_a_document_reads_in_the_process_as_it_reads_here(shared: Path, shared_reader: Reader, name: str) -> None:
    document = _document((shared / "bulletins" / name).read_bytes(), name)
    assert shared_reader.open(document, published_on=DAY) == open_document(document, published_on=DAY)


def test_documents_within_come_back_too_and_all_bulletins_are_read(shared_reader: Reader) -> None:
    document = _document(zipped([("a.txt", NOTE), ("b.txt", NOTE * 2)]), "a.zip")
    assert shared_reader.open(document) == open_document(document)
    assert [bulletin.articles[0].title for bulletin in shared_reader.read(document)] == ["图书室夜间开放"] * 2


def test_errors_come_back_as_they_are(shared_reader: Reader) -> None:
    for content in (b"", b"\x89PNG\r\n\x1a\n" + bytes(9)):
        with pytest.raises(ReadError) as here:
            open_document(_document(content))
        with pytest.raises(ReadError) as there:
            shared_reader.open(_document(content))
        assert (there.value.zh, there.value.en) == (here.value.zh, here.value.en)
        assert there.value.needs_person == here.value.needs_person


def test_the_process_is_kept_for_the_next_document(reader: Reader) -> None:
    reader.open(_document(NOTE.encode()))
    pid = _pid(reader)
    for _ in range(50):
        reader.open(_document(NOTE.encode()))
    assert _pid(reader) == pid


def test_a_large_parent_makes_no_large_child(reader: Reader) -> None:
    """The system counts what a parent holds to the child that it starts."""
    ballast = bytearray(os.urandom(1024)) * (160 * 1024)
    reader.open(_document(NOTE.encode()))
    pid = _pid(reader)
    reader.open(_document(NOTE.encode()))
    assert _pid(reader) == pid
    assert len(ballast) == 160 * 1024**2


def test_a_process_that_died_is_replaced_and_nothing_is_lost(reader: Reader) -> None:
    reader.open(_document(NOTE.encode()))
    os.kill(_pid(reader), signal.SIGTERM)
    assert reader.open(_document(NOTE.encode())).bulletin is not None


def test_a_process_knows_what_it_holds_now() -> None:
    """Who has grown makes room for a fresh process; what was given back does not count."""
    ballast = bytearray(os.urandom(1024)) * (130 * 1024)
    assert has_grown(reader_process._GROWN)
    del ballast


def test_a_process_that_made_room_is_replaced(reader: Reader) -> None:
    reader.open(_document(NOTE.encode()))
    process = reader._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()  # it ends by itself
    process.wait(5)
    assert reader.open(_document(NOTE.encode())).bulletin is not None


def test_what_takes_too_long_is_given_up() -> None:
    reader = Reader(seconds=0.5)
    reader.warm()
    os.kill(_pid(reader), signal.SIGSTOP)  # as a reader that never comes to an end
    started = time.monotonic()
    with pytest.raises(ReadError, match="人工") as caught:
        reader.open(_document(NOTE.encode()))
    assert time.monotonic() - started < 2
    assert caught.value.needs_person
    reader.close()


def test_threads_share_the_process(shared_reader: Reader) -> None:
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(shared_reader.open(_document(NOTE.encode())))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8


def test_no_process_is_left_behind() -> None:
    """Not when the reader is forgotten, nor when our own process is killed while it reads."""
    reader = Reader()
    reader.warm()
    pid = _pid(reader)
    del reader
    assert _is_gone(pid)
    code = "from notifier.pipeline.reading.reader import Reader\nreader = Reader()\nreader.warm()\n"
    code += "print(reader._process.pid, flush=True)\ninput()"
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    assert _is_gone(child)


def test_an_answer_that_is_no_value_of_ours_is_not_unpacked() -> None:
    for hostile in (os.system, subprocess.Popen, getattr, eval):
        with pytest.raises(pickle.UnpicklingError):
            module._unpickled(pickle.dumps(("opened", hostile)))


# --- hostile files --------------------------------------------------------------------------------------------


def _huge_ofd() -> bytes:
    """A small file that says that it is a gigabyte."""
    small = zipped([("OFD.xml", b" " * 5_000_123)])
    return small.replace((5_000_123).to_bytes(4, "little"), (1024**3).to_bytes(4, "little"))


def _deep_pdf() -> bytes:
    deep = b"[" * 200_000 + b"]" * 200_000
    catalog = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/X " + deep + b">>\nendobj\n"
    pages = b"2 0 obj\n<</Type/Pages/Kids[" + b"2 0 R " * 5000 + b"]/Count 99999999>>\nendobj\n"
    return b"%PDF-1.7\n" + catalog + pages + b"trailer<</Root 1 0 R>>\n%%EOF"


def _laughs() -> str:
    entities = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12))
    return f'<!DOCTYPE d [<!ENTITY a0 "ha">{entities}]><d>&a11;</d>'


def _quadratic() -> str:
    return f'<!DOCTYPE d [<!ENTITY a "{"x" * 50_000}">]><d>{"&a;" * 50_000}</d>'


PATIENCE = 3.0  # seconds; the service has more


@pytest.fixture(scope="module")
def patient() -> Iterator[Reader]:
    reader = Reader(seconds=PATIENCE)
    yield reader
    reader.close()


HOSTILE = {
    "deep.pdf": _deep_pdf,
    "bomb.docx": lambda: zipped([("word/document.xml", b"<w>" + b" " * 64 * 1024**2)]),
    "laughs.docx": lambda: zipped([("word/document.xml", _laughs())]),
    "quadratic.docx": lambda: zipped([("word/document.xml", _quadratic())]),
    "deep.docx": lambda: by_hand("<w:tbl><w:tr><w:tc>" * 20_000).content,
    "wide.docx": lambda: by_hand(p("字" * 60) * 250_000).content,
    "laughs.xml.ofd": lambda: zipped([("OFD.xml", _laughs())]),
    "deep.html": lambda: b"<html><body>" + b"<div>" * 200_000 + "字".encode(),
    "lines.txt": lambda: "第1期\n".encode() * 300_000,
    "noise.bin": lambda: random.Random(1).randbytes(8 * 1024**2),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_an_answer_or_a_clear_error_in_time(name: str, patient: Reader) -> None:
    document = _document(HOSTILE[name](), name)
    started = time.monotonic()
    with contextlib.suppress(ReadError):
        patient.open(document)
    assert time.monotonic() - started < PATIENCE + 1.5
    assert patient.open(_document(NOTE.encode())).bulletin is not None


def test_a_gigabyte_in_a_small_file_is_refused(shared_reader: Reader) -> None:
    with pytest.raises(ReadError, match="过大"):
        shared_reader.open(_document(_huge_ofd(), "huge.ofd"))


def test_memory_is_bounded_by_the_system(shared_reader: Reader) -> None:
    shared_reader.open(_document(NOTE.encode()))
    assert resource.prlimit(_pid(shared_reader), resource.RLIMIT_AS)[0] == 256 * 1024**2
