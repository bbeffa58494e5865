"""Step 1, all sources: each is polled on its own when it is due, and one that hangs holds up nobody."""

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog
from sqlmodel import Session

from notifier import sources
from notifier.errors import StorageError
from notifier.pipeline.polling.backlog import Backlog, Due
from notifier.pipeline.polling.grouped import GroupedWrites
from notifier.pipeline.polling.poll import Polled, Poller
from notifier.storage.database import Database
from notifier.storage.sources import StoredSource, due_sources, sources_with

log = structlog.get_logger()
SLOWEST = dt.timedelta(hours=1)  # a source that seldom changes is asked as often at least
ROUND = 900.0  # seconds for one pass over the sources that somebody waits for
_GATHER = 0.02  # seconds; places that become free within them are filled together
Told = Callable[[Session, str, str], None]
_OVER = "本轮时间已到，未及轮询，下轮继续 / this pass was over before its turn; the next one goes on"


def tell_nobody(session: Session, source: str, address: str) -> None:
    """A source has moved for good; it is in the log."""


async def poll_sources(
    database: Database,
    fetcher: sources.Fetcher,
    *,
    clock: Callable[[], dt.datetime],
    rng: random.Random,
    everything: bool = False,
    within: float = ROUND,
    slowest: dt.timedelta = SLOWEST,
    told: Told = tell_nobody,
) -> list[Polled]:
    """Poll the sources that are due (or all of them) once and wait for them, `within` seconds at most."""
    found: list[Polled] = []
    polls = Polls(
        database, fetcher, clock=clock, rng=rng, everything=everything, report=found.append, slowest=slowest, told=told
    )
    try:
        await polls.start_due()
        if not await polls.settle(within):
            found += polls.unfinished()
    finally:
        await polls.stop()
    return found


class Polls:
    """Polls that are under way. Lives in one event loop; the tables say what is due.

    everything: all sources count as due, once. report: gets what each poll came to. See `Poller` for the others.
    """

    def __init__(
        self,
        database: Database,
        fetcher: sources.Fetcher,
        *,
        clock: Callable[[], dt.datetime],
        rng: random.Random,
        everything: bool = False,
        report: Callable[[Polled], None] = lambda polled: None,
        slowest: dt.timedelta = SLOWEST,
        told: Told = tell_nobody,
    ) -> None:
        self._writes = GroupedWrites(database)
        self._poller = Poller(self._writes, fetcher, clock, rng, slowest, told)
        self._clock = clock
        self._everything = everything
        self._report = report
        self._backlog = Backlog()
        self._tasks: set[asyncio.Task[None]] = set()
        self._quiet = asyncio.Event()  # nothing is under way
        self._quiet.set()
        self._refilling = False
        self._stopped = False

    async def start_due(self) -> None:
        """Start what is due as far as there are places; the rest follows as they become free."""
        if not self._stopped:
            self._backlog.offer(await self._writes.read(self._due))
            await self._fill()

    async def settle(self, seconds: float) -> bool:
        """Wait until nothing is under way, so long at most; whether that came."""
        try:
            async with asyncio.timeout(seconds):
                await self._quiet.wait()
        except TimeoutError:
            return False
        return True

    def unfinished(self) -> list[Polled]:
        """Those that wait or are under way, as failures; they stay due."""
        return [Polled(due.name, 0, (("", _OVER),)) for due in self._backlog.left()]

    async def stop(self) -> None:
        """Break off what is under way; what is being stored is stored."""
        self._stopped = True
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._writes.close()

    def _due(self, session: Session) -> list[Due]:
        return [
            Due(one.id, one.name, sources.host_of(one.address) or f"#{one.id}", failing=one.failures > 0)
            for one in due_sources(session, self._now())
        ]

    def _now(self) -> dt.datetime | None:
        """None: whatever the time, all are due."""
        return None if self._everything else self._clock()

    async def _fill(self) -> None:
        chosen = [] if self._stopped else self._backlog.take()
        if not chosen:
            return
        found: dict[int, StoredSource] = {}
        try:
            found = await self._writes.read(lambda session: self._load(session, [due.id for due in chosen]))
        finally:
            for due in chosen:
                self._start(due, found.get(due.id))

    def _load(self, session: Session, ids: Sequence[int]) -> dict[int, StoredSource]:
        """As they are now, without those that were polled or removed meanwhile."""
        return {stored.id: stored for stored in sources_with(session, ids, due_at=self._now())}

    def _start(self, due: Due, stored: StoredSource | None) -> None:
        if stored is None:
            self._backlog.done(due)
        else:
            self._add(self._poll(due, stored))

    async def _poll(self, due: Due, stored: StoredSource) -> None:
        try:
            self._report(await self._poller.poll(stored))
        finally:
            self._backlog.done(due)
        if not self._refilling:
            self._refilling = True
            self._add(self._refill())

    async def _refill(self) -> None:
        await asyncio.sleep(_GATHER)
        self._refilling = False
        try:
            await self._fill()
        except StorageError as error:  # the next wake-up offers them again
            log.error("polls.not_loaded", error=error.en)

    def _add(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        self._quiet.clear()
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not self._tasks:
            self._quiet.set()
