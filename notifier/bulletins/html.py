"""HTML to lines: one line per block of text, in document order."""

import re
from collections.abc import Iterator
from typing import Any

from notifier.bulletins.decode import clean, decode
from notifier.bulletins.lines import Line, Reading
from notifier.domain import Document

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "iframe",
        "object",
        "svg",
        "math",
        "select",
        "button",
        "textarea",
        "nav",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "o:p",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "img",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CELLS = frozenset(("td", "th"))
_ASCII_SPACES = re.compile(r"[ \t\n\f]+")
_BREAK_IN_CHINESE = re.compile(r"(?<=[^\x00-\u02ff])[ \t]*\n\s*(?=[^\x00-\u02ff])")


def read_html(document: Document) -> Reading:
    """The blocks of the page, and its first <h1> or else its <title>."""
    from selectolax.lexbor import LexborHTMLParser  # a compiled parser: only those who read HTML pay for loading it

    declared = document.encoding or _declared(document.content)
    parser = LexborHTMLParser(decode(document.content, declared).replace("\f", "\n"))
    lines = tuple(_lines(parser.root)) if parser.root is not None else ()
    heading = next((line.text for line in lines if line.level == 1), "")
    title = parser.css_first("title")
    return Reading(lines, title=heading or (_tidy(title.text()) if title is not None else ""))


def _declared(content: bytes) -> str:
    found = _CHARSET.search(content[:4096])
    return found[1].decode("ascii") if found else ""


def _lines(root: Any) -> Iterator[Line]:
    words: list[str] = []
    level = 0
    for kind, value in _events(root):
        if kind == "text":
            words.append(value)
            continue
        if value in _CELLS:
            words.append(" ")
        elif value not in _INLINE:
            yield from _line(words, level)
            words = []
            level = _HEADINGS.get(value, level) if kind == "open" else 0
    yield from _line(words, level)


def _line(words: list[str], level: int) -> Iterator[Line]:
    raw = clean("".join(words))
    if text := _tidy(raw):
        yield Line(text, indent=2 * (len(raw) - len(raw.lstrip("\u3000"))), gap=True, level=level, whole=True)


def _tidy(raw: str) -> str:
    """White space as a browser shows it; a line break in the source between two Chinese characters shows nothing."""
    return _ASCII_SPACES.sub(" ", _BREAK_IN_CHINESE.sub("", clean(raw))).strip()


def _events(root: Any) -> Iterator[tuple[str, str]]:
    """("open" | "close", tag) and ("text", characters) in document order, at any depth without recursion."""
    node, down = root, True
    while node is not None:
        tag = node.tag or ""
        if down and tag == "-text":
            yield "text", node.text_content or ""
        elif down and tag not in _SKIPPED and not tag.startswith(("-", "!")):
            yield "open", tag
            if (child := node.child) is not None:
                node = child
                continue
        if tag not in _SKIPPED and not tag.startswith(("-", "!")):
            yield "close", tag
        node, down = _after(node, root)


def _after(node: Any, root: Any) -> tuple[Any, bool]:
    """Where the walk goes on: the next sibling, downwards, or the parent, to be closed."""
    if node.mem_id == root.mem_id:
        return None, False
    following = node.next
    return (following, True) if following is not None else (node.parent, False)
