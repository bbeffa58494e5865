"""A web server, in a process of its own, that plays thousands of sites: each host name behaves in its own way for ever.

A site's number decides: of a hundred, 60 answer 304 to their ETag, 20 have a new entry whenever they are asked, 10 send
the same without an ETag, 3 fail with 500, 2 refuse with 403, 2 hang, 1 drips a byte a second, 1 resets the connection,
1 sends half of what it promised. All but those that hang answer after up to 300 ms. robots.txt is 404 everywhere.
"""

import asyncio
import contextlib
import multiprocessing
import random
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

ENTRIES = 20
LINE = "有关部门负责同志介绍了工作进展情况，并就下一步安排提出要求，各地各单位要结合实际抓好落实。"
KINDS = (
    ["same"] * 60 + ["new"] * 20 + ["plain"] * 10 + ["500"] * 3 + ["403"] * 2 + ["hang"] * 2 + ["drip", "reset", "half"]
)


def kind_of(number: int, only: str = "") -> str:
    """Scattered over the numbers, so that the first thousand behave like all."""
    return only or KINDS[number * 37 % 100]


def feed(number: int, turn: int) -> bytes:
    """Of 20 entries, one of them new with each turn."""
    items = "".join(_item(number, turn + place) for place in range(ENTRIES))
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>站{number}</title>{items}</channel></rss>".encode()


def _item(number: int, entry: int) -> str:
    return (
        f"<item><title>第 {entry} 号通知：关于做好 {number} 项工作的通知</title><guid>s{number}-{entry}</guid>"
        f"<link>http://s{number}.test/{entry}</link><pubDate>{_date(number, entry)}</pubDate>"
        f"<description>{LINE * 3}</description></item>"
    )


def _date(number: int, entry: int) -> str:
    """No two the same, as in life: one that was read before could be remembered."""
    hour, minute = divmod(number % 1440, 60)
    return f"{1 + entry % 28:02} Mar {2026 - entry // 28:04} {hour:02}:{minute:02}:{number // 1440:02} GMT"


class Sites:
    """Answers, and remembers when each site was first asked."""

    def __init__(self, only: str, delay: float) -> None:
        self.only = only
        self.delay = delay
        self.first: dict[int, float] = {}
        self.turns: dict[int, int] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while request := await reader.readuntil(b"\r\n\r\n"):
                if not await self.answer(request, writer):
                    break
        writer.close()

    async def answer(self, request: bytes, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection may be used again."""
        lines = request.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        number = int(headers["host"].partition(".")[0].removeprefix("s"))
        self.first.setdefault(number, time.time())
        await asyncio.sleep(random.random() * self.delay)
        if lines[0].startswith("GET /robots.txt"):
            return self.send(writer, "404 Not Found")
        return await getattr(self, f"play_{kind_of(number, self.only)}")(number, headers, writer)

    def send(self, writer: asyncio.StreamWriter, status: str, body: bytes = b"", extra: str = "") -> bool:
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/rss+xml\r\n{extra}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        return True

    async def play_same(self, number: int, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        if "if-none-match" in headers:
            writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n')
            return True
        return self.send(writer, "200 OK", feed(number, 0), 'ETag: "v1"\r\n')

    async def play_new(self, number: int, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        turn = self.turns[number] = self.turns.get(number, 0) + 1
        return self.send(writer, "200 OK", feed(number, turn), f'ETag: "v{turn}"\r\n')

    async def play_plain(self, number: int, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        return self.send(writer, "200 OK", feed(number, 0))

    async def play_500(self, number: int, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        return self.send(writer, "500 Oops")

    async def play_403(self, number: int, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        return self.send(writer, "403 Forbidden")

    async def play_hang(self, number: int, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(3600)
        return False

    async def play_drip(self, number: int, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(1)
        return False

    async def play_reset(self, number: int, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        writer.transport.abort()
        return False

    async def play_half(self, number: int, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<rss>")
        return False


def _run(pipe: "Connection[Any, Any]", only: str, delay: float) -> None:
    sites = Sites(only, delay)

    async def main() -> None:
        server = await asyncio.start_server(sites.serve, "127.0.0.1", 0, backlog=1024)
        pipe.send(server.sockets[0].getsockname()[1])
        while await asyncio.to_thread(pipe.recv):
            pipe.send(sites.first)
            sites.first = {}
        server.close()

    asyncio.run(main())


class Server:
    """Its process; `pid` is no child of ours to be counted."""

    def __init__(self, port: int, pid: int, pipe: "Connection[Any, Any]") -> None:
        self.port = port
        self.pid = pid
        self._pipe = pipe

    def heard(self) -> dict[int, float]:
        """When each site was first asked (seconds of the epoch) since this was called last."""
        self._pipe.send(True)
        first: dict[int, float] = self._pipe.recv()
        return first


@contextlib.contextmanager
def serving(*, only: str = "", delay: float = 0.3) -> Iterator[Server]:
    """only: all sites behave so."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(theirs, only, delay), daemon=True)
    process.start()
    try:
        assert process.pid is not None
        yield Server(ours.recv(), process.pid, ours)
    finally:
        process.terminate()
        process.join()
