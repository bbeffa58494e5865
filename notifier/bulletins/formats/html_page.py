"""Which part of a whole page is its content, and what the page says about it (sources.md, 11 and 12).

Nothing that reads as running text is ever left out, unless it stands in what is plainly the furniture of a site:
the content is the smallest element that holds all of it.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from notifier.bulletins.formats.html_walk import HEADINGS, events, tidy
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.bylines import byline, is_meta
from notifier.bulletins.structure.contents import is_contents_marker
from notifier.bulletins.structure.facts import find_date, find_issue
from notifier.bulletins.structure.marks import section_mark

_CONTENT = (  # where the common publishing systems put the text
    "#UCAP-CONTENT", "#zoomcon", "#zoom", ".TRS_Editor", ".trs_editor_view", ".TRS_UEDITOR", ".newsCon", ".contText",
    ".wzcon", ".ccontent", ".article-content", ".article-body", ".pages_content", "#js_content",
    "[itemprop=articleBody]",
)  # fmt: skip
_FURNITURE_TAGS = frozenset(("footer", "aside", "header"))
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|foot|footer|header|topbar|crumbs?|breadcrumbs?|location|position|weizhi|dqwz|share|bdshare"
    r"|related|relatedlinks|xgxx|xgyd|sidebar|copyright|banner|search|toolbar|print|pager|pagination|recommend|comments?"
    r"|friendlinks?|hot|qrcode|ewm|gotop)(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
_CONTAINERS = frozenset(("body", "div", "section", "article", "main", "table", "tbody", "tr", "td", "center", "form"))
_BLOCKS = _CONTAINERS | frozenset(("p", "br", "li", "ul", "ol", "dl", "dt", "dd", "hr", "blockquote", "pre", *HEADINGS))
_PROSE = 20  # characters: a block with a 。 that is longer is running text
_LINKED = 0.6  # share of characters in links from which on a list is one of links
_LINKS = 3
_SITE = re.compile(
    r"(?:网|网站|门户|门户网|政府|厅|局|委|委员会|部|办公室|中心|院|大学|首页|公众号|频道|[a-z0-9.]+\.(?:cn|com|org|net))$",
    re.IGNORECASE,
)
_OWNER = re.compile(r"版权所有|ICP备|公网安备|网站标识码|技术支持\s*[:：]|网站地图|邮政?编码?\s*[:：]\s*\d{6}")
_LABELLED = re.compile(r"[\s　|｜]+(?=[^\s：:]{1,8}[：:])|[\s　]*[【\[]")  # 来源：甲　浏览次数：1【字号】
_APART = re.compile(r"\s*[_|｜]+\s*|\s+[-–—]+\s+|(?<=[^\d\s])[-–—]{1,2}(?=[^\d\s])")
_DATED = re.compile(r"[\[（(【]?\s*(?:19|20)\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}")
_DATED_LENGTH = 30  # characters
_NAMES = {
    "title": ("articletitle", "og:title", "dc.title"),
    "date": ("pubdate", "publishdate", "article:published_time", "dc.date", "publish-date"),
    "source": ("contentsource", "article:author", "dc.source"),
    "section": ("columnname", "article:section"),
    "site": ("sitename", "og:site_name"),
}


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page states about its text; "" and None where it does not."""

    title: str = ""
    date: dt.date | None = None
    byline: str = ""
    section: str = ""


@dataclass(slots=True)
class _Part:
    """An element: characters of running text, of any text outside links, of links; facts are lines that an issue
    has and furniture has not; owner: it says who runs the site."""

    node: Any
    prose: int = 0
    text: int = 0
    linked: int = 0
    links: int = 0
    facts: int = 0
    headings: int = 0
    owner: bool = False
    children: list["_Part"] = field(default_factory=list)

    def add(self, other: "_Part") -> None:
        self.prose += other.prose
        self.text += other.text
        self.linked += other.linked
        self.links += other.links
        self.facts += other.facts
        self.headings += other.headings
        self.owner = self.owner or other.owner


def content_of(root: Any, selector: str = "") -> tuple[Any, set[int]]:
    """The element that holds the page's content, and the `mem_id` of the furniture within it.

    `selector` is the source's own statement, taken where it finds anything.
    """
    if selector and (found := root.css_first(selector)) is not None:
        return found, set()
    pruned: set[int] = set()
    whole = _measured(root, pruned)
    for known in _CONTENT:
        for node in root.css(known):
            part = _measured(node, set())
            if part.prose and part.prose >= whole.prose and part.facts >= whole.facts:
                return node, pruned
    return _descended(whole).node, pruned


def _descended(part: _Part) -> _Part:
    """The smallest container with all running text, all lines of an issue, and all headings but the title's."""
    while True:
        inner = max(part.children, key=lambda child: (child.prose, child.text), default=None)
        if inner is None or (inner.node.tag or "") not in _CONTAINERS:
            return part
        if inner.prose < part.prose or inner.facts < part.facts or inner.headings < part.headings - 1:
            return part
        if not part.prose and 2 * inner.text < part.text:
            return part
        part = inner


def _measured(root: Any, pruned: set[int]) -> _Part:
    """The tree of containers with their sizes; furniture goes into `pruned` and counts for nothing."""
    stack = [_Part(root)]
    words: list[str] = []
    in_link = 0
    for kind, value, node in events(root):
        if kind == "text":
            words.append(value)
            if in_link:
                stack[-1].linked += len(value.strip())
            continue
        if value == "a":
            in_link = max(0, in_link + (1 if kind == "open" else -1))
            stack[-1].links += kind == "open" and not (node.attributes.get("href") or "#").startswith("#")
        if value not in _BLOCKS and value not in _FURNITURE_TAGS:
            continue
        _count(stack[-1], tidy("".join(words)))
        words = []
        if kind == "open":
            stack[-1].headings += value in HEADINGS
            if value not in ("br", "hr"):
                stack.append(_Part(node))
        elif len(stack) > 1 and value not in ("br", "hr"):
            _leave(stack, pruned)
    _count(stack[-1], tidy("".join(words)))
    while len(stack) > 1:
        _leave(stack, pruned)
    inner = stack[0].children
    return inner[0] if inner and inner[0].node.mem_id == root.mem_id else stack[0]


def _leave(stack: list[_Part], pruned: set[int]) -> None:
    part = stack.pop()
    if _is_furniture(part):
        pruned.add(part.node.mem_id)
        part.prose = part.headings = 0
    stack[-1].add(part)
    if part.text and part.node.mem_id not in pruned:
        stack[-1].children.append(part)


def _count(part: _Part, text: str) -> None:
    part.text += len(text)
    part.owner = part.owner or bool(_OWNER.search(text))
    if len(text) >= _PROSE and "。" in text:
        part.prose += len(text)
    elif text and len(text) <= patterns.TITLE_LENGTH:
        part.facts += _is_fact(text)


def _is_fact(text: str) -> bool:
    mark = section_mark(text)
    return bool(
        find_issue(text)
        or is_contents_marker(text)
        or ((found := patterns.LABEL.match(text)) and len(found["label"] or "主送") > 1)
        or (mark and mark.style == "bracket" and not mark.rest)
        or (find_date(text) and patterns.PRINTED.search(text))
    )


def _is_furniture(part: _Part) -> bool:
    """Marked as furniture and nothing of an issue in it, or a list of links."""
    if part.facts:
        return False
    tag, attributes = part.node.tag or "", part.node.attributes
    if part.links >= _LINKS and part.linked >= _LINKED * part.text and not part.prose:
        return True
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    marked = tag in _FURNITURE_TAGS or bool(_FURNITURE.search(named))
    return (
        marked and tag not in ("body", "html") and not part.headings and (part.owner or part.prose <= 2 * part.linked)
    )


# --- facts ----------------------------------------------------------------------------------------------------


def page_facts(root: Any, outside: Sequence[str]) -> PageFacts:
    """What the metas state, else what stands above the text; `outside` is what is shown outside the content."""
    metas = dict(_metas(root))

    def stated(kind: str) -> str:
        return next((metas[name] for name in _NAMES[kind] if metas.get(name)), "")

    about = [part for text in outside for part in _LABELLED.split(text) if is_meta(part) or _is_dated(part)]
    return PageFacts(
        title=_title(root, stated("title"), stated("site")),
        date=find_date(stated("date")) or next((date for text in about if (date := find_date(text))), None),
        byline=stated("source") or next((name for text in about if (name := byline(text))), ""),
        section=stated("section"),
    )


def _is_dated(text: str) -> bool:
    """2026-03-05 10:00, as many pages have it below the title."""
    return len(text) <= _DATED_LENGTH and bool(_DATED.match(text))


def _metas(root: Any) -> Iterator[tuple[str, str]]:
    for node in root.css("meta"):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property") or ""
        if text := tidy(attributes.get("content") or ""):
            yield name.strip().lower(), text


def _title(root: Any, stated: str, site: str) -> str:
    """The stated title, the only <h1>, or the <title>; without the site's name."""
    headings = [text for node in root.css("h1") if (text := tidy(node.text())) and text != site]
    title = root.css_first("head title") or root.css_first("title")
    whole = tidy(title.text()) if title is not None else ""
    if stated:
        return _without_site(stated, site)
    if headings and (len(headings) == 1 or headings[0] in whole):
        return headings[0]
    return _without_site(whole, site)


def _without_site(title: str, site: str) -> str:
    """标题_栏目_某某网: what follows the title goes, from the end."""
    whole = title
    while found := list(_APART.finditer(title)):
        rest = title[found[-1].end() :]
        column = title != whole and len(rest) <= patterns.SECTION_LENGTH
        if not (rest == site or column or _SITE.search(rest)):
            break
        title = title[: found[-1].start()].strip()
    return title
