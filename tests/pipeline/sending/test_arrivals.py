"""Word of arrival settles what is in doubt: nothing is sent twice, and nothing that did not go is taken for sent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text

from conftest import Clock
from delivery.relays import DROP, ScriptedRelay
from delivery.returned import dsn
from notifier.bootstrap import Service
from notifier.config import Settings, load_settings
from notifier.pipeline.explaining.check import check_accounts
from notifier.pipeline.returns.bounces import Taken
from notifier.storage.ledger import LedgerLine
from pipeline.job import lines, note, subscribe, take
from sources.mailbox.imap import ImapServer

Open = Callable[..., Service]
WORD = {"action": "relayed", "status": "2.0.0", "words": "250 taken"}


class Scene:
    """A service whose relay breaks off after the last byte of the first mail: it is in doubt."""

    def __init__(self, relay: ScriptedRelay, service: Service) -> None:
        self.relay = relay
        self.service = service

    @property
    def line(self) -> LedgerLine:
        return next(line for line in lines(self.service) if line.subscriber == "li@example.org")

    @property
    def message_id(self) -> str:
        return self.line.message_id

    @property
    def state(self) -> str:
        assert check_accounts(self.service.database).verdict == "good"
        return self.line.state

    @property
    def back(self) -> str:
        assert self.service.verp is not None
        return self.service.verp.address_for(self.message_id) or ""

    def becomes(self, state: str, *, owner: str = "") -> None:
        """As if a process had left it so."""
        with self.service.database.write() as session:
            session.execute(
                text("UPDATE message SET state = :state, lease_owner = :owner"), {"state": state, "owner": owner}
            )

    async def later(self) -> None:
        """An hour of the service's life."""
        self.service.clock.forward(hours=1)  # type: ignore[attr-defined]
        await self.service.recover()
        await self.service.deliver()


@contextlib.asynccontextmanager
async def in_doubt(settings: Settings, open_one: Open, clock: Clock, *, more: str = "") -> AsyncIterator[Scene]:
    relay = ScriptedRelay(offers=("8BITMIME", "DSN"))
    relay.script["DOT"] = [DROP]
    async with relay.running():
        config = settings.folder / "config.toml"
        mail = f'[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {relay.port}\n'
        bounces = f'[bounces]\naddress = "bounces@example.org"\nreceipts = true\n{more}'
        config.write_text(mail + bounces + config.read_text(encoding="utf-8"), encoding="utf-8")
        service = open_one(load_settings(config), clock=clock)
        subscribe(service, "li@example.org", "核电")
        take(service, "a.txt", note("核电项目开工"))
        await service.deliver()
        scene = Scene(relay, service)
        assert scene.state == "in_doubt"
        yield scene


@pytest.fixture
def doubtful(
    settings: Settings, open_services: Open, clock: Clock
) -> Callable[..., contextlib.AbstractAsyncContextManager[Scene]]:
    return lambda **options: in_doubt(settings, open_services, clock, **options)


Doubtful = Callable[..., contextlib.AbstractAsyncContextManager[Scene]]


def test_word_by_the_return_address_or_by_the_envelope_id_settles_it(doubtful: Doubtful) -> None:
    async def run() -> None:
        async with doubtful() as scene:
            assert any("NOTIFY=SUCCESS,FAILURE" in command for command in scene.relay.commands)
            assert any(f"ENVID={scene.message_id}" in command for command in scene.relay.commands)
            back = dsn("postmaster@example.org", envelope_id=scene.message_id, **WORD)
            assert scene.service.take_bounce(back) is Taken.ARRIVED
            assert scene.state == "sent"
            assert scene.service.take_bounce(dsn(scene.back, **WORD)) is Taken.ARRIVED
            await scene.later()
            assert (scene.state, len(scene.relay.bodies)) == ("sent", 1)

    asyncio.run(run())


def test_without_word_the_same_bytes_go_again(doubtful: Doubtful) -> None:
    async def run() -> None:
        async with doubtful() as scene:
            for forged in (dsn("bounces@example.org", **WORD), dsn("x@y.org", envelope_id="a@example.org", **WORD)):
                assert scene.service.take_bounce(forged) is Taken.UNPROVEN
            await scene.later()
            assert scene.state == "sent"
            first, second = scene.relay.bodies
            assert first == second

    asyncio.run(run())


def test_word_counts_wherever_the_message_stands_by_then(doubtful: Doubtful) -> None:
    """It may have been given back already, or be in the hands of a process that was killed."""

    async def run() -> None:
        async with doubtful() as scene:
            for state in ("ready", "claimed", "committing", "deferred"):
                scene.becomes(state, owner="here:1:1" if state in ("claimed", "committing") else "")
                assert scene.service.take_bounce(dsn(scene.back, **WORD)) is Taken.ARRIVED
                assert scene.state == "sent"
            await scene.later()
            assert (scene.state, len(scene.relay.bodies)) == ("sent", 1)

    asyncio.run(run())


def test_a_refusal_on_the_way_shows_that_our_relay_took_it(doubtful: Doubtful) -> None:
    async def run() -> None:
        async with doubtful() as scene:
            scene.becomes("committing", owner="here:1:1")
            assert scene.service.take_bounce(dsn(scene.back)) is Taken.SUPPRESSED
            await scene.later()
            assert (scene.state, len(scene.relay.bodies)) == ("bounced", 1)

    asyncio.run(run())


def test_what_was_refused_further_on_is_not_taken_for_sent(doubtful: Doubtful) -> None:
    """A domain refuses for spam, the mail is kept; word of an earlier hop that comes late does not end that."""

    async def run() -> None:
        async with doubtful() as scene:
            spam = dsn(scene.back, status="5.7.1", words="554 DT:SPM")
            assert scene.service.take_bounce(spam) is Taken.PAUSED
            assert scene.service.take_bounce(dsn(scene.back, **WORD)) is Taken.ARRIVED
            assert scene.state == "deferred"

    asyncio.run(run())


def test_what_lies_unread_in_the_mailbox_is_evidence_too(doubtful: Doubtful) -> None:
    """After hours of being down the mailbox is read before anything goes again, and nothing while it cannot be."""

    async def run(server: ImapServer) -> None:
        mailbox = f'mailbox = "imap://bounces@127.0.0.1:{server.port}/INBOX"\n'
        async with doubtful(more=mailbox) as scene:
            server.mails[1] = dsn(scene.back, **WORD)
            server.password = "another now"
            await scene.later()
            assert (scene.state, len(scene.relay.bodies)) == ("in_doubt", 1)
            server.password = ""
            await scene.later()
            assert (scene.state, len(scene.relay.bodies)) == ("sent", 1)

    with ImapServer({}, password="").running() as server:
        asyncio.run(run(server))
