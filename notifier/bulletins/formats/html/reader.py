"""HTML to lines: a fragment as it is, of a whole page its content."""

import itertools
import re
from typing import Any

from notifier.bulletins.formats.decode import decode
from notifier.bulletins.formats.html.content import content_of
from notifier.bulletins.formats.html.marks import is_certain
from notifier.bulletins.formats.html.page import is_about, page_facts, page_title
from notifier.bulletins.formats.html.parts import parts_of
from notifier.bulletins.formats.html.walk import lines_of, tidy
from notifier.bulletins.lines import Line, Reading
from notifier.bulletins.structure.facts import key
from notifier.domain import Document

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_PAGE = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
_HEAD = 20_000  # characters in which a page shows that it is one
_ABOUT = 4  # lines in which title, date and source stand


def read_html(document: Document, *, content: str = "") -> Reading:
    """The blocks of a fragment (a feed's entry); of a whole page those of its content, with what it says about it.

    `content` is the selector of the content, where the source states one.
    """
    from selectolax.lexbor import LexborHTMLParser  # a compiled parser: only those who read HTML pay for loading it

    text = decode(document.content, document.encoding or _declared(document.content)).replace("\f", "\n")
    parser = LexborHTMLParser(text)
    if parser.root is None:
        return Reading(())
    if not _PAGE.search(text[:_HEAD]) and not content:
        return _fragment(parser)
    return _page(parser, content)


def _declared(content: bytes) -> str:
    found = _CHARSET.search(content[:4096])
    return found[1].decode("ascii") if found else ""


def _fragment(parser: Any) -> Reading:
    lines = tuple(lines_of(parser.root))
    heading = next((line.text for line in lines if line.level == 1), "")
    title = parser.css_first("title")
    return Reading(lines, title=heading or (tidy(title.text()) if title is not None else ""))


def _page(parser: Any, selector: str) -> Reading:
    root = parser.body or parser.root
    page = parts_of(root)
    title = page_title(parser.root, [block.text for block in page.blocks if block.plain])
    node, pruned = content_of(page, selector, title)
    lines = [line for line in lines_of(node, pruned) if not is_certain(line.text)]
    outside = [line.text for line in lines_of(root, {node.mem_id})] if node.mem_id != root.mem_id else []
    lines = _from_title(lines, title)
    below = _below_title(lines, title)
    facts = page_facts(parser.root, title, [*outside, *(line.text for line in lines[:4])])
    return Reading(
        tuple(line for line in lines if line not in below),
        title,
        date=facts.date,
        byline=facts.byline,
        section=facts.section,
    )


def _from_title(lines: list[Line], title: str) -> list[Line]:
    """Without the path to the page (首页 > 动态) that stands above the title."""
    at = next((at for at, line in enumerate(lines[:6]) if title and key(line.text) == key(title)), 0)
    return lines[at:] if all(len(line.text) < len(title) + 40 and ">" in line.text for line in lines[:at]) else lines


def _below_title(lines: list[Line], title: str) -> list[Line]:
    """The lines right below the title that only say when and by whom: they are no text."""
    if not lines or key(lines[0].text) != key(title):
        return []
    return list(itertools.takewhile(lambda line: is_about(line.text), lines[1:_ABOUT]))
