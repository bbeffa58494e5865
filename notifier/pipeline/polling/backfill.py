"""Older items of a list, on request: they are kept as what was there before, and alert nobody."""

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from notifier.domain import PollResult
from notifier.errors import InputError
from notifier.sources import Fetcher, address_of
from notifier.sources.listing import backfill_listing
from notifier.storage.database import Database
from notifier.storage.documents import BACKFILL, add_documents
from notifier.storage.sources import StoredSource, record_cursor, source_named

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Backfilled:
    """How many pages were gone through, how many documents are new, and what failed as (item, one line)."""

    pages: int
    documents: int
    errors: tuple[tuple[str, str], ...]


async def backfill_source(
    database: Database, fetcher: Fetcher, name: str, *, pages: int, clock: Callable[[], dt.datetime]
) -> Backfilled:
    """Take the first `pages` pages of a list, a transaction each: broken off, it can be run again.

    InputError where there is no such list; SourceError where a page cannot be had.
    """
    stored = await asyncio.to_thread(_listing, database, name)
    done = Backfilled(0, 0, ())
    source = replace(stored.source, address=address_of(stored.source, stored.pace))
    async for result in backfill_listing(source, stored.state, pages=pages, now=clock(), fetcher=fetcher):
        added = await asyncio.to_thread(_keep, database, stored, result, clock())
        done = Backfilled(done.pages + 1, done.documents + added, (*done.errors, *result.errors))
        log.info("source.backfilled", source=name, page=done.pages, documents=added)
    return done


def _listing(database: Database, name: str) -> StoredSource:
    with database.read() as session:
        stored = source_named(session, name)
    if stored is None or stored.removed or stored.source.kind != "listing":
        raise InputError(
            f"没有列表来源 {name}；可用 sources list 查看",
            f"there is no source {name} of kind listing: see sources list",
        )
    return stored


def _keep(database: Database, stored: StoredSource, result: PollResult, now: dt.datetime) -> int:
    with database.write() as session:
        ids = add_documents(session, stored.id, result.documents, state=BACKFILL, now=now)
        record_cursor(session, stored.id, result.state)
    return len(ids)
