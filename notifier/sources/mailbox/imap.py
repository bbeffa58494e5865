"""A mailbox by IMAP: how it is opened, and read for what comes back (bounces): each unseen mail once, marked as seen.

A mailbox that is a source is read in mail.py.
"""

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import structlog

from notifier.errors import ConfigError, NotifierError, SourceError

if TYPE_CHECKING:
    from imap_tools.mailbox import BaseMailBox

log = structlog.get_logger()
BATCH = 500  # mails handed over in one reading
_PORTS = {"imaps": 993, "imap": 143}
_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`url` is imaps://user@host[:port]/FOLDER; imap:// goes unencrypted, to this machine only. `timeout`: seconds."""

    url: str
    password_file: Path | None = None
    ca_file: Path | None = None
    timeout: float = 30.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in _PORTS or not parts.hostname or not parts.username or parts.password:
            raise ConfigError(
                "邮箱地址不对，应形如 imaps://user@host/INBOX，密码放在 password_file",
                "write a mailbox as imaps://user@host/INBOX, its password in password_file",
            )
        if parts.scheme == "imap" and parts.hostname not in _HERE:
            raise ConfigError(
                f"邮箱 {parts.hostname} 不能明文读取，请改用 imaps://",
                f"the mailbox at {parts.hostname} is not read in the clear: use imaps://",
            )

    @property
    def folder(self) -> str:
        return unquote(urlsplit(self.url).path.strip("/")) or "INBOX"

    def read(self, take: Callable[[bytes], object]) -> int:
        """Hand over each unseen mail, oldest first; how many were taken.

        One that `take` fails on with an error of ours stays unseen and does not stop the others. SourceError in one
        line where the mailbox cannot be read.
        """
        taken = 0
        with self.opened() as box:
            for uid in sorted(box.uids("UNSEEN"), key=int)[:BATCH]:
                raw = fetched(box, uid)
                try:
                    take(raw)
                except NotifierError as error:
                    log.error("mailbox.mail_not_taken", uid=uid, error=error.en)
                    continue
                set_flag(box, [uid], "\\Seen")
                taken += 1
        return taken

    @contextlib.contextmanager
    def opened(self) -> Iterator["BaseMailBox"]:
        """The folder, selected. SourceError for whatever goes wrong with it meanwhile."""
        from imap_tools import ImapToolsError  # late: only who has such a mailbox needs it

        parts = urlsplit(self.url)
        try:
            box = self._connected(parts.hostname or "", parts.port or _PORTS[parts.scheme], tls=parts.scheme == "imaps")
            try:
                yield box.login(unquote(parts.username or ""), self._password(), initial_folder=self.folder)
            finally:
                _hang_up(box)
        except (ImapToolsError, OSError, ssl.SSLError, _imap_error()) as error:
            raise _unreadable(parts.hostname or "", error) from error

    def _connected(self, host: str, port: int, *, tls: bool) -> "BaseMailBox":
        from imap_tools import MailBox, MailBoxUnencrypted

        if not tls:
            return MailBoxUnencrypted(host, port, timeout=self.timeout)
        context = ssl.create_default_context(cafile=self.ca_file)
        return MailBox(host, port, timeout=self.timeout, ssl_context=context)

    def _password(self) -> str:
        if self.password_file is None:
            return ""
        try:
            return self.password_file.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(
                f"读不了邮箱密码文件 {self.password_file}",
                f"cannot read the mailbox's password file {self.password_file}",
            ) from error


def fetched(box: "BaseMailBox", uid: str) -> bytes:
    """The mail's own bytes, without marking it as seen."""
    _, answer = box.client.uid("FETCH", uid, "(BODY.PEEK[])")
    return next((part[1] for part in answer if isinstance(part, tuple)), b"")


def set_flag(box: "BaseMailBox", uids: Sequence[str], flag: str) -> None:
    """By itself: imap-tools' `flag` expunges afterwards, which removes what others have marked as deleted."""
    answer, lines = box.client.uid("STORE", ",".join(uids), "+FLAGS.SILENT", f"({flag})")
    if answer != "OK":
        raise _imap_error()(f"STORE: {lines}")


def _hang_up(box: "BaseMailBox") -> None:
    """Leave politely where that works, and close the connection in any case."""
    from imap_tools import ImapToolsError

    with contextlib.suppress(ImapToolsError, OSError, _imap_error()):
        box.logout()
    with contextlib.suppress(OSError):
        box.client.shutdown()


def _imap_error() -> type[Exception]:
    from imaplib import IMAP4

    return IMAP4.error


def _unreadable(host: str, error: Exception) -> SourceError:
    why = " ".join(str(error).split())[:200]
    if isinstance(error, socket.gaierror):
        return SourceError(f"找不到邮箱服务器 {host}", f"the mail server {host} is not found")
    return SourceError(f"读不了 {host} 上的邮箱：{why}", f"cannot read the mailbox at {host}: {why}")
