"""Plain text and Markdown to lines."""

import dataclasses
import re
from collections.abc import Iterator, Sequence

from notifier.bulletins.formats.decode import decode
from notifier.bulletins.formats.tables import pipe_tables
from notifier.bulletins.lines import Line, Reading
from notifier.domain import Document

_WIDTHS = {"\u3000": 2, "\t": 4}
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_RULE = re.compile(r"^(?:[-*_=]\s*){3,}$")
_UNDERLINE = re.compile(r"^(?:={2,}|-{3,})$")
_ITEM = re.compile(r"^[-*+]\s+(?=\S)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:https?:|/|\.|#|mailto:)[^()\s]*\)")


def read_text(document: Document) -> Reading:
    """Every non-blank line; a form feed starts a page; rows of | are a table."""
    return Reading(tuple(pipe_tables(_text_lines(document))))


def read_markdown(document: Document) -> Reading:
    """As plain text, without the marks of headings, emphasis and links; items stay whole; rows of | are a table."""
    lines = [line for raw in _with_underlined(_text_lines(document)) if (line := _plain(raw)).text]
    return Reading(tuple(pipe_tables(lines)))


def _with_underlined(lines: Sequence[Line]) -> Iterator[Line]:
    """A line of === or --- right below a line makes it a heading; --- apart is a rule."""
    for line, below in zip(lines, [*lines[1:], Line("")], strict=False):
        under = _UNDERLINE.match(below.text) if not below.gap and not below.indent else None
        if under and not _UNDERLINE.match(line.text):
            line = dataclasses.replace(line, text=f"{'#' if under[0][0] == '=' else '##'} {line.text}")
        yield line


def _text_lines(document: Document) -> list[Line]:
    return _lines(decode(document.content, document.encoding))


def _lines(text: str) -> list[Line]:
    lines: list[Line] = []
    for page, part in enumerate(text.split("\f"), 1):
        gap = False
        for raw in part.split("\n"):
            stripped = raw.strip()
            if stripped:
                lines.append(Line(stripped.replace("\t", " "), indent=_indent(raw), gap=gap, page=page))
            gap = not stripped
    return lines


def _indent(raw: str) -> int:
    return sum(_WIDTHS.get(char, 1) for char in raw[: len(raw) - len(raw.lstrip())])


def _plain(line: Line) -> Line:
    text = _LINK.sub(r"\1", _EMPHASIS.sub(r"\2", line.text.lstrip("> ") if line.text.startswith(">") else line.text))
    if _RULE.match(text):
        return Line("", gap=True)
    if heading := _HEADING.match(text):
        return Line(heading[2], gap=True, page=line.page, level=len(heading[1]))
    whole = bool(_ITEM.match(text))
    return Line(_ITEM.sub("", text), line.indent, line.gap, page=line.page, whole=whole)
