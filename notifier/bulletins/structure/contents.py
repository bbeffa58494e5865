"""The contents list of an issue: where it stands, and which sections and titles it announces."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from notifier.bulletins.lines import Line
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.facts import key
from notifier.bulletins.structure.marks import ends_sentence, point_marker, section_mark
from notifier.bulletins.structure.rows import KEYED, ROWS_PER_HEADING, Row, is_name, raw_row, read_rows, unmarked

_REACH = 60  # lines: a contents list starts within them
_ROWS = 200  # rows at most
_MARKER = 40  # characters
_MOSTLY = 0.6  # of the rows of a list at the end: some may be broken over lines
_REPEATED = 3  # rows: a list without any mark is at least so long
_DECORATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Contents:
    """lines[start:stop] is the list, its marker included."""

    start: int
    stop: int
    rows: tuple[Row, ...]

    def leading(self, lines: Sequence[Line]) -> bool:
        """It stands before the body, not behind it."""
        return self.stop < len(lines)


def find_contents(lines: Sequence[Line]) -> Contents | None:
    """The contents list, if the text has one."""
    return _last_list(lines) or _marked_list(lines) or _unmarked_list(lines)


def _last_list(lines: Sequence[Line]) -> Contents | None:
    """A list below its marker at the end of the text, which names what stands above it."""
    for at in range(len(lines) - 1, max(0, len(lines) - _REACH), -1):
        if ends_sentence(lines[at].text) and len(lines[at].text) > patterns.TITLE_LENGTH:
            return None
        if is_contents_marker(lines[at].text):
            return _list_of_all_above(lines, at)
    return None


def _list_of_all_above(lines: Sequence[Line], at: int) -> Contents | None:
    above = {name for line in lines[:at] for name in _line_keys(line.text)}
    said = [not above.isdisjoint(_line_keys(line.text)) for line in lines[at + 1 :]]
    if not said or sum(said) < _MOSTLY * len(said):
        return None
    rows = read_rows([line.text for line in lines[at + 1 :]], lines[:at])
    return Contents(at, len(lines), rows) if rows else None


def _unmarked_list(lines: Sequence[Line]) -> Contents | None:
    at = _repeated_run(lines)
    return _list_from(lines, at, at) if at >= 0 else None


def _marked_list(lines: Sequence[Line]) -> Contents | None:
    """A list below its marker, or whose rows have leaders or numbers."""
    for at, line in enumerate(lines[:_REACH]):
        if is_contents_marker(line.text):
            return _list_from(lines, at, at + 1)
        if raw_row(line.text).leads and at + 1 < len(lines) and raw_row(lines[at + 1].text).leads:
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
            if at >= _REACH:
                return -1
            start, count = at + 1, 0
            continue
        count += 1
    return -1


def _own_key(text: str) -> str:
    """What a row and its heading have in common; "" of a line that is none."""
    if len(text) > patterns.TITLE_LENGTH or "。" in text or point_marker(text) or section_mark(text):
        text = unmarked(text)[1] if len(text) <= patterns.TITLE_LENGTH and "。" not in text else ""
    return key(text)


def _in_order(lines: Sequence[Line], last: dict[str, int]) -> bool:
    """Rows stand in the order of their headings, and those have text between them; a paragraph said twice has none."""
    places = [last[_own_key(line.text)] for line in lines]
    steps = [right - left for left, right in pairwise(places)]
    return min(steps) > 0 and 2 * sum(step > 1 for step in steps) >= len(steps)


def is_contents_marker(text: str) -> bool:
    return len(text) <= _MARKER and bool(patterns.CONTENTS.fullmatch(_DECORATION.sub("", text).casefold()))


def _list_from(lines: Sequence[Line], start: int, first: int) -> Contents | None:
    stop = _end(lines, first)
    if stop <= first:
        return None
    rows = read_rows([line.text for line in lines[first:stop]], lines[stop:])
    alone = len(rows) == 1 and not rows[0].page and not _said_again(lines, stop, _line_keys(rows[0].text))
    return Contents(start, stop, rows) if rows and not alone else None  # 今日关注 may also be a section's name


def _line_keys(text: str) -> set[str]:
    """How a line may be named elsewhere: as it is, and without bullet, number, brackets or page."""
    if len(text) > KEYED:
        return set()
    raw = raw_row(text)
    return {found for found in (key(text), key(raw.text), key(unmarked(text)[1])) if found and not found.isdigit()}


def _end(lines: Sequence[Line], first: int) -> int:
    """Where the body begins: where a row is said again. Without that, before the running text."""
    seen: set[str] = set()
    recent: list[str] = []
    for at in range(first, min(first + _ROWS, len(lines))):
        text = lines[at].text
        if _said_again(lines, at, seen):
            return _before_new_section(lines, first, at)
        if ends_sentence(text) and len(text) > 20 and not raw_row(text).leads:
            return _last_row(lines, first, at)
        seen |= _line_keys(text)
        recent = [*recent[1 - ROWS_PER_HEADING :], key(raw_row(text).text)]
        seen |= {"".join(recent[-count:]) for count in range(2, len(recent) + 1)}
    return first


def _said_again(lines: Sequence[Line], at: int, seen: set[str]) -> bool:
    keys = [key(unmarked(line.text)[1]) for line in lines[at : at + ROWS_PER_HEADING]]
    joins = {"".join(keys[:count]) for count in range(1, len(keys) + 1)}
    return not joins.isdisjoint(seen) or not _line_keys(lines[at].text).isdisjoint(seen)


def _before_new_section(lines: Sequence[Line], first: int, at: int) -> int:
    """A section's mark right before the title that is said again belongs to the body; so does a short line that
    looks like no row of the list."""
    if at - 1 <= first:
        return at
    raw, own = raw_row(lines[at - 1].text), section_mark(lines[at].text)
    if raw.leads or (own and own.style == "bracket"):
        return at
    mark = section_mark(lines[at - 1].text)
    if mark and mark.style == "bracket":
        return at - 1
    names = {key(raw.text), key(raw_row(lines[at - 2].text).text + raw.text)}
    if any(not names.isdisjoint(_line_keys(line.text)) for line in lines[at:]):
        return at  # the last row, or its second line
    others = {(row.marker, row.leads) for line in lines[first : at - 1] if (row := raw_row(line.text))}
    apart = (bool(mark) or lines[at - 1].gap) and (raw.marker, raw.leads) not in others
    return at - 1 if (apart or _looks_apart(lines, first, at - 1)) and is_name(raw.text) else at


def _looks_apart(lines: Sequence[Line], first: int, at: int) -> bool:
    """The line is set otherwise than all rows above it."""
    own = lines[at].size, lines[at].bold
    return all((line.size, line.bold) != own for line in lines[first:at])


def _last_row(lines: Sequence[Line], first: int, at: int) -> int:
    """No row is said again: the list ends with its last marked row, or before the heading of the running text."""
    marked = [
        row for row in range(first, at) if (raw := raw_row(lines[row].text)).leads or raw.marker not in ("", "bracket")
    ]
    if marked:
        return marked[-1] + 1
    gaps = [row for row in range(first + 1, at + 1) if lines[row].gap]
    return next((gap for gap in reversed(gaps) if gap < at), at) if gaps else first
