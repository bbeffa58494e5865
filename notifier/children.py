"""Programs of our own that run beside us, for work that a hostile input could make endless: a process can be ended."""

import os
import sys
from collections.abc import Mapping


def command(module: str) -> list[str]:
    """The command line that runs one of our modules with this interpreter."""
    return [sys.executable, "-m", module]


def environment() -> Mapping[str, str]:
    """Our own environment, with our own places of modules; one heap, so that a bound on memory is a true one."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MALLOC_ARENA_MAX": "1"}


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
