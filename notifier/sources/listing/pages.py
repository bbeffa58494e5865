"""Where the next, older page of a list is (sources.md, 6). Pure."""

import re
from typing import Any

from notifier.sources.listing.markup import base_of, parse, web_link
from notifier.sources.listing.selectors import attribute, parse_selector, text_of
from notifier.sources.listing.spec import Pages

_CALL = re.compile(r"\bcreatePageHTML\s*\(([^)]{1,300})\)")
_ARGUMENT = re.compile(r"\"([^\"]*)\"|'([^']*)'|(\d+)")
_NEXT = re.compile(r"^[\s\[<【]*(?:下一页|下页|后一页|下一頁|后页|next(?: page)?|[>›»])[\s\]>】›»]*$", re.IGNORECASE)


def page_after(text: str, url: str, pages: Pages, *, number: int) -> str:
    """The address of page `number` (from 2) of the list whose page before that is `text` at `url`; "" for none."""
    if pages.url:
        return web_link(pages.url.replace("{page}", str(pages.second + number - 2)), url)
    tree = parse(text)
    base = base_of(tree, url)
    if pages.next:
        return web_link(parse_selector(pages.next).value(tree.root), base)
    return _scripted(text, url, number) or web_link(_linked(tree), base)


def _scripted(text: str, url: str, number: int) -> str:
    """createPageHTML('page_div',30,1,'newschild','shtml',450): newschild_1.shtml is the second page of 30. The older
    form is createPageHTML(30, 0, "index", "html")."""
    for call in _CALL.finditer(text):
        found = [match[1] or match[2] or match[3] or "" for match in _ARGUMENT.finditer(call[1])]
        numbers = [int(value) for value in found if value.isascii() and value.isdigit()]
        names = [value for value in found if value and not value.isdigit()]
        if numbers and len(names) >= 2:
            name, suffix = names[-2:]
            return web_link(f"{name}_{number - 1}.{suffix}", url) if number <= numbers[0] else ""
    return ""


def _linked(tree: Any) -> str:
    for node in tree.css("a[href], link[rel=next]"):
        href = attribute(node, "href")
        named = attribute(node, "rel") == "next" or _NEXT.match(text_of(node) or attribute(node, "title"))
        if named and not href.lower().startswith("javascript:"):
            return href
    return ""
