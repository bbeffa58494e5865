"""Several relays as one way out: the first that works, at a rate that the recipients' hosts bear."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from notifier.delivery.evidence import PostfixLog
from notifier.delivery.hosts import MailHosts
from notifier.delivery.pacing import Breaker, Pace, Paces
from notifier.delivery.replies import says_too_fast
from notifier.delivery.smtp import Smtp
from notifier.domain import BeforeDot, Envelope, Receipt
from notifier.errors import DeliveryError, Postponed

log = structlog.get_logger()


@dataclass(slots=True)
class _Way:
    """One relay, whether it works, and how fast it is used."""

    smtp: Smtp
    pace: Pace | None = None
    breaker: Breaker = field(default_factory=Breaker)

    @classmethod
    def of(cls, *, rate: float = 0.0, **options: Any) -> "_Way":
        return cls(Smtp(**options), Pace(rate, burst=max(1.0, rate)) if rate else None)

    def wait(self, now: float) -> float:
        return self.breaker.wait(now) or (self.pace.turn(now) if self.pace else 0.0)


class Relays:
    """A transport over relays, in order: another is tried where one fails as a whole before a message is on its way.

    relays: for each the options of `Smtp`, and `rate`, messages a second (0: no limit). pacing: groups of recipients'
    domains, each with `domains`, `rate` and `burst`; they start slowly and are held when they say "too fast".
    hosts: who takes a domain's mail, for domains that belong to a group by that.
    postfix_log: the log of a Postfix that takes our mail here, which tells what it took.
    `send` raises Postponed where nothing was tried.
    """

    def __init__(
        self,
        relays: Sequence[Mapping[str, Any]],
        *,
        pacing: Iterable[Mapping[str, Any]] = (),
        postfix_log: Path | None = None,
        hosts: MailHosts | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ways = [_Way.of(**options) for options in relays]
        self._paces = Paces(pacing)
        self._evidence = PostfixLog(postfix_log) if postfix_log else None
        self._hosts = hosts
        self._now = now

    async def send(self, envelope: Envelope, before_dot: BeforeDot) -> Receipt:
        pace = await self._pace(envelope.recipient)
        if pace and (wait := pace.turn(self._now())):
            raise _paced(envelope, wait)
        try:
            receipt = await self._by_the_first_that_works(envelope, before_dot)
        except DeliveryError as error:
            if pace and says_too_fast(error):
                pace.was_too_fast(self._now())
            raise
        if pace:
            pace.went_well()
        return receipt

    async def _pace(self, recipient: str) -> Pace | None:
        pace = self._paces.of(recipient)
        if pace is not None or self._hosts is None or not self._paces.by_hosts:
            return pace
        return self._paces.at(await self._hosts.of(recipient))

    async def evidence(self, message_id: str) -> bool | None:
        """What the relay's log tells; None where there is none, or it does not know the message."""
        return await self._evidence.found(message_id) if self._evidence else None

    async def check(self) -> str:
        """Every relay is tried; the first that fails is the error."""
        said = [await way.smtp.check() for way in self._ways]
        if self._evidence:
            said.append(await self._evidence.check())
        return "; ".join(said)

    async def close(self) -> None:
        for way in self._ways:
            await way.smtp.close()

    async def _by_the_first_that_works(self, envelope: Envelope, before_dot: BeforeDot) -> Receipt:
        dot = _Dot(before_dot)
        failure: DeliveryError | None = None
        rests: list[float] = []
        for way in self._ways:
            if wait := way.wait(self._now()):
                rests.append(wait)
                continue
            try:
                receipt = await way.smtp.send(envelope, dot)
            except DeliveryError as error:
                self._heard(way, error)
                if dot.near or not error.elsewhere:
                    raise
                failure = error
            else:
                way.breaker.worked()
                return receipt
        if failure is not None:
            raise failure
        raise self._resting(min(rests))

    def _heard(self, way: _Way, error: DeliveryError) -> None:
        """Whatever is no failure of the relay shows that it works; what is uncertain shows nothing."""
        if error.elsewhere:
            way.breaker.failed(self._now())
            log.warning("relay.failed", relay=way.smtp.where, failures=way.breaker.failures, error=error.en)
        elif not error.uncertain:
            way.breaker.worked()

    def _resting(self, seconds: float) -> Postponed:
        paced = any(not way.breaker.failures for way in self._ways)
        names = ", ".join(way.smtp.where for way in self._ways)
        return Postponed(
            f"邮件服务器 {names} 暂不可用，{seconds:.0f} 秒后再试",
            f"the mail servers {names} rest; it will be tried in {seconds:.0f} s",
            seconds=seconds,
            paced=paced,
        )


class _Dot:
    """`before_dot`, and whether it was called: from then on, no other relay may be tried."""

    def __init__(self, before_dot: BeforeDot) -> None:
        self._before_dot = before_dot
        self.near = False

    async def __call__(self) -> None:
        self.near = True
        await self._before_dot()


def _paced(envelope: Envelope, seconds: float) -> Postponed:
    domain = envelope.recipient.rpartition("@")[2]
    return Postponed(f"按 {domain} 的发送速率排队", f"waits for its turn at {domain}", seconds=seconds, paced=True)
