"""What would be found at an address: for a person to look at before it becomes a source. Stores nothing."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from notifier.domain import Document, PollState, Source
from notifier.errors import SourceError
from notifier.sources.feed.poller import poll_feed
from notifier.sources.http.fetch import Fetcher, Response
from notifier.sources.listing.documents import fetch_document
from notifier.sources.listing.place import Place
from notifier.sources.listing.poller import ListPage, read_list
from notifier.sources.listing.reader import read_page
from notifier.sources.listing.spec import read_listing

_SELECTORS = ("item", "title", "title_regex", "link", "link_regex", "date", "date_regex")
Feeds = tuple[tuple[str, str], ...]  # (title, address)


@dataclass(frozen=True, slots=True)
class Found:
    """An item as it would be found; `published_at` None where no day is stated."""

    title: str
    url: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Look:
    """`options` are the settings that found the items, guessed or given. `sample` is the newest item's own page.

    feeds: what the page offers as (title, address). older: the address of the next page. problems: one line each.
    """

    url: str
    kind: str
    items: tuple[Found, ...]
    options: dict[str, Any] = field(default_factory=dict)
    guessed: bool = False
    feeds: Feeds = ()
    older: str = ""
    sample: Document | None = None
    problems: tuple[str, ...] = ()


async def look(source: Source, *, now: datetime, fetcher: Fetcher) -> Look:
    """A feed as a feed, any other page as a list. SourceError where it is neither."""
    if source.kind == "feed":
        return await _feed(source, now, fetcher)
    answer = await fetcher.get(source.address)
    if not source.options and _may_be_feed(answer):
        return await _feed(source, now, fetcher)
    feeds = await read_page({"do": "feeds", "url": answer.url}, answer.content)
    offered = tuple((str(title), str(url)) for title, url in feeds["feeds"])
    place = Place(source, read_listing(source.options), fetcher, now)
    try:
        return await _list(place, await read_list(place, answer), offered)
    except SourceError as error:
        found = await _guessed(place, answer, offered)
        if found is None and not offered:
            raise
        found = found or Look(answer.url, "listing", (), feeds=offered)
        return replace(found, problems=(str(error), *found.problems))


async def _guessed(place: Place, answer: Response, feeds: Feeds) -> Look | None:
    """What a guess finds where the declared selectors find nothing any more."""
    if not place.listing.item:
        return None
    bare = replace(place, listing=place.listing.model_copy(update=dict.fromkeys(_SELECTORS, "")), errors=[])
    try:
        return await _list(bare, await read_list(bare, answer), feeds)
    except SourceError:
        return None


def _may_be_feed(answer: Response) -> bool:
    start = answer.content[:2000].lstrip().lower()
    stated = answer.headers.get("content-type", "").lower()
    return b"<html" not in start and (
        b"<rss" in start or b"<feed" in start or b"<rdf" in start or "feed+json" in stated
    )


async def _feed(source: Source, now: datetime, fetcher: Fetcher) -> Look:
    feed = Source(source.name, "feed", source.address, timezone=source.timezone)
    result = await poll_feed(feed, PollState(), now=now, fetcher=fetcher)
    found = tuple(Found(one.title, one.url, one.published_at) for one in reversed(result.documents))
    return Look(source.address, "feed", found, problems=tuple(f"{key}: {line}" for key, line in result.errors))


async def _list(place: Place, page: ListPage, feeds: Feeds) -> Look:
    sample = None
    problems = [f"{title}：条目没有链接 / the item has no link" for title in page.without]
    try:
        newest = max(page.items, key=lambda item: item.at)
        sample = (await fetch_document(newest, place)).document
    except SourceError as error:
        problems.append(str(error))
    return Look(
        url=place.source.address,
        kind="listing",
        items=tuple(Found(item.title, item.link, item.published_at) for item in page.items),
        options=place.listing.options() | page.guess,
        guessed=bool(page.guess),
        feeds=feeds,
        older=page.next,
        sample=sample,
        problems=(*problems, *(f"{key}: {line}" for key, line in place.errors)),
    )
