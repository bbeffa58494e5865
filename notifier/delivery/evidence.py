"""What a relay took, by its own log: for messages of which nobody knows whether they went."""

import asyncio
import re
from itertools import islice
from pathlib import Path

from notifier.delivery.replies import for_operator

MOST_READ = 64 * 1024 * 1024  # bytes of a log that are looked at; what lies further back is too old to be in doubt
MOST_KEPT = 500_000  # messages remembered; the oldest go first, which nobody asks for any more
# Postfix names a message in two lines: cleanup sees its Message-ID before the dot, qmgr has it once it is safe in the
# queue. Only the second is evidence: of a connection that breaks in the body there is a first one, too.
_SEEN = re.compile(rb"/cleanup\[\d+\]: ([0-9A-Za-z]+): message-id=<([^>\s]+)>")
_QUEUED = re.compile(rb"/qmgr\[\d+\]: ([0-9A-Za-z]+): from=<[^>]*>, size=\d+, nrcpt=\d+ \(queue active\)")
_LINE = re.compile(_SEEN.pattern + rb"|" + _QUEUED.pattern)


class PostfixLog:
    """The log file of a Postfix. Read on from where it was left; a rotated one is read from its start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0  # bytes read
        self._file = 0  # inode
        self._names: dict[bytes, bytes] = {}  # queue id -> Message-ID; a short queue id is used again
        self._taken: dict[bytes, None] = {}  # Message-IDs, in the order of their coming

    async def found(self, message_id: str) -> bool | None:
        """True: the relay took it. None: not known; a log may lag, so absence proves nothing."""
        await asyncio.to_thread(self._read)
        return True if message_id.encode() in self._taken else None

    async def check(self) -> str:
        await asyncio.to_thread(self._read)
        return f"evidence by {self._path}"

    def _read(self) -> None:
        try:
            state = self._path.stat()
            if state.st_ino != self._file or state.st_size < self._at:
                self._finish_rotated()
                self._file, self._at = state.st_ino, max(0, state.st_size - MOST_READ)
            self._read_on(self._path)
        except OSError as error:
            raise for_operator(
                f"读不到邮件日志 {self._path}：{error.strerror}；请检查 postfix_log 设置和权限",
                f"cannot read the mail log {self._path}: {error.strerror}; check postfix_log and its permissions",
            ) from error

    def _finish_rotated(self) -> None:
        """What came to the old file after it was read last; logrotate keeps it as .1."""
        rotated = self._path.with_name(self._path.name + ".1")
        if rotated.is_file() and (not self._file or rotated.stat().st_ino == self._file):
            self._at = self._at if self._file else max(0, rotated.stat().st_size - MOST_READ)
            self._read_on(rotated)

    def _read_on(self, path: Path) -> None:
        """Whole lines only: the last one may still be written."""
        with path.open("rb") as file:
            file.seek(self._at)
            while lines := file.readlines(1 << 20):
                if not lines[-1].endswith(b"\n"):
                    lines.pop()
                self._at += sum(map(len, lines))
                self._learn(b"".join(lines))
                if not lines:
                    return

    def _learn(self, lines: bytes) -> None:
        for seen, message_id, queued in _LINE.findall(lines):
            if seen:
                self._names[seen] = message_id
            elif queued in self._names:
                self._taken[self._names.pop(queued)] = None
        for known in (self._names, self._taken):
            for oldest in [*islice(known, max(0, len(known) - MOST_KEPT))]:
                del known[oldest]
