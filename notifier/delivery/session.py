"""One mail transaction after the other on an open connection (RFC 5321), told apart at the dot.

aiosmtplib connects, secures and logs in; then the dialogue is our own, on its transport. The library raises the same
error for "dropped in DATA" and "accepted, reply lost", cannot wait before the final dot, and never groups commands.
"""

import asyncio
import contextlib
from collections.abc import Callable

import aiosmtplib

from notifier.delivery.dialogue import Dialogue, Ended, Reply
from notifier.delivery.relay import Relay
from notifier.delivery.replies import is_error, lost, malformed, one_line, refused
from notifier.delivery.wire import mail_options, rcpt_options
from notifier.domain import BeforeDot, Envelope
from notifier.errors import DeliveryError

Coming = asyncio.Future[Reply]
_QUIT = 2.0  # seconds that leaving politely may take


class Turn:
    """A message that waits for a connection, and then for what that connection answers. `body` is a `wire_body`.

    `behind`: it was begun behind the dot of another message, whose fate it must not share.
    """

    __slots__ = ("behind", "body", "data", "envelope", "mail", "may_follow", "rcpt", "session")

    def __init__(self, envelope: Envelope, body: bytes) -> None:
        self.envelope = envelope
        self.body = body
        self.may_follow = True
        self.renew()

    def renew(self) -> None:
        """As if it had never begun."""
        future = asyncio.get_running_loop().create_future
        self.session: Session | None = None
        self.behind = False
        self.mail: Coming = future()
        self.rcpt: Coming = future()
        self.data: Coming = future()


class Session:
    """An open, secured and logged-in connection, kept while `healthy`.

    Where the relay offers PIPELINING, MAIL, RCPT and DATA go in one packet (RFC 2920), behind the final dot of the
    message before if there is one: one wait a message instead of four. `on_end` is called when the connection is no
    more.
    """

    def __init__(self, relay: Relay, client: aiosmtplib.SMTP, *, on_end: Callable[["Session"], None]) -> None:
        transport = client.transport
        if not isinstance(transport, asyncio.Transport) or transport.is_closing():
            raise lost("EHLO", "connection lost")
        tls = transport.get_extra_info("ssl_object")
        self.tls_version = str(tls.version()) if tls else ""
        self.offers = dict(client.esmtp_extensions)
        self.follower: Turn | None = None  # begun behind the dot of the message that is under way
        self.idle_since = 0.0  # loop time
        self._grouped = "pipelining" in self.offers
        self._sound = True
        self._dialogue = Dialogue(transport, timeout=relay.timeout, on_end=lambda: on_end(self))

    @property
    def healthy(self) -> bool:
        return self._sound and self._dialogue.ended is None

    def drop(self) -> None:
        self._sound = False
        self._dialogue.end(Ended("dropped"))

    async def quit(self) -> None:
        """Leave politely, if the server is quick."""
        with contextlib.suppress(DeliveryError, TimeoutError):
            async with asyncio.timeout(_QUIT):
                await self.command("QUIT", b"QUIT", accept=(221,))
        self.drop()
        await asyncio.sleep(0)  # lets the transport end within this loop

    async def command(self, stage: str, line: bytes, *, accept: tuple[int, ...]) -> str:
        """Write a line and read its reply, whose text is returned. DeliveryError for a code not in `accept`."""
        reply: Coming = asyncio.get_running_loop().create_future()
        self._dialogue.ask(line + b"\r\n", reply)
        return await self._answered(stage, reply, accept)

    def begin(self, turn: Turn, *, after: bytes = b"") -> None:
        """MAIL and what goes in one group with it; behind `after`, the end of another message, if that is given.

        Where this relay cannot carry the message, that is the answer to its MAIL, and it has no session.
        """
        try:
            lines = self._opening(turn)
        except DeliveryError as error:  # nothing is written for it, and the connection is not its own
            if not turn.mail.done():  # it is being given up
                turn.mail.set_exception(error)
            if after:
                self._dialogue.ask(after)
            return
        turn.session, turn.behind = self, bool(after)
        if after:
            self.follower = turn
        replies = (turn.mail, turn.rcpt, turn.data) if self._grouped else (turn.mail,)
        self._dialogue.ask(after + b"\r\n".join(lines) + b"\r\n", *replies)

    def leave(self, turn: Turn) -> None:
        """A message gives up before its body. The one before it, whose dot is written, still gets its answer."""
        if self.follower is turn:
            self.follower, self._sound = None, False
        else:
            self.drop()

    async def begun(self, turn: Turn) -> None:
        """MAIL is answered. Until then a kept connection may prove to be stale, and nothing is lost by it."""
        await self._before_body(turn, "MAIL", turn.mail, (250,), unread=(turn.rcpt, turn.data))

    async def finish(self, turn: Turn, before_dot: BeforeDot, following: Callable[[], Turn | None]) -> str:
        """From RCPT to the reply to the final dot, which is returned. `following`: who goes behind the dot."""
        if not self._grouped:
            rcpt, data = self._after_mail(turn.envelope)
            self._dialogue.ask(rcpt + b"\r\n", turn.rcpt)
        await self._before_body(turn, "RCPT", turn.rcpt, (250, 251), unread=(turn.data,))
        if not self._grouped:
            self._dialogue.ask(data + b"\r\n", turn.data)
        await self._before_body(turn, "DATA", turn.data, (354,))
        try:
            return await self._send_body(turn.body, before_dot, following)
        except DeliveryError:
            raise
        except BaseException:  # cancelled, or before_dot failed: the server must never see an end of data
            self.drop()
            raise

    def _opening(self, turn: Turn) -> list[bytes]:
        envelope = turn.envelope
        options = mail_options(envelope, self.offers, size=len(turn.body))
        mail = b" ".join([b"MAIL FROM:<" + envelope.sender.encode() + b">", *options])
        return [mail, *self._after_mail(envelope)] if self._grouped else [mail]

    def _after_mail(self, envelope: Envelope) -> tuple[bytes, bytes]:
        to = b"RCPT TO:<" + envelope.recipient.encode() + b">"
        return b" ".join([to, *rcpt_options(envelope, self.offers)]), b"DATA"

    async def _before_body(
        self, turn: Turn, stage: str, reply: Coming, accept: tuple[int, ...], *, unread: tuple[Coming, ...] = ()
    ) -> None:
        """A refusal before the body leaves the connection usable, anything else ends it.

        unread: replies still to come where the commands went in a group.
        """
        try:
            await self._answered(stage, reply, accept)
        except DeliveryError:
            await self._reset(unread if self._grouped else ())
            raise
        except BaseException:
            self.leave(turn)
            raise

    async def _reset(self, unread: tuple[Coming, ...]) -> None:
        """After a refusal. A DATA that was taken without a recipient is ended empty (RFC 2920, 3.1)."""
        if not self.healthy:
            return
        try:
            codes = [(await reply)[0] for reply in unread]
            if codes and codes[-1] == 354:
                await self.command("end of data", b".", accept=(250, 451, 501, 503, 550, 554))
            await self.command("RSET", b"RSET", accept=(250,))
        except (DeliveryError, Ended):
            self.drop()
        except BaseException:
            self.drop()
            raise

    async def _send_body(self, body: bytes, before_dot: BeforeDot, following: Callable[[], Turn | None]) -> str:
        # Listening starts before the body: a server may refuse (552, 421) without waiting for the dot.
        answer = self._dialogue.expect()
        try:
            await self._dialogue.send(body)
        except Ended as error:
            self._check_silent(answer)  # it may have refused before it went
            raise lost("DATA", str(error)) from error
        await before_dot()
        self._check_silent(answer)
        self._end_data(following() if self._grouped else None)
        return await self._final_reply(answer)

    def _check_silent(self, answer: Coming) -> None:
        """Before the last byte the server may have spoken or gone: until then, nothing can have been delivered."""
        if not answer.done():
            return
        error = answer.exception()
        self.drop()
        if error is not None:
            raise lost("DATA", str(error)) from error
        raise self._refusal("DATA", *answer.result())

    def _end_data(self, follower: Turn | None) -> None:
        if follower is None:
            self._dialogue.ask(b".\r\n")
        else:
            self.begin(follower, after=b".\r\n")

    async def _final_reply(self, answer: Coming) -> str:
        stage = "end of data"
        try:
            code, text = await answer
        except Ended as error:
            self._sound = False
            raise lost(stage, str(error), uncertain=True) from error
        if 200 <= code < 300:
            return f"{code} {one_line(text)}"
        refusal = self._refusal(stage, code, text)
        refusal.uncertain = not is_error(code)
        raise refusal

    async def _answered(self, stage: str, reply: Coming, accept: tuple[int, ...]) -> str:
        try:
            code, text = await reply
        except Ended as error:
            raise (malformed if error.malformed else lost)(stage, str(error)) from error
        if code in accept:
            return text
        raise self._refusal(stage, code, text)

    def _refusal(self, stage: str, code: int, text: str) -> DeliveryError:
        """The error for a reply that is none of those wanted; the connection ends with 421 and with nonsense."""
        if code == 421 or not is_error(code):
            self.drop()
        return refused(stage, code, text) if is_error(code) else malformed(stage, f"{code} {text}")
