"""The rows of a contents list: what each announces, and which of them are sections."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from notifier.bulletins.lines import Line, close_up
from notifier.bulletins.structure import patterns, signs
from notifier.bulletins.structure.bylines import is_meta
from notifier.bulletins.structure.facts import fold_digits, key
from notifier.bulletins.structure.marks import ends_block, is_title_part, point_marker, section_mark

_LEADERS = 400  # characters of a row, its leader included
KEYED = 150  # characters: longer lines are no headings
ROWS_PER_HEADING = 3
_NAME = 2 * patterns.SECTION_LENGTH + 6  # characters of a section's line, its marks included


@dataclass(frozen=True, slots=True)
class Row:
    """One heading that the list announces, as printed there without bullet, leader and page."""

    text: str
    is_section: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class Raw:
    text: str
    marker: str = ""  # "", "bullet" with the bullet, "bracket", "number" or the style of a point
    page: int = 0
    leads: bool = False  # it ends with a leader or page


def raw_row(text: str) -> Raw:
    if len(text) > _LEADERS:
        return Raw(text)
    text = fold_digits(text)
    page = patterns.ROW_PAGE.search(text)
    page = page if page and (page.start() or not page[0].strip()[0].isalnum()) else None
    leads = page is not None or bool(patterns.ROW_LEADER.search(text))
    number = re.search(r"\d+", page[0]) if page else None
    text = text[: page.start()] if page else patterns.ROW_LEADER.sub("", text)
    text = patterns.ROW_WRITER.sub("", text)
    marker, text = unmarked(signs.NUMBER_BEHIND.sub("", text.strip()))
    return Raw(text, marker, int(number[0]) if number else 0, leads)


def unmarked(text: str) -> tuple[str, str]:
    mark = section_mark(text)
    if mark and mark.style == "bracket" and not mark.rest:
        return "bracket", mark.name
    found = patterns.ROW_BULLET.match(text)
    if found and found.end() < len(text):
        return f"bullet {found[0][0]}", unmarked(text[found.end() :])[1]
    found = patterns.ROW_NUMBER.match(text)
    if found and found.end() < len(text):
        style = point_marker(text)
        return style.style if style else "number", text[found.end() :]
    return "", text


def read_rows(texts: Sequence[str], body: Sequence[Line]) -> tuple[Row, ...]:
    """The rows that these lines of a list are, told from what the body below it repeats."""
    raws = _with_leaders([raw_row(text) for text in texts])
    named = _bracketed(body) | _stacked(raws, body) or _all_names(raws, body)
    return _rows(raws, _headings(body), named)


def is_name(text: str) -> bool:
    return 0 < len(text) <= 2 * patterns.SECTION_LENGTH


def _spans(keys: Sequence[str]) -> Iterable[str]:
    """The keys of each line, and of each line with those after it: headings may be broken over lines."""
    for at in range(len(keys)):
        for count in range(1, ROWS_PER_HEADING + 1):
            if at + count <= len(keys):
                yield "".join(keys[at : at + count])


def _headings(lines: Sequence[Line]) -> set[str]:
    """What a row may announce: the body's short lines, alone and joined."""
    keys = [key(unmarked(line.text)[1]) if len(line.text) <= KEYED else "\0" for line in lines]
    return {span for span in _spans(keys) if "\0" not in span}


def _with_leaders(raws: Sequence[Raw]) -> list[Raw]:
    """A leader that the margin has put on a line of its own belongs to the row above it."""
    kept: list[Raw] = []
    for raw in raws:
        if kept and not raw.text and raw.leads:
            kept[-1] = Raw(kept[-1].text, kept[-1].marker, raw.page, leads=True)
        else:
            kept.append(raw)
    return kept


def _bracketed(lines: Sequence[Line]) -> set[str]:
    """The names that the body itself marks as sections."""
    marks = (section_mark(line.text) for line in lines)
    return {key(mark.name) for mark in marks if mark and mark.style == "bracket" and not mark.rest}


def _stacked(raws: Sequence[Raw], lines: Sequence[Line]) -> set[str]:
    """The rows right below which, in the body, the next row stands: sections above their first title."""
    rows = [key(raw.text) for raw in raws]
    names = {name: following for name, following in pairwise(rows) if 0 < len(name) <= 2 * patterns.SECTION_LENGTH}
    keys = [key(unmarked(line.text)[1]) if len(line.text) <= KEYED else "" for line in lines]
    found = set()
    for at, name in enumerate(keys[:-1]):
        following = names.get(name)
        if following and keys[at + 1] and following.startswith(keys[at + 1]):
            found.add(name)
    return found if len(found) < len(rows) / 2 + 1 else set()


def _all_names(raws: Sequence[Raw], lines: Sequence[Line]) -> set[str]:
    """All rows, where the list names nothing but sections: in the body a title and its text stand below each."""
    names = {key(raw.text) for raw in raws if is_name(raw.text)}
    if len(names) < len(raws):
        return set()
    short = [at for at, line in enumerate(lines) if len(line.text) <= _NAME]
    places = {name: at for at in reversed(short) if (name := key(unmarked(lines[at].text)[1])) in names}
    heading = [_heads_title(lines, at) for at in places.values()]
    return names if heading and all(heading) else set()


def _heads_title(lines: Sequence[Line], at: int) -> bool:
    if at + 2 >= len(lines):
        return False
    title, text = lines[at + 1], lines[at + 2]
    if not is_title_part(title.text) or point_marker(title.text):
        return False
    if title.size and text.size:
        return (title.size, title.bold) > (text.size, text.bold)
    return ends_block(text.text) or is_meta(text.text) or len(text.text) > patterns.TITLE_LENGTH


def _rows(raws: Sequence[Raw], headings: set[str], named: set[str]) -> tuple[Row, ...]:
    """Rows as headings, those broken over lines joined, sections told from titles."""
    merged = _merged(raws, headings)
    sections = _section_rows(merged) or {at for at, raw in enumerate(merged) if key(raw.text) in named}
    return tuple(Row(close_up(raw.text), at in sections, raw.page) for at, raw in enumerate(merged) if key(raw.text))


def _merged(raws: Sequence[Raw], headings: set[str]) -> list[Raw]:
    merged: list[Raw] = []
    at = 0
    while at < len(raws):
        count = _row_lines(raws[at : at + ROWS_PER_HEADING], headings)
        part = raws[at : at + count]
        page = next((raw.page for raw in part if raw.page), 0)
        merged.append(Raw("".join(raw.text for raw in part), part[0].marker, page, any(raw.leads for raw in part)))
        at += count
    return merged


def _row_lines(raws: Sequence[Raw], headings: set[str]) -> int:
    keys = [key(raw.text) for raw in raws]
    for count in range(len(raws), 0, -1):
        broken = not any(raw.marker for raw in raws[1:count]) and not any(raw.leads for raw in raws[: count - 1])
        stacked = count > 1 and len(keys[0]) <= patterns.SECTION_LENGTH and keys[0] in headings  # a section's name
        if broken and not stacked and "".join(keys[:count]) in headings:
            return count
    return 1


def _section_rows(rows: Sequence[Raw]) -> set[int]:
    """Bracketed rows; or those without a bullet where others have one; or those marked otherwise than most."""
    bracketed = {at for at, row in enumerate(rows) if row.marker == "bracket"}
    if bracketed:
        return bracketed if len(bracketed) < len(rows) else set(bracketed)
    for kinds in ([row.marker for row in rows], [row.leads for row in rows]):
        for kind in dict.fromkeys(kinds):
            outer = {at for at, other in enumerate(kinds) if other == kind}
            if _nests(rows, outer):
                return outer
    return set()


def _nests(rows: Sequence[Raw], outer: set[int]) -> bool:
    """These rows may be sections: they are short, and each has a row of another kind right below."""
    return all(at + 1 < len(rows) and at + 1 not in outer for at in outer) and all(
        len(rows[at].text) <= 2 * patterns.SECTION_LENGTH for at in outer
    )
