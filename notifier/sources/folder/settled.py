"""Whether a file is whole: nobody is writing it, and it stays as it is while it is read."""

import errno
import os
import signal
from pathlib import Path

try:
    import fcntl
except ImportError:  # not a Unix: the check is left out
    fcntl = None  # type: ignore[assignment]

# Where a lease says nothing: network file systems answer "busy" for want of a delegation of their server.
_NO_LEASES = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "fuse", "fuseblk", "afs"})
_MOUNTS = Path("/proc/self/mountinfo")


class BusyError(Exception):
    """The file is being written; the next pass may find it whole."""


def leases_count(folder: Path) -> bool:
    """Whether a lease on a file in `folder` tells who is writing it: on Linux, on a local file system."""
    if fcntl is None or not hasattr(fcntl, "F_SETLEASE"):
        return False
    device = folder.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return True
    kinds = [line.split(" - ", 1)[1].split()[0] for line in lines if line.split()[2:3] == [wanted] and " - " in line]
    return not any(kind.split(".")[0] in _NO_LEASES for kind in kinds)


def open_for_writing(handle: int) -> bool:
    """Whether any process has the file open for writing: then a read lease on it is refused (fcntl(2), F_SETLEASE)."""
    try:
        # Were someone to open the file within the next microseconds, the kernel would tell us by SIGIO, which ends a
        # process; SIGURG is ignored.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False


def read_settled(path: Path, size: int, *, mtime_ns: int, use_leases: bool) -> bytes:
    """The bytes of a file that was `size` bytes, changed at `mtime_ns`, when it was found. BusyError, OSError."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if use_leases and open_for_writing(handle):
            raise BusyError
        content = file.read(size + 1)
        after = os.fstat(handle)
    if (len(content), after.st_size, after.st_mtime_ns) != (size, size, mtime_ns):
        raise BusyError
    return content
