"""Lines of pages that are read elsewhere than they stand: footnotes, and articles that go on on another page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from notifier.bulletins.lines import Line
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.facts import fold_digits, number

_NUMBER = rf"[A-Za-z]?\s*(\d{{1,3}}|[{patterns.NUMERAL}]{{1,3}})"
_ONWARD = re.compile(rf"\s*[（(【\[]?\s*下\s*转\s*第?\s*{_NUMBER}\s*[页版][^（）()【】。]{{0,30}}[)）】\]]?\s*$")
_BACK = re.compile(rf"^\s*[（(【\[]?\s*[上紧]\s*接\s*第?\s*{_NUMBER}\s*[页版][^（）()【】。]{{0,60}}[)）】\]]?\s*")
_MARK = re.compile(r"^(?:([①-⑳])|[［\[〔(（]?(\d{1,2})[］\]〕)）]?)")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGER = 0.5  # points: a line that is larger than the text by so much heads another article


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """All lines, each once, but for the words that only say where an article goes on."""
    return _with_notes(_with_continuations(list(lines)))


# --- articles that go on elsewhere ------------------------------------------------------------------------------


def _with_continuations(lines: list[Line]) -> list[Line]:
    """Each continuation (上接) behind the place that names its page (下转)."""
    if not any(_BACK.match(line.text) for line in lines):
        return lines
    moved: dict[int, tuple[int, int]] = {}  # place that is left -> from where to where it goes on
    for at, line in enumerate(lines):
        if (found := _ONWARD.search(line.text)) and (start := _continuation(lines, at, found[1], moved)) is not None:
            moved[at] = start, _end(lines, start)
    taken = {at for start, stop in moved.values() for at in range(start, stop)}
    order = [at for at in range(len(lines)) if at not in taken]
    return [line for at in order for line in _unfolded(lines, at, moved)]


def _continuation(lines: Sequence[Line], at: int, page: str, moved: dict[int, tuple[int, int]]) -> int | None:
    """The first one behind that place that no other has claimed: on the page that is named, else on any."""
    claimed = {start for start, _ in moved.values()}
    free = [there for there in range(at + 1, len(lines)) if there not in claimed and _BACK.match(lines[there].text)]
    named = number(fold_digits(page))
    return next((there for there in free if lines[there].page == named), next(iter(free), None))


def _end(lines: Sequence[Line], start: int) -> int:
    """It goes on until a heading, another continuation, or the end of its page."""
    rest = _BACK.sub("", lines[start].text)
    first = lines[start] if rest or start + 1 == len(lines) else lines[start + 1]
    for at in range(start + 1, len(lines)):
        line = lines[at]
        heads = line.size > first.size + _LARGER or (line.bold and not first.bold)
        if line.page != first.page or heads or _BACK.match(line.text):
            return at
    return len(lines)


def _unfolded(lines: Sequence[Line], at: int, moved: dict[int, tuple[int, int]]) -> Iterator[Line]:
    """The line, and what goes on behind it, in turn perhaps elsewhere again."""
    todo = [at]
    while todo:
        here = todo.pop()
        text = lines[here].text
        if here in moved:
            todo += reversed(range(*moved[here]))
            text = _ONWARD.sub("", text)
        text = _BACK.sub("", text) if any(here == start for start, _ in moved.values()) else text
        if text:
            yield replace(lines[here], text=text) if text != lines[here].text else lines[here]


# --- footnotes ------------------------------------------------------------------------------------------------


def _with_notes(lines: list[Line]) -> list[Line]:
    """Each footnote behind the paragraph in which its number stands, where other articles follow on the page."""
    if not any(line.note for line in lines):
        return lines
    behind: dict[int, list[Line]] = {}
    place = -1
    for at, line in enumerate(lines):
        if not line.note:
            continue
        if patterns.NOTE.match(line.text):
            place = _marked(lines, at)
        behind.setdefault(place if place >= 0 else at, []).append(line)
    found: list[Line] = []
    for at, line in enumerate(lines):
        found += [] if line.note else [line]
        found += behind.get(at, [])
    return found


def _marked(lines: Sequence[Line], note: int) -> int:
    """The last line of the paragraph, on the note's page, that has its number; -1 if none has."""
    mark = _MARK.match(lines[note].text)
    if mark is None:
        return -1
    signs = (mark[1],) if mark[1] else (mark[2].translate(_RAISED), f"[{mark[2]}]", f"［{mark[2]}］")
    at = note - 1
    while at >= 0 and lines[at].page == lines[note].page:
        if not lines[at].note and any(sign in lines[at].text for sign in signs):
            return _paragraph_end(lines, at)
        at -= 1
    return -1


def _paragraph_end(lines: Sequence[Line], at: int) -> int:
    while at + 1 < len(lines) and _same_paragraph(lines[at], lines[at + 1]):
        at += 1
    return at


def _same_paragraph(line: Line, following: Line) -> bool:
    same = (line.page, line.size, line.bold) == (following.page, following.size, following.bold)
    return same and not (following.indent or following.gap or following.note or following.table)
