"""Sections that are counted through the whole text: 一、部委动态, 二、省内要情, 三、……"""

from collections.abc import Sequence

from notifier.bulletins.lines import Line, close_up
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.facts import key
from notifier.bulletins.structure.marks import ends_block, point_marker, section_mark
from notifier.bulletins.structure.rows import Row
from notifier.bulletins.structure.titles import Head


def with_numbered(lines: Sequence[Line], heads: list[Head]) -> list[Head]:
    """Where 一、 is a section, 二、 and 三、 are, whether a title or a text stands below, if they count throughout."""
    kinds = {head.start: head.kind for head in heads}
    found = _counted(lines)
    if not any(kinds.get(at) == "section" for at in found):
        return heads
    missing = {at for at in found if kinds.get(at) != "section"}
    more = [Head("section", name_of(lines[at].text), at, at + 1) for at in missing]
    return sorted([*(head for head in heads if head.start not in missing), *more], key=lambda head: head.start)


def numbered_parts(lines: Sequence[Line], rows: Sequence[Row]) -> frozenset[str]:
    """The keys of 一、…, 二、… where no title stands above the first of them, and （一）…, which is one, below any."""
    found = _counted(lines)
    if rows or len(found) < 2 or found[0]:
        return frozenset()
    nested = any(_is_nested(line.text) for at in found for line in lines[at + 1 : at + 2])
    return frozenset(key(name_of(lines[at].text)) for at in found) if nested else frozenset()


def _counted(lines: Sequence[Line]) -> list[int]:
    """The places of all 一、…, 二、…, if they count from the first on; none if they start again."""
    found = [(at, number) for at, line in enumerate(lines) if (number := _section_number(line))]
    return [at for at, _ in found] if [number for _, number in found] == list(range(1, len(found) + 1)) else []


def _is_nested(text: str) -> bool:
    marker = point_marker(text)
    return marker is not None and marker.style == "paren-cjk" and "。" not in text and not ends_block(text)


def _section_number(line: Line) -> int:
    """3 of 三、应对建议; 0 of a line that cannot be a section so numbered."""
    marker = point_marker(line.text) if len(line.text) <= 2 * patterns.SECTION_LENGTH else None
    return marker.number if marker and marker.style == "cjk" and not ends_block(line.text) else 0


def name_of(text: str) -> str:
    mark = section_mark(text)
    return close_up(mark.name if mark else text)
