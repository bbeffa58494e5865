"""Which items' pages a poll fetches: of new ones, of those that wait, and again of those it had before.

One that cannot be had is tried again at the next polls, and then brought as the list has it: found late is better than
lost. Later visits tell what was edited, and what was taken away.
"""

from collections.abc import Sequence
from dataclasses import replace

from notifier.domain import Document
from notifier.errors import SourceError
from notifier.sources.listing.documents import Had, fetch_changed, fetch_document, without_page
from notifier.sources.listing.memory import Memory, has_moved, key_of, remember
from notifier.sources.listing.place import Place
from notifier.sources.listing.rows import Item
from notifier.sources.listing.visits import Visit, due_visits, failed, found, missed

MAX_DETAILS = 60  # items' pages that one poll fetches; the others come at the next
TRIES = 4  # of an item's page, before the list's word must do
GONE = (404, 410)


async def fetch_new(place: Place, memory: Memory, fresh: Sequence[Item]) -> list[Document]:
    """The documents of those that wait and those that are new, oldest first."""
    again = {key_of(item) for item, _ in memory.waiting}
    waiting = [*memory.waiting, *((item, 0) for item in reversed(fresh) if key_of(item) not in again)]
    documents: list[Document] = []
    memory.waiting = waiting[MAX_DETAILS:]
    remember(memory, [item for item, _ in waiting])
    for at, (item, tries) in enumerate(waiting[:MAX_DETAILS], 1):
        try:
            documents.append(_noted(place, memory, item, await fetch_document(item, place)))
        except SourceError as error:
            place.errors.append((item.key, str(error)))
            if tries + 1 < TRIES:
                memory.waiting.append((item, tries + 1))
            else:
                documents.append(_noted(place, memory, item, without_page(item, str(error))))
            if error.retry_after is not None:  # the site wants a pause
                memory.waiting += waiting[at:MAX_DETAILS]
                break
    return documents


def _noted(place: Place, memory: Memory, item: Item, had: Had) -> Document:
    """What was had is visited again."""
    memory.visits[key_of(item)] = Visit(item, had.page, had.files, first=place.now, last=place.now)
    return had.document


async def visit_again(place: Place, memory: Memory) -> list[Document]:
    """The documents of those whose pages say something else than they did; which are gone, or back, is noted."""
    documents: list[Document] = []
    for key in due_visits(memory.visits, place.now):
        visit = memory.visits[key]
        try:
            had = await fetch_changed(visit, place)
        except SourceError as error:
            if error.retry_after is not None:  # the site wants a pause: that was no visit
                break
            memory.visits[key] = _after_failure(place, memory, visit, error)
            continue
        if visit.gone:
            place.back.append(visit.item.key)
        memory.visits[key] = found(visit, place.now)
        if had is not None:
            memory.visits[key] = replace(memory.visits[key], page=had.page, files=had.files)
            documents.append(had.document)
    return documents


def _after_failure(place: Place, memory: Memory, visit: Visit, error: SourceError) -> Visit:
    """A page that is gone twice in a row is gone, unless its item has moved."""
    if error.status not in GONE:
        return failed(visit, place.now)
    after = missed(visit, place.now)
    if after.gone and not visit.gone and not has_moved(visit.item, memory):
        place.gone.append(visit.item.key)
    return after


async def fetch_older(place: Place, memory: Memory, items: Sequence[Item]) -> list[Document]:
    """Those whose pages were never fetched, oldest first; one that fails stays so."""
    documents = []
    for item in reversed(items):
        if not memory.unread(item):
            continue
        try:
            documents.append((await fetch_document(item, place)).document)
        except SourceError as error:
            place.errors.append((item.key, str(error)))
            continue
        remember(memory, [item])
    return documents
