"""How steps are handed out: in this process, one after the other. A queue over several machines fits the same port."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog

from notifier.errors import NotifierError

log = structlog.get_logger()
Step = Callable[[], Awaitable[object]]


class Work(Protocol):
    """Runs a step by its name. Any step may run again at any time: what is due stands in the tables."""

    async def run(self, step: str) -> object: ...


class InProcess:
    """Runs each step here, the same step never twice at once: who asks meanwhile gets a run that sees their rows."""

    def __init__(self, steps: Mapping[str, Step]) -> None:
        self._steps = steps
        self._locks = {name: asyncio.Lock() for name in steps}
        self._queued: dict[str, asyncio.Task[object]] = {}
        self._tasks: set[asyncio.Task[object]] = set()

    async def run(self, step: str) -> object:
        """The step's report, or None where it failed: that is logged, and the next wake-up tries again."""
        queued = self._queued.get(step)
        if queued is None or queued.done():
            queued = self._queued[step] = asyncio.create_task(self._run(step))
            self._tasks.add(queued)
            queued.add_done_callback(self._tasks.discard)
        return await asyncio.shield(queued)

    async def drain(self) -> None:
        """Wait until no step runs or waits for its turn."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _run(self, step: str) -> object:
        async with self._locks[step]:
            self._queued.pop(step, None)
            try:
                return await self._steps[step]()
            except NotifierError as error:
                log.error("step.failed", step=step, error=str(error))
            except Exception:
                log.exception("step.broke", step=step)
            return None
