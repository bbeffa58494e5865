"""A small IMAP server on 127.0.0.1: one user, the few commands that reading and filing need (RFC 3501, 6851)."""

import contextlib
import re
import socketserver
import ssl
import threading
from collections.abc import Iterator

CAPABILITIES = "IMAP4rev1 MOVE UIDPLUS"
_LITERAL = "* {number} FETCH (UID {uid} BODY[] {{{size}}}\r\n"


class ImapServer(socketserver.ThreadingTCPServer):
    """`mails` by uid, of the one folder that is read; `seen` holds the uids of those that were marked.

    flags: by uid, all that were set. others: what lies in other folders, by name. `validity` is the folder's
    UIDVALIDITY; `arrived` the INTERNALDATE of a mail by uid.
    refused: commands that are answered with NO.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, mails: dict[int, bytes], *, password: str = "geheim", context: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.mails, self.password = mails, password
        self.capabilities, self.validity = CAPABILITIES, 7
        self.flags: dict[int, set[str]] = {}
        self.others: dict[str, list[bytes]] = {}
        self.arrived: dict[int, str] = {}
        self.commands: list[str] = []
        self.refused: set[str] = set()
        self.selected = ""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def seen(self) -> set[int]:
        return {uid for uid, flags in self.flags.items() if "\\Seen" in flags}

    @contextlib.contextmanager
    def running(self) -> Iterator["ImapServer"]:
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            thread.join()
            self.server_close()


class _Talk(socketserver.StreamRequestHandler):
    server: ImapServer

    def handle(self) -> None:
        self._say("* OK ready")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            self.server.commands.append(command)
            verb = command.split()[1 if command.upper().startswith("UID ") else 0].upper()
            act = getattr(self, f"_{verb.lower()}", None)
            ok = verb not in self.server.refused and act is not None and act(command) is not False
            self._say(f"{tag} {'OK' if ok else 'NO'} {verb}")
            if verb == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _login(self, command: str) -> bool:
        return command.split()[-1].strip('"') == self.server.password

    def _logout(self, command: str) -> None:
        self._say("* BYE")

    def _capability(self, command: str) -> None:
        self._say(f"* CAPABILITY {self.server.capabilities}")

    def _select(self, command: str) -> None:
        self.server.selected = command.split()[-1].strip('"')
        self._say(f"* {len(self.server.mails)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self.server.validity}] valid")
        self._say(f"* OK [UIDNEXT {max(self.server.mails, default=0) + 1}] next")

    def _list(self, command: str) -> None:
        name = command.split()[-1].strip('"')
        if name in self.server.others:
            self._say(f'* LIST () "/" "{name}"')

    def _create(self, command: str) -> None:
        self.server.others[command.split()[-1].strip('"')] = []

    def _search(self, command: str) -> None:
        unseen = "UNSEEN" in command.upper()
        found = (uid for uid in self.server.mails if not (unseen and uid in self.server.seen))
        self._say("* SEARCH " + " ".join(map(str, found)))

    def _store(self, command: str) -> None:
        flags = re.findall(r"[\\$\w]+", command.partition("(")[2])
        for uid in self._uids(command):
            self.server.flags.setdefault(uid, set()).update(flags)

    def _fetch(self, command: str) -> None:
        for uid in self._uids(command):
            raw = self.server.mails[uid]
            if "BODY" in command.upper():
                self.wfile.write(_LITERAL.format(number=uid, uid=uid, size=len(raw)).encode() + raw + b")\r\n")
            elif "SIZE" in command.upper():
                self._say(f"* {uid} FETCH (RFC822.SIZE {len(raw)} UID {uid})")
            else:
                at = self.server.arrived.get(uid, "01-Jan-2026 00:00:00 +0000")
                self._say(f'* {uid} FETCH (UID {uid} INTERNALDATE "{at}")')

    def _copy(self, command: str) -> bool:
        folder = command.split()[-1].strip('"')
        if folder not in self.server.others:
            return False
        self.server.others[folder] += [self.server.mails[uid] for uid in self._uids(command)]
        return True

    def _move(self, command: str) -> bool:
        done = self._copy(command)
        for uid in self._uids(command) if done else ():
            del self.server.mails[uid]
        return done

    def _uids(self, command: str) -> list[int]:
        """Those named by a set such as 3,5:*; the last mail is always in n:* (RFC 3501, 6.4.8)."""
        top = max(self.server.mails, default=0)
        found: set[int] = set()
        for part in command.split()[2].split(","):
            first, _, last = part.partition(":")
            ends = sorted(top if end == "*" else int(end) for end in (first, last or first))
            found |= {uid for uid in self.server.mails if ends[0] <= uid <= ends[1]}
        return sorted(found)
