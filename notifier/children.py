"""Programs of our own that run beside us, for work that a hostile input could make endless: a process can be ended."""

import asyncio
import contextlib
import os
import select
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, BinaryIO, cast

Process = subprocess.Popen[bytes]
_ENDING = 2.0  # seconds in which a process without input is gone


def command(module: str) -> list[str]:
    """The command line that runs one of our modules with this interpreter."""
    return [sys.executable, "-m", module]


def environment() -> Mapping[str, str]:
    """Our own environment, with our own places of modules; one heap, so that a bound on memory is a true one."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MALLOC_ARENA_MAX": "1"}


def start(module: str) -> Process:
    """One of our modules as a process that is asked on its input and answers on its output."""
    return subprocess.Popen(
        command(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )


def end(process: Process) -> None:
    """Without input it ends by itself; one that does not is killed."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    try:
        process.wait(_ENDING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def limit_ourselves(*, cpu_seconds: int, memory_bytes: int) -> None:
    """Bound CPU time (from now on) and memory, where the system can: nothing outgrows its parent's patience."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + cpu_seconds
    for limit, value in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory_bytes)):
        _, hard = resource.getrlimit(limit)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (allowed, hard))


class Children:
    """Programs of one of our modules, at most so many, each of which answers one request after the other. Safe for
    threads and event loops.

    One is started when none is free, and ends with this object or with our process, however that ends. seconds: wall
    time for one request; the program bounds its own CPU time.
    """

    def __init__(self, module: str, *, most: int, seconds: float) -> None:
        self._module = module
        self._seconds = seconds
        self._free: list[Process] = []  # the one used last is taken next: it is warm
        self._lock = threading.Lock()
        # Threads of its own: those of the event loop must not all wait for hostile input.
        self._threads = ThreadPoolExecutor(most, module.rpartition(".")[2])
        self._end = weakref.finalize(self, _end_all, self._free)

    async def ask(self, *frames: bytes) -> bytes | None:
        """As `ask_now`, without blocking the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.ask_now, *frames)

    def ask_now(self, *frames: bytes) -> bytes | None:
        """The answer; None where the program died of the request, or was late. Blocks."""
        process, fresh = self._taken()
        answer = self._asked(process, frames)
        if answer is None and not fresh and process.returncode == 0:  # it had only made room
            answer = self._asked(start(self._module), frames)
        return answer

    def _taken(self) -> tuple[Process, bool]:
        with self._lock:
            while self._free:
                process = self._free.pop()
                if process.poll() is None:
                    return process, False
                end(process)
        return start(self._module), True

    def _asked(self, process: Process, frames: Sequence[bytes]) -> bytes | None:
        """The answer of the process, which is then free again; None where it died without one."""
        try:
            answer = _exchanged(process, frames, self._seconds)
        except (OSError, EOFError):
            end(process)
            return None
        with self._lock:
            self._free.append(process)
        return answer


def _exchanged(process: Process, frames: Sequence[bytes], seconds: float) -> bytes:
    """EOFError where it took longer than `seconds`, or died."""
    requests, answers = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
    write_frame(requests, *frames)
    waiting = select.poll()
    waiting.register(answers, select.POLLIN)
    if not waiting.poll(seconds * 1000):
        process.kill()
    return read_frame(answers)


def _end_all(processes: list[Process]) -> None:
    while processes:
        with contextlib.suppress(OSError):
            end(processes.pop())


def has_grown(most: int) -> bool:
    """Whether we hold more than `most` bytes now; the system's own record (ru_maxrss) counts what our parent held when
    it started us."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return False
    return pages * os.sysconf("SC_PAGE_SIZE") > most


# A frame is its length in 8 bytes, and as many bytes.


def read_frame(stream: BinaryIO | IO[bytes]) -> bytes:
    """EOFError where the other side has gone."""
    size = _exactly(stream, 8)
    return _exactly(stream, int.from_bytes(size, "big"))


def write_frame(stream: BinaryIO | IO[bytes], *contents: bytes) -> None:
    """All in one write: the other side wakes once, and finds the whole there if it is no larger than the pipe."""
    stream.write(b"".join(part for content in contents for part in (len(content).to_bytes(8, "big"), content)))
    stream.flush()


def _exactly(stream: BinaryIO | IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content
