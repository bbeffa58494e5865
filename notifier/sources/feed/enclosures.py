"""What entries of a feed bring along: files to read are fetched as those of a page are; others are links in the text.

An entry whose files cannot be had now comes without them at once, since it may be gone from the feed at the next poll;
it comes again with them while it is there, some polls long.
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from notifier.domain import Attachment, Document
from notifier.errors import SourceError
from notifier.sources.attachments import fetch_attachments
from notifier.sources.files import SUFFIX, FileLink, called, ends_in, is_document
from notifier.sources.http.fetch import Fetcher

MAX_FETCHED = 60  # entries whose files one poll fetches; the others come at the next
TRIES = 4  # polls that try to have an entry's files
_LATER = "下次再取 / it is fetched at the next poll"
Entry = Mapping[str, Any]


@dataclass(slots=True)
class Enclosures:
    """Fetches the files of a feed's new entries. `tried`: key -> earlier polls that could not have an entry's files.

    waiting: as `tried`, for the next poll; errors: what failed as (item, one line).
    """

    fetcher: Fetcher
    tried: Mapping[str, int]
    waiting: dict[str, int] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    room: int = MAX_FETCHED

    async def joined(self, entry: Entry, document: Document) -> Document:
        """The document with its files, or with their names and addresses."""
        links, tries = files_of(entry), self.tried.get(entry["key"], 0)
        if not links:
            return document
        if not self.room:
            self.waiting[entry["key"]] = tries
            return _without_files(entry, document, links, _LATER)
        self.room -= 1
        try:
            fetched = await fetch_attachments(links, self.fetcher, self.errors)
        except SourceError as error:
            self.errors.append((document.key, str(error)))
            if tries + 1 < TRIES:
                self.waiting[entry["key"]] = tries + 1
            return _without_files(entry, document, links, str(error))
        return _with(entry, document, [one.attachment for one in fetched])


def _without_files(entry: Entry, document: Document, links: Sequence[FileLink], problem: str) -> Document:
    return _with(entry, document, [Attachment(link.name, link.url, problem=problem) for link in links])


def _with(entry: Entry, document: Document, attachments: Sequence[Attachment]) -> Document:
    content = text_of(entry, without=[one.url for one in attachments])
    return replace(document, content=content.encode(), attachments=tuple(attachments))


def text_of(entry: Entry, *, without: Sequence[str] = ()) -> str:
    """What there is to read: content, and links to enclosures (`without` some); of an entry with neither, its link."""
    as_html = entry["media_type"] == "text/html"
    links = [link for link in _enclosed(entry) if link.url not in without]
    said = ([entry["content"]] if entry["content"] else []) + [_shown(link, as_html=as_html) for link in links]
    return "".join(said or ([] if entry["title"] or without else [entry["link"]]))


def _shown(link: FileLink, *, as_html: bool) -> str:
    if as_html:
        return f'<p>附件：<a href="{html.escape(link.url)}">{html.escape(link.name)}</a></p>'
    return f"\n附件：{link.name} {link.url}" if link.name != link.url else f"\n附件：{link.url}"


def _enclosed(entry: Entry) -> Iterator[FileLink]:
    for one in entry["attachments"]:
        yield FileLink(called(one["name"], one["url"]), one["url"])


def files_of(entry: Entry) -> list[FileLink]:
    """The enclosures that are documents, and the entry's own link where it leads to one."""
    links = [
        link
        for link, one in zip(_enclosed(entry), entry["attachments"], strict=True)
        if is_document(one["url"], one["name"], one["type"])
    ]
    own = entry["link"]
    if ends_in(own, SUFFIX) and own not in [link.url for link in links]:
        links.append(FileLink(called("", own), own))
    return links
