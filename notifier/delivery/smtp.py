"""SMTP: messages to a relay over a few connections that are kept and shared."""

import asyncio
from pathlib import Path
from typing import get_args

from notifier.delivery.relay import Relay, Tls, connect
from notifier.delivery.replies import for_operator, one_line
from notifier.delivery.session import Session
from notifier.delivery.wire import is_safe_address, wire_body
from notifier.domain import BeforeDot, Envelope, Receipt
from notifier.errors import ConfigError, DeliveryError

IDLE = 30.0  # seconds after which a kept connection is closed; relays close theirs after 60 to 300


class Smtp:
    """A transport to one relay; lives in one event loop.

    tls: "starttls" and "tls" never fall back to the clear. timeout: seconds, for each step of the dialogue.
    `send` raises DeliveryError(uncertain=True) only where the final dot was written and no readable reply came.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: Tls = "none",
        username: str = "",
        password_file: Path | str | None = None,
        connections: int = 4,
        timeout: float = 30.0,
        local_hostname: str | None = None,
        ca_file: Path | str | None = None,
    ) -> None:
        if tls not in get_args(Tls):
            raise ConfigError(
                f"不认识的 tls 设置“{tls}”；可用：none、starttls、tls",
                f"unknown tls setting {tls!r}; known are: none, starttls, tls",
            )
        self._relay = Relay(
            host=host,
            port=port,
            tls=tls,
            username=username,
            password_file=Path(password_file) if password_file else None,
            timeout=timeout,
            local_hostname=local_hostname,
            ca_file=Path(ca_file) if ca_file else None,
        )
        self._slots = asyncio.Semaphore(connections)
        self._idle: list[Session] = []  # the most recently used last
        self._sweeper: asyncio.TimerHandle | None = None

    @property
    def where(self) -> str:
        return self._relay.where

    async def send(self, envelope: Envelope, before_dot: BeforeDot) -> Receipt:
        _check_addresses(envelope)
        body = wire_body(envelope.content)
        async with self._slots:
            session = await self._begun(envelope, size=len(body))
            try:
                reply = await session.finish(envelope, body, before_dot)
            finally:
                self._keep(session)
        return Receipt(reply=reply, where=self._relay.where)

    async def evidence(self, message_id: str) -> bool | None:
        """None: a relay does not tell what it took."""
        return None

    async def check(self) -> str:
        """Connect, log in and say what the relay offers; a line for the operator."""
        session = await self._open()
        try:
            await session.command("NOOP", b"NOOP", accept=(250,))
            parts = [self._relay.where, session.tls_version or "no TLS"]
            if self._relay.username:
                parts.append(f"logged in as {self._relay.username}")
            offers = ", ".join(" ".join(filter(None, pair)) for pair in sorted(session.offers.items()))
            return one_line("; ".join([*parts, f"offers {offers or 'no extensions'}"]))
        finally:
            await session.quit()

    async def close(self) -> None:
        """Leave politely. Messages under way are not waited for."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        idle, self._idle = self._idle, []
        await asyncio.gather(*(session.quit() for session in idle))

    async def _open(self) -> Session:
        return Session(self._relay, await connect(self._relay))

    async def _begun(self, envelope: Envelope, *, size: int) -> Session:
        """A connection that has taken MAIL: a kept one, or where those prove stale, a new one.

        A server closes kept connections in silence, or says 421 to the next command: that is no failed try.
        """
        while self._idle:
            session = self._idle.pop()
            try:
                await session.begin(envelope, size=size)
            except DeliveryError:
                if not session.healthy:
                    continue
                self._keep(session)
                raise
            return session
        session = await self._open()
        try:
            await session.begin(envelope, size=size)
        except DeliveryError:
            self._keep(session)
            raise
        return session

    def _keep(self, session: Session) -> None:
        if not session.healthy:
            session.drop()
            return
        loop = asyncio.get_running_loop()
        session.idle_since = loop.time()
        self._idle.append(session)
        if self._sweeper is None:
            self._sweeper = loop.call_later(IDLE, self._sweep)

    def _sweep(self) -> None:
        """Close what has been idle for long; look again while anything is left."""
        loop = asyncio.get_running_loop()
        self._sweeper = None
        for session in [kept for kept in self._idle if loop.time() - kept.idle_since >= IDLE]:
            self._idle.remove(session)
            session.drop()
        if self._idle:
            self._sweeper = loop.call_later(IDLE, self._sweep)


def _check_addresses(envelope: Envelope) -> None:
    """What is stored is what goes on the wire, or nothing does."""
    if not is_safe_address(envelope.recipient):
        shown = one_line(envelope.recipient)
        raise DeliveryError(
            f"收件地址不能用于发信：{shown}",
            f"the recipient's address cannot be mailed to: {shown}",
            permanent=True,
            code=501,
        )
    if envelope.sender and not is_safe_address(envelope.sender):
        shown = one_line(envelope.sender)
        raise for_operator(
            f"发件地址不合规：{shown}；请改 mail.sender 设置",
            f"the sender's address is not valid: {shown}; change mail.sender",
            elsewhere=False,
        )
