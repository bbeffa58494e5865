"""Attachments of a page: what links to files, and what they are called. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from notifier.sources.listing.markup import web_link
from notifier.sources.listing.selectors import Selector, attribute, text_of

_SUFFIX = re.compile(r"\.(?:docx?|wps|wpt|pdf|ofd|ceb|zip|rar|7z|xlsx?|et|pptx?|dps|rtf|csv)$", re.IGNORECASE)
_PAGE = re.compile(r"(?:\.(?:s?html?|aspx?|jspx?|php)|/)$", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp|tiff?|webp)$", re.IGNORECASE)
_DOWNLOADS = re.compile(r"(?:down(?:load)?|attach(?:ment)?|getfile|readfile)[^/]*$", re.IGNORECASE)
_TOOL = re.compile(r"^(?:javascript|mailto|tel):", re.IGNORECASE)
_NAMED = re.compile(r"附\s*件")
_MAX_NAME = 200  # characters
_VIEWED = ("file", "url", "src", "path", "pdf")  # names under which a viewer is told what to show


@dataclass(frozen=True, slots=True)
class FileLink:
    """An attachment as the page names it; `url` is "" where the page gives no way to it."""

    name: str
    url: str


def stated_files(tree: Any, selector: Selector, base: str) -> list[FileLink]:
    """What the operator's selector finds: files, and names without an address. Other links among them are none."""
    wanted = Selector(selector.css, selector.attribute or "href")
    links = (_stated(node, wanted.read(node), base) for node in wanted.nodes(tree.root))
    return _once(link for link in links if link)


def _stated(node: Any, target: str, base: str) -> FileLink | None:
    name = attribute(node, "title") or text_of(node) or attribute(node, "download")
    url = "" if _TOOL.match(target) else web_link(target, base)
    if url:
        return FileLink(_called(name, url), url) if is_file(url, name) or _is_named_file(url, name) else None
    tool = bool(target) and not (_SUFFIX.search(name) or _NAMED.search(name))
    return FileLink(name[:_MAX_NAME], "") if name and not tool else None


def linked_files(root: Any, base: str) -> list[FileLink]:
    """All links to files, by what they end in."""
    nodes = [(node, web_link(attribute(node, "href"), base)) for node in root.css("a[href]")]
    return _once(
        FileLink(_called(text_of(node) or attribute(node, "title"), url), url)
        for node, url in nodes
        if url and _ends_in(url, _SUFFIX)
    )


def shown_files(root: Any, base: str) -> list[FileLink]:
    """What stands in for a text that is not there: a viewer's file, a frame, pictures (sources.md, 15)."""
    return _once(
        FileLink(_called(attribute(node, "alt") or attribute(node, "title"), url), url)
        for node in root.css("iframe, embed, object, img")
        if (url := _viewed(attribute(node, "src") or attribute(node, "data"), base))
    )


def _viewed(target: str, base: str) -> str:
    """The file that a viewer's address names (viewer.html?file=/a/b.pdf), or a file or picture itself."""
    url = web_link(target, base)
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() in _VIEWED and _ends_in(value, _SUFFIX):
            return web_link(value, url)
    return url if _ends_in(url, _SUFFIX) or _ends_in(url, _PICTURE) else ""


def is_file(url: str, name: str = "") -> bool:
    return _ends_in(url, _SUFFIX) or bool(_SUFFIX.search(name.strip()) or _DOWNLOADS.search(urlsplit(url).path))


def _is_named_file(url: str, name: str) -> bool:
    """附件1：… at an address that says nothing of its kind (/file/8231); a page of that name is a page."""
    return bool(_NAMED.search(name)) and not _ends_in(url, _PAGE)


def file_name(url: str) -> str:
    """The name in an address, decoded."""
    return unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2][:_MAX_NAME]


def _ends_in(url: str, suffix: re.Pattern[str]) -> bool:
    return bool(suffix.search(unquote(urlsplit(url).path)))


def _called(name: str, url: str) -> str:
    """What people call it, with the suffix that tells how to read it."""
    own = file_name(url)
    found = _SUFFIX.search(own) or _PICTURE.search(own)
    if not name.strip():
        return own or url[:_MAX_NAME]
    known = _SUFFIX.search(name) or _PICTURE.search(name)
    return f"{name.strip()[:_MAX_NAME]}{found[0] if found and not known else ''}"


def _once(links: Iterable[FileLink]) -> list[FileLink]:
    """Each address once, and each name that has none."""
    return list({link.url or link.name: link for link in reversed(list(links))}.values())[::-1]
