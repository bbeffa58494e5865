"""Sending: messages a second of notifier and of others to the same sink, as ratios of Postfix's smtp-source in one run.

    python benchmarks/sending.py [--messages 4000] [--connections 40] [--rounds 3] [--delay 20] [--postfix FOLDER]

Every sender hands the same number of mails of 17.8 KB to a sink on this machine. Postfix's smtp-sink is used where it
is installed (Debian: postfix, or unpack the package and name its folder with --postfix), else a sink of asyncio, and
then without the row of smtp-source. notifier is durable: SQLite with synchronous=FULL, two commits a message. CPU is
that of the sending process. The last rows go through a proxy that adds a round trip, over 50 connections. All take
turns, --rounds times, and the median of each is shown: another program that is busy meanwhile hits them alike.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import multiprocessing
import resource
import smtplib
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from outbox import SENDER, letter, plan, planned
from sinks import HOST, Postfix, free_port, own_sink, proxy, running

from notifier.bootstrap import utc_now
from notifier.cli.opening import set_up_log
from notifier.delivery import Relays
from notifier.domain import BeforeDot, Envelope, MessageKind, Receipt, Transport
from notifier.pipeline.sending.deliver import deliver_messages
from notifier.pipeline.sending.outbox import Outbox, unsigned
from notifier.pipeline.sending.owner import this_process
from notifier.rendering.dkim import Signer
from notifier.storage.database import Database


@dataclass(frozen=True)
class Measured:
    name: str
    messages: int
    seconds: float
    cpu: float  # seconds of this process

    @property
    def rate(self) -> float:
        return self.messages / self.seconds

    @property
    def cpu_each(self) -> float:
        return self.cpu / self.messages * 1e6  # microseconds


@contextlib.contextmanager
def measuring(name: str, messages: int, into: list[Measured]) -> Iterator[None]:
    before, start = _cpu(), time.perf_counter()
    yield
    into.append(Measured(name, messages, time.perf_counter() - start, _cpu() - before))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# --- senders


def as_mail(number: int) -> bytes:
    """The same the usual way, a mail for each recipient."""
    frozen, mail = letter(), EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, f"p{number}@example.org", frozen.subject
    mail["Message-ID"] = f"<{number}@example.org>"
    mail.set_content(frozen.text)
    mail.add_alternative(frozen.html, subtype="html")
    return mail.as_bytes()


def by_smtplib(port: int, messages: int, connections: int) -> None:
    def some(share: range) -> None:
        with smtplib.SMTP(HOST, port) as client:
            for number in share:
                client.sendmail("alerts@example.org", f"p{number}@example.org", as_mail(number))

    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(some, [range(first, messages, connections) for first in range(connections)]))


def by_a_connection_each(port: int, messages: int) -> None:
    """What rss2email and most small scripts do."""
    for number in range(messages):
        with smtplib.SMTP(HOST, port) as client:
            client.sendmail("alerts@example.org", f"p{number}@example.org", as_mail(number))


async def by_aiosmtplib(port: int, messages: int, connections: int) -> None:
    async def some(share: range) -> None:
        async with aiosmtplib.SMTP(hostname=HOST, port=port, start_tls=False) as client:
            for number in share:
                await client.sendmail("alerts@example.org", f"p{number}@example.org", as_mail(number))

    await asyncio.gather(*(some(range(first, messages, connections)) for first in range(connections)))


def by_notifier(database: Database, port: int, connections: int, sign: Callable[[bytes], bytes]) -> Counter[str]:
    async def main() -> Counter[str]:
        way: Transport = Relays([{"host": HOST, "port": port, "connections": connections}])
        wait = dt.timedelta(minutes=10)
        outbox = Outbox(database, way, utc_now, this_process(), "alerts.example.org", 4 * connections, wait, sign)
        try:
            return await deliver_messages(outbox)
        finally:
            await way.close()

    return asyncio.run(main())


def new_signer(folder: Path) -> Signer:
    file = folder / "dkim.pem"
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key = rsa.generate_private_key(65537, 2048)
    file.write_bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    return Signer("example.org", "bench", file)


class Arrivals:
    """A way out that notes when each of these addresses was served."""

    def __init__(self, way: Transport) -> None:
        self._way = way
        self.at: dict[str, float] = {}

    async def send(self, envelope: Envelope, before_dot: BeforeDot) -> Receipt:
        receipt = await self._way.send(envelope, before_dot)
        self.at[envelope.recipient] = time.perf_counter()
        return receipt

    async def evidence(self, message_id: str) -> bool | None:
        return await self._way.evidence(message_id)

    async def check(self) -> str:
        return await self._way.check()

    async def close(self) -> None:
        await self._way.close()


def alert_delays(port: int, digests: int, connections: int, *, alerts: int = 100) -> list[float]:
    """Seconds from when an alert was planned until it was taken, while so many digests go out; sorted."""

    async def main(database: Database) -> list[float]:
        way = Arrivals(Relays([{"host": HOST, "port": port, "connections": connections}]))
        wait, stopping = dt.timedelta(minutes=10), asyncio.Event()
        outbox = Outbox(database, way, utc_now, this_process(), "alerts.example.org", 4 * connections, wait)
        delivery = asyncio.create_task(deliver_messages(outbox, stopping=stopping))
        planned_at: dict[str, float] = {}
        for number in range(digests, digests + alerts):
            await asyncio.sleep(0.05)
            if delivery.done():
                raise SystemExit("the digests were out before all alerts had come: use more --digests")
            planned_at[f"p{number}@example.org"] = time.perf_counter()
            await asyncio.to_thread(plan, database, [number], MessageKind.ALERT)
        while not planned_at.keys() <= way.at.keys() and not delivery.done():
            await asyncio.sleep(0.05)
        stopping.set()
        await delivery
        await way.close()
        return sorted(way.at[address] - at for address, at in planned_at.items())

    with tempfile.TemporaryDirectory() as place:
        database, _ = planned(Path(place), digests, more=alerts, kind=MessageKind.DIGEST)
        try:
            return asyncio.run(main(database))
        finally:
            database.close()


# --- the run


def notifier_row(name: str, port: int, messages: int, connections: int, *, signed: bool, into: list[Measured]) -> None:
    with tempfile.TemporaryDirectory() as place:
        database, _ = planned(Path(place), messages)
        sign = new_signer(Path(place)) if signed else unsigned
        with measuring(name, messages, into):
            outcome = by_notifier(database, port, connections, sign)
        database.close()
    if outcome != {"sent": messages}:
        raise SystemExit(f"{name}: {dict(outcome)} of {messages}")


def awaited(job: Awaitable[None]) -> None:
    async def main() -> None:
        await job

    asyncio.run(main())


def measure(port: int, far: int, options: argparse.Namespace, postfix: Postfix) -> list[Measured]:
    messages, connections, rows = options.messages, options.connections, []
    few = max(messages // 10, 50)
    if postfix.sbin:
        with measuring("smtp-source", messages, rows):
            postfix.source(port, messages, connections)
    notifier_row("notifier, the relay signs", port, messages, connections, signed=False, into=rows)
    notifier_row("notifier, DKIM", port, messages, connections, signed=True, into=rows)
    with measuring("aiosmtplib, a mail each", few, rows):
        awaited(by_aiosmtplib(port, few, connections))
    with measuring("smtplib, threads, a mail each", few, rows):
        by_smtplib(port, few, connections)
    with measuring("smtplib, a connection each", few, rows):
        by_a_connection_each(port, few)
    if options.delay:
        notifier_row("far: notifier, the relay signs", far, messages, 50, signed=False, into=rows)
        with measuring("far: aiosmtplib, a mail each", few, rows):
            awaited(by_aiosmtplib(far, few, 50))
    return rows


def show(rounds: list[list[Measured]]) -> None:
    print(f"{'':34} {'messages/s':>11} {'ratio':>7} {'CPU us':>8}")
    for same in zip(*rounds, strict=True):
        rate = statistics.median(row.rate for row in same)
        ratio = statistics.median(row.rate / one[0].rate for row, one in zip(same, rounds, strict=True))
        cpu = f"{statistics.median(row.cpu_each for row in same):8.0f}" if same[0].name != "smtp-source" else ""
        print(f"{same[0].name:34} {rate:11.0f} {ratio:7.3f} {cpu:>8}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=4000)
    parser.add_argument("--connections", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--delay", type=float, default=20.0, help="ms of a round trip for the last rows, 0 for none")
    parser.add_argument("--plan", type=int, default=100_000, help="rows planned, 0 for none")
    parser.add_argument("--digests", type=int, default=100_000, help="that go out while alerts come, 0 for none")
    parser.add_argument("--postfix", type=Path, help="folder that Debian's postfix was unpacked into")
    options = parser.parse_args()
    set_up_log("error", as_json=False)
    postfix = Postfix(options.postfix)
    port, far = free_port(), free_port()
    if postfix.sbin:
        taker: subprocess.Popen[bytes] | multiprocessing.Process = postfix.sink(port)
    else:
        print("smtp-source is not here (Debian: postfix): the first row is the base of the ratios")
        taker = multiprocessing.Process(target=own_sink, args=(port,))
        taker.start()
    distance = multiprocessing.Process(target=proxy, args=(far, port, options.delay / 2000))
    distance.start()
    with running(taker, port), running(distance, far):
        show([measure(port, far, options, postfix) for _ in range(options.rounds)])
        if options.digests:
            delays = alert_delays(port, options.digests, options.connections)
            print(f"100 alerts while {options.digests} digests wait: taken within {delays[98]:.2f} s (p99)")
    if options.plan:
        with tempfile.TemporaryDirectory() as place:
            database, seconds = planned(Path(place), options.plan)
            database.close()
        print(f"{options.plan} rows planned in {seconds:.2f} s")


if __name__ == "__main__":
    main()
