"""Scans and pictures to text by OCR, where the extra `ocr` is installed: in a process of its own, page by page."""

import dataclasses
import importlib.util
import json
import subprocess
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import structlog

from notifier.bulletins import Opened, Piece, media_type_of, text_of
from notifier.children import command, environment, read_frame, write_frame
from notifier.domain import Document, Quality
from notifier.errors import ReadError

log = structlog.get_logger()
SECONDS = 60.0  # for one page; it takes 4 to 8 on one core
MEMORY_BYTES = 1536 * 1024 * 1024
PAGES = 50  # of one document
SURE = 0.8  # of 1: no reading by OCR is held to be better than this
_PROBLEM = ("由文字识别（OCR）读出，可能有错字", "read by OCR: characters may be wrong")


@dataclasses.dataclass(frozen=True, slots=True)
class Ocr:
    """Makes a text of a scan. seconds: for one page; pages: of one document at most."""

    seconds: float = SECONDS
    memory_bytes: int = MEMORY_BYTES
    pages: int = PAGES

    def __call__(self, document: Document) -> Document:
        """The document as text. ReadError where nothing was recognised, or it takes too much."""
        process = _started()
        try:
            pages = list(self._pages(process, document))
        finally:
            _ended(process)
        text = text_of(pages)
        if not text.strip():
            raise _failed(document, "没有识别出文字", "no text was recognised")
        log.info("document.recognised", document=document.name, pages=len(pages), characters=len(text))
        return dataclasses.replace(document, content=text.encode(), media_type="text/plain", encoding="utf-8")

    def _pages(self, process: "subprocess.Popen[bytes]", document: Document) -> Iterator[list[Piece]]:
        requests, answers = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
        kind = media_type_of(document.name, document.content)
        request = {"kind": kind, "memory": self.memory_bytes, "seconds": int(self.seconds) + 1, "pages": self.pages}
        try:
            write_frame(requests, json.dumps(request).encode())
            write_frame(requests, document.content)
            while isinstance(answer := self._answer(process, answers), list):
                yield [Piece(*piece) for piece in answer]
        except (OSError, EOFError, ValueError, TypeError) as error:
            log.warning("document.ocr_died", document=document.name, code=process.poll(), error=repr(error))
            raise _failed(document, "识别时占用过多或出错", "OCR took too much, or broke") from error
        if "refused" in answer:
            zh, en = answer["refused"]
            raise ReadError(str(zh), str(en), needs_person=True)

    def _answer(self, process: "subprocess.Popen[bytes]", answers: BinaryIO) -> Any:
        """The next page; EOFError where it takes too long."""
        timer = threading.Timer(self.seconds, process.kill)
        timer.start()
        try:
            return json.loads(read_frame(answers))
        finally:
            timer.cancel()


def find_ocr(
    *, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES, pages: int = PAGES, wanted: bool = True
) -> Ocr | None:
    """What recognises scans; None where the extra is not installed or not wanted."""
    installed = all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))
    return Ocr(seconds, memory_bytes, pages) if wanted and installed else None


def as_recognised(opened: Opened) -> Opened:
    """Marked as read by OCR: a doubtful reading, which the operator sees and readers are told of."""
    if opened.bulletin is None:
        return opened
    before = opened.bulletin.quality
    quality = Quality(min(before.score, SURE), (_PROBLEM, *before.problems), before.orphans)
    return dataclasses.replace(opened, bulletin=dataclasses.replace(opened.bulletin, quality=quality))


def _started() -> "subprocess.Popen[bytes]":
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # each thread would want memory of its own
    return subprocess.Popen(
        command("notifier.pipeline.reading.ocr_process"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**environment(), **one},
    )


def _ended(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:  # what was to be written has nobody to read it
                continue
    process.wait()


def _failed(document: Document, zh: str, en: str) -> ReadError:
    return ReadError(
        f"{document.name} {zh}；请人工查看，录入文字后重试",
        f"{document.name}: {en}; look at it, and try again with its text",
        needs_person=True,
    )
