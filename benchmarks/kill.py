"""Killing: a sender is killed (-9) at random points while it empties an outbox over SMTP. What is lost, what is twice?

    python benchmarks/kill.py [--messages 100000] [--kills 1000] [--connections 10] [--way evidence|none|term]...

Ways: `evidence`, where the relay's log tells what it took: nothing may be lost and nothing may come twice. `none`:
nothing may be lost, and at most one a connection and kill may come twice. `term`: the end is SIGTERM, and neither may
happen, nor may anything be left open. Exit 1 where one of these is not so. The relay writes its log as Postfix does:
what it has seen before the dot, what it has taken before it answers; and it never fails itself.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from outbox import planned
from sinks import HOST, answer
from sqlalchemy import text

from notifier.bootstrap import utc_now
from notifier.cli.opening import set_up_log
from notifier.delivery import Relays
from notifier.pipeline.sending.deliver import deliver_messages
from notifier.pipeline.sending.outbox import Outbox
from notifier.pipeline.sending.owner import this_process
from notifier.pipeline.sending.recover import recover_messages
from notifier.storage.database import Database

FORK = multiprocessing.get_context("fork")  # a victim is there at once, and dies as any process does
EARLY = 0.1  # of the ends come at any time of a start, the others when so many messages have been taken
START, MOMENT, LONGEST = 0.25, 0.005, 20.0  # seconds: of a start, within one message, of a victim that gets nowhere
DOUBT = dt.timedelta(seconds=2)
WAYS = ("evidence", "none", "term")


@dataclass(frozen=True)
class Scene:
    """One outbox, the relay that it is emptied to, and its log if there is one."""

    url: str
    port: int
    connections: int
    log: Path | None
    taken: "Synchronized[int]"  # messages that the relay has taken


# --- the relay


def relay(pipe: "Connection[int | Counter[bytes], int]", log: Path, count: "Synchronized[int]") -> None:
    """Takes everything, and counts it; tells on the pipe how often it took each Message-ID."""
    taken: Counter[bytes] = Counter()

    async def take(reader: asyncio.StreamReader, file: int) -> None:
        body = await reader.readuntil(b"\r\n.\r\n")
        name = body.partition(b"Message-ID: <")[2].partition(b">")[0]
        queue = b"%X" % random.getrandbits(48)
        os.write(file, b"Nov 26 10:00:00 box postfix/cleanup[1]: %s: message-id=<%s>\n" % (queue, name))
        await asyncio.sleep(random.random() * 0.002)
        taken[name] += 1
        count.value += 1
        line = b"Nov 26 10:00:00 box postfix/qmgr[1]: %s: from=<a@b.cn>, size=1, nrcpt=1 (queue active)\n"
        os.write(file, line % queue)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, file: int) -> None:
        await answer(reader, writer, lambda body: take(body, file))

    async def main() -> None:
        file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        server = await asyncio.start_server(lambda *both: serve(*both, file), HOST, 0, limit=1 << 20)
        pipe.send(server.sockets[0].getsockname()[1])
        async with server:
            await asyncio.to_thread(pipe.recv)
            pipe.send(taken)

    asyncio.run(main())


# --- the victims


def sender(scene: Scene) -> None:
    """Recovers and delivers until it is ended."""
    set_up_log("error", as_json=False)
    asyncio.run(_send(scene))
    os._exit(0)


async def _send(scene: Scene) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    database = Database(scene.url)
    way = Relays([{"host": HOST, "port": scene.port, "connections": scene.connections}], postfix_log=scene.log)
    outbox = Outbox(database, way, utc_now, this_process(), "alerts.example.org", 4 * scene.connections, DOUBT)
    while not stopping.is_set() and _left(database):
        await recover_messages(outbox)
        await deliver_messages(outbox, stopping=stopping)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), 0.05)
    await way.close()
    database.close()


def _left(database: Database) -> int:
    with database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM message WHERE state <> 'sent'")).scalar_one())


def _doubts(database: Database) -> int:
    with database.read() as session:
        states = "('claimed', 'committing', 'in_doubt')"
        return int(session.execute(text(f"SELECT count(*) FROM message WHERE state IN {states}")).scalar_one())


def one_end(scene: Scene, rng: random.Random, *, number: signal.Signals, most: int) -> bool:
    """Start a sender and end it at a random point, within so many messages; was it still at it?"""
    until = scene.taken.value + rng.randint(0, most)
    victim = FORK.Process(target=sender, args=(scene,))
    victim.start()
    if rng.random() < EARLY:
        victim.join(rng.uniform(0.0, START))
    else:
        end = time.monotonic() + LONGEST
        while scene.taken.value < until and victim.is_alive() and time.monotonic() < end:
            time.sleep(MOMENT / 10)
        victim.join(rng.uniform(0.0, MOMENT))
    alive = victim.is_alive()
    if alive and victim.pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim.pid, number)
    victim.join()
    return alive


# --- the run


def play(way: str, options: argparse.Namespace) -> bool:
    """One way, to its end; whether its promise held."""
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "mail.log"
        ours, theirs = FORK.Pipe()
        count: Synchronized[int] = FORK.Value("L", 0)
        taker = FORK.Process(target=relay, args=(theirs, log, count))
        taker.start()
        port = ours.recv()
        database, _ = planned(Path(place), options.messages)
        database.close()
        scene = Scene(database.url, port, options.connections, log if way == "evidence" else None, count)
        started = time.monotonic()
        ends, doubts = _ends(scene, way, options, database)
        last = FORK.Process(target=sender, args=(scene,))
        last.start()
        last.join()
        ours.send(0)
        taken = ours.recv()
        taker.join()
        return _judge(way, options, taken, ends=ends, doubts=doubts, seconds=time.monotonic() - started)


def _ends(scene: Scene, way: str, options: argparse.Namespace, database: Database) -> tuple[int, int]:
    """How often a sender was ended in the middle, and how much a clean end left open."""
    rng, ends, doubts = random.Random(options.seed), 0, 0
    number = signal.SIGTERM if way == "term" else signal.SIGKILL
    most = 2 * options.messages // max(options.kills, 1)  # so that the ends are spread over all messages
    for _ in range(options.kills):
        ends += one_end(scene, rng, number=number, most=most)
        if way == "term":
            doubts += _doubts(database)
            database.close()  # nothing open may be inherited by the next
    return ends, doubts


def _judge(
    way: str, options: argparse.Namespace, taken: Counter[bytes], *, ends: int, doubts: int, seconds: float
) -> bool:
    lost = options.messages - len(taken)
    twice = sum(taken.values()) - len(taken)
    allowed = ends * options.connections if way == "none" else 0
    good = lost == 0 and twice <= allowed and doubts == 0
    print(
        f"{way:9} {options.messages} messages, {ends} of {options.kills} ended in the middle, {seconds:.0f} s: "
        f"lost {lost}, twice {twice} (allowed {allowed})" + (f", left open {doubts}" if way == "term" else ""),
        "" if good else "  BROKEN",
        flush=True,
    )
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--seed", type=int, default=52)
    parser.add_argument("--way", action="append", choices=WAYS, help="all of them without it")
    options = parser.parse_args()
    kept = [play(way, options) for way in options.way or WAYS]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
