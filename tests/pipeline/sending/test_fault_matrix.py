"""Every fault a relay can have, on both databases: the state the message comes to, and that it arrives once it heals.

One table, a row a fault: where it happens, what happens, the state after it, and the state two hours after the relay is
well again.
"""

import asyncio
import socket
import sqlite3
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import event

from delivery.relays import DROP, HANG, TRICKLE, ScriptedRelay, make_certificate
from notifier.delivery import Smtp
from notifier.storage.database import Database
from notifier.storage.schema import prepare
from pipeline.outboxes import Post, played

PLAIN, GROUPED = ("8BITMIME",), ("PIPELINING", "DSN", "SIZE 1000000")
TIMEOUT = 0.25  # seconds: what takes longer, hangs
STAGES = ("GREETING", "EHLO", "MAIL", "RCPT", "DATA", "DOT")
CODES = (421, 450, 451, 452, 550, 552, 554)


class Fault(NamedTuple):
    stage: str
    reply: str
    state: str
    at_last: str = "sent"

    @property
    def id(self) -> str:
        return f"{self.stage} {self.reply[:12]}".encode("ascii", "replace").decode().replace("\x00", "0")


def _refusals() -> Iterator[Fault]:
    """A relay that refuses us harms no message; 4xx waits, 5xx of a transaction ends that message."""
    for stage in STAGES:
        for code in CODES:
            final = code >= 500 and stage not in ("GREETING", "EHLO")
            yield Fault(stage, f"{code} so there", *(("bounced", "bounced") if final else ("deferred", "sent")))


def _breaks() -> Iterator[Fault]:
    """Without an answer: certain before the dot, in doubt after it."""
    nonsense = (DROP, HANG, "\udcff\udc00\x00\x01", "HTTP/1.1 400 Bad Request", "999 what", "250-" + "x" * 100_000)
    for stage in STAGES:
        for reply in (*nonsense, f"{TRICKLE}250 one byte after the other"):
            yield Fault(stage, reply, "in_doubt" if stage == "DOT" else "deferred")
    yield Fault("MIDDATA", DROP, "deferred")
    yield Fault("MIDDATA", "421 4.3.2 shutting down", "deferred")
    yield Fault("MIDDATA", "552 5.3.4 too big", "bounced", "bounced")
    yield Fault("RCPT", "450 4.2.0 greylisted, come back in five minutes", "deferred")
    yield Fault("DOT", "354 go on", "in_doubt")
    yield Fault("DOT", "250-never\r\n250-ending", "in_doubt")


FAULTS = [*_refusals(), *_breaks()]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def post(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    """One outbox for the whole table, on either database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('matrix')}/notifier.db"
    else:
        url = request.getfixturevalue("postgres")
    database = Database(url)
    if database.is_sqlite:
        event.listen(database.engine, "connect", _without_sync)
    prepare(database)
    yield Post(database)
    database.close()


def _without_sync(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")  # these tests cut no power


def test_the_table_is_long_enough() -> None:
    assert len(set(FAULTS)) == len(FAULTS) >= 40


@pytest.mark.parametrize("offers", [PLAIN, GROUPED], ids=["plain", "grouped"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_fault_leaves_its_state_and_the_message_arrives_when_it_is_over(
    post: Post, fault: Fault, offers: tuple[str, ...]
) -> None:
    post.forget()
    message = post.message()

    async def play() -> None:
        relay = ScriptedRelay(offers=offers)
        relay.script = _script(fault)
        async with relay.running():
            smtp = _smtp(relay)
            await post.deliver(_Patient(smtp) if fault.stage == "MIDDATA" else smtp)
            assert post.state(message) == fault.state
            (attempt,) = post.attempts(message)
            assert attempt.outcome == fault.state
            relay.script = {}
            relay.heal()
            await post.settle(smtp)
            await smtp.close()
        assert post.state(message) == fault.at_last
        taken = [body for body in relay.bodies if body]
        assert len(set(taken)) <= 1, "every try sends the same bytes"
        if fault.at_last == "sent":
            assert len(taken) == (1 if fault.stage != "DOT" else 2)

    played(play)


def _script(fault: Fault) -> dict[str, list[str]]:
    often = [fault.reply] * 3
    return {"EHLO": often, "HELO": [*often]} if fault.stage == "EHLO" else {fault.stage: often}


def _smtp(relay: ScriptedRelay, **options: Any) -> Smtp:
    return Smtp("127.0.0.1", relay.port, **{"timeout": TIMEOUT, "local_hostname": "here.test", **options})


class _Patient:
    """Lets what the relay says in the middle of a body arrive before the dot."""

    def __init__(self, smtp: Smtp) -> None:
        self._smtp = smtp

    def __getattr__(self, name: str) -> Any:
        return getattr(self._smtp, name)

    async def send(self, envelope: Any, before_dot: Any) -> Any:
        async def later() -> None:
            await asyncio.sleep(0.05)
            await before_dot()

        return await self._smtp.send(envelope, later)


# --- TLS and names


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, ssl.SSLContext]]:
    folder = tmp_path_factory.mktemp("certificates")
    good = {"127.0.0.1": 2, "10.0.0.1": 2}
    made = {name: make_certificate(folder, name=name, days=days) for name, days in good.items()}
    old = folder / "old"
    old.mkdir()
    return folder, made | {"expired": make_certificate(old, name="127.0.0.1", days=-1)}


@pytest.mark.parametrize(
    ("certificate", "trusted", "said"),
    [
        ("expired", "old/127.0.0.1.pem", "expired"),
        ("10.0.0.1", "10.0.0.1.pem", "match"),
        ("127.0.0.1", "10.0.0.1.pem", "self-signed"),
        ("none", "127.0.0.1.pem", "STARTTLS"),
    ],
    ids=["expired", "wrong name", "untrusted", "stripped"],
)
def test_tls_that_is_not_right_sends_nothing_and_is_named(
    post: Post, certificates: Any, certificate: str, trusted: str, said: str
) -> None:
    folder, contexts = certificates
    post.forget()
    message = post.message()

    async def play() -> None:
        offers = () if certificate == "none" else ("STARTTLS",)
        relay = ScriptedRelay(offers=offers, context=contexts.get(certificate))
        async with relay.running():
            smtp = _smtp(relay, tls="starttls", ca_file=folder / trusted)
            await post.deliver(smtp)
            await smtp.close()
        assert post.state(message) == "deferred"
        assert said in post.attempts(message)[0].reply
        assert not any(command.startswith("MAIL") for command in relay.commands)

    played(play)


@pytest.mark.parametrize("error", [socket.EAI_NONAME, socket.EAI_AGAIN], ids=["NXDOMAIN", "SERVFAIL"])
def test_a_relay_whose_name_does_not_resolve_delays_the_message(
    post: Post, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    post.forget()
    message = post.message()

    def fail(host: str, *_: object, **__: object) -> None:
        raise socket.gaierror(error, f"no answer for {host}")

    async def play() -> None:
        smtp = Smtp("relay.test", 25, timeout=TIMEOUT)
        monkeypatch.setattr(socket, "getaddrinfo", fail)
        await post.deliver(smtp)
        monkeypatch.undo()
        await smtp.close()
        assert post.state(message) == "deferred"
        assert "relay.test:25" in post.attempts(message)[0].reply

    played(play)


def test_nothing_listens(post: Post) -> None:
    post.forget()
    message = post.message()

    async def play() -> None:
        await post.deliver(Smtp("127.0.0.1", 1, timeout=TIMEOUT))
        assert post.state(message) == "deferred"

    played(play)
