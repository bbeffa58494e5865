"""A document with what is attached to it. Each file is read on its own: one that fails takes nothing with it."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

import structlog

from notifier.bulletins import HTML, Attached, Opened, attach, is_issue, media_type_of
from notifier.domain import Attachment, Bulletin, Document
from notifier.errors import ReadError
from notifier.pipeline.reading.reader import Reader

log = structlog.get_logger()
_PAGE_INSTEAD = (
    "下载到的是网页，不是文件，可能要先登录；请在浏览器里打开",
    "a page came in its place, perhaps a login: open it in a browser",
)
MAX_FILES = 40  # that are read of one document, those in archives included


@dataclass(slots=True)
class _Reading:
    """What is found on the way: the attachments, and those that are issues and go their own way."""

    reader: Reader
    document: Document
    day: dt.date
    parts: list[Attached] = field(default_factory=list)
    inner: list[Document] = field(default_factory=list)


def open_whole(reader: Reader, document: Document, *, kind: str, published_on: dt.date) -> Opened:
    """As `Reader.open`; attachments join the last article, and those that are issues are documents within.

    `kind` is the source's: a page of a list that is an issue is read as one, although the list gives it a title. An
    item with nothing to it but an issue is that issue. An attachment that cannot be read is kept by its name.
    """
    bare = dataclasses.replace(document, attachments=())
    opened = (_as_issue(reader, bare, published_on) if kind == "listing" else None) or reader.open(
        bare, published_on=published_on
    )
    if not document.attachments or opened.bulletin is None:
        return opened
    reading = _Reading(reader, bare, published_on)
    for attachment in document.attachments:
        _take(reading, attachment)
    if reading.inner and all(part.own for part in reading.parts) and not _has_text(opened.bulletin):
        return Opened(None, (*opened.inner, *reading.inner))
    whole = attach(opened.bulletin, reading.parts, dated=document.published_at is not None)
    return Opened(whole, (*opened.inner, *reading.inner))


def _as_issue(reader: Reader, page: Document, day: dt.date) -> Opened | None:
    """The page as an issue of several articles; None where it is none."""
    if not page.content.strip():
        return None
    whole = b"<body" in page.content.lower()
    headed = page.content if whole else f"<h1>{escape(page.title)}</h1>\n".encode() + page.content
    try:
        opened = reader.open(dataclasses.replace(page, title="", content=headed), published_on=day)
    except ReadError:
        return None
    found = opened.bulletin
    return opened if found is not None and is_issue(found) and len(found.articles) > 1 else None


def _has_text(bulletin: Bulletin) -> bool:
    return any(article.text.strip() for article in bulletin.articles)


def _take(reading: _Reading, attachment: Attachment) -> None:
    if attachment.problem:
        zh, _, en = attachment.problem.partition(" / ")
        reading.parts.append(Attached(attachment.name, attachment.url, problem=(zh, en or zh)))
        return
    if _is_page_instead(attachment):
        reading.parts.append(Attached(attachment.name, attachment.url, problem=_PAGE_INSTEAD))
        return
    document = reading.document
    file = dataclasses.replace(
        document,
        key=f"{document.key}#{attachment.name}",
        name=attachment.name,
        media_type=attachment.media_type,
        content=attachment.content,
        title="",
        encoding="",
        url=attachment.url or document.url,
    )
    for part in _read(reading, file, attachment.url, unpack=True):
        reading.parts.append(part)


def _is_page_instead(attachment: Attachment) -> bool:
    """The server itself calls it a page. A .doc that holds markup is a file where it is served as one."""
    if attachment.media_type != HTML or attachment.name.lower().endswith((".html", ".htm", ".shtml")):
        return False
    return media_type_of(attachment.name, attachment.content) == HTML


def _read(reading: _Reading, file: Document, url: str, *, unpack: bool) -> Iterator[Attached]:
    """The file; of an archive each of the files in it."""
    if len(reading.parts) >= MAX_FILES:
        yield Attached(file.name, url, problem=(f"附件超过 {MAX_FILES} 个", f"more than {MAX_FILES} files"))
        return
    try:
        opened = reading.reader.open(file, published_on=reading.day)
    except ReadError as error:
        yield Attached(file.name, url, problem=(error.zh, error.en))
        return
    except Exception as error:  # this file's trouble alone
        log.exception("attachment.broke_reader", document=file.name)
        yield Attached(file.name, url, problem=(f"读取时程序出错：{error!r}", f"the reader failed: {error!r}"))
        return
    if opened.bulletin is not None:
        own = is_issue(opened.bulletin)
        reading.inner += [file] if own else []
        yield Attached(file.name, url, opened.bulletin, own=own)
    elif not opened.inner:
        yield Attached(file.name, url, problem=("压缩包里没有文件", "the archive is empty"))
    for inner in opened.inner[: MAX_FILES + 1] if unpack else ():
        yield from _read(reading, inner, url, unpack=False)
