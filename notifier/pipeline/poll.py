"""Step 1: ask the sources that are due, and keep what they bring in the transaction that remembers how far we are."""

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from notifier import sources
from notifier.domain import Document, PollResult
from notifier.errors import NotifierError, SourceError, StorageError
from notifier.pipeline.intake import keep_failure, keep_result
from notifier.storage.database import Database
from notifier.storage.documents import add_documents
from notifier.storage.sources import StoredSource, due_sources, list_sources, record_failure, record_poll

log = structlog.get_logger()
CONCURRENT = 16  # sources asked at once


@dataclass(frozen=True, slots=True)
class Polled:
    """What one source's poll came to. `errors`: its own failure under "", and items that failed by their key."""

    source: str
    new: int
    errors: tuple[tuple[str, str], ...] = ()


async def poll_sources(
    database: Database,
    fetcher: sources.Fetcher,
    *,
    clock: Callable[[], dt.datetime],
    rng: random.Random,
    everything: bool = False,
) -> list[Polled]:
    """Poll the sources that are due (or all of them). One that fails is tried again later; the others go on."""
    places = asyncio.Semaphore(CONCURRENT)

    async def one(stored: StoredSource) -> Polled:
        async with places:
            return await _poll_one(database, fetcher, stored, clock=clock, rng=rng)

    due = await asyncio.to_thread(_due, database, clock(), everything)
    return list(await asyncio.gather(*(one(stored) for stored in due)))


def _due(database: Database, now: dt.datetime, everything: bool) -> list[StoredSource]:
    with database.read() as session:
        if everything:
            return [stored for stored in list_sources(session) if stored.source.kind != "manual"]
        return due_sources(session, now)


async def _poll_one(
    database: Database,
    fetcher: sources.Fetcher,
    stored: StoredSource,
    *,
    clock: Callable[[], dt.datetime],
    rng: random.Random,
) -> Polled:
    name = stored.source.name
    try:
        result = await sources.poll(stored.source, stored.state, now=clock(), fetcher=fetcher)
        added = await asyncio.to_thread(_keep, database, stored, result, now=clock(), rng=rng)
    except StorageError as error:  # nothing was remembered: the next poll brings the same again
        log.error("source.not_stored", source=name, error=error.en)
        return Polled(name, 0, (("", str(error)),))
    except NotifierError as error:
        return await _failed(database, stored, error, now=clock(), rng=rng)
    except Exception as error:
        log.exception("source.broke", source=name)
        wrapped = SourceError(f"读取来源时程序出错：{error!r}", f"the program failed on this source: {error!r}")
        return await _failed(database, stored, wrapped, now=clock(), rng=rng)
    for key, line in result.errors:
        log.warning("source.item_failed", source=name, item=key, error=line)
    log.info("source.polled", source=name, new=added)
    return Polled(name, added, result.errors)


def _keep(database: Database, stored: StoredSource, result: PollResult, *, now: dt.datetime, rng: random.Random) -> int:
    """Documents and state in one transaction: a crash before it fetches again, after it has them."""
    next_at = sources.next_poll_at(stored.source, now=now, failures=0, retry_after=None, rng=rng)
    with database.write() as session:
        new = keep_result(session, stored, result, now=now)
        record_poll(session, stored.id, result.state, now=now, next_poll_at=next_at)
    return new


async def _failed(
    database: Database, stored: StoredSource, error: NotifierError, *, now: dt.datetime, rng: random.Random
) -> Polled:
    retry_after = error.retry_after if isinstance(error, SourceError) else None
    failures = stored.failures + 1
    next_at = sources.next_poll_at(stored.source, now=now, failures=failures, retry_after=retry_after, rng=rng)
    log.warning("source.failed", source=stored.source.name, error=error.en, failures=failures)

    def record() -> None:
        with database.write() as session:
            record_failure(session, stored.id, str(error), now=now, next_poll_at=next_at)
            keep_failure(session, stored, error, now=now)

    try:
        await asyncio.to_thread(record)
    except StorageError as trouble:
        log.error("source.not_stored", source=stored.source.name, error=trouble.en)
    return Polled(stored.source.name, 0, (("", str(error)),))


def take_documents(database: Database, source_id: int, documents: Sequence[Document], *, now: dt.datetime) -> list[int]:
    """Take documents by hand into a source; ids of those that were not there yet."""
    with database.write() as session:
        return add_documents(session, source_id, documents, state="new", now=now)
