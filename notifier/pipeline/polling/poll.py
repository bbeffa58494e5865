"""Step 1, one source: ask it, and keep what it brings in the transaction that remembers how far we are."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog
from sqlmodel import Session

from notifier import sources
from notifier.domain import Document, Pace, PollResult
from notifier.errors import NotifierError, SourceError, StorageError
from notifier.pipeline.polling.grouped import GroupedWrites
from notifier.pipeline.polling.intake import keep_failure, keep_result
from notifier.storage.database import Database
from notifier.storage.documents import NEW, add_documents
from notifier.storage.sources import StoredSource, postpone, record_failure, record_poll

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Polled:
    """What one source's poll came to. `errors`: its own failure under "", and items that failed by their key."""

    source: str
    new: int
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Next:
    """When a source is polled again, and what its polls have shown of its habits."""

    at: dt.datetime
    pace: Pace


@dataclass(frozen=True, slots=True)
class Poller:
    """Polls one source after the other, or many at once.

    slowest: the longest interval that a source which seldom changes comes to. told: gets (session, source, new address)
    in the transaction that remembers that one has moved for good.
    """

    writes: GroupedWrites
    fetcher: sources.Fetcher
    clock: Callable[[], dt.datetime]
    rng: random.Random
    slowest: dt.timedelta
    told: Callable[[Session, str, str], None]

    async def poll(self, stored: StoredSource) -> Polled:
        """Never raises: a source that fails is tried again later."""
        name = stored.source.name
        try:
            added, errors = await self._poll(stored)
        except StorageError as error:  # nothing was remembered: the next poll brings the same again
            log.error("source.not_stored", source=name, error=error.en)
            return Polled(name, 0, (("", str(error)),))
        except NotifierError as error:
            return await self._failed(stored, error)
        except Exception as error:
            log.exception("source.broke", source=name)
            wrapped = SourceError(f"读取来源时程序出错：{error!r}", f"the program failed on this source: {error!r}")
            return await self._failed(stored, wrapped)
        for key, line in errors:
            log.warning("source.item_failed", source=name, item=key, error=line)
        (log.info if added else log.debug)("source.polled", source=name, new=added)
        return Polled(name, added, errors)

    async def _poll(self, stored: StoredSource) -> tuple[int, tuple[tuple[str, str], ...]]:
        """How many documents are new, and items that failed."""
        asked = replace(stored.source, address=sources.address_of(stored.source, stored.pace))
        visit = self.fetcher.visit(robots=not stored.source.options.get("ignore_robots"))
        result = await sources.poll(asked, stored.state, now=self.clock(), fetcher=visit)
        now = self.clock()
        following = self._following(stored, result, visit.first, asked.address, now)

        def keep(session: Session) -> int:
            added = _keep(session, stored, result, now=now, following=following)
            if sources.has_adopted(stored.pace, following.pace):
                log.warning("source.moved", source=asked.name, address=following.pace.moved_to)
                self.told(session, asked.name, following.pace.moved_to)
            return added

        return await self.writes.write(keep), result.errors

    def _following(
        self, stored: StoredSource, result: PollResult, first: sources.Response | None, asked: str, now: dt.datetime
    ) -> Next:
        pace = sources.after_success(stored.pace, changed=bool(result.documents), now=now)
        hint = result.ttl or 0.0
        if first is not None:
            pace = sources.after_answer(pace, asked=asked, moved_to=first.moved_to)
            hint = max(hint, sources.fresh_seconds(first.headers) or 0.0)
        every = sources.interval(stored.source, pace, now=now, slowest=self.slowest, hint=hint)
        at = sources.next_poll_at(stored.source, now=now, failures=0, retry_after=None, rng=self.rng, every=every)
        return Next(at, pace)

    async def _failed(self, stored: StoredSource, error: NotifierError) -> Polled:
        """Where its host wants rest it was not asked: that is no failure, it only comes later."""
        postponed = isinstance(error, SourceError) and error.postponed
        retry_after = error.retry_after if isinstance(error, SourceError) else None
        failures = stored.failures + (not postponed)
        now, name = self.clock(), stored.source.name
        at = sources.next_poll_at(stored.source, now=now, failures=failures, retry_after=retry_after, rng=self.rng)
        pace = sources.after_failure(stored.pace, failures=failures)
        (log.info if postponed else log.warning)("source.failed", source=name, error=error.en, failures=failures)

        def record(session: Session) -> None:
            if postponed:
                postpone(session, stored.id, next_poll_at=at)
            else:
                record_failure(session, stored.id, str(error), now=now, next_poll_at=at, pace=pace)
                keep_failure(session, stored, error, now=now)

        try:
            await self.writes.write(record)
        except StorageError as trouble:
            log.error("source.not_stored", source=name, error=trouble.en)
        return Polled(name, 0, (("", str(error)),))


def _keep(session: Session, stored: StoredSource, result: PollResult, *, now: dt.datetime, following: Next) -> int:
    """Documents and state in one transaction: a crash before it fetches again, after it has them."""
    new = keep_result(session, stored, result, now=now)
    at, pace, before = following.at, following.pace, stored.state
    record_poll(session, stored.id, result.state, now=now, next_poll_at=at, pace=pace, before=before)
    return new


def take_documents(database: Database, source_id: int, documents: Sequence[Document], *, now: dt.datetime) -> list[int]:
    """Take documents by hand into a source; ids of those that were not there yet."""
    with database.write() as session:
        return add_documents(session, source_id, documents, state=NEW, now=now)
