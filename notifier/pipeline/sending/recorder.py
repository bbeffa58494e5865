"""Group commit: steps of many messages, recorded by concurrent senders, go into one transaction."""

import asyncio
import datetime as dt
from collections.abc import Callable

from notifier.storage.database import Database
from notifier.storage.outbox import Change, apply_changes

# Seconds that the first step waits for others: those that the last commit has let go come back together, so that there
# are half as many commits. A commit takes some milliseconds itself.
GATHER = 0.001
_Waiting = tuple[Change, asyncio.Future[bool]]


class Recorder:
    """`await record(change)` returns when the change is on disk: True where it applied. Lives in one event loop."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._clock = clock
        self._queue: list[_Waiting] = []
        self._flusher: asyncio.Task[None] | None = None

    async def record(self, change: Change) -> bool:
        """StorageError where the database would not take it."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.append((change, future))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        return await future

    async def _flush(self) -> None:
        while self._queue:
            await asyncio.sleep(GATHER)
            batch, self._queue = self._queue, []
            try:
                applied = await asyncio.to_thread(self._write, [change for change, _ in batch])
            except Exception as error:  # theirs to judge: nobody may be left waiting
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), done in zip(batch, applied, strict=True):
                if not future.done():
                    future.set_result(done)

    def _write(self, changes: list[Change]) -> list[bool]:
        with self._database.write() as session:
            return apply_changes(session, changes, now=self._clock())
