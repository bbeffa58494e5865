"""Real SMTP servers on 127.0.0.1: one that does what a script says, and certificates for it."""

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

from notifier.domain import Envelope

HANG, DROP = "hang", "drop"
TRICKLE = "trickle "  # then a line, of which a byte comes every PAUSE
PAUSE = 0.03  # seconds
LINES = {
    "GREETING": "220 relay.test ESMTP",
    "HELO": "250 relay.test",
    "MAIL": "250 sender ok",
    "RCPT": "250 recipient ok",
    "DATA": "354 go on",
    "DOT": "250 queued as 1",
    "RSET": "250 reset",
    "NOOP": "250 still here",
    "QUIT": "221 bye",
    "STARTTLS": "220 go on",
    "AUTH": "235 welcome",
}


class ScriptedRelay:
    """Answers by `script` (stage -> replies, used up one by one; then the usual), or hangs, or drops.

    A reply may hold any bytes (surrogateescape). MIDDATA is what happens
    after the first line of a body. Everything seen is kept in `commands` and `bodies`.
    """

    def __init__(self, *, offers: tuple[str, ...] = ("8BITMIME",), context: ssl.SSLContext | None = None) -> None:
        self.script: dict[str, list[str]] = {}
        self.offers = offers
        self.context = context
        self.implicit = False
        self.connections = 0
        self.commands: list[str] = []
        self.bodies: list[bytes] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.tasks: set[asyncio.Task[None] | None] = set()
        self.port = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["ScriptedRelay"]:
        tls = self.context if self.implicit else None
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls, limit=1 << 22)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self.tasks:
                if task is not None:
                    task.cancel()
            await asyncio.gather(*(task for task in self.tasks if task), return_exceptions=True)
            self.hang_up()
            await asyncio.sleep(0)

    def heal(self) -> None:
        """Those that hang are cut off; whoever comes now is served."""
        self.hang_up()
        for task in self.tasks:
            if task is not None:
                task.cancel()
        self.tasks.clear()

    def hang_up(self) -> None:
        for writer in self.writers:
            writer.close()
        self.writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        self.tasks.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await self._talk(reader, writer)
        writer.close()

    async def _say(self, writer: asyncio.StreamWriter, stage: str) -> bool:
        waiting = self.script.get(stage)
        line = waiting.pop(0) if waiting else LINES.get(stage, "500 what?")
        if line == HANG:
            await asyncio.sleep(30)
        if line == DROP:
            return False
        if line.startswith(TRICKLE):
            return await self._trickle(writer, line.removeprefix(TRICKLE))
        writer.write(line.encode("utf-8", "surrogateescape") + b"\r\n")
        await writer.drain()
        return not line.startswith(("421", "221"))

    async def _trickle(self, writer: asyncio.StreamWriter, line: str) -> bool:
        for octet in line.encode() + b"\r\n":
            writer.write(bytes([octet]))
            await writer.drain()
            await asyncio.sleep(PAUSE)
        return True

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        alive = await self._say(writer, "GREETING")
        while alive and (line := await reader.readline()):
            command = line.decode().rstrip("\r\n")
            self.commands.append(command)
            verb = command[:4].upper() if command.upper() != "STARTTLS" else "STARTTLS"
            if verb == "EHLO" and not self.script.get("EHLO"):
                words = ["relay.test", *self.offers]
                lines = [f"250{'-' if at < len(words) - 1 else ' '}{word}" for at, word in enumerate(words)]
                writer.write("\r\n".join(lines).encode() + b"\r\n")
                continue
            takes_body = verb == "DATA" and not self.script.get("DATA")
            alive = await self._say(writer, verb)
            if verb == "STARTTLS" and alive:
                await writer.start_tls(self.context)
            if takes_body:
                alive = await self._take_body(reader, writer)

    async def _take_body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        body = bytearray(await reader.readline())
        if self.script.get("MIDDATA"):
            return await self._say(writer, "MIDDATA")
        while not (body == b".\r\n" or body.endswith(b"\r\n.\r\n")):
            line = await reader.readline()
            if not line:
                return False
            body += line
        self.bodies.append(bytes(body[:-3]))
        return await self._say(writer, "DOT")


def envelope(
    number: int = 1, *, content: bytes = b"Subject: x\r\n\r\nhello\r\n", to: str = "reader@example.org"
) -> Envelope:
    return Envelope(message_id=f"m{number}@example.org", sender="alerts@example.org", recipient=to, content=content)


class Dots:
    """A `before_dot` that counts."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> None:
        self.count += 1


def make_certificate(folder: Path, *, name: str, days: int = 2) -> ssl.SSLContext:
    """A self-signed certificate for `name` as folder/name.pem; the server's context. With days=-1 it has run out."""
    key, cert, request, extra = (folder / f"{name}.{suffix}" for suffix in ("key", "pem", "csr", "ext"))
    extra.write_text(f"subjectAltName={'IP' if name[0].isdigit() else 'DNS'}:{name}\n")
    ask = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", f"/CN={name}"]
    sign = ["x509", "-req", "-in", request, "-signkey", key, "-days", str(days), "-extfile", extra, "-out", cert]
    for command in (ask, sign):
        subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True, timeout=20)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context
