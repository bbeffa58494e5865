"""Selectors as operators write them: CSS, then @attribute for an attribute instead of the text. Pure.

`a@href` is the address of the first link within, `@onclick` the row's own attribute, `.date` a text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_ATTRIBUTE = re.compile(r"@([A-Za-z_:][\w:.-]*)\s*$")
_SPACES = re.compile(r"\s+")
_PAIRS = {"[": "]", "(": ")"}
_COMBINATORS = frozenset(">+~, \t\n")


@dataclass(frozen=True, slots=True)
class Selector:
    """`css` "" is the element itself; `attribute` "" is its text."""

    css: str
    attribute: str

    def nodes(self, node: Any) -> list[Any]:
        return list(node.css(self.css)) if self.css else [node]

    def value(self, node: Any) -> str:
        """The first value that is not empty."""
        return next(filter(None, (self.read(found) for found in self.nodes(node))), "")

    def read(self, node: Any) -> str:
        """The value at this very element."""
        return text_of(node) if not self.attribute else attribute(node, self.attribute)


def text_of(node: Any) -> str:
    """The text on one line. Nothing is put between elements: dates stand in pieces (sources.md, 13)."""
    return _SPACES.sub(" ", node.text(deep=True)).strip()


def attribute(node: Any, name: str) -> str:
    """HTML has no case in the names of attributes."""
    return _SPACES.sub(" ", node.attributes.get(name.lower()) or "").strip()


def parse_selector(text: str) -> Selector:
    """ValueError in one line, with the column, where it is no selector."""
    found = _ATTRIBUTE.search(text)
    css = (text[: found.start()] if found else text).strip()
    if css:
        check_css(css, shift=len(text) - len(text.lstrip()))
    elif not found:
        raise ValueError("the selector is empty: write one such as .list li, a@href")
    return Selector(css, found[1] if found else "")


def check_css(css: str, *, shift: int = 0) -> None:
    """ValueError with the column at which `css` stops being a selector."""
    at = _unpaired(css)
    if at is None and not _parses(css):
        at = _first_wrong(css)
    if at is not None:
        raise ValueError(f"{css!r} is no selector: look at column {at + shift + 1} ({css[at : at + 12]!r})")


def _unpaired(css: str) -> int | None:
    """Where a bracket or quotation mark begins that never ends, or one ends that never began."""
    waiting: list[tuple[str, int]] = []
    for at, char in enumerate(css):
        if waiting and waiting[-1][0] in "\"'":
            if char == waiting[-1][0]:
                waiting.pop()
        elif char in "\"'":
            waiting.append((char, at))
        elif char in _PAIRS:
            waiting.append((_PAIRS[char], at))
        elif char in "])" and (not waiting or waiting.pop()[0] != char):
            return at
    return waiting[-1][1] if waiting else None


def _parses(css: str) -> bool:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    try:
        LexborHTMLParser("<p>").css(css)
    except SelectolaxError:
        return False
    return True


def _first_wrong(css: str) -> int:
    """The column of the first simple selector that is none; else of the combinator that joins nothing."""
    for start, compound in _compounds(css):
        if not _parses(compound):
            good = max((size for size in range(1, len(compound)) if _parses(compound[:size])), default=0)
            return start + good
    joins = [at for at, char in enumerate(css) if char in ">+~,"]
    ends = [at for at in joins if not css[at + 1 :].strip(" ") or css[at + 1 :].lstrip()[:1] in (">", "+", "~", ",")]
    return (ends or joins or [0])[0]


def _compounds(css: str) -> Iterator[tuple[int, str]]:
    """What stands between combinators, with where it begins."""
    depth, start = 0, 0
    for at, char in enumerate(f"{css} "):
        depth += (char in "[(") - (char in "])")
        if depth == 0 and char in _COMBINATORS:
            if css[start:at].strip():
                yield start, css[start:at]
            start = at + 1
