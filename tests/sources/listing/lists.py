"""A list page on a real server, and its polls, each with what the one before remembered."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from notifier.domain import Document, PollResult, PollState, Source
from notifier.sources import poll
from notifier.sources.listing import backfill_listing
from notifier.sources.listing.spec import read_listing

from ..sites import Site, local_fetcher

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SIMPLE = {"item": "ul.list li", "title": "a", "link": "a@href", "date": "span"}


class Place:
    """`poll()` goes on where the last one ended; a failure leaves things as they were."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.state = PollState()

    def page(self, path: str, markup: str, encoding: str = "utf-8", **headers: str) -> str:
        types = {"Content_Type": "text/html"}
        return self.site.page(path, markup.encode(encoding), **types | headers)

    def poll(
        self, options: Mapping[str, Any] = SIMPLE, path: str = "/list.html", *, now: datetime = NOW, **source: Any
    ) -> PollResult:
        result: PollResult = self._run(
            lambda one, fetcher: poll(one, self.state, now=now, fetcher=fetcher), options, path, source
        )
        json.dumps(result.state.cursor)  # it is kept as JSON
        self.state = result.state
        return result

    def backfill(self, pages: int, options: Mapping[str, Any] = SIMPLE, path: str = "/list.html") -> list[PollResult]:
        async def all_of(one: Source, fetcher: Any) -> list[PollResult]:
            return [result async for result in backfill_listing(one, self.state, pages=pages, now=NOW, fetcher=fetcher)]

        results: list[PollResult] = self._run(all_of, options, path, {})
        self.state = results[-1].state
        return results

    def _run(self, act: Any, options: Mapping[str, Any], path: str, source: Mapping[str, Any]) -> Any:
        settings = read_listing(options).options()  # as the config keeps them
        one = Source("s", "listing", self.site.url(path), **{"options": settings, "first": "all"} | dict(source))

        async def scene() -> Any:
            async with local_fetcher() as fetcher:
                return await act(one, fetcher)

        return asyncio.run(scene())

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for so far, in order; the list is emptied."""
        paths = [path for path, _ in self.site.requests]
        self.site.requests.clear()
        return paths


def rows(*items: tuple[str, str, str]) -> str:
    """A plain list of (address, title, date)."""
    body = "".join(f'<li><a href="{link}">{title}</a><span>{date}</span></li>' for link, title, date in items)
    return f'<html><body><ul class="list">{body}</ul></body></html>'


def notice(
    text: str = "各有关单位：现将有关事项通知如下。", head: str = "", title: str = "关于开展项目申报的通知"
) -> str:
    """An item's own page."""
    return f"<html><head>{head}</head><body><h1>{title}</h1><div class='text'><p>{text}</p></div></body></html>"


def titles(documents: Sequence[Document]) -> list[str]:
    return [document.title for document in documents]


def shown(documents: Sequence[Document]) -> list[tuple[str, str]]:
    """(title, day) of each."""
    return [(one.title, one.published_at.date().isoformat() if one.published_at else "") for one in documents]


def news(*numbers: int, day: str = "2026-09-{:02}") -> list[tuple[str, str, str]]:
    """Items as lists have them, the newest first."""
    return [(f"/d{n}.html", f"第{n}号通知", day.format(n)) for n in numbers]


def serve(place: Place, *numbers: int) -> None:
    for n in numbers:
        place.page(f"/d{n}.html", notice(f"第{n}号通知的正文。"))
