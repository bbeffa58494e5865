"""Attachments of a page: what in it links to files, or shows one. Pure."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from notifier.sources.files import MAX_NAME, PICTURE, SUFFIX, FileLink, called, ends_in, is_file
from notifier.sources.listing.markup import web_link
from notifier.sources.listing.selectors import Selector, attribute, text_of

_PAGE = re.compile(r"(?:\.(?:s?html?|aspx?|jspx?|php)|/)$", re.IGNORECASE)
_TOOL = re.compile(r"^(?:javascript|mailto|tel):", re.IGNORECASE)
_NAMED = re.compile(r"附\s*件")
_VIEWED = ("file", "url", "src", "path", "pdf")  # names under which a viewer is told what to show


def stated_files(tree: Any, selector: Selector, base: str) -> list[FileLink]:
    """What the operator's selector finds: files, and names without an address. Other links among them are none."""
    wanted = Selector(selector.css, selector.attribute or "href")
    links = (_stated(node, wanted.read(node), base) for node in wanted.nodes(tree.root))
    return _once(link for link in links if link)


def _stated(node: Any, target: str, base: str) -> FileLink | None:
    name = attribute(node, "title") or text_of(node) or attribute(node, "download")
    url = "" if _TOOL.match(target) else web_link(target, base)
    if url:
        return FileLink(called(name, url), url) if is_file(url, name) or _is_named_file(url, name) else None
    tool = bool(target) and not (SUFFIX.search(name) or _NAMED.search(name))
    return FileLink(name[:MAX_NAME], "") if name and not tool else None


def linked_files(root: Any, base: str) -> list[FileLink]:
    """All links to files, by what they end in."""
    nodes = [(node, web_link(attribute(node, "href"), base)) for node in root.css("a[href]")]
    return _once(
        FileLink(called(text_of(node) or attribute(node, "title"), url), url)
        for node, url in nodes
        if url and ends_in(url, SUFFIX)
    )


def shown_files(root: Any, base: str) -> list[FileLink]:
    """What stands in for a text that is not there: a viewer's file, a frame, pictures (sources.md, 15)."""
    return _once(
        FileLink(called(attribute(node, "alt") or attribute(node, "title"), url), url)
        for node in root.css("iframe, embed, object, img")
        if (url := _viewed(attribute(node, "src") or attribute(node, "data"), base))
    )


def _viewed(target: str, base: str) -> str:
    """The file that a viewer's address names (viewer.html?file=/a/b.pdf), or a file or picture itself."""
    url = web_link(target, base)
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() in _VIEWED and ends_in(value, SUFFIX):
            return web_link(value, url)
    return url if ends_in(url, SUFFIX) or ends_in(url, PICTURE) else ""


def _is_named_file(url: str, name: str) -> bool:
    """附件1：… at an address that says nothing of its kind (/file/8231); a page of that name is a page."""
    return bool(_NAMED.search(name)) and not ends_in(url, _PAGE)


def _once(links: Iterable[FileLink]) -> list[FileLink]:
    """Each address once, and each name that has none."""
    return list({link.url or link.name: link for link in reversed(list(links))}.values())[::-1]
