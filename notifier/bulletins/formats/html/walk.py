"""A parsed page as events in document order, and these as lines. At any depth, without recursion."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from notifier.bulletins.formats.decode import clean
from notifier.bulletins.formats.tables import Cell, table_lines
from notifier.bulletins.lines import Line

_SKIPPED = frozenset((
    "script", "style", "noscript", "template", "head", "iframe", "object", "svg", "math", "select", "button",
    "textarea", "nav", "audio", "video", "canvas",
))  # fmt: skip
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd",
    "label", "mark", "o:p", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr", "img",
))  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CELLS = frozenset(("td", "th"))
_ASCII_SPACES = re.compile(r"[ \t\n\f]+")
_BREAK_IN_CHINESE = re.compile(r"(?<=[^\x00-\u02ff])[ \t]*\n\s*(?=[^\x00-\u02ff])")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)  # what is only invisible (WeChat) a script shows
_UNNUMBERED = re.compile(r"list-style(?:-type)?\s*:\s*(?:none|disc|circle|square)", re.IGNORECASE)
_WIDEST, _TALLEST = 60, 300  # columns and rows that one cell may take
_MOST_CELLS = 20_000  # of one table; what stands beyond is text

Event = tuple[str, str, Any]  # "open" | "close", tag, node; or "text", characters, node


def events(root: Any, pruned: Collection[int] = ()) -> Iterator[Event]:
    """What the page shows, without the subtrees whose `mem_id` is in `pruned`."""
    node, down = root, True
    while node is not None:
        tag = node.tag or ""
        shown = tag not in _SKIPPED and not tag.startswith(("-", "!")) and node.mem_id not in pruned
        if down and tag == "-text":
            yield "text", node.text_content or "", node
        elif shown and down and _is_hidden(node):
            shown = False
        elif shown and down:
            yield "open", tag, node
            if (child := node.child) is not None:
                node = child
                continue
        if shown:
            yield "close", tag, node
        node, down = _after(node, root)


def _is_hidden(node: Any) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool((style := attributes.get("style")) and _HIDDEN.search(style))


def _after(node: Any, root: Any) -> tuple[Any, bool]:
    """Where the walk goes on: the next sibling, downwards, or the parent, to be closed."""
    if node.mem_id == root.mem_id:
        return None, False
    following = node.next
    return (following, True) if following is not None else (node.parent, False)


# --- lines ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Table:
    """A table that is open: its rows of (columns, rows, lines) so far."""

    rows: list[list[tuple[int, int, list[Line]]]] = field(default_factory=list)
    in_cell: bool = False
    cells: int = 0


@dataclass(slots=True)
class _Writer:
    """Where text goes: into the innermost open cell, or the page."""

    lines: list[Line] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    level: int = 0
    counters: list[int] = field(default_factory=list)  # numbers of the lists that are open; -1 where they show none

    @property
    def sink(self) -> list[Line]:
        for table in reversed(self.tables):
            if table.in_cell:
                return table.rows[-1][-1][2]
        return self.lines

    def flush(self) -> None:
        raw = clean("".join(self.words))
        self.words = []
        if text := tidy(raw):
            indent = 2 * (len(raw) - len(raw.lstrip("\u3000")))
            self.sink.append(Line(text, indent=indent, gap=True, level=self.level, whole=True))


def lines_of(root: Any, pruned: Collection[int] = ()) -> list[Line]:
    """One line per block of text, and one per table."""
    writer = _Writer()
    for kind, value, node in events(root, pruned):
        if kind == "text":
            writer.words.append(value)
        elif value not in _INLINE:
            writer.flush()
            if kind == "open":
                _open(writer, value, node)
            else:
                _close(writer, value)
    writer.flush()
    while writer.tables:
        _close(writer, "table")
    return writer.lines


def _open(writer: _Writer, tag: str, node: Any) -> None:
    writer.level = HEADINGS.get(tag, writer.level)
    table = writer.tables[-1] if writer.tables else None
    if tag == "table":
        writer.tables.append(_Table())
    elif tag == "tr" and table:
        table.rows.append([])
        table.in_cell = False
    elif tag in _CELLS and table and table.cells < _MOST_CELLS:
        table.rows = table.rows or [[]]
        table.rows[-1].append((_span(node, "colspan", _WIDEST), _span(node, "rowspan", _TALLEST), []))
        table.in_cell = True
        table.cells += 1
    elif tag in ("ol", "ul"):
        writer.counters.append(_first_number(node) if tag == "ol" else -1)
    elif tag == "li" and writer.counters and writer.counters[-1] >= 0:
        writer.words.append(f"{writer.counters[-1]}. ")
        writer.counters[-1] += 1


def _close(writer: _Writer, tag: str) -> None:
    writer.level = 0
    if tag == "table" and writer.tables:
        table = writer.tables.pop()
        sink = writer.sink
        sink += table_lines(_grid(table), sink)
    elif tag in _CELLS and writer.tables and writer.tables[-1].cells < _MOST_CELLS:
        writer.tables[-1].in_cell = False
    elif tag in ("ol", "ul") and writer.counters:
        writer.counters.pop()


def _first_number(node: Any) -> int:
    """-1 where the style shows no numbers."""
    attributes = node.attributes
    if _UNNUMBERED.search(attributes.get("style") or ""):
        return -1
    start = attributes.get("start") or "1"
    return min(int(start), 9_999) if start.isascii() and start.isdigit() else 1


def _span(node: Any, name: str, most: int) -> int:
    text = (node.attributes.get(name) or "1").strip()
    return max(1, min(int(text), most)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _grid(table: _Table) -> list[Sequence[Cell]]:
    """Every cell at its first place; the places that it also takes are empty."""
    grid: list[Sequence[Cell]] = []
    below: dict[int, int] = {}  # column -> rows that a cell from above still takes there
    for row in table.rows:
        cells: list[Cell] = []
        for width, height, lines in row:
            while below.get(len(cells), 0):
                cells.append(())
            for column in range(len(cells), len(cells) + width):
                below[column] = max(below.get(column, 0), height)
            cells += [tuple(lines), *[()] * (width - 1)]
        below = {column: rows - 1 for column, rows in below.items() if rows > 1}
        grid.append(cells)
    return grid


def tidy(raw: str) -> str:
    """White space as a browser shows it; a line break in the source between two Chinese characters shows nothing."""
    return _ASCII_SPACES.sub(" ", _BREAK_IN_CHINESE.sub("", clean(raw))).strip()
