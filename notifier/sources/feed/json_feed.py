"""A JSON Feed (1.0 and 1.1, https://www.jsonfeed.org/version/1.1/) -> the same plain entries as other feeds. Pure.

Lenient as feedparser is: a value of the wrong kind is as good as none.
"""

import json
from collections.abc import Iterator
from typing import Any

from notifier.sources.feed.entries import (
    MAX_ATTACHMENTS,
    MAX_ENTRIES,
    NOTHING,
    Entry,
    Known,
    attachment,
    byline_of,
    finished,
)
from notifier.sources.markup import line, web_link

_VERSION = "https://jsonfeed.org/version/"
_FORMS = (("content_html", "text/html"), ("content_text", "text/plain"), ("summary", "text/plain"))
_DATES = ("date_published", "date_modified")
_HUBS = frozenset({"websub", "pubsubhubbub"})  # what a hub's `type` may be; rssCloud is another protocol


def is_json(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n").startswith("{")


def read_json_feed(text: str, *, url: str, known: Known = NOTHING) -> dict[str, Any] | None:
    """{"version", "entries", "hub", "topic"} as of any feed; None where this JSON is no JSON Feed."""
    try:
        feed = json.loads(text.lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        return None
    version = _text(feed, "version").replace("http://", "https://") if isinstance(feed, dict) else ""
    if not version.startswith(_VERSION):
        return None
    items = [item for item in _list(feed, "items") if isinstance(item, dict)]
    authors = list(_authors(feed))
    return {
        "version": "json" + version.removeprefix(_VERSION).replace(".", ""),
        "entries": [_entry(item, url, authors, known) for item in items[:MAX_ENTRIES]],
        "hub": next(_hubs(feed), ""),
        "topic": web_link(_text(feed, "feed_url"), url),
    }


def _entry(item: dict[str, Any], url: str, feed_authors: list[str], known: Known) -> Entry:
    link = web_link(_text(item, "url"), url) or web_link(_text(item, "external_url"), url)
    facts = {
        "id": line(_id(item)),
        "link": link,
        "title": line(_text(item, "title")),
        "dates": [(line(text)[:100], None) for name in _DATES if (text := _text(item, name))],
        "attachments": list(_attachments(item, url)),
    }
    forms = [(kind, _text(item, name), link or url) for name, kind in _FORMS]
    return finished(facts, forms, lambda: byline_of([*_authors(item), *feed_authors]), known=known)


def _text(value: Any, name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _list(value: dict[str, Any], name: str) -> list[Any]:
    found = value.get(name)
    return found if isinstance(found, list) else []


def _id(item: dict[str, Any]) -> str:
    """A text; 1.0 wants other values to be made one."""
    value = item.get("id")
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if number else _text(item, "id")


def _authors(value: dict[str, Any]) -> Iterator[str]:
    """1.1 has a list, 1.0 had one."""
    for author in (*_list(value, "authors"), value.get("author")):
        if isinstance(author, dict):
            yield _text(author, "name")


def _attachments(item: dict[str, Any], url: str) -> Iterator[dict[str, str]]:
    for one in _list(item, "attachments")[:MAX_ATTACHMENTS]:
        if isinstance(one, dict) and (
            found := attachment(_text(one, "url"), _text(one, "title"), _text(one, "mime_type"), url)
        ):
            yield found


def _hubs(feed: dict[str, Any]) -> Iterator[str]:
    for hub in _list(feed, "hubs"):
        if isinstance(hub, dict) and _text(hub, "type").lower() in _HUBS and _text(hub, "url"):
            yield _text(hub, "url")
