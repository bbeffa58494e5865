"""SMTP: messages to a relay over a few connections that are kept and shared."""

import asyncio
from collections import deque
from pathlib import Path
from typing import get_args

from notifier.delivery.dialogue import NONE, Ended
from notifier.delivery.relay import Relay, Tls, connect
from notifier.delivery.replies import for_operator, one_line
from notifier.delivery.session import Session, Turn
from notifier.delivery.wire import is_safe_address, wire_body
from notifier.domain import BeforeDot, Envelope, Receipt
from notifier.errors import ConfigError, DeliveryError

IDLE = 30.0  # seconds after which a kept connection is closed; relays close theirs after 60 to 300
VAIN = 3  # messages in a row that were begun behind another's dot and lost: this relay does not bear it


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
        self._connections = connections
        self._sessions: set[Session] = set()
        self._opening = 0
        self._idle: list[Session] = []  # the most recently used last
        self._line: deque[Turn] = deque()  # those that wait for a connection
        self._vain = 0
        self._sweeper: asyncio.TimerHandle | None = None

    @property
    def where(self) -> str:
        return self._relay.where

    async def send(self, envelope: Envelope, before_dot: BeforeDot) -> Receipt:
        _check_addresses(envelope)
        turn = Turn(envelope, envelope.content if envelope.clean else wire_body(envelope.content))
        session = await self._begun(turn)
        try:
            reply = await session.finish(turn, before_dot, self._next_behind)
        finally:
            self._free(session)
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

    async def _begun(self, turn: Turn) -> Session:
        """A connection that has taken MAIL: a kept one, or where those prove stale, a new one.

        A server closes kept connections in silence, or says 421 to the next command: that is no failed try. Nor is
        it one where a message that was begun behind another's dot is not taken: it is asked again by itself.
        """
        while True:
            fresh = await self._seat(turn)
            await self._heard(turn)
            session = turn.session
            if session is not None:
                try:
                    await session.begun(turn)
                    self._vain = 0 if turn.behind else self._vain
                    return session
                except DeliveryError:
                    self._free(session)
                    if fresh or (session.healthy and not turn.behind):
                        raise
                    self._vain += turn.behind
                    turn.may_follow = False
                except BaseException:
                    self._free(session)
                    raise
            turn.renew()

    async def _seat(self, turn: Turn) -> bool:
        """Begin on a connection, or stand in line for one; whether it is a new one."""
        fresh = False
        if self._idle:
            session = self._idle.pop()
        elif len(self._sessions) + self._opening < self._connections:
            session, fresh = await self._open(), True
        else:
            self._line.append(turn)
            return False
        session.begin(turn)
        if turn.session is None:
            self._free(session)
        return fresh

    async def _open(self) -> Session:
        self._opening += 1
        try:
            session = Session(self._relay, await connect(self._relay), on_end=self._ended)
        except BaseException:
            self._call_one()
            raise
        finally:
            self._opening -= 1
        self._sessions.add(session)
        return session

    async def _heard(self, turn: Turn) -> None:
        """Until MAIL is answered or cannot be, or there is room for another connection: then it has no session."""
        try:
            await turn.mail
        except Ended:
            pass  # the session tells of it
        except asyncio.CancelledError:
            self._give_up(turn)
            raise

    def _give_up(self, turn: Turn) -> None:
        if turn.session is not None:
            turn.session.leave(turn)
        elif turn in self._line:
            self._line.remove(turn)
        else:  # it was called for nothing
            self._call_one()

    def _next_behind(self) -> Turn | None:
        """Who is begun behind the dot that is being written."""
        if self._line and self._line[0].may_follow and self._vain < VAIN:
            return self._line.popleft()
        return None

    def _free(self, session: Session) -> None:
        """Its message has come to an end: the next one, which may have begun already, has it now."""
        if session.follower is not None:
            session.follower = None
            return
        while session.healthy and self._line:
            turn = self._line.popleft()
            session.begin(turn)
            if turn.session is session:
                return
        if session.healthy:
            self._keep(session)
        else:
            session.drop()

    def _ended(self, session: Session) -> None:
        self._sessions.discard(session)
        if session in self._idle:
            self._idle.remove(session)
        self._call_one()

    def _call_one(self) -> None:
        """There is room for a connection: the first in line looks for itself, unless it is being given up."""
        while self._line:
            mail = self._line.popleft().mail
            if not mail.done():
                mail.set_result(NONE)
                return

    def _keep(self, session: Session) -> None:
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
