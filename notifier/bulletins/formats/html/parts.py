"""A page as elements with the sizes of what they hold, and as texts without breaks, in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from notifier.bulletins.formats.html import marks
from notifier.bulletins.formats.html.walk import HEADINGS, events, tidy
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.contents import is_contents_marker
from notifier.bulletins.structure.facts import find_date, find_issue
from notifier.bulletins.structure.marks import section_mark

CONTAINERS = frozenset(("body", "div", "section", "article", "main", "table", "tbody", "tr", "td", "center", "form"))
_BLOCKS = CONTAINERS | frozenset(("p", "br", "li", "ul", "ol", "dl", "dt", "dd", "hr", "blockquote", "pre", *HEADINGS))
_EMPTY = frozenset(("br", "hr"))
_PROSE = 20  # characters: a block with a sentence that is longer is running text
_SINGLE = 2  # characters outside links, that only stand between them


@dataclass(slots=True)
class Size:
    """Characters of running text, of any text, of links; how many links; facts are lines that an issue has and
    furniture has not; owner: lines that say who runs the site."""

    prose: int = 0
    text: int = 0
    linked: int = 0
    links: int = 0
    facts: int = 0
    headings: int = 0
    owner: int = 0

    def add(self, other: "Size") -> None:
        self.prose += other.prose
        self.text += other.text
        self.linked += other.linked
        self.links += other.links
        self.facts += other.facts
        self.headings += other.headings
        self.owner += other.owner


@dataclass(slots=True, eq=False)
class Part:
    """An element. own: what stands in it directly; whole: with all within; size: without what is pruned."""

    node: Any
    parent: "Part | None" = None
    own: Size = field(default_factory=Size)
    whole: Size = field(default_factory=Size)
    size: Size = field(default_factory=Size)
    first: "Block | None" = None
    children: list["Part"] = field(default_factory=list)

    @property
    def id(self) -> int:
        return int(self.node.mem_id)

    @property
    def tag(self) -> str:
        return self.node.tag or ""

    def up(self) -> Iterator["Part"]:
        """The part, and all around it."""
        part: Part | None = self
        while part is not None:
            yield part
            part = part.parent


@dataclass(slots=True, eq=False)
class Block:
    """A text without breaks in it. bad: furniture by its words. plain: it has text of its own, outside links."""

    text: str
    part: Part
    prose: int
    bad: bool
    plain: bool


@dataclass(slots=True)
class Page:
    """All elements, those within others first, and all texts in order."""

    root: Part
    parts: list[Part] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class _Words:
    """The characters since the last break, those in links counted."""

    text: list[str] = field(default_factory=list)
    linked: int = 0
    links: int = 0


def parts_of(root: Any) -> Page:
    """The tree of the elements that break the text."""
    page = Page(Part(root))
    part, words, in_link = page.root, _Words(), 0
    for kind, value, node in events(root):
        if kind == "text":
            words.text.append(value)
            words.linked += len(value.strip()) if in_link else 0
            continue
        if value == "a":
            in_link = max(0, in_link + (1 if kind == "open" else -1))
            words.links += kind == "open" and not marks.NO_LINK.search(node.attributes.get("href") or "#")
        if value in _BLOCKS or value in marks.FURNITURE_TAGS:
            _add(page, part, words)
            words = _Words()
            part = part if value in _EMPTY else _entered(page, part, node) if kind == "open" else _left(page, part)
    _add(page, part, words)
    while part.parent is not None:
        part = _left(page, part)
    page.parts.append(part)
    part.whole.add(part.own)
    return page


def _entered(page: Page, part: Part, node: Any) -> Part:
    if node.mem_id == page.root.id:
        return part
    inner = Part(node, part)
    inner.own.headings = inner.tag in HEADINGS
    return inner


def _left(page: Page, part: Part) -> Part:
    if part.parent is None:
        return part
    page.parts.append(part)
    part.whole.add(part.own)
    part.parent.whole.add(part.whole)
    part.parent.first = part.parent.first or part.first
    return part.parent


def _add(page: Page, part: Part, words: _Words) -> None:
    raw = "".join(words.text)
    text = tidy(raw) if raw and not raw.isspace() else ""
    if not text:
        return
    unlinked = 2 * words.linked < len(text)
    fact = unlinked and len(text) <= patterns.TITLE_LENGTH and _is_fact(text)
    bad = not fact and (
        marks.is_furniture(text) or (words.links > 1 and len(text) - words.linked <= _SINGLE * words.links)
    )
    prose = len(text) if len(text) >= _PROSE and not bad and marks.SENTENCE.search(text) else 0
    block = Block(text, part, prose, bad, plain=not bad and unlinked)
    page.blocks.append(block)
    part.first = part.first or block
    owner = bool(marks.OWNER.search(text))
    part.own.add(Size(prose, len(text), words.linked, words.links, facts=fact, owner=owner))


def _is_fact(text: str) -> bool:
    mark = section_mark(text)
    return bool(
        find_issue(text)
        or is_contents_marker(text)
        or ((found := patterns.LABEL.match(text)) and len(found["label"] or "主送") > 1)
        or (mark and mark.style == "bracket" and not mark.rest and not marks.is_furniture(text))
        or (find_date(text) and patterns.PRINTED.search(text))
    )
