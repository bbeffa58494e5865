"""Programs of our own that run beside us, for work that a hostile input could make endless: a process can be ended."""

import contextlib
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import IO, BinaryIO

_STARTING = 20.0  # seconds that a program may take to start, on a busy machine
_ENDING = 2.0  # seconds in which a process without input is gone


def command(module: str) -> list[str]:
    """The command line that runs one of our modules with this interpreter."""
    return [sys.executable, "-m", module]


def environment() -> Mapping[str, str]:
    """Our own environment, with our own places of modules; one heap, so that a bound on memory is a true one."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MALLOC_ARENA_MAX": "1"}


def start(module: str) -> "subprocess.Popen[bytes]":
    """One of our modules as a process that is asked on its input and answers on its output."""
    return subprocess.Popen(
        command(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )


def end(process: "subprocess.Popen[bytes]") -> None:
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


class Child:
    """A program of ours that answers one request after the other, within seconds each. Safe for threads.

    It is started when it is first needed, and again after it died or had to be ended. It ends when its input does:
    with this object, or with our process, however that ends.
    """

    def __init__(self, module: str, *, seconds: float) -> None:
        self._module = module
        self._seconds = seconds  # wall time; the program bounds its own CPU time
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._end: weakref.finalize[..., Child] | None = None

    def ask(self, *frames: bytes) -> bytes | None:
        """The answer; None where the program died of the request, or was late."""
        with self._lock:
            before = self._process
            process = self._started()
            late = threading.Timer(self._seconds + (_STARTING if process is not before else 0), process.kill)
            late.start()
            try:
                assert process.stdin is not None
                assert process.stdout is not None
                write_frame(process.stdin, *frames)
                return read_frame(process.stdout)
            except (EOFError, OSError):
                self.close()
                return None
            finally:
                late.cancel()

    def close(self) -> None:
        """End the program, if it runs."""
        if self._end is not None:
            self._end()
        self._process = self._end = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:  # it made room for a fresh one
            self.close()
        if self._process is None:
            self._process = start(self._module)
            self._end = weakref.finalize(self, end, self._process)
        return self._process


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
