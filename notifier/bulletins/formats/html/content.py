"""Which part of a whole page is its content (sources.md, 11 and 12).

The title is the surest sign: the content is the smallest element that holds the title and the text below it, without
the furniture of the site, which is told by its tag, by its links, or by its words. Where the title is not found, it is
the smallest element with all running text. More running text than is taken is never left out.
"""

from dataclasses import dataclass, field
from typing import Any

from notifier.bulletins.formats.html import marks
from notifier.bulletins.formats.html.parts import CONTAINERS, Block, Page, Part
from notifier.bulletins.formats.html.walk import HEADINGS
from notifier.bulletins.structure.bylines import is_meta
from notifier.bulletins.structure.facts import key

_KNOWN = (  # where the common publishing systems put the text
    "#UCAP-CONTENT", "#zoomcon", "#zoom", ".TRS_Editor", ".trs_editor_view", ".TRS_UEDITOR", ".newsCon", ".contText",
    ".wzcon", ".ccontent", ".article-content", ".article-body", ".pages_content", "#js_content", ".v_news_content",
    ".wp_articlecontent", "[itemprop=articleBody]",
)  # fmt: skip
_LINKED = 0.6  # share of characters in links from which on a list is one of links
_LINKS = 3
_CLIMB = 40  # elements: how far out furniture may reach


@dataclass(slots=True)
class _Found:
    """Where the title is (-1 for nowhere) and where the text below it begins; `mem_id` of what must stay (all around
    these two), and of furniture."""

    page: Page
    title: int
    start: Block | None
    kept: set[int] = field(default_factory=set)
    pruned: set[int] = field(default_factory=set)


def content_of(page: Page, selector: str = "", title: str = "") -> tuple[Any, set[int]]:
    """The element that holds the page's content, and the `mem_id` of the furniture within it.

    `selector` is the source's own statement, taken where it finds anything; `title` is the page's, where it is known.
    """
    if selector and (stated := page.root.node.css_first(selector)) is not None:
        return stated, set()
    at = _title_at(page, title)
    found = _Found(page, at, _start(page, at))
    head = page.blocks[at] if at >= 0 else None
    found.kept.update(part.id for block in (head, found.start) if block for part in block.part.up())
    for block in page.blocks:
        _drop_bad(found, block)
    if head is not None:
        _drop_above(found, head)
    _measure(found)
    return _scope(found, head).node, found.pruned


def _title_at(page: Page, title: str) -> int:
    """Which block is the title, as it stands above the text: a heading before others; -1 where there is none."""
    wanted = key(title)
    found = [at for at, block in enumerate(page.blocks) if wanted and block.plain and key(block.text) == wanted]
    headed = [at for at in found if page.blocks[at].part.tag in HEADINGS]
    at = (headed or found or [-1])[0]
    above, below = page.blocks[: max(at, 0)], page.blocks[at + 1 :]
    return at if sum(block.prose for block in above) <= sum(block.prose for block in below) else -1


def _start(page: Page, at: int) -> Block | None:
    """The first running text below the title, before anything that ends a text; else the first text of any kind.
    Without a title, the longest text."""
    if at < 0:
        plain = (block for block in page.blocks if block.plain)
        return max(plain, key=lambda block: (block.prose, len(block.text)), default=None)
    first: Block | None = None
    for block in page.blocks[at + 1 :]:
        if first is not None and marks.ENDS.search(block.text):
            break
        if block.plain and block.prose:
            return block
        if first is None and block.plain and not is_meta(block.text) and not marks.is_dated(block.text):
            first = block
    return first


# --- furniture --------------------------------------------------------------------------------------------------


def _drop_bad(found: _Found, block: Block) -> None:
    """Furniture by its words: the outermost element that holds nothing but it, or that begins with its heading."""
    if not block.bad or (_is_beside(found, block) and not marks.is_certain(block.text)):
        return
    heads = bool(marks.ENDS.search(block.text))
    outermost: Part | None = None
    for _, part in zip(range(_CLIMB), block.part.up(), strict=False):
        alone = not part.whole.prose or (heads and part.first is block)
        if part.id in found.kept or part.whole.facts or not alone:
            break
        outermost = part
    if outermost is not None:
        found.pruned.add(outermost.id)


def _is_beside(found: _Found, block: Block) -> bool:
    return found.start is not None and block.part.parent is found.start.part.parent


def _drop_above(found: _Found, head: Block) -> None:
    """What stands above the title and not beside it, unless an issue begins there."""
    above = found.page.blocks[: found.title]
    if sum(block.part.own.facts for block in above):
        return
    for block in above:
        beside = block.part.parent is head.part.parent and block.plain
        if not beside and block.part.id not in found.kept:
            found.pruned.add(block.part.id)


def _measure(found: _Found) -> None:
    """Sizes without furniture, which goes into `pruned` and counts for nothing."""
    for part in found.page.parts:
        part.size.add(part.own)
        if part.id not in found.kept and _is_furniture(part):
            found.pruned.add(part.id)
        if part.parent is not None and part.id not in found.pruned:
            part.parent.size.add(part.size)
            if part.size.text:
                part.parent.children.append(part)


def _is_furniture(part: Part) -> bool:
    """Named as furniture and nothing of an issue in it, or a list of links."""
    size, attributes = part.size, part.node.attributes
    if size.facts or part.tag in ("body", "html"):
        return False
    if size.links >= _LINKS and size.linked >= _LINKED * size.text and not size.prose:
        return True
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    if marks.NEVER_CONTENT.search(named):
        return True
    marked = part.tag in marks.FURNITURE_TAGS or bool(marks.FURNITURE.search(named))
    return marked and not size.headings and (bool(size.owner) or size.prose <= 2 * size.linked)


# --- the element ------------------------------------------------------------------------------------------------


def _scope(found: _Found, head: Block | None) -> Part:
    """Around title and text; further out where there is more running text, or more of an issue, than within."""
    known = _known(found)
    if known is not None or head is None or found.start is None:
        return known or _descended(found.page.root)
    around = {part.id for part in head.part.up()}
    part = next(part for part in found.start.part.up() if part.id in around)
    part = next(outer for outer in part.up() if outer.tag in CONTAINERS or outer.parent is None)
    for outer in part.up():
        within = part.size.text - part.size.linked
        if outer.size.facts > part.size.facts or outer.size.prose - part.size.prose > within:
            part = outer
    return part


def _known(found: _Found) -> Part | None:
    """The container of a publishing system, if it holds the text and nothing of an issue is outside."""
    whole = found.page.root.size
    parts = {part.id: part for part in found.page.parts}
    for selector in _KNOWN:
        for node in found.page.root.node.css(selector):
            part = parts.get(node.mem_id)
            if part and part.size.prose and 2 * part.size.prose > whole.prose and part.size.facts >= whole.facts:
                return part
    return None


def _descended(part: Part) -> Part:
    """The smallest container with all running text, all lines of an issue, and all headings but the title's."""
    while True:
        size = part.size
        inner = max(part.children, key=lambda child: (child.size.prose, child.size.text), default=None)
        if inner is None or inner.tag not in CONTAINERS:
            return part
        if inner.size.prose < size.prose or inner.size.facts < size.facts or inner.size.headings < size.headings - 1:
            return part
        if not size.prose and 2 * inner.size.text < size.text:
            return part
        part = inner
