"""Refusals as replies, through a real relay: what is refused for policy waits, who does not exist is left alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from sqlmodel import select

from conftest import Clock
from delivery.relays import ScriptedRelay
from notifier.accounts import suppress
from notifier.bootstrap import Service
from notifier.domain import SubscriberState
from notifier.pipeline.explaining.check import check_accounts, check_bounces
from notifier.storage.bounces import end_pause, list_pauses
from notifier.storage.subscribers import subscriber_row
from notifier.storage.tables import SoftBounce
from pipeline.job import lines, note, subscribe, take

Open = Callable[..., Service]
SPAM = "554 DT:SPM smtp3,AAA please see http://mail.163.example/help"


class ChoosyRelay(ScriptedRelay):
    """Refuses recipients by `refusals`: part of an address -> the reply to RCPT."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals: dict[str, str] = {}

    async def _say(self, writer: asyncio.StreamWriter, stage: str) -> bool:
        if stage == "RCPT":
            replies = [reply for part, reply in self.refusals.items() if part in self.commands[-1]]
            self.script["RCPT"] = replies[:1]
        return await super()._say(writer, stage)


@contextlib.asynccontextmanager
async def _relayed(on_sqlite: Open, *people: str) -> AsyncIterator[tuple[Service, ChoosyRelay]]:
    relay = ChoosyRelay()
    async with relay.running():
        service = on_sqlite(
            f'[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {relay.port}\nconnections = 1',
            '[bounces]\naddress = "bounces@example.org"',
        )
        for address in people:
            subscribe(service, address, "核电")
        take(service, "a.txt", note("核电项目开工"))
        yield service, relay


def _states(service: Service) -> dict[str, str]:
    assert check_accounts(service.database).verdict == "good"
    return {line.subscriber: line.state for line in lines(service)}


def test_the_envelope_has_a_return_address_of_the_messages_own(on_sqlite: Open) -> None:
    async def run() -> None:
        async with _relayed(on_sqlite, "a@163.example", "b@163.example") as (service, relay):
            await service.deliver()
            assert service.verp is not None
            senders = [line.partition("<")[2].partition(">")[0] for line in relay.commands if line.startswith("MAIL")]
            ids = {line.message_id.partition("@")[0] for line in lines(service)}
            assert {service.verp.key_of(sender) for sender in senders} == ids

    asyncio.run(run())


def test_a_refusal_for_spam_pauses_that_domain_alone_and_keeps_all_its_mail(on_sqlite: Open, clock: Clock) -> None:
    async def run() -> None:
        async with _relayed(on_sqlite, "a@163.example", "b@163.example", "c@qq.example") as (service, relay):
            relay.refusals = {"163.example": SPAM}
            await service.deliver()
            assert _states(service) == {
                "a@163.example": "deferred",
                "b@163.example": "deferred",
                "c@qq.example": "sent",
                "operator@example.org": "sent",
            }
            assert suppress.entries(service.database) == []
            assert "163.example" in check_bounces(service.database, now=clock()).zh
            before = len(relay.commands)
            clock.forward(minutes=59)
            await service.deliver()
            assert len(relay.commands) == before  # not even asked while it is paused
            relay.refusals = {}
            clock.forward(minutes=1)
            await service.deliver()
            assert set(_states(service).values()) == {"sent"}
            with service.database.read() as session:
                assert list_pauses(session) == []  # they take our mail again

    asyncio.run(run())


def test_kept_mail_outlives_the_three_days_of_other_mail_and_pauses_grow(on_sqlite: Open, clock: Clock) -> None:
    async def run() -> None:
        async with _relayed(on_sqlite, "a@163.example") as (service, relay):
            relay.refusals = {"163.example": SPAM}
            waits = []
            for _ in range(9):
                await service.deliver()
                with service.database.read() as session:
                    (row,) = list_pauses(session)
                waits.append((row.until - clock()).total_seconds() / 3600)
                clock.now = row.until
            assert waits == [1, 2, 4, 8, 24, 24, 24, 24, 24]
            assert _states(service)["a@163.example"] == "deferred"
            relay.refusals = {}
            await service.deliver()
            assert _states(service)["a@163.example"] == "sent"

    asyncio.run(run())


def test_an_operator_resumes_a_domain_and_its_mail_goes_at_once(on_sqlite: Open, clock: Clock) -> None:
    async def run() -> None:
        async with _relayed(on_sqlite, "a@163.example", "b@163.example") as (service, relay):
            relay.refusals = {"163.example": SPAM}
            await service.deliver()
            relay.refusals = {}
            clock.forward(minutes=5)
            with service.database.write() as session:
                assert end_pause(session, "163.example", now=clock())
            await service.deliver()
            assert set(_states(service).values()) == {"sent"}

    asyncio.run(run())


def test_a_reply_that_nobody_lives_there_suppresses_and_the_others_get_theirs(on_sqlite: Open) -> None:
    async def run() -> None:
        async with _relayed(on_sqlite, "a@163.example", "b@163.example") as (service, relay):
            relay.refusals = {"a@163": "550 User not found: a@163.example"}
            await service.deliver()
            assert _states(service) == {"a@163.example": "bounced", "b@163.example": "sent"}
            assert [row.address for row in suppress.entries(service.database)] == ["a@163.example"]
            with service.database.read() as session:
                row = subscriber_row(session, "a@163.example")
            assert row is not None
            assert row.state == SubscriberState.SUPPRESSED

    asyncio.run(run())


def test_other_refusals_bounce_one_message_and_suppress_nobody(on_sqlite: Open) -> None:
    async def run() -> None:
        async with _relayed(on_sqlite, "a@163.example") as (service, relay):
            relay.refusals = {"a@": "552 5.2.2 mailbox full"}
            await service.deliver()
            assert _states(service) == {"a@163.example": "bounced"}
            assert suppress.entries(service.database) == []

    asyncio.run(run())


def test_what_is_put_off_until_it_is_given_up_counts_as_one_soft_bounce(on_sqlite: Open, clock: Clock) -> None:
    """Not each "later", and not where the relay itself has no time (421)."""

    async def run() -> None:
        async with _relayed(on_sqlite, "full@a.example", "busy@b.example") as (service, relay):
            relay.refusals = {"full@": "452 4.2.2 mailbox full", "busy@": "421 4.3.2 busy"}
            await service.deliver()
            assert (set(_states(service).values()), _soft(service)) == ({"deferred"}, [])
            clock.forward(days=3, minutes=1)
            await service.deliver()
            assert set(_states(service).values()) == {"dead"}
            assert _soft(service) == ["full@a.example"]

    asyncio.run(run())


def _soft(service: Service) -> list[str]:
    with service.database.read() as session:
        return [row.address for row in session.exec(select(SoftBounce))]
