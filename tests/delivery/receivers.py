"""A receiver of webhooks on 127.0.0.1: answers by a script, keeps what came."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Got:
    """One request. Names of `headers` are in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """`script` holds answers (status and further header lines), used up one by one; then it is 204."""

    def __init__(self) -> None:
        self.script: list[tuple[int, str]] = []
        self.got: list[Got] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Receiver"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            exact = dict(line.split(": ", 1) for line in head[1:] if line)
            headers = {name.lower(): value for name, value in exact.items()}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.got.append(Got(head[0], headers, body))
            status, more = self.script.pop(0) if self.script else (204, "")
            lines = [f"HTTP/1.1 {status} x", "Content-Length: 0", "Connection: close", *filter(None, [more])]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            await writer.drain()
        writer.close()
