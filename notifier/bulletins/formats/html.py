"""HTML to lines: a fragment as it is, of a whole page its content."""

import re
from typing import Any

from notifier.bulletins.formats.decode import decode
from notifier.bulletins.formats.html_page import content_of, page_facts
from notifier.bulletins.formats.html_walk import lines_of, tidy
from notifier.bulletins.lines import Line, Reading
from notifier.bulletins.structure.facts import key
from notifier.domain import Document

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_PAGE = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
_HEAD = 20_000  # characters in which a page shows that it is one


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
    node, pruned = content_of(root, selector)
    lines = lines_of(node, pruned)
    outside = [line.text for line in lines_of(root, {node.mem_id})] if node.mem_id != root.mem_id else []
    facts = page_facts(parser.root, [*outside, *(line.text for line in lines[:4])])
    return Reading(
        tuple(_from_title(lines, facts.title)), facts.title, date=facts.date, byline=facts.byline, section=facts.section
    )


def _from_title(lines: list[Line], title: str) -> list[Line]:
    """Without the path to the page (首页 > 动态) that stands above the title."""
    at = next((at for at, line in enumerate(lines[:6]) if title and key(line.text) == key(title)), 0)
    return lines[at:] if all(len(line.text) < len(title) + 40 and ">" in line.text for line in lines[:at]) else lines
