"""Where the sections and articles of a body begin: by the contents list where there is one, else by their look."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from notifier.bulletins.lines import Line, close_up, join
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.bylines import is_meta
from notifier.bulletins.structure.contents import ROWS_PER_HEADING, Row
from notifier.bulletins.structure.facts import key
from notifier.bulletins.structure.layout import Flow
from notifier.bulletins.structure.looks import SECTION, TITLE
from notifier.bulletins.structure.marks import (
    bare_title,
    ends_block,
    is_inner_label,
    is_short_rest,
    is_title_part,
    is_whole,
    point_marker,
    section_mark,
)

_KEYED = 150  # characters: longer lines are no headings
_ALIKE = 0.75  # of 1: a title and its row in the contents list that were worded a little differently
_UNLISTED = 10  # characters: a title that the contents list lacks is at least so long
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
class _Search:
    """The body, what the contents list announces, and what the body's own style turned out to be."""

    lines: Sequence[Line]
    flow: Flow
    sections: frozenset[str]
    titles: dict[str, str]  # key -> text, those not found yet
    listed: bool
    levels: tuple[int, int]  # heading levels of sections and titles, 0 where the format declares none
    style: str = ""  # marker style of the titles, where they are numbered
    titled: bool = False  # a title has been found
    sign: str = ""  # the bullet with which titles begin


def find_heads(lines: Sequence[Line], rows: Sequence[Row], flow: Flow, *, looks: bool = False) -> list[Head]:
    """All heads, in order. Rows of the contents list that the body does not repeat are left out.

    looks: the levels of the lines are those of `looks.with_levels`.
    """
    titles = {key(row.text): row.text for row in rows if not row.is_section}
    sections = frozenset(key(row.text) for row in rows if row.is_section)
    levels = (SECTION if any(line.level == SECTION for line in lines) else 0, TITLE) if looks else _levels(lines)
    search = _Search(lines, flow, sections, titles, bool(titles), levels)
    listed = _listed_heads(search)
    return _with_numbered(search, _all_heads(search, listed))


def _with_numbered(search: _Search, heads: list[Head]) -> list[Head]:
    """Where 一、 is a section, 二、 and 三、 are, whether a title or a text stands below; if they count so throughout."""
    kinds = {head.start: head.kind for head in heads}
    found = [(at, number) for at, line in enumerate(search.lines) if (number := _section_number(line))]
    if [number for _, number in found] != list(range(1, len(found) + 1)):
        return heads
    if not any(kinds.get(at) == "section" for at, _ in found):
        return heads
    missing = {at for at, _ in found if kinds.get(at) != "section"}
    more = [Head("section", _name(search.lines[at].text), at, at + 1) for at in missing]
    return sorted([*(head for head in heads if head.start not in missing), *more], key=lambda head: head.start)


def _section_number(line: Line) -> int:
    """3 of 三、应对建议; 0 of a line that cannot be a section so numbered."""
    marker = point_marker(line.text) if len(line.text) <= 2 * patterns.SECTION_LENGTH else None
    return marker.number if marker and marker.style == "cjk" and not ends_block(line.text) else 0


def _levels(lines: Sequence[Line]) -> tuple[int, int]:
    """Which declared levels are sections and titles: a level whose headings are followed by deeper ones is sections."""
    declared = sorted({line.level for line in lines if line.level})
    if not declared:
        return 0, 0
    top = declared[0]
    nested = any(left.level == top and right.level > top for left, right in pairwise(lines))
    return (top, declared[1]) if nested and len(declared) > 1 else (0, top)


def _listed_heads(search: _Search) -> dict[int, Head]:
    """Titles that the contents list names, by equality with white space and punctuation removed."""
    found: dict[int, Head] = {}
    keys = [key(bare_title(line.text)) if len(line.text) <= _KEYED else "" for line in search.lines]
    at = 0
    while at < len(keys):
        count = _listed_span(search, keys, at)
        if count:
            found[at] = Head("title", _title(search.lines[at : at + count]), at, at + count)
        at += max(count, 1)
    return found


def _listed_span(search: _Search, keys: Sequence[str], at: int) -> int:
    for count in range(ROWS_PER_HEADING, 0, -1):
        part = keys[at : at + count]
        if len(part) < count or not all(part):
            continue
        whole = key("".join(line.text for line in search.lines[at : at + count]))
        for candidate in ("".join(part), whole):
            if search.titles.pop(candidate, None) is not None:
                return count
    return 0


def _all_heads(search: _Search, listed: dict[int, Head]) -> list[Head]:
    heads: list[Head] = []
    at = 0
    while at < len(search.lines):
        fresh = not heads or heads[-1].kind == "section"
        expected = fresh and (not heads or heads[-1].stop == at) and (bool(heads) or at == 0)
        new = [listed[at]] if at in listed else _heads_at(search, at, listed, expected=expected)
        heads += new
        search.titled = search.titled or any(head.kind == "title" for head in new)
        at = max(at + 1, new[-1].stop) if new else at + 1
    return heads


def _heads_at(search: _Search, at: int, listed: dict[int, Head], *, expected: bool) -> list[Head]:
    line = search.lines[at]
    if line.level and key(_name(line.text)) in search.sections:
        return [Head("section", _name(line.text), at, at + 1)]
    if line.level and line.level in search.levels:
        if line.level == search.levels[0]:
            return [Head("section", _name(line.text), at, at + 1)]
        mark = section_mark(line.text)
        if mark and mark.style == "bracket" and mark.rest and not search.levels[0] and not is_inner_label(mark.name):
            return _section(search, at, mark.rest)
        return [Head("title", _title([line]), at, at + 1)]
    if line.level or len(line.text) > _KEYED:
        return []
    sections = _section_at(search, at, listed)
    if sections:
        return sections
    count = _title_span(search, at, listed, expected=expected)
    return [Head("title", _title(search.lines[at : at + count]), at, at + count)] if count else []


def _name(text: str) -> str:
    mark = section_mark(text)
    return close_up(mark.name if mark else text)


def _title(lines: Sequence[Line]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        text = join(text, line.text)
    mark = section_mark(text)
    bracketed = mark.name if mark and mark.style == "bracket" and not mark.rest else text
    return close_up(bare_title(bracketed)) or close_up(text)


# --- sections -------------------------------------------------------------------------------------------------


def _section_at(search: _Search, at: int, listed: dict[int, Head]) -> list[Head]:
    text = search.lines[at].text
    mark = section_mark(text)
    if (mark and key(mark.name) in search.sections) or key(text) in search.sections:
        return _section(search, at, mark.rest if mark else "")
    if mark is None:
        return _plain_section(search, at, listed)
    if mark.style == "bracket":
        return [] if is_inner_label(mark.name) else _bracket_section(search, at, listed)
    return _section(search, at, "") if _is_marked_section(search, at, listed) else []


def _section(search: _Search, at: int, rest: str) -> list[Head]:
    heads = [Head("section", _name(search.lines[at].text), at, at + 1)]
    return [*heads, Head("title", close_up(bare_title(rest)), at, at + 1)] if rest else heads


def _bracket_section(search: _Search, at: int, listed: dict[int, Head]) -> list[Head]:
    mark = section_mark(search.lines[at].text)
    if mark is None:
        return []
    if mark.rest:
        return _section(search, at, mark.rest) if is_title_part(mark.rest) and at + 1 < len(search.lines) else []
    if _title_follows(search, at + 1, listed):
        return _section(search, at, "")
    if search.sections or search.listed:
        return []
    return _section(search, at, "") if len(mark.name) <= patterns.SECTION_LENGTH else []


def _is_marked_section(search: _Search, at: int, listed: dict[int, Head]) -> bool:
    """■ 部委动态 or 一、部委动态 is a section where a title stands right below, and titles have other marks."""
    mark = section_mark(search.lines[at].text)
    following = section_mark(search.lines[at + 1].text) if at + 1 < len(search.lines) else None
    if mark is None or len(mark.name) > 2 * patterns.SECTION_LENGTH or not is_title_part(mark.name):
        return False
    same = following is not None and (following.style, following.sign) == (mark.style, mark.sign)
    return not same and _title_follows(search, at + 1, listed)


def _plain_section(search: _Search, at: int, listed: dict[int, Head]) -> list[Head]:
    """A section without any mark: a very short line right above a title."""
    text = search.lines[at].text
    short = len(text) <= patterns.PLAIN_SECTION and is_title_part(text) and not point_marker(text)
    if not short or search.sections or (at and not _is_over(search.lines[at - 1].text)):
        return []
    return _section(search, at, "") if _title_follows(search, at + 1, listed) else []


def _title_follows(search: _Search, at: int, listed: dict[int, Head]) -> bool:
    if at < len(search.lines) and search.lines[at].level:
        return search.lines[at].level == search.levels[1]
    return at in listed or _title_span(search, at, listed, expected=True) > 0


# --- titles ---------------------------------------------------------------------------------------------------


def _title_span(search: _Search, at: int, listed: dict[int, Head], *, expected: bool) -> int:
    """How many lines from here on are one title by their look; 0 if they are none.

    expected: a section or the body begins here, so that a title is likely; else the line must stand out more.
    """
    lines = search.lines
    if at >= len(lines) or (not expected and at and not _is_over(lines[at - 1].text)):
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
    if _signs(lines, at + count, text=_title(lines[at : at + count])):
        return 0
    if expected and marker and at + count < len(lines):
        search.style = marker.style
    if expected:
        search.sign = _bullet(lines[at].text)
    return count


def _bullet(text: str) -> str:
    mark = section_mark(text)
    return mark.sign if mark else ""


def _signs(lines: Sequence[Line], at: int, *, text: str) -> bool:
    """The text is a body that signs a document: the date below it is the last of its article."""
    return at < len(lines) and is_whole(text, lines[at].text) and (at + 1 >= len(lines) or lines[at + 1].gap)


def _is_over(text: str) -> bool:
    """An article may end with this line."""
    return ends_block(text) or is_meta(text)


def _run(search: _Search, at: int, listed: dict[int, Head]) -> int:
    """The lines from here that look like lines of one title."""
    lines, count = search.lines, 0
    while count < _TITLE_LINES and at + count < len(lines) and at + count not in listed:
        line = lines[at + count]
        if line.level or not (_same_title(search, at + count) if count else _may_open(search, at)):
            break
        count += 1
    return count


def _may_open(search: _Search, at: int) -> bool:
    """The first line of a title. （一）… is one where the very first title is, and ……！ where a byline follows."""
    text = search.lines[at].text
    if is_title_part(text):
        return True
    marker = point_marker(text)
    if marker and marker.strong and (not search.titled or search.style == marker.style):
        return is_title_part(bare_title(text)) and not ends_block(text)
    return text.endswith(("!", "！")) and is_title_part(text[:-1]) and _has_byline(search, at + 1)


def _has_byline(search: _Search, at: int) -> bool:
    return at < len(search.lines) and is_meta(search.lines[at].text)


def _same_title(search: _Search, at: int) -> bool:
    line, before = search.lines[at], search.lines[at - 1]
    if not is_title_part(line.text) and not (search.flow.full(before, line) and is_short_rest(line.text)):
        return False
    if is_meta(line.text) or (line.indent == patterns.PARAGRAPH_INDENT and not before.indent):
        return False
    if line.gap and at + 1 < len(search.lines) and not search.lines[at + 1].gap:
        return False  # a paragraph of several lines
    return line.page == before.page and not point_marker(line.text) and section_mark(line.text) is None


def _ends_title(search: _Search, at: int) -> bool:
    """A title may end before the line at `at`: running text starts there, not in the middle of a paragraph or page."""
    lines, flow = search.lines, search.flow
    if at >= len(lines) or lines[at - 1].page != lines[at].page:
        return False
    left, right = lines[at - 1], lines[at]
    if not right.gap and left.indent == patterns.PARAGRAPH_INDENT and not right.indent:
        return False
    apart = right.gap or not flow.width or flow.opens(right) or not (flow.full(left, right) or flow.opens(left))
    return apart and _is_text(search, at)


def _is_text(search: _Search, at: int) -> bool:
    """The line there begins running text: a sentence, a point, or a line that goes on over the margin or the page."""
    lines, flow = search.lines, search.flow
    line = lines[at]
    if ends_block(line.text) or len(line.text) > patterns.TITLE_LENGTH or not is_title_part(line.text):
        return True
    right = lines[at + 1] if at + 1 < len(lines) else None
    if right is None or right.page != line.page:
        return True
    hangs = line.indent == patterns.PARAGRAPH_INDENT and not right.indent
    return (flow.full(line, right) or hangs) and not right.gap and not flow.opens(right)


def _stands_out(search: _Search, at: int, count: int) -> bool:
    """Without a section before it, a title is longer than a heading within an article."""
    text = _title(search.lines[at : at + count])
    if search.titles:  # the list names titles that were not found as they stand there
        return _alike(text, search.titles)
    follows = search.lines[at + count].text
    signed = search.sign and search.sign == _bullet(search.lines[at].text)
    if signed or is_meta(follows) or _outdented(search, at, count):
        return True
    if search.listed:
        return len(text) >= _UNLISTED and bool(patterns.LEAD.match(follows))
    return len(text) >= _UNLISTED


def _outdented(search: _Search, at: int, count: int) -> bool:
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
