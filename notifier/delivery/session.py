"""One mail transaction on an open connection (RFC 5321), told apart at its dot.

aiosmtplib connects, secures and logs in. The transaction is our own, because the library raises the same error for
"dropped in DATA" and "accepted, reply lost", and because the state before the final dot has to be committed first.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import cast

import aiosmtplib

from notifier.delivery.relay import Relay
from notifier.delivery.replies import is_error, lost, malformed, one_line, refused
from notifier.delivery.wire import mail_options
from notifier.domain import BeforeDot, Envelope
from notifier.errors import DeliveryError

CHUNK = 64 * 1024  # bytes handed to the transport at once
Answer = asyncio.Task[aiosmtplib.SMTPResponse]
Protocol = aiosmtplib.protocol.SMTPProtocol


class Session:
    """An open, secured and logged-in connection. `healthy` ends with the first thing that may have broken it."""

    def __init__(self, relay: Relay, client: aiosmtplib.SMTP) -> None:
        self._relay = relay
        self._client = client
        self._sound = True
        self.idle_since = 0.0  # loop time

    @property
    def healthy(self) -> bool:
        return self._sound and self._client.is_connected

    @property
    def offers(self) -> dict[str, str]:
        return self._client.esmtp_extensions

    @property
    def tls_version(self) -> str:
        tls = self._client.get_transport_info("ssl_object")
        return str(tls.version()) if tls else ""

    def drop(self) -> None:
        self._sound = False
        self._client.close()

    async def quit(self) -> None:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await self._client.quit(timeout=min(self._relay.timeout, 2.0))
        self.drop()

    async def command(self, stage: str, *words: bytes, accept: Sequence[int]) -> str:
        """Send a command; the text of its reply. DeliveryError where its code is not in `accept`."""
        try:
            code, message = await self._client.execute_command(*words)
        except aiosmtplib.SMTPResponseException as error:
            self.drop()
            raise malformed(stage, error.message) from error
        except OSError as error:
            self.drop()
            raise lost(stage, str(error)) from error
        if code in accept:
            return message
        if code == 421 or not is_error(code):
            self.drop()
        raise refused(stage, code, message) if is_error(code) else malformed(stage, f"{code} {message}")

    async def begin(self, envelope: Envelope, *, size: int) -> None:
        """MAIL: until this is answered, a kept connection may prove to be stale, and nothing is lost by it."""
        options = mail_options(envelope, self.offers, size=size)
        sender = b"FROM:<" + envelope.sender.encode() + b">"
        async with self._kept_or_dropped():
            await self.command("MAIL", b"MAIL", sender, *options, accept=(250,))

    async def finish(self, envelope: Envelope, body: bytes, before_dot: BeforeDot) -> str:
        """From RCPT to the reply to the final dot, which is returned. `body` is a `wire_body`."""
        async with self._kept_or_dropped():
            await self.command("RCPT", b"RCPT", b"TO:<" + envelope.recipient.encode() + b">", accept=(250, 251))
            await self.command("DATA", b"DATA", accept=(354,))
        try:
            return await self._send_body(body, before_dot)
        except DeliveryError:
            raise
        except BaseException:  # cancelled, or before_dot failed: the server must never see an end of data
            self.drop()
            raise

    @contextlib.asynccontextmanager
    async def _kept_or_dropped(self) -> AsyncIterator[None]:
        """Before DATA: a refusal leaves the connection usable, anything else ends it."""
        try:
            yield
        except DeliveryError:
            await self._reset()
            raise
        except BaseException:
            self.drop()
            raise

    async def _reset(self) -> None:
        """After a refusal: the connection is kept if the server takes RSET, else dropped."""
        if not self.healthy:
            return
        try:
            await self.command("RSET", b"RSET", accept=(250,))
        except DeliveryError:
            self.drop()

    async def _send_body(self, body: bytes, before_dot: BeforeDot) -> str:
        protocol = self._protocol()
        # Listening starts before the body: a server may refuse (552, 421) without waiting for the dot.
        answer = asyncio.create_task(protocol.read_response())
        try:
            await asyncio.sleep(0)
            await self._write(protocol, body, answer)
            await before_dot()
            self._end_data(protocol, answer)
            return await self._final_reply(answer)
        finally:
            self._stop_listening(answer)

    def _stop_listening(self, answer: Answer) -> None:
        if not answer.done():
            self.drop()
            answer.cancel()
        elif not answer.cancelled():
            answer.exception()  # seen, so that asyncio does not report it as forgotten

    def _protocol(self) -> Protocol:
        if self._client.protocol is None:
            self.drop()
            raise lost("DATA", "connection lost")
        return self._client.protocol

    async def _write(self, protocol: Protocol, body: bytes, answer: Answer) -> None:
        """The body in chunks, as fast as the server takes them, within `timeout` for each."""
        transport = cast(asyncio.WriteTransport, protocol.transport)
        try:
            for start in range(0, len(body), CHUNK):
                protocol.write(body[start : start + CHUNK])
                async with asyncio.timeout(self._relay.timeout):
                    while transport.get_write_buffer_size() > CHUNK and not answer.done():
                        await asyncio.sleep(0.005)
        except OSError as error:
            self.drop()
            raise lost("DATA", str(error) or "timed out") from error

    def _end_data(self, protocol: Protocol, answer: Answer) -> None:
        """The last byte. Until this has been written, nothing can have been delivered."""
        if answer.done():
            raise self._early(answer)
        try:
            protocol.write(b".\r\n")
        except OSError as error:
            self.drop()
            raise lost("DATA", str(error)) from error

    def _early(self, answer: Answer) -> DeliveryError:
        """The server spoke, or went, before the dot."""
        self.drop()
        error = answer.exception()
        if error is not None:
            return lost("DATA", str(error))
        code, message = answer.result()
        return refused("DATA", code, message) if is_error(code) else malformed("DATA", f"{code} {message}")

    async def _final_reply(self, answer: Answer) -> str:
        stage = "end of data"
        try:
            code, message = await asyncio.wait_for(answer, self._relay.timeout)
        except aiosmtplib.SMTPResponseException as error:
            self.drop()
            raise malformed(stage, error.message, uncertain=True) from error
        except OSError as error:
            self.drop()
            raise lost(stage, str(error) or "timed out", uncertain=True) from error
        if 200 <= code < 300:
            return f"{code} {one_line(message)}"
        if code == 421 or not is_error(code):
            self.drop()
        if is_error(code):
            raise refused(stage, code, message)
        raise malformed(stage, f"{code} {message}", uncertain=True)
