"""An item of a list -> its document: the page, and what is attached to it; again later, where that has changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from notifier.domain import Attachment, Document
from notifier.errors import SourceError
from notifier.sources.attachments import Fetched, fetch_attachments, to_attachment
from notifier.sources.files import FileLink, file_name
from notifier.sources.http.fetch import Response
from notifier.sources.listing import complaints
from notifier.sources.listing.detail import GENERIC, LITTLE
from notifier.sources.listing.place import Place
from notifier.sources.listing.reader import read_page
from notifier.sources.listing.rows import Item
from notifier.sources.listing.visits import Copy, Visit

_EMPTY = "网页里没有正文 / there is no text in the page"
_PAGES = ("text/html", "application/xhtml+xml")
_FILES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff")
Page = dict[str, Any]  # as the page reader has it; empty where the item leads to a file


@dataclass(frozen=True, slots=True)
class Had:
    """An item's document, and what it was made of: the page and the files attached to it."""

    document: Document
    page: Copy
    files: tuple[Copy, ...] = ()


async def fetch_document(item: Item, place: Place) -> Had:
    """The item with its page. SourceError where that cannot be had; an attachment that cannot is kept by its name."""
    answer = await place.fetcher.get(item.link)
    page = await _read(item, answer, place)
    if page.get("challenge"):
        raise complaints.challenged(item.link)
    return await _had(item, answer, page, place)


async def fetch_changed(visit: Visit, place: Place) -> Had | None:
    """The item anew; None where its page and its files say what they said at that visit. SourceError as above."""
    item = visit.item
    answer = await place.fetcher.get(item.link, **visit.page.conditions)
    if not answer.not_modified:
        page = await _read(item, answer, place)
        if _said(answer, page) != visit.page.said:
            return await _had(item, answer, page, place) if _is_the_items(page) else None
    if await _are_same(visit.files, place):
        return None
    return await fetch_document(item, place)


async def _are_same(files: Sequence[Copy], place: Place) -> bool:
    """Files of which their server says whether they changed; one that cannot be had says nothing."""
    for one in files:
        try:
            answer = await place.fetcher.get(one.url, **one.conditions)
        except SourceError as error:
            if error.retry_after is not None:
                raise
            continue
        if not answer.not_modified and _digest(answer.content) != one.said:
            return False
    return True


def _is_the_items(page: Page) -> bool:
    """Not one that stands in for it for a while: a login, "under maintenance", an empty frame."""
    if not page:
        return True
    named = page["named"] or page["template"] != GENERIC
    return named and not page["challenge"] and bool(page["letters"] or page["attachments"])


async def _read(item: Item, answer: Response, place: Place) -> Page:
    if not _is_page(answer):
        return {}
    listing = place.listing
    request: dict[str, Any] = {"do": "detail", "zone": place.zone, "item": item.to_dict(), "encoding": listing.encoding}
    request |= {"templates": listing.options().get("detail", []), "url": answer.url}
    request |= {"media_type": answer.headers.get("content-type", "")}
    return await read_page(request, answer.content)


async def _had(item: Item, answer: Response, page: Page, place: Place) -> Had:
    copy = _copy(answer, _said(answer, page))
    if not page:  # it is its own attachment
        return Had(_whole(item, [to_attachment(FileLink(_title_as_name(item), answer.url), answer)]), copy)
    links = [FileLink(**link) for link in page["attachments"]]
    fetched = await fetch_attachments(links, place.fetcher, place.errors)
    attachments = [one.attachment for one in fetched]
    if not attachments and page["letters"] < LITTLE:
        attachments = [Attachment("原文网页", answer.url, problem=_EMPTY)]
    return Had(_document(item, answer, page, attachments, encoding=place.listing.encoding), copy, _copies(fetched))


def _copies(fetched: Sequence[Fetched]) -> tuple[Copy, ...]:
    """Of those that can be asked for again without being sent again."""
    copies = (_copy(one.answer, _digest(one.answer.content)) for one in fetched if one.answer)
    return tuple(copy for copy in copies if any(copy.conditions.values()))


def _copy(answer: Response, said: str) -> Copy:
    return Copy(answer.url, answer.headers.get("etag", ""), answer.headers.get("last-modified", ""), said)


def _said(answer: Response, page: Page) -> str:
    return page["said"] if page else _digest(answer.content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def without_page(item: Item, problem: str) -> Had:
    """The item as the list has it, after its page could not be had again and again."""
    return Had(_whole(item, [Attachment("原文网页", item.link, problem=problem)]), Copy(item.link))


def as_listed(item: Item) -> Document:
    """The item as the list has it, without its page."""
    return Document(
        key=item.key,
        name=item.title,
        media_type="text/plain",
        content=b"",
        title=item.title,
        url=item.link,
        published_at=item.published_at,
    )


def _whole(item: Item, attachments: Sequence[Attachment]) -> Document:
    """The item with files, or notes, in place of a page."""
    return replace(as_listed(item), attachments=tuple(attachments))


def _document(
    item: Item, answer: Response, page: Page, attachments: Sequence[Attachment], *, encoding: str
) -> Document:
    stated = page["template"] != GENERIC and bool(page["content"])
    at = Item(page["title"], item.link, at=page["at"]).published_at
    return Document(
        key=item.key,
        name=page["title"] or item.title,
        media_type="text/html",
        content=page["content"].encode() if stated else answer.content,
        title=page["title"] or item.title,
        url=item.link,
        published_at=at,
        byline=page["byline"],
        encoding="utf-8" if stated else encoding,
        attachments=tuple(attachments),
    )


def _is_page(answer: Response) -> bool:
    """By its first bytes; by the server's word where these leave it open."""
    if answer.content.startswith(_FILES):
        return False
    stated = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    start = answer.content[:1024].lstrip().lower()
    return stated in _PAGES or start.startswith((b"<!doctype", b"<html", b"<?xml")) or (not stated and b"<" in start)


def _title_as_name(item: Item) -> str:
    """The title with the suffix that tells how to read the file."""
    own = file_name(item.link)
    suffix = own[own.rfind(".") :] if "." in own[-6:] else ""
    return f"{item.title.removesuffix('…')}{suffix}"
