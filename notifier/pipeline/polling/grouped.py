"""Writes of many polls, several of them in one transaction: a commit costs more than what most polls have to say."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlmodel import Session

from notifier.storage.database import Database

MOST = 20  # in one transaction, so that nobody else waits long for the database
T = TypeVar("T")
Work = Callable[[Session], Any]
Outcome = tuple[Any, BaseException | None]


class GroupedWrites:
    """`await write(work)` returns what `work(session)` did when it is on disk. Lives in one event loop.

    One that fails takes none of the others with it: they are run again on their own, so each may run twice.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        # A thread of its own, since drives that hang may have all of those that others share. One: several that write
        # to SQLite at once wait for each other unfairly, and one of them in vain.
        self._thread = ThreadPoolExecutor(1, "polls")
        self._queue: list[tuple[Work, asyncio.Future[Any]]] = []
        self._flusher: asyncio.Task[None] | None = None

    async def read(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with self._database.read() as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    async def write(self, work: Callable[[Session], T]) -> T:
        """StorageError where the database would not take it; what `work` raises."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.append((work, future))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        return await future

    async def close(self) -> None:
        """What was asked for is written."""
        if self._flusher is not None:
            await self._flusher
        await asyncio.to_thread(self._thread.shutdown)

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        while self._queue:
            batch, self._queue = self._queue[:MOST], self._queue[MOST:]
            outcomes = await loop.run_in_executor(self._thread, self._run, [work for work, _ in batch])
            for (_, future), (result, error) in zip(batch, outcomes, strict=True):
                if future.done():
                    continue
                if error is None:
                    future.set_result(result)
                else:
                    future.set_exception(error)

    def _run(self, works: Sequence[Work]) -> list[Outcome]:
        try:
            with self._database.write() as session:
                return [(work(session), None) for work in works]
        except Exception as error:
            if len(works) == 1:
                return [(None, error)]
        return [outcome for work in works for outcome in self._run([work])]
