"""Polling: what ten thousand sources cost, and what one that hangs does to the others.

    python benchmarks/polling.py [round|overhead|memory|growth]... [--sources 10000] [--speed 10]

A server in a process of its own plays the sites (polling_server.py): every source has a host name of its own, so that
the pause for each host counts. CPU is that of this process and of the feed readers that it started, not the server's.

round     N sources with `every` of 15 minutes, `--speed` times as fast (all in 900 s / speed), due all over the round
          as in a service that runs; a first round, in which every robots.txt is asked, and a second. Lateness is
          from when a source was due until its site heard the first request. Busy = CPU seconds / (900 s x 2 cores).
overhead  CPU per fetched feed against httpx2.get + feedparser.parse, in turns of 30 in the same process, and per 304.
memory    resident memory after each tenth of 100 rounds of 50 sources, a fifth of them with a new entry each time.
growth    CPU per source of one pass over 1,000, 3,000 and 10,000 that all answer 304.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import feedparser
import httpx2
from polling_server import Server, kind_of, serving
from sqlalchemy import bindparam, select

from notifier.bootstrap import utc_now
from notifier.cli.opening import set_up_log
from notifier.domain import PollState, Source
from notifier.pipeline.polling.polls import Polls, poll_sources
from notifier.sources import Fetcher, Manners, poll
from notifier.storage.database import Database
from notifier.storage.schema import prepare
from notifier.storage.sources import save_source
from notifier.storage.tables import SourceRow

ROUND = 900.0  # seconds
CORES = 2
SAME = '"v1"'  # the ETag of sites that stay the same
HOSTILE = frozenset({"500", "403", "hang", "drip", "reset", "half"})


async def resolver(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def fetcher(**manners: float | bool) -> Fetcher:
    return Fetcher(allow_private=["127.0.0.0/8"], contact="x", resolver=resolver, manners=Manners(**manners))  # type: ignore[arg-type]


def source(number: int, server: Server, every: float = ROUND) -> Source:
    address = f"http://s{number}.test:{server.port}/feed"
    return Source(f"s{number}", "feed", address, every=dt.timedelta(seconds=every), first="new")


@contextlib.contextmanager
def database_of(sources: Sequence[Source], *, etag: str = "") -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/polling.db")
        prepare(database)
        with database.write() as session:
            for one in sources:
                save_source(session, one, origin="database", now=utc_now())
            session.connection().execute(SourceRow.metadata.tables["source"].update().values(etag=etag, primed=True))
        yield database
        database.close()


def cpu(besides: int) -> float:
    """CPU seconds of this process and its children, those that run included, without the child `besides`."""
    own = time.process_time()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own + ended.ru_utime + ended.ru_stime + sum(_running(os.getpid(), besides))


def _running(parent: int, besides: int) -> Iterator[float]:
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = file.read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent and int(file.parent.name) != besides:
                yield (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident() -> float:
    """MB of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


# --- a round


def spread(database: Database, seconds: float) -> tuple[dt.datetime, dict[int, float]]:
    """When the round starts, and when each source is due: evenly over the round."""
    rng = random.Random(1)
    table = SourceRow.metadata.tables["source"]
    statement = table.update().where(table.c.id == bindparam("of")).values(next_poll_at=bindparam("at"))
    with database.write() as session:
        ids = {row.name: row.id for row in session.execute(select(table.c.name, table.c.id))}
        start = utc_now() + dt.timedelta(seconds=2)
        due = {name: start + dt.timedelta(seconds=rng.random() * seconds) for name in ids}
        session.connection().execute(statement, [{"of": ids[name], "at": at} for name, at in due.items()])
    return start, {int(name.removeprefix("s")): at.timestamp() for name, at in due.items()}


async def keep_polling(polls: Polls, until: float) -> None:
    """As the service's timer does."""
    while time.time() < until:
        started = time.monotonic()
        await polls.start_due()
        await asyncio.sleep(max(1.0 - (time.monotonic() - started), 0.0))


async def run_round(count: int, speed: float, server: Server) -> None:
    seconds = ROUND / speed
    with database_of([source(number, server, seconds) for number in range(count)]) as database:
        async with fetcher() as client:
            polls = Polls(database, client, clock=utc_now, rng=random.Random(2), slowest=dt.timedelta(0))
            for name in ("with robots.txt", "without"):
                start, due = await asyncio.to_thread(spread, database, seconds)
                server.heard()
                before = cpu(server.pid)
                asked = await heard(server, polls, start.timestamp() + seconds)
                used = cpu(server.pid) - before
                print_round(f"{count} sources, {name}", due, asked, used)
            await polls.stop()


async def heard(server: Server, polls: Polls, until: float) -> dict[int, float]:
    await keep_polling(polls, until)
    await asyncio.sleep(3)
    return server.heard()


def print_round(name: str, due: dict[int, float], asked: dict[int, float], used: float) -> None:
    late = sorted(asked[number] - at for number, at in due.items() if number in asked)
    good = sorted(asked[n] - at for n, at in due.items() if n in asked and kind_of(n) not in HOSTILE)
    print(
        f"{name:34} asked {len(late)}, CPU {used:.1f} s = {100 * used / (ROUND * CORES):.1f} % of two cores; "
        f"late p50 {statistics.median(good):.2f} p99 {good[int(len(good) * 0.99)]:.2f} max {good[-1]:.2f} s, "
        f"{resident():.0f} MB",
        flush=True,
    )


# --- per feed, per 304


async def overhead(count: int) -> None:
    with serving(only="new", delay=0.0) as server:
        bare, read = await costs_in_turns(server, count)
        whole = await pass_cost(server, count, passes=2)
    print(f"bare fetch + feedparser      {1000 * bare:6.2f} ms CPU a feed")
    print(f"fetched and read             {1000 * read:6.2f} ms, {read / bare:.2f} x")
    print(f"fetched, read and stored     {1000 * whole:6.2f} ms, {whole / bare:.2f} x")
    with serving(only="same", delay=0.0) as server:
        print(f"304, recorded                {1000 * await pass_cost(server, count, etag=SAME):6.2f} ms")


async def costs_in_turns(server: Server, count: int, turn: int = 30) -> tuple[float, float]:
    """CPU a feed, bare and polled, in turns of so many: whatever else the machine does falls on both."""
    bare = read = 0.0
    limits = httpx2.Limits(max_keepalive_connections=0)
    async with httpx2.AsyncClient(trust_env=False, limits=limits) as client, fetcher(robots=False) as ours:
        await poll(source(0, server), PollState(), now=utc_now(), fetcher=ours.visit())  # its process is warm
        for first in range(1, count, turn):
            before = cpu(server.pid)
            for _ in range(turn):
                answer = await client.get(f"http://127.0.0.1:{server.port}/feed", headers={"Host": "s0.test"})
                feedparser.parse(answer.content)
            between = cpu(server.pid)
            for number in range(first, first + turn):
                await poll(source(number, server), PollState(), now=utc_now(), fetcher=ours.visit())
            bare, read = bare + between - before, read + cpu(server.pid) - between
    done = turn * len(range(1, count, turn))
    return bare / done, read / done


async def pass_cost(server: Server, count: int, *, etag: str = "", passes: int = 1) -> float:
    """CPU a source of one pass over all, the last. etag: what is known of all of them."""
    with database_of([source(number, server) for number in range(count)], etag=etag) as database:
        async with fetcher(robots=False, pause=0.0) as client:
            for _ in range(passes):
                before = cpu(server.pid)
                found = await poll_sources(database, client, clock=utc_now, rng=random.Random(1), everything=True)
                used = cpu(server.pid) - before
            assert not any(one.errors for one in found)
            return used / count


# --- memory, growth


async def memory(rounds: int = 100, count: int = 50) -> None:
    with serving(delay=0.0) as server, database_of(list(healthy(server, count))) as database:
        async with fetcher(pause=0.0) as client:
            for number in range(1, rounds + 1):
                await poll_sources(database, client, clock=utc_now, rng=random.Random(1), everything=True)
                if number % 10 == 0:
                    print(f"after {number:3} rounds of {count} sources {resident():6.1f} MB")


def healthy(server: Server, count: int) -> Iterator[Source]:
    numbers = (number for number in range(10 * count) if kind_of(number) not in ("hang", "drip"))
    for _, number in zip(range(count), numbers, strict=False):
        yield source(number, server)


async def growth() -> None:
    with serving(only="same", delay=0.0) as server:
        for count in (1000, 3000, 10_000):
            used = await pass_cost(server, count, etag=SAME)
            print(f"{count:6} sources, all 304: {1000 * used:.2f} ms CPU a source")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["overhead", "growth", "memory", "round"])
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--speed", type=float, default=10.0)
    given = parser.parse_args()
    set_up_log("error")
    if "overhead" in given.parts:
        await overhead(300)
    if "growth" in given.parts:
        await growth()
    if "memory" in given.parts:
        await memory()
    if "round" in given.parts:
        with serving() as server:
            await run_round(given.sources, given.speed, server)


if __name__ == "__main__":
    asyncio.run(main())
