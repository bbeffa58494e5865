"""Who holds a lease: this process, named so that others on this machine can tell whether it lives."""

import os
import socket
from pathlib import Path


def this_process() -> str:
    """host:pid:start; the start tells a process from a later one with the same number."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Surely dead: it was on this machine and is not running. Of another machine nobody can tell: False."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return False
    pid, start = int(rest), owner.rpartition(":")[2]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(pid) != start


def _started(pid: int) -> str:
    """When a process started, in clock ticks since boot (proc(5), field 22); "" where there is no /proc."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
