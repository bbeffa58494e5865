"""What is asked of the page reader, and its answers as JSON. Pure; process.py runs it where a page can do no harm."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from notifier.sources.http.challenge import is_challenge
from notifier.sources.listing.detail import GENERIC, read_detail
from notifier.sources.listing.guess import guess_list
from notifier.sources.listing.markup import base_of, decode_page, parse, web_link
from notifier.sources.listing.pages import page_after
from notifier.sources.listing.rows import FieldRow, Item, Row, Rows, html_rows, read_rows
from notifier.sources.listing.selectors import attribute, text_of
from notifier.sources.listing.spec import Detail, Listing, read_listing
from notifier.sources.listing.unwrap import Content, WrappedError, address_of, unwrapped

Answer = dict[str, Any]
_BEGINNING = 10  # characters of a title: a page that shows them is the item's own
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")


def perform(request: Mapping[str, Any], content: bytes) -> Answer:
    """The answer to {"do": …}; {"error": [zh, en]} where the page is not what was declared."""
    try:
        return _OPERATIONS[request["do"]](request, content)
    except WrappedError as error:
        return {"error": [error.zh, error.en]}


def _text(request: Mapping[str, Any], content: bytes, encoding: str = "") -> str:
    return decode_page(content, request.get("media_type", ""), encoding=encoding)


def _list(request: Mapping[str, Any], content: bytes) -> Answer:
    """One page of the list: its items; or {"fetch": address} of what it is wrapped in, to be asked again with.

    "step" counts the wrappings that are done; with "outer" the content is what was fetched for that step.
    """
    listing = read_listing(request["options"])
    text = _text(request, content, listing.encoding)
    fetched = Content(request["url"], text)
    outer = Content(**request["outer"]) if request.get("outer") else None
    number, done = int(request["number"]), int(request.get("step", 0))
    next_page = request.get("next") or (
        "" if outer else page_after(text, request["url"], listing.pages, number=number + 1)
    )
    content_of = outer or fetched
    arrived = fetched if outer else None
    for at, step in enumerate(listing.unwrap[done:], done):
        address = "" if arrived else address_of(content_of, step)
        if address:
            return {"fetch": address, "step": at, "outer": _as_dict(content_of), "next": next_page}
        content_of, arrived = unwrapped(content_of, step, arrived), None
    return _items(listing, content_of, request) | {"next": next_page}


def _as_dict(content: Content) -> dict[str, str]:
    return {"url": content.url, "text": content.text}


def _items(listing: Listing, content: Content, request: Mapping[str, Any]) -> Answer:
    tree = parse(content.text)
    guessed = guess_list(tree, content.url) if not listing.item and content.fields is None else None
    if guessed is not None:
        listing = listing.model_copy(update=guessed.options)
    rows: Sequence[Row] = [FieldRow(row) for row in content.fields] if content.fields is not None else ()
    if content.fields is None and listing.item:
        rows = html_rows(tree, listing)
    found = read_rows(rows, listing, base=base_of(tree, content.url), zone=ZoneInfo(request["zone"]))
    return _rows(found) | {
        "guess": guessed.options if guessed else {},
        "challenge": not found.items and is_challenge(content.text, len(text_of(tree.root))),
        "selected": len(rows),
    }


def _rows(found: Rows) -> Answer:
    return {
        "items": [item.to_dict() for item in found.items],
        "without": list(found.without),
        "counts": dict(found.counts or {}),
    }


def _detail(request: Mapping[str, Any], content: bytes) -> Answer:
    text = _text(request, content, request.get("encoding", ""))
    templates = [Detail.model_validate(one) for one in request["templates"]]
    page = read_detail(text, request["url"], Item(**request["item"]), templates, zone=ZoneInfo(request["zone"]))
    named = request["item"]["title"].rstrip("…")[:_BEGINNING] in " ".join(text.split())
    suspect = page.template == GENERIC and not page.attachments and not named
    return page.to_dict() | {"named": named, "challenge": suspect and is_challenge(text, page.letters)}


def _feeds(request: Mapping[str, Any], content: bytes) -> Answer:
    """Feeds that the page offers, as (title, address)."""
    tree = parse(_text(request, content))
    base = base_of(tree, request["url"])
    from_links = (
        (attribute(node, "title"), attribute(node, "href"))
        for node in tree.css("link[href]")
        if "alternate" in attribute(node, "rel").lower() and attribute(node, "type").lower() in _FEED_TYPES
    )
    return {"feeds": [[title, link] for title, href in from_links if (link := web_link(href, base))]}


_OPERATIONS: dict[str, Callable[[Mapping[str, Any], bytes], Answer]] = {
    "list": _list,
    "detail": _detail,
    "feeds": _feeds,
}
