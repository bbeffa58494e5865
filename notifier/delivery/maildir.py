"""Maildir: a message becomes one file that any mail reader opens (https://cr.yp.to/proto/maildir.html)."""

import asyncio
import contextlib
import hashlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from notifier.domain import BeforeDot, Envelope, Receipt
from notifier.errors import DeliveryError

_LONGEST_NAME = 180  # bytes; file systems take 255, readers append flags
_ABANDONED = 36 * 3600  # seconds after which a file in tmp/ is nobody's, by the Maildir convention
_FLAGS = re.compile(r"[:;!]2,.*$", re.DOTALL)  # what a reader appends; : is not possible everywhere


class Maildir:
    """A transport into the folder `path` (made at need): one box for all recipients.

    A file is named by its Message-ID, so that delivering it again changes nothing. Durable when `send` returns.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._read: frozenset[str] = frozenset()
        self._read_at = 0  # ns, the change of cur/ that `_read` was listed after

    async def send(self, envelope: Envelope, before_dot: BeforeDot) -> Receipt:
        name = file_name(envelope.message_id)
        target = self._path / "new" / name
        with _disk_errors(self._path):
            known = await asyncio.to_thread(self._holds, name)
            draft = None if known else await asyncio.to_thread(self._write, name, envelope.content)
        if draft is None:
            await before_dot()
            return Receipt(reply="already delivered", where=str(target))
        try:
            await before_dot()
            with _disk_errors(self._path):
                await asyncio.to_thread(self._commit, draft, target)
        finally:
            await asyncio.to_thread(draft.unlink, missing_ok=True)
        return Receipt(reply="stored", where=str(target))

    async def evidence(self, message_id: str) -> bool | None:
        """Whether the message is in the box, read or unread. One that a reader deleted counts as not delivered."""
        with _disk_errors(self._path):
            return await asyncio.to_thread(self._holds, file_name(message_id))

    async def check(self) -> str:
        """Write and remove a file; sweep what crashed deliveries left; a line for the operator."""
        with _disk_errors(self._path):
            return await asyncio.to_thread(self._check)

    async def close(self) -> None:
        """Nothing is kept open."""

    def _folders(self) -> None:
        for name in ("tmp", "new", "cur"):
            (self._path / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def _write(self, name: str, content: bytes) -> Path:
        """The whole message in tmp/, on the disk."""
        self._folders()
        draft = self._path / "tmp" / f"{name}.{os.getpid()}.{time.monotonic_ns()}"
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return draft

    def _commit(self, draft: Path, target: Path) -> None:
        draft.replace(target)
        try:
            _sync_folder(target.parent)
        except OSError as error:
            raise DeliveryError(
                f"信件已写入 {target}，但磁盘未确认：{error}；请检查磁盘",
                f"{target} is written, but the disk did not confirm it: {error}; check the disk",
                permanent=False,
                uncertain=True,
            ) from error

    def _holds(self, name: str) -> bool:
        return (self._path / "new" / name).exists() or name in self._names_in_cur()

    def _names_in_cur(self) -> frozenset[str]:
        """Names without flags. Listed anew when the folder has changed, or changed too lately for its time to show."""
        folder = self._path / "cur"
        try:
            changed = folder.stat().st_mtime_ns
        except FileNotFoundError:
            return frozenset()
        if changed != self._read_at:
            self._read = frozenset(_FLAGS.sub("", entry.name) for entry in folder.iterdir())
            self._read_at = changed if time.time_ns() - changed > 2_000_000_000 else 0
        return self._read

    def _check(self) -> str:
        self._folders()
        self._write("check", b"").unlink()
        for left in (self._path / "tmp").iterdir():
            with contextlib.suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _ABANDONED:
                    left.unlink()
        unread = sum(1 for _ in (self._path / "new").iterdir())
        return f"maildir {self._path}: writable, {unread} unread"


def file_name(message_id: str) -> str:
    """A file's name for a Message-ID: the same for the same id, safe on every system, never a hidden or flagged file.

    Letters, digits and @.-_ stand for themselves, other bytes as =XX; a long id ends in its digest.
    """
    bare = message_id.strip().removeprefix("<").removesuffix(">").encode("utf-8", "surrogateescape")
    if not bare:
        raise ValueError("a message without Message-ID cannot be stored")
    plain = re.sub(rb"[^A-Za-z0-9@.\-_]|^\.", lambda found: b"=%02X" % found[0][0], bare).decode("ascii")
    if len(plain) <= _LONGEST_NAME:
        return plain
    return f"{plain[:100]}={hashlib.sha256(bare).hexdigest()}"


def _sync_folder(folder: Path) -> None:
    """Make a rename durable. Windows has no handle on folders to sync; its rename is journalled."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DeliveryError(
            f"写不进邮件夹 {path}：{error.strerror or error}；请检查磁盘空间和权限",
            f"cannot write to the maildir {path}: {error.strerror or error}; check disk space and permissions",
            permanent=False,
        ) from error
