"""An item of a list -> its document: the page, and what is attached to it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from notifier.domain import Attachment, Document
from notifier.errors import SourceError
from notifier.sources.fetch import Fetcher, Response
from notifier.sources.listing import complaints
from notifier.sources.listing.detail import GENERIC, LITTLE
from notifier.sources.listing.files import FileLink, file_name
from notifier.sources.listing.reader import read_page
from notifier.sources.listing.rows import Item
from notifier.sources.listing.spec import Listing

MAX_ATTACHMENTS = 20
MAX_BYTES = 40 * 1024 * 1024  # of all attachments of one page
_EMPTY = "网页里没有正文 / there is no text in the page"
_PAGES = ("text/html", "application/xhtml+xml")
_FILES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff")
Errors = list[tuple[str, str]]


async def fetch_document(item: Item, listing: Listing, zone: str, fetcher: Fetcher, errors: Errors) -> Document:
    """The item with its page. SourceError where that cannot be had; an attachment that cannot is kept by its name."""
    answer = await fetcher.get(item.link)
    if not _is_page(answer):
        return _whole(item, [_attachment(FileLink(_title_as_name(item), answer.url), answer)])
    request: dict[str, Any] = {"do": "detail", "zone": zone, "item": item.to_dict(), "encoding": listing.encoding}
    request |= {"templates": listing.options().get("detail", []), "url": answer.url}
    request |= {"media_type": answer.headers.get("content-type", "")}
    page = await read_page(request, answer.content)
    if page["challenge"]:
        raise complaints.challenged(item.link)
    links = [FileLink(**link) for link in page["attachments"]]
    attachments = await _attached(links, fetcher, errors)
    if not attachments and page["letters"] < LITTLE:
        attachments = [Attachment("原文网页", answer.url, problem=_EMPTY)]
    return _document(item, listing, answer, page, attachments)


def without_page(item: Item, problem: str) -> Document:
    """The item as the list has it, after its page could not be had again and again."""
    return _whole(item, [Attachment("原文网页", item.link, problem=problem)])


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
    """An item that leads to a file: it is its own attachment."""
    return replace(as_listed(item), attachments=tuple(attachments))


def _document(
    item: Item, listing: Listing, answer: Response, page: dict[str, Any], attachments: Sequence[Attachment]
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
        encoding="utf-8" if stated else listing.encoding,
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


async def _attached(links: Sequence[FileLink], fetcher: Fetcher, errors: Errors) -> list[Attachment]:
    """All attachments, fetched up to the limits; the others by name and address."""
    found: list[Attachment] = []
    room = MAX_BYTES
    for at, link in enumerate(links):
        refusal = _refusal(link, at, room)
        if refusal:
            found.append(Attachment(link.name, link.url, problem=refusal))
            continue
        try:
            answer = await fetcher.get(link.url)
        except SourceError as error:
            if error.retry_after is not None:  # later it can be had
                raise
            errors.append((link.url, str(error)))
            found.append(Attachment(link.name, link.url, problem=str(error)))
            continue
        room -= len(answer.content)
        found.append(_attachment(link, answer))
    return found


def _refusal(link: FileLink, at: int, room: int) -> str:
    if not link.url:
        return "页面没有给出下载地址 / the page gives no address"
    if at >= MAX_ATTACHMENTS:
        return f"附件超过 {MAX_ATTACHMENTS} 个 / more than {MAX_ATTACHMENTS} attachments"
    return "附件合计过大 / the attachments are too large" if room <= 0 else ""


def _attachment(link: FileLink, answer: Response) -> Attachment:
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Attachment(link.name, link.url, media_type, answer.content)
