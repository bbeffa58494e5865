"""The way out for mail, with what refusals have taught: return addresses of their own, domains that are paused."""

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence

from notifier.alerts import next_try
from notifier.delivery.verdicts import Verdict, judge
from notifier.delivery.verp import Verp
from notifier.domain import BeforeDot, Envelope, Receipt, Transport
from notifier.errors import DeliveryError
from notifier.pipeline.returns.refusals import count_bounce, domain_of, pause_domain, suppress
from notifier.pipeline.sending.arrivals import Arrivals
from notifier.pipeline.telling.operator import Desk
from notifier.storage.bounces import end_pause, list_pauses, mail_by_id
from notifier.storage.database import Database
from notifier.storage.tables import DomainPause

FRESH = dt.timedelta(seconds=10)  # how old what is known of pauses may be


class Guarded:
    """A transport before another one. It judges permanent refusals that carry a reply; all else passes through.

    receipts: ask for word of arrival, where it can come back. arrivals: the word that came. id_headers: names of the
    headers that providers give back whose reports do not have our Message-ID.
    """

    def __init__(
        self,
        transport: Transport,
        database: Database,
        desk: Desk,
        *,
        clock: Callable[[], dt.datetime],
        verp: Verp | None = None,
        receipts: bool = False,
        arrivals: Arrivals | None = None,
        id_headers: Sequence[str] = (),
    ) -> None:
        self._transport = transport
        self._database = database
        self._desk = desk
        self._clock = clock
        self._verp = verp
        self._receipts = receipts
        self._arrivals = arrivals
        self._id_headers = id_headers
        self._pauses: dict[str, DomainPause] = {}
        self._read_at: dt.datetime | None = None

    async def send(self, envelope: Envelope, before_dot: BeforeDot) -> Receipt:
        """DeliveryError with `keep` while the recipient's domain is paused."""
        domain = domain_of(envelope.recipient)
        pause = await self._pause(domain)
        if pause is not None and pause.until > self._clock():
            raise _held(domain, pause.until, pause.reply, now=self._clock())
        try:
            receipt = await self._transport.send(self._addressed(envelope), before_dot)
        except DeliveryError as error:
            if not error.permanent or not error.code or not error.reply:
                await asyncio.to_thread(self._counted_at_last, envelope, error)
                raise
            raise await asyncio.to_thread(self._judged, envelope.recipient, error) from error
        if pause is not None:  # it is over, and they take our mail again
            await asyncio.to_thread(self._forget, domain)
        return receipt

    def _addressed(self, envelope: Envelope) -> Envelope:
        sender = self._verp.address_for(envelope.message_id) if self._verp else None
        named = "".join(f"{name}: {envelope.message_id}\r\n" for name in self._id_headers)
        if not sender and not named:
            return envelope
        return dataclasses.replace(
            envelope,
            sender=sender or envelope.sender,
            receipt=self._receipts and sender is not None,
            content=named.encode() + envelope.content,
        )

    async def _pause(self, domain: str) -> DomainPause | None:
        now = self._clock()
        if self._read_at is None or not self._read_at <= now < self._read_at + FRESH:
            self._read_at = now
            self._pauses = {row.domain: row for row in await asyncio.to_thread(self._read)}
        return self._pauses.get(domain)

    def _read(self) -> list[DomainPause]:
        with self._database.read() as session:
            return list_pauses(session)

    def _judged(self, address: str, error: DeliveryError) -> DeliveryError:
        """The error to go on with, its consequences stored."""
        now, line = self._clock(), error.reply
        verdict = judge(error.code, error.reply)
        with self._database.write() as session:
            if verdict is Verdict.POLICY:
                until = pause_domain(session, self._desk, address, line, now=now)
                self._read_at = None
                return _held(domain_of(address), until, line, now=now, code=error.code)
            if verdict is Verdict.UNKNOWN_USER:
                suppress(session, address, verdict.value, detail=line, now=now, desk=self._desk)
            else:
                count_bounce(session, self._desk, address, line, now=now)
        return error

    def _counted_at_last(self, envelope: Envelope, error: DeliveryError) -> None:
        """What was put off again and again, and is given up now, could not be delivered: a soft bounce of this day."""
        if not 400 <= error.code < 500 or not error.reply or error.elsewhere or error.keep:
            return
        now = self._clock()
        with self._database.read() as session:
            message = mail_by_id(session, envelope.message_id)
        if message is None or next_try(1, planned_at=message.planned_at, now=now) is not None:
            return
        with self._database.write() as session:
            count_bounce(session, self._desk, envelope.recipient, error.reply, now=now)

    def _forget(self, domain: str) -> None:
        with self._database.write() as session:
            end_pause(session, domain, now=self._clock())
        self._read_at = None

    async def evidence(self, message_id: str) -> bool | None:
        known = await self._transport.evidence(message_id)
        return await self._arrivals.found(message_id) if known is None and self._arrivals else known

    async def check(self) -> str:
        return await self._transport.check()

    async def close(self) -> None:
        await self._transport.close()


def _held(domain: str, until: dt.datetime, reply: str, *, now: dt.datetime, code: int = 0) -> DeliveryError:
    return DeliveryError(
        f"{domain} 因策略或反垃圾规则拒收，暂停到 {until:%m-%d %H:%M} UTC，邮件保留",
        f"{domain} refused us for policy or spam: paused until {until:%m-%d %H:%M} UTC, the mail is kept",
        permanent=False,
        code=code,
        reply=reply,
        retry_after=(until - now).total_seconds(),
        keep=True,
    )
