"""Documents are read in a process of its own: what a hostile file does there, it does to itself."""

import dataclasses
import datetime as dt
import io
import pickle
import subprocess
import threading
import weakref
from typing import Any, BinaryIO, cast

import structlog

from notifier.bulletins import NO_STYLE, OLDER, HouseStyle, Opened, media_type_of
from notifier.children import end, read_frame, start, write_frame
from notifier.domain import Bulletin, Document
from notifier.errors import ReadError
from notifier.pipeline.reading.convert import Convert
from notifier.pipeline.reading.ocr import Ocr, as_recognised
from notifier.pipeline.reading.reader_process import too_much

log = structlog.get_logger()
SECONDS = 8.0  # wall time for one document; the process bounds its own CPU time
LARGEST = 64 * 1024 * 1024  # bytes of one document: beyond that the process has no room to read it
_PLAIN = {
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "timedelta"), ("datetime", "timezone"),
    ("zoneinfo", "ZoneInfo"), ("notifier.bulletins.opening", "Opened"),
}  # fmt: skip


class Reader:
    """Opens documents, one at a time, in a process that is kept for the next. Safe for threads.

    `convert` makes documents of older formats (bulletins.OLDER) readable; without it they need a person.
    `ocr` reads what has only pictures of text; without it that needs a person, too.

    The process is started when it is first needed, and again after it died. It ends with this object, with our
    process (however that ends), or by `close`.
    """

    def __init__(
        self,
        convert: Convert | None = None,
        *,
        ocr: Ocr | None = None,
        style: HouseStyle = NO_STYLE,
        seconds: float = SECONDS,
    ) -> None:
        self._convert = convert
        self._ocr = ocr
        self._style = style
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._end: weakref.finalize[..., Reader] | None = None

    def warm(self) -> None:
        """Start the process if there is none, without waiting for it."""
        with self._lock:
            self._started()

    def open(self, document: Document, *, published_on: dt.date | None = None) -> Opened:
        """As `bulletins.open_document`. ReadError also where reading takes too long or too much, or breaks.

        What has only pictures of text is read by OCR, where there is one.
        """
        if len(document.content) > LARGEST:
            raise too_large(document.name)
        try:
            return self._opened(document, published_on)
        except ReadError as error:
            if self._ocr is None or not error.pictures:
                raise
        return as_recognised(self._opened(self._ocr(document), published_on))

    def _opened(self, document: Document, published_on: dt.date | None) -> Opened:
        if self._convert is not None and (kind := media_type_of(document.name, document.content)) in OLDER:
            document = self._convert(document, kind)
        with self._lock:
            if self._process is not None and self._process.poll() is not None:  # it made room
                self.close()
            fresh = self._process is None
            answer = self._asked(document, published_on)
            if answer is None and not fresh:  # it died of what came before, or only made room
                answer = self._asked(document, published_on)
        kind, value = answer or ("refused", too_much("进程意外结束"))
        if kind == "opened" and isinstance(value, Opened):
            return value
        if kind == "broke":
            log.error("document.broke_reader", document=document.name, traceback=value)
            line = str(value).strip().rpartition("\n")[2]
            value = f"读取时程序出错：{line}", f"the reader failed: {line}", False, False
        zh, en, needs_person, pictures = value
        raise ReadError(str(zh), str(en), needs_person=bool(needs_person), pictures=bool(pictures))

    def read(self, document: Document, *, published_on: dt.date | None = None) -> list[Bulletin]:
        """All bulletins that the document holds, those of documents within it included. ReadError for the first that
        cannot be read."""
        opened = self.open(document, published_on=published_on)
        inner = [bulletin for one in opened.inner for bulletin in self.read(one, published_on=published_on)]
        return [opened.bulletin, *inner] if opened.bulletin is not None else inner

    def close(self) -> None:
        """End the process, if there is one."""
        if self._end is not None:
            self._end()
        self._process = self._end = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = start("notifier.pipeline.reading.reader_process")
            self._end = weakref.finalize(self, end, self._process)
        return self._process

    def _asked(self, document: Document, published_on: dt.date | None) -> tuple[str, Any] | None:
        """The answer of the process; None where it died without one."""
        process = self._started()
        requests, answers = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
        late = threading.Event()
        timer = threading.Timer(self._seconds, _stop, (process, late))
        timer.start()
        try:
            header = pickle.dumps((dataclasses.replace(document, content=b""), published_on, self._style))
            write_frame(requests, header)
            write_frame(requests, document.content)
            return _unpickled(read_frame(answers))
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            self.close()
            if process.returncode:
                log.warning("document.reader_died", document=document.name, error=repr(error), late=late.is_set())
            return self._verdict(process, late)
        finally:
            timer.cancel()

    def _verdict(self, process: subprocess.Popen[bytes], late: threading.Event) -> tuple[str, Any] | None:
        if late.is_set() or process.returncode in (-24, -9):  # SIGXCPU; SIGKILL, as the kernel does it
            return "refused", too_much(f"{self._seconds:.0f} 秒")
        return None


def too_large(name: str) -> ReadError:
    most = LARGEST // 1024**2
    return ReadError(
        f"{name} 超过 {most} MB，不读取；请核实来源，可靠的话拆分后再导入",
        f"{name} is larger than {most} MB: check where it comes from, and split it if it is genuine",
        needs_person=True,
    )


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


class _Unpickler(pickle.Unpickler):
    """Takes our own values and dates, nothing else: the other side has read a hostile file."""

    def find_class(self, module: str, name: str) -> Any:
        domain = module.startswith("notifier.domain.") and "." not in name
        found = super().find_class(module, name) if domain or (module, name) in _PLAIN else None
        if not isinstance(found, type):
            raise pickle.UnpicklingError(f"{module}.{name} is no value")
        return found


def _unpickled(content: bytes) -> tuple[str, Any]:
    kind, value = _Unpickler(io.BytesIO(content)).load()
    return str(kind), value
