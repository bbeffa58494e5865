"""Titles by their look: which lines of a body are one, where no contents list and no level says so."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from notifier.bulletins.lines import Line, close_up, join
from notifier.bulletins.structure import patterns, signs
from notifier.bulletins.structure.bylines import Signature, is_meta, signature_behind
from notifier.bulletins.structure.facts import key
from notifier.bulletins.structure.layout import Flow
from notifier.bulletins.structure.marks import (
    bare_title,
    ends_block,
    is_closing,
    is_short_rest,
    is_title_part,
    is_whole,
    names_body,
    point_marker,
    section_mark,
)

_ALIKE = 0.75  # of 1: a title and its row in the contents list that were worded a little differently
_UNLISTED = 10  # characters: a title that the contents list lacks is at least so long
_WIDE = 60  # columns of a line that may reach the margin
_SHORTEST = 4  # characters of a title that stands where no paragraph begins
_TITLE_LINES = 3


@dataclass(frozen=True, slots=True)
class Head:
    """lines[start:stop] head what follows. A section and a title on one line are two heads of that line."""

    kind: Literal["section", "title"]
    text: str
    start: int
    stop: int


@dataclass(slots=True)
class Search:
    """The body, what the contents list announces, and what the body's own style turned out to be."""

    lines: Sequence[Line]
    flow: Flow
    sections: frozenset[str]
    titles: dict[str, str]  # key -> text, those not found yet
    listed: bool
    levels: tuple[int, int]  # heading levels of sections and titles, 0 where the format declares none
    style: str = ""  # marker style of the titles, where they are numbered
    number: int = 0  # of the last numbered title
    titled: bool = False  # a title has been found
    sign: str = ""  # the bullet with which titles begin
    bracketed: bool = False  # titles stand in 【】
    marks: set[str] = field(default_factory=set)  # with which sections begin, "" where they have none
    short: bool = False  # titles are a few words
    tight: bool = False  # blank lines stand before titles and sections only


def title_of(lines: Sequence[Line]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        text = join(text, line.text)
    mark = section_mark(text)
    bracketed = mark.name if mark and mark.style == "bracket" and not mark.rest else text
    return close_up(bare_title(bracketed)) or close_up(text)


def title_span(search: Search, at: int, listed: dict[int, Head], *, expected: bool) -> int:
    """How many lines from here on are one title by their look; 0 if they are none.

    expected: a section or the body begins here, so that a title is likely; else the line must stand out more.
    """
    lines = search.lines
    if (
        at >= len(lines)
        or _is_inner(lines[at].text)
        or is_field(lines[at])
        or (not expected and at and not is_over(lines[at - 1].text))
    ):
        return 0
    longest = _run(search, at, listed)
    count = next((n for n in range(longest, 0, -1) if _ends_title(search, at + n)), 0)
    if not count:
        return 0
    marker = point_marker(lines[at].text)
    if marker and not expected and marker.style != search.style:
        return 0
    if not expected and not _stands_out(search, at, count):
        return 0
    if _signs(lines, at + count, text=title_of(lines[at : at + count])):
        return 0
    if expected and marker and at + count < len(lines):
        search.style = marker.style
    search.number = marker.number if marker else search.number
    if expected:
        search.sign = _bullet(lines[at].text)
    return count


def _is_inner(text: str) -> bool:
    """A document's last lines, and headings that count within an article: 2.1 …."""
    return is_closing(text) or bool(signs.NESTED.match(text))


def is_field(line: Line) -> bool:
    """时间：…, one of several."""
    return line.whole and bool(signs.FIELD.match(line.text))


def _bullet(text: str) -> str:
    if asked := signs.QUESTION.match(text):
        return asked[0]
    mark = section_mark(text)
    return mark.sign if mark else ""


def _signs(lines: Sequence[Line], at: int, *, text: str) -> bool:
    """The text is a body that signs a document: the date below it is the last of its article."""
    return at < len(lines) and is_whole(text, lines[at].text) and (at + 1 >= len(lines) or lines[at + 1].gap)


def is_over(text: str) -> bool:
    """An article may end with this line."""
    return ends_block(text) or is_meta(text)


def _run(search: Search, at: int, listed: dict[int, Head]) -> int:
    """The lines from here that look like lines of one title."""
    lines, count = search.lines, 0
    while count < _TITLE_LINES and at + count < len(lines) and at + count not in listed:
        line = lines[at + count]
        if line.level or not (_same_title(search, at + count) if count else _may_open(search, at)):
            break
        count += 1
    return count


def _may_open(search: Search, at: int) -> bool:
    """The first line of a title. （一）… is one where the very first title is, and ……！ where a byline follows."""
    text = search.lines[at].text
    if is_title_part(text):
        return True
    marker = point_marker(text)
    if marker and marker.strong and (not search.titled or search.style == marker.style):
        return is_title_part(bare_title(text)) and not ends_block(text)
    return text.endswith(("!", "！")) and is_title_part(text[:-1]) and _has_byline(search, at + 1)


def _has_byline(search: Search, at: int) -> bool:
    return at < len(search.lines) and is_meta(search.lines[at].text)


def _same_title(search: Search, at: int) -> bool:
    line, before = search.lines[at], search.lines[at - 1]
    if signs.SUBTITLE.match(line.text) and is_title_part(line.text):
        return True
    if not is_title_part(line.text) and not (search.flow.full(before, line) and is_short_rest(line.text)):
        return False
    if _is_below(search, at):
        return False
    if is_meta(line.text) or (line.indent == patterns.PARAGRAPH_INDENT and not before.indent):
        return False
    if line.gap and at + 1 < len(search.lines) and not search.lines[at + 1].gap:
        return False  # a paragraph of several lines
    return line.page == before.page and not point_marker(line.text) and section_mark(line.text) is None


def _is_below(search: Search, at: int) -> bool:
    """A line that only stands below a title: the number of a document, a field, the name of the body that speaks."""
    text = search.lines[at].text
    if _is_inner(text) or signs.FIELD.match(text) or patterns.DOCUMENT_NUMBER.match(text):
        return True
    return at + 1 < len(search.lines) and names_body(text, search.lines[at + 1].text)


def _ends_title(search: Search, at: int) -> bool:
    """A title may end before the line at `at`: running text starts there, not in the middle of a paragraph or page."""
    lines, flow = search.lines, search.flow
    if at >= len(lines):
        return False
    left, right = lines[at - 1], lines[at]
    if left.page != right.page and not (flow.opens(right) and not flow.full(left, right)):
        return False
    if not right.gap and left.indent == patterns.PARAGRAPH_INDENT and not right.indent:
        return False
    apart = right.gap or not flow.width or flow.opens(right) or not (flow.full(left, right) or flow.opens(left))
    return apart and _is_text(search, at)


def _is_text(search: Search, at: int) -> bool:
    """The line there begins running text: a sentence, a point, or a line that goes on over the margin or the page."""
    lines, flow = search.lines, search.flow
    line = lines[at]
    if _is_below(search, at):
        return True
    if ends_block(line.text) or len(line.text) > patterns.TITLE_LENGTH or not is_title_part(line.text):
        return True
    right = lines[at + 1] if at + 1 < len(lines) else None
    if right is None or right.page != line.page:
        return True
    hangs = line.indent == patterns.PARAGRAPH_INDENT and not right.indent
    return (flow.full(line, right) or hangs) and not right.gap and not flow.opens(right)


def _stands_out(search: Search, at: int, count: int) -> bool:
    """Without a section before it, a title is longer than a heading within an article."""
    lines = search.lines
    text = title_of(lines[at : at + count])
    if signs.QUESTION.match(lines[at].text):
        return search.sign == _bullet(lines[at].text)
    if search.titles:  # the list names titles that were not found as they stand there
        return _alike(text, search.titles)
    follows = search.lines[at + count].text
    if "，" in text and search.lines[at].columns >= _WIDE and not search.lines[at + count].gap:
        return False  # the first line of a paragraph, in a text too short to show its margin
    signed = search.sign and search.sign == _bullet(search.lines[at].text)
    alone = search.tight and search.lines[at].gap and not search.lines[at + count].gap
    if (
        signed
        or alone
        or lines[at].ruled
        or is_meta(follows)
        or _outdented(search, at, count)
        or _counts_on(search, at)
    ):
        return True
    if _follows_note(search, at) or (search.short and lines[at].gap and len(text) <= patterns.SHORT_TITLE):
        return len(text) >= _SHORTEST
    if search.listed:
        return len(text) >= _UNLISTED and bool(patterns.LEAD.match(follows))
    return len(text) >= _UNLISTED


def _counts_on(search: Search, at: int) -> bool:
    """It has the number that is due after the last title's."""
    marker = point_marker(search.lines[at].text)
    return marker is not None and (marker.style, marker.number) == (search.style, search.number + 1)


def _follows_note(search: Search, at: int) -> bool:
    """An article has ended above it, with a note that tells its source: ——摘自某报."""
    if at < 2:
        return False
    text, note = search.lines[at - 2].text, search.lines[at - 1].text
    return (is_meta(note) and ends_block(text)) or signature_behind(note)[1] != Signature()


def _outdented(search: Search, at: int, count: int) -> bool:
    """Where paragraphs start with an indent, a short line at the margin or in the middle above one is no part of it."""
    lines = search.lines
    left, right = lines[at], lines[at + count]
    apart = left.indent != patterns.PARAGRAPH_INDENT == right.indent and len(left.text) >= _SHORTEST
    return search.flow.indented and apart and point_marker(left.text) is None


def _alike(text: str, titles: dict[str, str]) -> bool:
    mine = key(text)
    for other in titles:
        if difflib.SequenceMatcher(None, mine, other, autojunk=False).ratio() >= _ALIKE:
            del titles[other]
            return True
    return False
