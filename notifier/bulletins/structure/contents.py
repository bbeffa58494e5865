"""The contents list of an issue: where it stands, and which sections and titles it announces."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from notifier.bulletins.lines import Line, close_up
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.bylines import is_meta
from notifier.bulletins.structure.facts import fold_digits, key
from notifier.bulletins.structure.marks import ends_block, ends_sentence, is_title_part, point_marker, section_mark

_REACH = 60  # lines: a contents list starts within them
_ROWS = 200  # rows at most
_KEYED = 150  # characters: longer lines are no headings
_LEADERS = 400  # characters of a row, its leader included
_MARKER = 40  # characters
_REPEATED = 3  # rows: a list without any mark is at least so long
_DECORATION = re.compile(r"[\W_]+")
ROWS_PER_HEADING = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One heading that the list announces, as printed there without bullet, leader and page."""

    text: str
    is_section: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """lines[start:stop] is the list, its marker included."""

    start: int
    stop: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Raw:
    text: str
    marker: str = ""  # "", "bullet" with the bullet, "bracket", "number" or the style of a point
    page: int = 0
    leads: bool = False  # it ends with a leader or page


def find_contents(lines: Sequence[Line]) -> Contents | None:
    """The contents list, if the text has one."""
    repeated = _repeated_run(lines)
    for at, line in enumerate(lines[:_REACH]):
        if at == repeated:
            return _list_from(lines, at, at)
        if is_contents_marker(line.text):
            return _list_from(lines, at, at + 1)
        if _raw(line.text).leads and at + 1 < len(lines) and _raw(lines[at + 1].text).leads:
            return _list_from(lines, at, at)
        if point_marker(line.text) and _is_repeated_list(lines, at):
            return _list_from(lines, at, at)
        if ends_sentence(line.text) and len(line.text) > patterns.TITLE_LENGTH:
            return None
    return None


def _is_repeated_list(lines: Sequence[Line], at: int) -> bool:
    """Numbered rows without a marker above them are a contents list if the first of them is said again."""
    stop = _end(lines, at)
    if not at < stop < len(lines) or any("。" in line.text for line in lines[at:stop]):
        return False
    return _said_again(lines, stop, _line_keys(lines[at].text))


def _repeated_run(lines: Sequence[Line]) -> int:
    """Where several short lines begin, one below the other, that are all said again below them; -1 if none do."""
    last = {name: at for at, line in enumerate(lines) if (name := _own_key(line.text))}
    start, count = 0, 0
    for at, line in enumerate(lines[: _REACH + _ROWS]):
        name = _own_key(line.text)
        if not name or last[name] == at:
            if count >= _REPEATED and _in_order(lines[start:at], last):
                return start
            start, count = at + 1, 0
            continue
        count += 1
    return -1


def _own_key(text: str) -> str:
    """What a row and its heading have in common; "" of a line that is none."""
    if len(text) > patterns.TITLE_LENGTH or "。" in text or point_marker(text) or section_mark(text):
        text = _unmarked(text)[1] if len(text) <= patterns.TITLE_LENGTH and "。" not in text else ""
    return key(text)


def _in_order(lines: Sequence[Line], last: dict[str, int]) -> bool:
    places = [last[_own_key(line.text)] for line in lines]
    return places == sorted(places) and len(set(places)) == len(places)


def is_contents_marker(text: str) -> bool:
    return len(text) <= _MARKER and bool(patterns.CONTENTS.fullmatch(_DECORATION.sub("", text).casefold()))


def _list_from(lines: Sequence[Line], start: int, first: int) -> Contents | None:
    stop = _end(lines, first)
    if stop <= first:
        return None
    raws = _with_leaders([_raw(line.text) for line in lines[first:stop]])
    body = lines[stop:]
    rows = _rows(raws, _headings(body), _bracketed(body) | _stacked(raws, body) | _all_names(raws, body))
    return Contents(start, stop, rows) if rows else None


def _raw(text: str) -> _Raw:
    if len(text) > _LEADERS:
        return _Raw(text)
    text = fold_digits(text)
    page = patterns.ROW_PAGE.search(text)
    page = page if page and (page.start() or not page[0].strip()[0].isalnum()) else None
    leads = page is not None or bool(patterns.ROW_LEADER.search(text))
    number = re.search(r"\d+", page[0]) if page else None
    text = text[: page.start()] if page else patterns.ROW_LEADER.sub("", text)
    marker, text = _unmarked(text.strip())
    return _Raw(text, marker, int(number[0]) if number else 0, leads)


def _unmarked(text: str) -> tuple[str, str]:
    mark = section_mark(text)
    if mark and mark.style == "bracket" and not mark.rest:
        return "bracket", mark.name
    found = patterns.ROW_BULLET.match(text)
    if found and found.end() < len(text):
        return f"bullet {found[0][0]}", _unmarked(text[found.end() :])[1]
    found = patterns.ROW_NUMBER.match(text)
    if found and found.end() < len(text):
        style = point_marker(text)
        return style.style if style else "number", text[found.end() :]
    return "", text


def _spans(keys: Sequence[str]) -> Iterable[str]:
    """The keys of each line, and of each line with those after it: headings may be broken over lines."""
    for at in range(len(keys)):
        for count in range(1, ROWS_PER_HEADING + 1):
            if at + count <= len(keys):
                yield "".join(keys[at : at + count])


def _line_keys(text: str) -> set[str]:
    """How a line may be named elsewhere: as it is, and without bullet, number, brackets or page."""
    if len(text) > _KEYED:
        return set()
    raw = _raw(text)
    return {found for found in (key(text), key(raw.text), key(_unmarked(text)[1])) if found and not found.isdigit()}


def _end(lines: Sequence[Line], first: int) -> int:
    """Where the body begins: where a row is said again. Without that, before the running text."""
    seen: set[str] = set()
    recent: list[str] = []
    for at in range(first, min(first + _ROWS, len(lines))):
        text = lines[at].text
        if _said_again(lines, at, seen):
            return _before_new_section(lines, first, at)
        if ends_sentence(text) and len(text) > 20 and not _raw(text).leads:
            return _last_row(lines, first, at)
        seen |= _line_keys(text)
        recent = [*recent[1 - ROWS_PER_HEADING :], key(_raw(text).text)]
        seen |= {"".join(recent[-count:]) for count in range(2, len(recent) + 1)}
    return first


def _said_again(lines: Sequence[Line], at: int, seen: set[str]) -> bool:
    keys = [key(_unmarked(line.text)[1]) for line in lines[at : at + ROWS_PER_HEADING]]
    joins = {"".join(keys[:count]) for count in range(1, len(keys) + 1)}
    return not joins.isdisjoint(seen) or not _line_keys(lines[at].text).isdisjoint(seen)


def _before_new_section(lines: Sequence[Line], first: int, at: int) -> int:
    """A section's mark right before the title that is said again belongs to the body; so does a short line that
    looks like no row of the list."""
    if at - 1 <= first:
        return at
    raw, own = _raw(lines[at - 1].text), section_mark(lines[at].text)
    if raw.leads or (own and own.style == "bracket"):
        return at
    mark = section_mark(lines[at - 1].text)
    if mark and mark.style == "bracket":
        return at - 1
    others = {(row.marker, row.leads) for line in lines[first : at - 1] if (row := _raw(line.text))}
    apart = bool(mark) or lines[at - 1].gap
    return at - 1 if apart and (raw.marker, raw.leads) not in others and _is_name(raw.text) else at


def _is_name(text: str) -> bool:
    return 0 < len(text) <= 2 * patterns.SECTION_LENGTH


def _last_row(lines: Sequence[Line], first: int, at: int) -> int:
    """No row is said again: the list ends with its last marked row, or before the heading of the running text."""
    marked = [
        row for row in range(first, at) if (raw := _raw(lines[row].text)).leads or raw.marker not in ("", "bracket")
    ]
    if marked:
        return marked[-1] + 1
    gaps = [row for row in range(first + 1, at + 1) if lines[row].gap]
    return next((gap for gap in reversed(gaps) if gap < at), at) if gaps else first


def _headings(lines: Sequence[Line]) -> set[str]:
    """What a row may announce: the body's short lines, alone and joined."""
    keys = [key(_unmarked(line.text)[1]) if len(line.text) <= _KEYED else "\0" for line in lines]
    return {span for span in _spans(keys) if "\0" not in span}


def _with_leaders(raws: Sequence[_Raw]) -> list[_Raw]:
    """A leader that the margin has put on a line of its own belongs to the row above it."""
    kept: list[_Raw] = []
    for raw in raws:
        if kept and not raw.text and raw.leads:
            kept[-1] = _Raw(kept[-1].text, kept[-1].marker, raw.page, leads=True)
        else:
            kept.append(raw)
    return kept


def _bracketed(lines: Sequence[Line]) -> set[str]:
    """The names that the body itself marks as sections."""
    marks = (section_mark(line.text) for line in lines)
    return {key(mark.name) for mark in marks if mark and mark.style == "bracket" and not mark.rest}


def _stacked(raws: Sequence[_Raw], lines: Sequence[Line]) -> set[str]:
    """The rows right below which, in the body, the next row stands: sections above their first title."""
    rows = [key(raw.text) for raw in raws]
    names = {name: following for name, following in pairwise(rows) if 0 < len(name) <= 2 * patterns.SECTION_LENGTH}
    keys = [key(_unmarked(line.text)[1]) if len(line.text) <= _KEYED else "" for line in lines]
    found = set()
    for at, name in enumerate(keys[:-1]):
        following = names.get(name)
        if following and keys[at + 1] and following.startswith(keys[at + 1]):
            found.add(name)
    return found if len(found) < len(rows) / 2 + 1 else set()


def _all_names(raws: Sequence[_Raw], lines: Sequence[Line]) -> set[str]:
    """All rows, where the list names nothing but sections: in the body a title and its text stand below each."""
    names = {key(raw.text) for raw in raws if _is_name(raw.text)}
    places = {name: at for at, line in reversed(list(enumerate(lines))) if (name := key(_raw(line.text).text)) in names}
    heading = [_heads_title(lines, at) for at in places.values()]
    return names if heading and all(heading) and len(names) == len(raws) else set()


def _heads_title(lines: Sequence[Line], at: int) -> bool:
    if at + 2 >= len(lines):
        return False
    title, text = lines[at + 1], lines[at + 2]
    if not is_title_part(title.text) or point_marker(title.text):
        return False
    if title.size and text.size:
        return (title.size, title.bold) > (text.size, text.bold)
    return ends_block(text.text) or is_meta(text.text) or len(text.text) > patterns.TITLE_LENGTH


def _rows(raws: Sequence[_Raw], headings: set[str], named: set[str]) -> tuple[Row, ...]:
    """Rows as headings, those broken over lines joined, sections told from titles."""
    merged = _merged(raws, headings)
    sections = _section_rows(merged) or {at for at, raw in enumerate(merged) if key(raw.text) in named}
    return tuple(Row(close_up(raw.text), at in sections, raw.page) for at, raw in enumerate(merged) if key(raw.text))


def _merged(raws: Sequence[_Raw], headings: set[str]) -> list[_Raw]:
    merged: list[_Raw] = []
    at = 0
    while at < len(raws):
        count = _row_lines(raws[at : at + ROWS_PER_HEADING], headings)
        part = raws[at : at + count]
        page = next((raw.page for raw in part if raw.page), 0)
        merged.append(_Raw("".join(raw.text for raw in part), part[0].marker, page, any(raw.leads for raw in part)))
        at += count
    return merged


def _row_lines(raws: Sequence[_Raw], headings: set[str]) -> int:
    keys = [key(raw.text) for raw in raws]
    for count in range(len(raws), 0, -1):
        broken = not any(raw.marker for raw in raws[1:count]) and not any(raw.leads for raw in raws[: count - 1])
        stacked = count > 1 and len(keys[0]) <= patterns.SECTION_LENGTH and keys[0] in headings  # a section's name
        if broken and not stacked and "".join(keys[:count]) in headings:
            return count
    return 1


def _section_rows(rows: Sequence[_Raw]) -> set[int]:
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


def _nests(rows: Sequence[_Raw], outer: set[int]) -> bool:
    """These rows may be sections: they are short, and each has a row of another kind right below."""
    return all(at + 1 < len(rows) and at + 1 not in outer for at in outer) and all(
        len(rows[at].text) <= 2 * patterns.SECTION_LENGTH for at in outer
    )
