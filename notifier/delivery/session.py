"""One mail transaction on an open connection (RFC 5321), told apart at its dot.

aiosmtplib connects, secures and logs in; then the dialogue is our own, on its transport. The library raises the same
error for "dropped in DATA" and "accepted, reply lost", cannot wait before the final dot, and never groups commands.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiosmtplib

from notifier.delivery.relay import Relay
from notifier.delivery.replies import is_error, lost, malformed, one_line, refused
from notifier.delivery.wire import mail_options, rcpt_options
from notifier.domain import BeforeDot, Envelope
from notifier.errors import DeliveryError

CHUNK = 64 * 1024  # bytes of a body that are written at once
LONGEST_LINE = 8 * 1024  # bytes of a reply's line; RFC 5321 asks for 512
MOST_LINES = 100  # of one reply
Reply = tuple[int, str]


class Session:
    """An open, secured and logged-in connection, kept while `healthy`.

    Where the relay offers PIPELINING, MAIL, RCPT and DATA go in one packet (RFC 2920): one wait instead of three.
    """

    def __init__(self, relay: Relay, client: aiosmtplib.SMTP) -> None:
        transport = client.transport
        if not isinstance(transport, asyncio.Transport):
            raise lost("EHLO", "connection lost")
        tls = transport.get_extra_info("ssl_object")
        self.tls_version = str(tls.version()) if tls else ""
        self.offers = dict(client.esmtp_extensions)
        self.idle_since = 0.0  # loop time
        self._relay = relay
        self._grouped = "pipelining" in self.offers
        self._sound = True
        self._transport = transport
        self._reader, self._writer = _streams(transport)

    @property
    def healthy(self) -> bool:
        return self._sound and not self._reader.at_eof() and not self._transport.is_closing()

    def drop(self) -> None:
        self._sound = False
        self._transport.abort()

    async def quit(self) -> None:
        """Leave politely, if the server is quick."""
        with contextlib.suppress(DeliveryError, TimeoutError):
            async with asyncio.timeout(2.0):
                await self.command("QUIT", b"QUIT", accept=(221,))
        self.drop()
        await asyncio.sleep(0)  # lets the transport end within this loop

    async def command(self, stage: str, *lines: bytes, accept: tuple[int, ...]) -> str:
        """Write `lines` and read one reply, whose text is returned. DeliveryError for a code not in `accept`."""
        if lines:  # none where they went in a group before
            self._writer.write(b"".join(line + b"\r\n" for line in lines))
        try:
            async with asyncio.timeout(self._relay.timeout):
                code, text = await self._reply(stage)
        except TimeoutError as error:
            self.drop()
            raise lost(stage, "timed out") from error
        if code in accept:
            return text
        raise self._refusal(stage, code, text)

    async def begin(self, envelope: Envelope, *, size: int) -> None:
        """MAIL: until this is answered, a kept connection may prove to be stale, and nothing is lost by it."""
        options = mail_options(envelope, self.offers, size=size)
        mail = b" ".join([b"MAIL FROM:<" + envelope.sender.encode() + b">", *options])
        lines = [mail, *self._after_mail(envelope)] if self._grouped else [mail]
        async with self._kept_or_dropped(unread=2):
            await self.command("MAIL", *lines, accept=(250,))

    async def finish(self, envelope: Envelope, body: bytes, before_dot: BeforeDot) -> str:
        """From RCPT to the reply to the final dot, which is returned. `body` is a `wire_body`."""
        rcpt, data = ((), ()) if self._grouped else ((line,) for line in self._after_mail(envelope))
        async with self._kept_or_dropped(unread=1):
            await self.command("RCPT", *rcpt, accept=(250, 251))
        async with self._kept_or_dropped(unread=0):
            await self.command("DATA", *data, accept=(354,))
        try:
            return await self._send_body(body, before_dot)
        except DeliveryError:
            raise
        except BaseException:  # cancelled, or before_dot failed: the server must never see an end of data
            self.drop()
            raise

    def _after_mail(self, envelope: Envelope) -> list[bytes]:
        to = b"RCPT TO:<" + envelope.recipient.encode() + b">"
        return [b" ".join([to, *rcpt_options(envelope, self.offers)]), b"DATA"]

    @contextlib.asynccontextmanager
    async def _kept_or_dropped(self, *, unread: int) -> AsyncIterator[None]:
        """Before the body: a refusal leaves the connection usable, anything else ends it.

        unread: replies still to come where the commands went in a group.
        """
        try:
            yield
        except DeliveryError:
            await self._reset(unread if self._grouped else 0)
            raise
        except BaseException:
            self.drop()
            raise

    async def _reset(self, unread: int) -> None:
        """After a refusal. A DATA that was taken without a recipient is ended empty (RFC 2920, 3.1)."""
        with contextlib.suppress(DeliveryError, TimeoutError):
            for stage in ("RCPT", "DATA")[2 - unread :]:
                if not self.healthy:
                    return
                await self._skip(stage)
            if self.healthy:
                await self.command("RSET", b"RSET", accept=(250,))
                return
        self.drop()

    async def _skip(self, stage: str) -> None:
        """Read a reply that no longer matters."""
        async with asyncio.timeout(self._relay.timeout):
            code, _ = await self._reply(stage)
        if stage == "DATA" and code == 354:
            await self.command("end of data", b".", accept=(250, 451, 501, 503, 550, 554))

    async def _send_body(self, body: bytes, before_dot: BeforeDot) -> str:
        # Listening starts before the body: a server may refuse (552, 421) without waiting for the dot.
        answer = asyncio.create_task(self._reply("end of data"))
        try:
            await self._write(body)
            await before_dot()
            self._end_data(answer)
            return await self._final_reply(answer)
        finally:
            if not answer.done():
                self.drop()
                answer.cancel()
            elif not answer.cancelled():
                answer.exception()  # seen, so that asyncio does not report it as forgotten

    async def _write(self, body: bytes) -> None:
        """The body in chunks, as fast as the server takes them, within `timeout` for each."""
        try:
            for start in range(0, len(body), CHUNK):
                self._writer.write(body[start : start + CHUNK])
                async with asyncio.timeout(self._relay.timeout):
                    await self._writer.drain()
        except OSError as error:
            self.drop()
            raise lost("DATA", str(error) or "timed out") from error

    def _end_data(self, answer: asyncio.Task[Reply]) -> None:
        """The last byte, unless the server has spoken or gone: until then, nothing can have been delivered."""
        if answer.done():
            error = answer.exception()
            self.drop()
            if error is not None:
                raise lost("DATA", str(error)) from error
            raise self._refusal("DATA", *answer.result())
        if self._transport.is_closing():
            self.drop()
            raise lost("DATA", "connection lost")
        self._writer.write(b".\r\n")

    async def _final_reply(self, answer: asyncio.Task[Reply]) -> str:
        stage = "end of data"
        try:
            code, text = await asyncio.wait_for(answer, self._relay.timeout)
        except (TimeoutError, DeliveryError) as error:
            self.drop()
            raise lost(stage, str(error) or "timed out", uncertain=True) from error
        if 200 <= code < 300:
            return f"{code} {one_line(text)}"
        refusal = self._refusal(stage, code, text)
        refusal.uncertain = not is_error(code)
        raise refusal

    def _refusal(self, stage: str, code: int, text: str) -> DeliveryError:
        """The error for a reply that is none of those wanted; the connection ends with 421 and with nonsense."""
        if code == 421 or not is_error(code):
            self.drop()
        return refused(stage, code, text) if is_error(code) else malformed(stage, f"{code} {text}")

    async def _reply(self, stage: str) -> Reply:
        """One reply of one or more lines, RFC 5321 4.2.1. DeliveryError where the connection ends or it is none."""
        texts: list[str] = []
        while len(texts) < MOST_LINES:
            try:
                line = await self._reader.readline()
            except (OSError, ValueError) as error:  # ValueError: the line is too long
                self.drop()
                raise lost(stage, str(error)) from error
            if not line.endswith(b"\n"):
                self.drop()
                raise lost(stage, "connection closed")
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            if not (text[:3].isascii() and text[:3].isdigit() and text[3:4] in ("", " ", "-")):
                self.drop()
                raise malformed(stage, text)
            texts.append(text[4:])
            if text[3:4] != "-":
                return int(text[:3]), "\n".join(texts)
        self.drop()
        raise malformed(stage, f"more than {MOST_LINES} lines")


def _streams(transport: asyncio.Transport) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A reader and a writer in the place of the protocol that `transport` had."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST_LINE, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport.set_protocol(protocol)
    protocol.connection_made(transport)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)
