"""A detail page by the first template that fits, else by what its metas state (sources.md, 10 to 15). Pure.

When it was published: the template's date or the page's PubDate, then the list's date, then the address's. The day
under a signature is the text's own, and stays there.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import Any

from notifier.sources.files import FileLink
from notifier.sources.listing.dates import read_day
from notifier.sources.listing.files import linked_files, shown_files, stated_files
from notifier.sources.listing.markup import base_of, parse
from notifier.sources.listing.rows import Item
from notifier.sources.listing.selectors import attribute, parse_selector, text_of
from notifier.sources.listing.spec import Detail

GENERIC = -1  # of `Page.template`: none fitted
LITTLE = 20  # characters: what a viewer's page says at most
_METAS = {
    "title": ("articletitle", "og:title", "dc.title"),
    "date": ("pubdate", "publishdate", "article:published_time", "dc.date"),
    "source": ("contentsource", "dc.source", "article:author"),
}
_UNSAID = ("script", "style", "noscript")
_VOLATILE = re.compile(
    r"(?:浏览|点击|阅读|访问|下载)(?:次数|人数|人次|量|数)?[:：]?[\[(（【]?\d+[\])）】]?次?|今天是[^。]{0,30}?星期[一二三四五六日天]"
    r"|当前时间[:：]?[\d年月日:：/.-]*"
)
_LABEL = re.compile(r"^(?:来源|信息来源|发布机构|文章来源|稿源)\s*[:：]\s*")


@dataclass(frozen=True, slots=True)
class Page:
    """What a detail page says. `content` "" with GENERIC means: read the page as it came."""

    title: str
    content: str
    at: str  # ISO 8601, or ""
    byline: str
    attachments: tuple[FileLink, ...]
    template: int
    letters: int  # characters of text in it
    said: str  # a digest of what it says, without what changes at each visit

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_detail(text: str, url: str, item: Item, templates: Sequence[Detail], *, zone: tzinfo) -> Page:
    """The page of an item. What it does not say, the list has said."""
    tree = parse(text)
    at = next((at for at, one in enumerate(templates) if _fits(tree, one)), GENERIC)
    one = templates[at] if at != GENERIC else Detail()
    base = base_of(tree, url)
    nodes = tree.css(one.content) if one.content else []
    scope = nodes or [tree.body or tree.root]
    stated = stated_files(tree, parse_selector(one.attachments), base) if one.attachments else []
    date, title = _date(tree, one, zone), _title(tree, one, item)  # before parts are dropped
    for dropped in [node for part in scope for css in one.drop for node in part.css(css)]:
        dropped.decompose()
    letters = sum(len(text_of(part)) for part in scope)
    linked = [link for part in scope for link in linked_files(part, base)] if not stated else []
    shown = [link for part in scope for link in shown_files(part, base)] if nodes and letters < LITTLE else []
    files = tuple({link.url or link.name: link for link in (*stated, *linked, *shown)}.values())
    return Page(
        title=title,
        content="\n".join(part.html or "" for part in nodes),
        at=(date or item.published_at or datetime.min).isoformat() if date or item.at else "",
        byline=_byline(tree, one),
        attachments=files,
        template=at,
        letters=letters,
        said=_said(title, scope, files, whole=at == GENERIC),
    )


def _said(title: str, scope: Sequence[Any], files: Sequence[FileLink], *, whole: bool) -> str:
    """Title, text and files, without scripts and counters; of a whole page without its links either: menus, and news
    of the day. Takes these parts away from the tree."""
    for node in [node for part in scope for css in (*_UNSAID, *(("a",) if whole else ())) for node in part.css(css)]:
        node.decompose()
    text = _VOLATILE.sub("", "".join("".join(text_of(part).split()) for part in scope))
    said = "\n".join((title, text, *(link.url or link.name for link in files)))
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16]


def _fits(tree: Any, one: Detail) -> bool:
    sign = one.when or one.content
    return not sign or tree.css_first(sign) is not None


def _title(tree: Any, one: Detail, item: Item) -> str:
    """The template's; else the list's, or the page's own where the list cuts it short."""
    stated = parse_selector(one.title).value(tree.root) if one.title else ""
    if stated or not item.cut:
        return stated or item.title
    begin = item.title.rstrip("…")
    heads = (text_of(node) for node in tree.css("h1, h2, title"))
    candidates = [_meta(tree, "title"), *heads]
    return next((text for text in candidates if text.startswith(begin) and len(text) > len(begin)), item.title)


def _date(tree: Any, one: Detail, zone: tzinfo) -> datetime | None:
    stated = parse_selector(one.date).value(tree.root) if one.date else ""
    return read_day(stated, zone) or read_day(_meta(tree, "date"), zone)


def _byline(tree: Any, one: Detail) -> str:
    stated = parse_selector(one.source).value(tree.root) if one.source else ""
    return _LABEL.sub("", stated or _meta(tree, "source"))[:200]


def _meta(tree: Any, kind: str) -> str:
    """The first of its names that says something: empty fields occur."""
    found = {
        (attribute(node, "name") or attribute(node, "property")).lower(): said
        for node in reversed(tree.css("meta[content]"))
        if (said := attribute(node, "content"))
    }
    return next((found[name] for name in _METAS[kind] if name in found), "")
