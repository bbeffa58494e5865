"""A source that is a list page: what is new on it, each with its own page and what is attached there.

A list without items, and a page that asks for proof, are failures.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from notifier.domain import Document, PollResult, PollState, SeenItem, Source
from notifier.errors import SourceError
from notifier.sources.glance import answered
from notifier.sources.http.fetch import Fetcher, Response
from notifier.sources.listing import complaints
from notifier.sources.listing.documents import as_listed
from notifier.sources.listing.fetching import fetch_new, fetch_older, visit_again
from notifier.sources.listing.memory import (
    Memory,
    News,
    first_page,
    floor_of,
    has_work,
    key_of,
    later_page,
    read_memory,
    remember,
    to_cursor,
)
from notifier.sources.listing.place import Place
from notifier.sources.listing.reader import read_page
from notifier.sources.listing.rows import Item
from notifier.sources.listing.spec import Listing, read_listing

MAX_PAGES = 20  # older pages that one poll follows
GAPS = 5  # polls that try to have an older page
MAX_BACKFILL = 500  # pages
_KEPT = ("body", "guess", "rows")  # of the cursor, beside what the memory has


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of the list as read. `guess`: the selectors, where none were declared."""

    url: str
    items: tuple[Item, ...]
    without: tuple[str, ...]
    counts: dict[str, int]
    next: str
    guess: dict[str, str]


async def poll_listing(source: Source, state: PollState, *, now: datetime, fetcher: Fetcher) -> PollResult:
    """New items, oldest first; all of the first page where `state` is empty.

    At the start of a source with first = "new" their pages are not fetched: they are no news. SourceError where the
    list cannot be had, has no items, or is no list.
    """
    place = Place(source, _listing(source, state), fetcher, now)
    whole = _fetches_more(place.listing) or state.cursor.get("gap", 0) > 0
    answer = await fetcher.get(source.address, **({} if whole else _conditions(state)))
    digest = hashlib.sha256(answer.content).hexdigest()
    still = answer.not_modified or (digest == state.cursor.get("body") and not whole)
    if still and not has_work(state.cursor, now):
        return PollResult(state=_still(state, answer), not_modified=True, glance=answered(answer, now))
    memory = read_memory(state.cursor)
    kept: dict[str, Any] = {name: state.cursor[name] for name in _KEPT if name in state.cursor}
    documents = await _brought(place, state, memory, None if still else answer, kept)
    if not still:
        kept["body"] = digest
    headers = (answer.headers.get("etag", state.etag), answer.headers.get("last-modified", state.last_modified))
    glance = answered(answer, now, place.seen)
    return PollResult(
        tuple(documents),
        PollState(*headers, kept | to_cursor(memory, now=now)),
        tuple(place.errors),
        glance=glance,
        gone=tuple(place.gone),
        back=tuple(place.back),
    )


async def _brought(
    place: Place, state: PollState, memory: Memory, answer: Response | None, kept: dict[str, Any]
) -> list[Document]:
    """The documents of this poll. `memory`, and what is `kept` beside it, are brought up to date."""
    start = memory.empty and not state.cursor
    fresh: list[Item] = []
    if answer is not None:
        page = await read_list(place, answer)
        place.seen = _seen(page)
        kept |= {"rows": page.counts} | ({"guess": page.guess} if page.guess else {})
        fresh = await _news(place, page, memory, start=start)
    if start and place.source.first == "new":
        remember(memory, fresh, unread=True)
        return [as_listed(item) for item in reversed(fresh)]
    documents = await fetch_new(place, memory, fresh)
    return documents + await visit_again(place, memory)


def _seen(page: ListPage) -> tuple[SeenItem, ...]:
    """All rows of the page; those without a link stand at the end, under their titles."""
    items = (SeenItem(one.key, _day(one), bool(one.title), True) for one in page.items)
    return (*items, *(SeenItem(title, None, bool(title), False) for title in page.without))


def _day(item: Item) -> date | None:
    return item.published_at.date() if item.published_at else None


def _listing(source: Source, state: PollState) -> Listing:
    """The settings; where no list was declared, as it was guessed at the first poll."""
    listing = read_listing(source.options)
    guess = state.cursor.get("guess")
    return listing.model_copy(update=dict(guess)) if guess and not listing.item else listing


def _fetches_more(listing: Listing) -> bool:
    """The list stands in another file than the page: that the page is unchanged says nothing of it."""
    return any(step.kind in ("unitbuild", "iframe", "json") for step in listing.unwrap)


def _conditions(state: PollState) -> dict[str, str]:
    return {"etag": state.etag, "last_modified": state.last_modified}


def _still(state: PollState, answer: Response) -> PollState:
    headers = (answer.headers.get("etag", state.etag), answer.headers.get("last-modified", state.last_modified))
    return PollState(*headers, state.cursor)


# --- the list ---------------------------------------------------------------------------------------------------


async def read_list(place: Place, answer: Response, *, number: int = 1) -> ListPage:
    """One page, unwrapped as declared. SourceError where it has no items."""
    request: dict[str, Any] = {"do": "list", "number": number, "zone": place.zone}
    request |= {"options": place.listing.options(), **_came(answer)}
    read = await read_page(request, answer.content)
    while "fetch" in read:
        inner = await place.fetcher.get(read["fetch"])
        request |= {name: read[name] for name in ("step", "outer", "next")} | _came(inner)
        read = await read_page(request, inner.content)
    if not read["items"]:
        raise complaints.no_items(answer.url, read, declared=bool(place.listing.item))
    items = tuple(Item(**item) for item in read["items"])
    return ListPage(answer.url, items, tuple(read["without"]), read["counts"], read["next"], read["guess"])


def _came(answer: Response) -> dict[str, str]:
    return {"url": answer.url, "media_type": answer.headers.get("content-type", "")}


async def _news(place: Place, page: ListPage, memory: Memory, *, start: bool) -> list[Item]:
    """What is new on this page and, after an outage, on those after it; in the order of the list."""
    place.errors += [(title, "条目没有链接 / the item has no link") for title in page.without]
    news = first_page(page.items, memory)
    found = list(news.fresh)
    remember(memory, news.below, unread=True)
    remember(memory, [item for item in page.items if item not in news.fresh and key_of(item) not in memory.seen])
    gap = False
    if news.further and not start:
        gap = await _follow(place, page, memory, found)
    memory.gap = memory.gap + 1 if gap and memory.gap < GAPS else 0
    if not memory.gap:
        memory.anchor = [key_of(item) for item in page.items]
        memory.floor = floor_of(page.items)
    return found


async def _follow(place: Place, first: ListPage, memory: Memory, found: list[Item]) -> bool:
    """Follow older pages until one has what is known. True where one could not be had: there may be a gap."""
    page, shown, visited = first, list(first.items), {first.url}
    for number in range(2, MAX_PAGES + 2):
        if not page.next or page.next in visited:
            return False
        visited.add(page.next)
        try:
            page = await read_list(place, await place.fetcher.get(page.next), number=number)
        except SourceError as error:
            place.errors.append((f"第 {number} 页", str(error)))
            return True
        if {item.key for item in page.items} <= {item.key for item in shown}:
            continue  # the first page under its other name
        news: News = later_page(page.items, memory, first=first.items, pinned=place.listing.pinned)
        found += [item for item in news.fresh if key_of(item) not in set(map(key_of, found))]
        remember(memory, news.below, unread=True)
        shown += page.items
        if not news.further:
            return False
    place.errors.append(("翻页", f"翻了 {MAX_PAGES} 页仍未接上 / {MAX_PAGES} pages back, and nothing known met"))
    return False


# --- backfill ---------------------------------------------------------------------------------------------------


async def backfill_listing(
    source: Source, state: PollState, *, pages: int, now: datetime, fetcher: Fetcher
) -> AsyncIterator[PollResult]:
    """What the first `pages` pages hold and was never fetched, a result a page, each with the state so far."""
    place = Place(source, _listing(source, state), fetcher, now)
    memory = read_memory(state.cursor)
    kept = {name: value for name, value in state.cursor.items() if name in _KEPT}
    target, visited = source.address, set[str]()
    for number in range(1, min(pages, MAX_BACKFILL) + 1):
        visited.add(target)
        page = await read_list(place, await fetcher.get(target), number=number)
        place.errors.clear()
        documents = await fetch_older(place, memory, page.items)
        cursor = kept | to_cursor(memory, now=now)
        yield PollResult(tuple(documents), PollState(state.etag, state.last_modified, cursor), tuple(place.errors))
        target = page.next
        if not target or target in visited:  # the last page leads to itself on many sites
            return
