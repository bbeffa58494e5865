"""Lines out, replies in: what an SMTP connection carries, and nothing of what it means.

A reply wakes whoever waits for it, at once and once; one timer a connection holds the peer to its time. A stream with
a task and a timeout for each reply costs more than all the rest of a message.
"""

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

CHUNK = 64 * 1024  # bytes of a body that are written at once
LONGEST_LINE = 8 * 1024  # bytes of a reply's line; RFC 5321 asks for 512
MOST_LINES = 100  # of one reply
Reply = tuple[int, str]
NONE: Reply = (0, "")  # stands for a reply where none was asked for


class Ended(Exception):
    """The connection is no more. `malformed`: because what came was no reply."""

    def __init__(self, detail: str, *, malformed: bool = False) -> None:
        super().__init__(detail)
        self.malformed = malformed


class Dialogue(asyncio.Protocol):
    """Takes over `transport`. Replies go to the futures that were given for them, in order.

    When the connection ends, whatever is awaited gets `Ended`, and `on_end` is called, once. A reply that nobody has
    asked for (421 to a connection that is idle) ends it too. `timeout`: seconds, for each reply.
    """

    def __init__(self, transport: asyncio.Transport, *, timeout: float, on_end: Callable[[], None]) -> None:
        self.ended: Ended | None = None
        self._transport = transport
        self._timeout = timeout
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._awaited: deque[asyncio.Future[Reply]] = deque()
        self._room: asyncio.Future[None] | None = None  # while the transport takes no more
        self._unread = b""
        self._texts: list[str] = []  # of a reply whose last line has not come
        self._deadline = math.inf  # loop time
        self._timer: asyncio.TimerHandle | None = None
        transport.set_protocol(self)

    def ask(self, octets: bytes, *replies: "asyncio.Future[Reply]") -> None:
        """Write, and expect so many replies (besides those expected already) within their time."""
        self._await(replies)
        self._write(octets)
        self._start_clock()

    def expect(self) -> "asyncio.Future[Reply]":
        """One more reply, that may take any time until something is asked."""
        reply: asyncio.Future[Reply] = self._loop.create_future()
        self._await((reply,))
        return reply

    async def send(self, body: bytes) -> None:
        """As fast as the peer takes it, within the timeout for each chunk. Ended where it does not."""
        for start in range(0, len(body), CHUNK):
            self._write(body if len(body) <= CHUNK else body[start : start + CHUNK])
            if self._room is not None:
                self._start_clock()
                await self._room
                self._deadline = math.inf

    def end(self, why: Ended) -> None:
        """At once: what is still in the buffer is not sent."""
        if self.ended is not None:
            return
        self.ended = why
        if self._timer is not None:
            self._timer.cancel()
        self._transport.abort()
        _fail([*self._awaited, *([self._room] if self._room else [])], why)
        self._awaited.clear()
        self._on_end()

    # --- called by asyncio

    def data_received(self, data: bytes) -> None:
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            if self.ended is None:
                self._heard(line)
        if len(self._unread) > LONGEST_LINE:
            self.end(Ended(f"a line of more than {LONGEST_LINE} bytes"))

    def connection_lost(self, exc: Exception | None) -> None:
        self.end(Ended(str(exc) if exc else "connection closed"))

    def pause_writing(self) -> None:
        self._room = self._loop.create_future()

    def resume_writing(self) -> None:
        room, self._room = self._room, None
        if room is not None and not room.done():
            room.set_result(None)

    # --- within

    def _await(self, replies: "Iterable[asyncio.Future[Reply]]") -> None:
        if self.ended is None:
            self._awaited.extend(replies)
        else:
            _fail(replies, self.ended)

    def _write(self, octets: bytes) -> None:
        with contextlib.suppress(OSError):  # connection_lost tells of it
            self._transport.write(octets)

    def _heard(self, line: bytes) -> None:
        """One line of a reply, RFC 5321 4.2.1."""
        text = line.decode("utf-8", "replace").rstrip("\r")
        if len(line) > LONGEST_LINE:
            self.end(Ended(f"a line of more than {LONGEST_LINE} bytes"))
        elif not (text[:3].isascii() and text[:3].isdigit() and text[3:4] in ("", " ", "-")):
            self.end(Ended(text, malformed=True))
        elif text[3:4] == "-":
            self._texts.append(text[4:])
            if len(self._texts) >= MOST_LINES:
                self.end(Ended(f"more than {MOST_LINES} lines", malformed=True))
        else:
            self._texts.append(text[4:])
            reply = int(text[:3]), "\n".join(self._texts)
            self._texts.clear()
            self._replied(reply)

    def _replied(self, reply: Reply) -> None:
        if not self._awaited:
            self.end(Ended(f"{reply[0]} {reply[1]}"))
            return
        future = self._awaited.popleft()
        if not future.done():
            future.set_result(reply)
        if self._awaited or self._room:  # a peer that has refused a body early still has to take it, or go
            self._start_clock()
        else:
            self._deadline = math.inf

    def _start_clock(self) -> None:
        """The timer is not moved at every reply: when it rings too early, it is set anew."""
        if self.ended is not None:
            return
        self._deadline = self._loop.time() + self._timeout
        if self._timer is None:
            self._timer = self._loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._deadline <= self._loop.time():
            self.end(Ended("timed out"))
        elif self._deadline < math.inf:
            self._timer = self._loop.call_at(self._deadline, self._ring)


def _fail(futures: "Iterable[asyncio.Future[Any]]", why: Ended) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(why)
            future.exception()  # seen, so that asyncio does not report one that nobody looks at
