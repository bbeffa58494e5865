"""What a poll's result becomes, in the transaction that remembers how far its source is: documents, and its health."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlmodel import Session

from notifier.domain import Document, PollResult
from notifier.errors import NotifierError, SourceError
from notifier.pipeline.reading.changes import return_items, withdraw_items
from notifier.sources import health
from notifier.storage.documents import BACKFILL, NEW, add_documents, known_keys
from notifier.storage.source_health import forget_memory, memory_of, newest_keys, store_memory
from notifier.storage.sources import StoredSource


def keep_result(session: Session, stored: StoredSource, result: PollResult, *, now: dt.datetime) -> int:
    """Keep what a poll brought; how many documents are new.

    What was there when a source was new is old (`first = new`): it is kept and read, and alerts nobody. All that is
    found later is new, whatever date it bears.
    """
    old = stored.source.first == "new" and not stored.primed
    if not stored.primed:
        forget_memory(session, stored.id)
    taken = _taken(session, stored, result.documents)
    ids = add_documents(session, stored.id, result.documents, state=BACKFILL if old else NEW, now=now)
    _remember(session, stored, result, taken=taken, now=now)
    return_items(session, stored.id, result.back, now=now)
    withdraw_items(session, stored.id, result.gone, "页面已不存在（404/410）/ its page is gone (404, 410)", now=now)
    return 0 if old else len(ids)


def keep_failure(session: Session, stored: StoredSource, error: NotifierError, *, now: dt.datetime) -> None:
    """Remember that a poll failed, and how."""
    symptom = error.symptom if isinstance(error, SourceError) else ""
    memory = health.memory_from_dict(memory_of(session, stored.id))
    memory = health.after_failure(memory, str(error), symptom, now=now)
    store_memory(session, stored.id, health.memory_to_dict(memory))


def _taken(session: Session, stored: StoredSource, documents: Sequence[Document]) -> health.Taken:
    """Those under keys that the source never brought before: an edited item is no new one."""
    if not documents:
        return health.Taken()
    known = known_keys(session, stored.id, [document.key for document in documents])
    fresh = [document for document in documents if document.key not in known]
    attached = [health.has_attachments(document) for document in fresh]
    return health.Taken.of(fresh, attached, ZoneInfo(stored.source.timezone))


def _remember(
    session: Session, stored: StoredSource, result: PollResult, *, taken: health.Taken, now: dt.datetime
) -> None:
    """What it saw; items that were taken off the list, or are back on it, are told to their bulletins."""
    before = health.memory_from_dict(memory_of(session, stored.id))
    today = now.astimezone(ZoneInfo(stored.source.timezone)).date()
    after = health.after_success(before, result.glance, taken, now=now, today=today)
    if after != before:
        store_memory(session, stored.id, health.memory_to_dict(after))
    gone, back = set(after.gone) - set(before.gone), set(before.gone) & {item.key for item in after.page}
    if gone or back:
        keys = {health.short(key): key for key in newest_keys(session, stored.id)}
        evidence = "从列表中消失，前后的条目还在 / it vanished from the list, its neighbours did not"
        shown = _full(keys, {item.key for item in after.page})
        withdraw_items(session, stored.id, _full(keys, gone), evidence, now=now, shown=shown)
        return_items(session, stored.id, _full(keys, back), now=now)


def _full(keys: dict[str, str], shorts: set[str]) -> list[str]:
    return [keys[short] for short in sorted(shorts) if short in keys]
