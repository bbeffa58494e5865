"""The feed readers' parent: a few processes, kept for the next feed, each ended when a feed keeps it too long."""

import asyncio
import contextlib
import json
import select
import subprocess
import threading
import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO, cast

from notifier.children import end, read_frame, start, write_frame
from notifier.errors import SourceError
from notifier.sources.feed.entries import NOTHING
from notifier.sources.http.fetch import Response

SECONDS = 20.0  # wall time for one feed; the reader's own limit is CPU time
PROCESSES = 4  # at most: one feed that was made to be slow leaves room for the others
Process = subprocess.Popen[bytes]


class FeedReaders:
    """Reads feeds, up to `processes` at once. Safe for threads and event loops.

    A process is started when none is free, and ends with this object or with our process, however that ends.
    """

    def __init__(self, processes: int = PROCESSES) -> None:
        self._free: list[Process] = []  # the one used last is taken next: it is warm
        self._lock = threading.Lock()
        # Threads of its own: those of the event loop must not all wait for feeds.
        self._threads = ThreadPoolExecutor(processes, "feed-reader")
        self._end = weakref.finalize(self, _end_all, self._free)

    async def read(self, answer: Response, known: Mapping[str, str]) -> dict[str, Any]:
        """As `read_now`, without blocking the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read_now, answer, known)

    def read_now(
        self, answer: Response, known: Mapping[str, str] = NOTHING, *, seconds: float = SECONDS
    ) -> dict[str, Any]:
        """What the feed says, as `read_feed` has it. Blocks. SourceError where that takes too long, or breaks."""
        header = _header(answer, known)
        process, fresh = self._taken()
        result = self._asked(process, header, answer.content, seconds)
        if result is None and not fresh and process.returncode == 0:  # it had only made room
            result = self._asked(start(_MODULE), header, answer.content, seconds)
        if not result:
            raise SourceError(
                f"{answer.url} 的内容无法解析（格式错乱或过于庞大）；请与发布者联系，或停用此来源",
                f"the content of {answer.url} cannot be read (malformed or made to be slow); tell its publisher, "
                "or remove the source",
            )
        return result

    def _taken(self) -> tuple[Process, bool]:
        with self._lock:
            while self._free:
                process = self._free.pop()
                if process.poll() is None:
                    return process, False
                end(process)
        return start(_MODULE), True

    def _asked(self, process: Process, header: bytes, content: bytes, seconds: float) -> dict[str, Any] | None:
        """The answer of the process, which is then free again; None where it died without one."""
        try:
            result = _exchanged(process, header, content, seconds)
        except (OSError, EOFError, ValueError):
            end(process)
            return None
        with self._lock:
            self._free.append(process)
        return result


_MODULE = "notifier.sources.feed.process"


def _header(answer: Response, known: Mapping[str, str]) -> bytes:
    said = {
        "url": answer.url,
        "media_type": answer.headers.get("content-type", ""),
        "location": answer.headers.get("content-location", ""),
        "known": dict(known),
    }
    return json.dumps(said).encode("ascii")


def _exchanged(process: Process, header: bytes, content: bytes, seconds: float) -> dict[str, Any]:
    """EOFError where it took longer than `seconds`, or died."""
    requests, answers = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
    write_frame(requests, header, content)
    waiting = select.poll()
    waiting.register(answers, select.POLLIN)
    if not waiting.poll(seconds * 1000):
        process.kill()
    result: dict[str, Any] = json.loads(read_frame(answers))
    return result


def _end_all(processes: list[Process]) -> None:
    while processes:
        with contextlib.suppress(OSError):
            end(processes.pop())


READERS = FeedReaders()  # of this process; it holds nothing until the first feed comes
