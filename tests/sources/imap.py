"""A small IMAP server on 127.0.0.1: one folder, one user, the few commands that reading needs (RFC 3501)."""

import contextlib
import re
import socketserver
import threading
from collections.abc import Iterator

_LITERAL = "* {number} FETCH (UID {uid} BODY[] {{{size}}}\r\n"


class ImapServer(socketserver.ThreadingTCPServer):
    """`mails` by uid; `seen` holds the uids of those that were marked."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, mails: dict[int, bytes], *, password: str = "geheim") -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails, self.password = mails, password
        self.seen: set[int] = set()
        self.selected = ""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

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
            verb = command.split()[0].upper()
            if verb == "LOGOUT":
                self._say("* BYE")
            ok = self._login(command) if verb == "LOGIN" else self._do(verb, command)
            self._say(f"{tag} {'OK' if ok else 'NO'} {verb}")
            if verb == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _login(self, command: str) -> bool:
        return command.split()[-1].strip('"') == self.server.password

    def _do(self, verb: str, command: str) -> bool:
        if verb == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif verb == "SELECT":
            self.server.selected = command.split()[-1].strip('"')
            self._say(f"* {len(self.server.mails)} EXISTS")
        elif verb == "UID":
            self._uid(command)
        return True

    def _uid(self, command: str) -> None:
        if "SEARCH" in command.upper():
            self._say("* SEARCH " + " ".join(str(uid) for uid in self.server.mails if uid not in self.server.seen))
            return
        found = re.search(r"UID (?:FETCH|STORE) (\d+)", command, re.IGNORECASE)
        assert found is not None
        uid = int(found[1])
        if "STORE" in command.upper():
            self.server.seen.add(uid)
            return
        raw = self.server.mails[uid]
        self.wfile.write(_LITERAL.format(number=uid, uid=uid, size=len(raw)).encode() + raw + b")\r\n")
