"""What pages did to the text, undone: page numbers and running heads dropped, broken paragraphs joined.

Blind to formats: it sees lines only. Known limit: where neither indent nor page mark shows it, a break that falls right
behind a 。 cannot be seen.
"""

import dataclasses
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from notifier.bulletins.lines import Line
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.facts import fold_digits, key
from notifier.bulletins.structure.marks import (
    ends_block,
    ends_sentence,
    is_closing,
    is_heading,
    is_title_part,
    is_whole,
    point_marker,
)

_SLACK = 8  # columns: a wrapped line ends at most so far before the margin (a Latin word, or punctuation kept together)
_HANGING = 4  # columns: punctuation may stand over the margin
_WIDEST = 120  # columns: longer lines are paragraphs, not wrapped lines
_NARROWEST = 30  # columns
_MARGIN = 60  # columns: a margin that a single line shows
_MOST = 0.98  # of all lines: a few may stand over the margin
_SHARED = 0.25  # of all measured lines: so many that end at one place show the margin
_NEAR = 0.7  # of the outermost
_FULL_SHARE = 0.35  # of all lines, in wrapped text
_WORD = re.compile(r"[!-~]+")
_INDENTS = range(2, 9)  # columns: the indent of a paragraph, not that of a centred title


@dataclass(frozen=True, slots=True)
class Flow:
    """How this text flows. width: columns at which lines are wrapped, 0 where a line is a paragraph; counted: every
    character counts as two columns, as where a program wrapped after so many characters. indented: paragraphs start
    with an indent. gapped: paragraphs end with a blank line. own_headings: points have their heading on a line of
    its own."""

    width: int = 0
    counted: bool = False
    indented: bool = False
    gapped: bool = True
    own_headings: bool = False

    def full(self, line: Line, following: Line | None = None) -> bool:
        """The line reaches the margin; or the word that begins the following line would not have fitted on it."""
        word = _WORD.match(following.text) if following else None
        slack = max(_SLACK, _HANGING + (1 + self.counted) * word.end()) if word else _SLACK
        return 0 < self.width - slack <= _extent(line, counted=self.counted)

    def opens(self, line: Line) -> bool:
        """The line stands where only a new paragraph stands."""
        return self.indented and line.indent > 0


def measure(lines: Sequence[Line]) -> Flow:
    """The flow of the body's lines."""
    plain = _measured(lines) or _found(lines)
    indented = sum(line.indent in _INDENTS for line in lines)
    ends = [
        right.gap
        for left, right in pairwise(lines)
        if ends_block(left.text) and left.page == right.page and not plain.full(left, right)
    ]
    points = [
        line.text for line in lines if (marker := point_marker(line.text)) and marker.style in patterns.HEADED_POINTS
    ]
    own = sum(len(text) <= patterns.OWN_HEADING and "。" not in text and not ends_block(text) for text in points)
    return Flow(
        width=plain.width,
        counted=plain.counted,
        indented=indented > 0 and (indented * 10 >= len(lines) or any(line.extent for line in lines)),
        gapped=2 * sum(ends) > len(ends) if ends else any(line.gap for line in lines[1:]),
        own_headings=2 * own > len(points),
    )


def _measured(lines: Sequence[Line]) -> Flow | None:
    """Where lines have places, the margin is known: where many lines end, although a few may end further out."""
    extents = sorted(line.extent for line in lines if line.extent)
    if 2 * len(extents) <= len(lines):
        return None
    outermost = extents[math.ceil(_MOST * (len(extents) - 1))]
    common, count = Counter(extents).most_common(1)[0]
    shared = count >= max(3, _SHARED * len(extents)) and common >= _NEAR * outermost
    return Flow(width=common if shared else outermost)


def _found(lines: Sequence[Line]) -> Flow:
    return max((_margin(lines, counted=counted) for counted in (False, True)), key=lambda found: found[0])[1]


def _extent(line: Line, *, counted: bool) -> int:
    return line.indent + 2 * len(line.text) if counted else line.columns


def _margin(lines: Sequence[Line], *, counted: bool) -> tuple[float, Flow]:
    """The margin at which lines are wrapped, and how well it explains where they end, 0 to 1."""
    widths = [_extent(line, counted=counted) for line in lines]
    if not widths or all(line.gap for line in lines[1:]):
        return 0.0, Flow()
    widest = sorted(widths)[math.ceil(_MOST * (len(widths) - 1))]
    full = sum(widest - _SLACK <= width <= widest for width in widths)
    if not _NARROWEST <= widest <= _WIDEST or full < max(2, _FULL_SHARE * len(widths)):
        return 0.0, Flow()
    explained = _flows_on(lines, widths, widest)
    return (explained, Flow(width=widest, counted=counted)) if explained > 0.5 else (0.0, Flow())


def _flows_on(lines: Sequence[Line], widths: Sequence[int], widest: int) -> float:
    """The share at the margin of the lines that stop in mid-sentence, short headings aside."""
    opened = [
        widths[at] >= widest - _SLACK
        for at, (left, right) in enumerate(pairwise(lines))
        if not right.gap and not ends_block(left.text) and not right.whole and 2 * widths[at] > widest
    ]
    return sum(opened) / len(opened) if opened else 0.0


def without_page_marks(lines: Sequence[Line]) -> list[Line]:
    """The lines without page numbers and without what is repeated beside them; each line knows its page."""
    marks = _page_marks(lines)
    return drop(lines, marks | _running_heads(lines, marks))


def drop(lines: Sequence[Line], dropped: Iterable[int]) -> list[Line]:
    """The lines without those at the given places, each of which stood at a page's edge."""
    gone = set(dropped)
    counted = len({line.page for line in lines}) > 1  # the format knows its pages
    kept: list[Line] = []
    broken = gap = False
    turned = 0
    for at, line in enumerate(lines):
        gap = gap or line.gap
        if at in gone:
            broken = True
            continue
        turned += broken and bool(kept) and not counted
        kept.append(dataclasses.replace(line, gap=gap, page=line.page + turned) if gap or turned else line)
        broken = gap = False
    return kept


def drop_repeats(lines: Sequence[Line], is_running_head: Callable[[Line], bool]) -> list[Line]:
    """The lines without running heads that are known by what they say."""
    return drop(lines, [at for at, line in enumerate(lines) if is_running_head(line)])


def _page_marks(lines: Sequence[Line]) -> set[int]:
    marks: set[int] = set()
    bare: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        text = fold_digits(line.text)
        if len(text) > patterns.PAGE_MARK_LENGTH:
            continue
        fraction = patterns.PAGE_FRACTION.match(text)
        if patterns.PAGE_MARK.match(text) or (fraction and 0 < int(fraction[1]) <= int(fraction[2]) > 1):
            marks.add(at)
        elif patterns.PAGE_BARE.match(text):
            bare.append((at, int(text)))
    return marks | _counting(bare) | {at for at, _ in bare if _at_page_edge(lines, at)}


def _counting(bare: Sequence[tuple[int, int]]) -> set[int]:
    """The bare numbers that count up by one, a page apart."""
    found: set[int] = set()
    for (left, low), (right, high) in pairwise(bare):
        if high == low + 1 and right - left > patterns.PAGE_APART:
            found |= {left, right}
    return found


def _at_page_edge(lines: Sequence[Line], at: int) -> bool:
    before = at > 0 and lines[at - 1].page != lines[at].page
    after = at + 1 < len(lines) and lines[at + 1].page != lines[at].page
    return before or after or (at + 1 == len(lines) and lines[0].page != lines[at].page)


def _running_heads(lines: Sequence[Line], marks: set[int]) -> set[int]:
    """Lines at a page's edge that say the same, page number aside, at two edges or more.

    Where lines have places, those that are repeated in the margin are gone already.
    """
    if any(line.extent for line in lines):
        return set()
    beside = {at for mark in marks for at in (mark - 1, mark + 1) if 0 <= at < len(lines)}
    edges = {
        at
        for at, line in enumerate(lines)
        if at not in marks and (at in beside or _at_page_edge(lines, at)) and not (line.whole and ends_block(line.text))
    }
    said = {at: _without_digits(lines[at].text) for at in edges if len(lines[at].text) <= patterns.HEAD_LENGTH}
    counts = Counter(said.values())
    return {at for at, text in said.items() if text and counts[text] > 1 and not point_marker(lines[at].text)}


def _without_digits(text: str) -> str:
    return "".join(char for char in key(text) if not char.isdigit())


def paragraphs(lines: Sequence[Line], flow: Flow) -> list[list[Line]]:
    """The lines grouped into paragraphs; no character is lost, none stands twice."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _starts_point(groups[-1], line, flow) and _continues(groups[-1], line, flow):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _starts_point(group: Sequence[Line], right: Line, flow: Flow) -> bool:
    marker = point_marker(right.text)
    left = group[-1]
    if marker is None or not _visible_start(left, right, flow):
        return False
    return marker.strong or ends_block(left.text) or _stands_alone(group, flow, right)


def _visible_start(left: Line, right: Line, flow: Flow) -> bool:
    if right.gap or right.page != left.page or not flow.width or flow.opens(right):
        return True
    return not flow.indented and not flow.gapped and ends_block(left.text)


def _continues(group: Sequence[Line], right: Line, flow: Flow) -> bool:
    left = group[-1]
    if left.whole or right.whole or left.level or right.level:
        return False
    if is_closing(right.text) and (right.gap or not flow.width):
        return False
    if left.extent and right.extent:
        return _flows(group, right, flow)
    if left.page != right.page:
        return not ends_sentence(left.text) or (flow.indented and not right.indent and flow.full(left, right))
    if right.gap or not flow.width or flow.opens(right):
        short = not flow.width and not right.gap  # too little text to know the margin
        return _is_cut(group, flow, right) or (short and (_hangs(group, right) or _as_wide(left, right, flow)))
    if flow.indented or flow.gapped:
        return flow.full(left, right) or _is_cut(group, flow, right)
    return _is_cut(group, flow, right)


def _flows(group: Sequence[Line], right: Line, flow: Flow) -> bool:
    """Where lines are measured: a paragraph goes on while its lines reach the margin and the next one begins at it."""
    left = group[-1]
    if not flow.full(left, right):
        return False
    turned = left.page != right.page or right.y < left.y
    if right.gap and not turned:
        return not ends_block(left.text)
    if right.indent and right.indent != (left.indent if len(group) > 1 else None):
        return right.indent > left.indent and point_marker(left.text) is not None and len(group) == 1
    return flow.indented or flow.gapped or not ends_sentence(left.text)


def _as_wide(left: Line, right: Line, flow: Flow) -> bool:
    """Where paragraphs start with an indent, a line without one that is as wide as the line above it is its next."""
    narrow = min(left.columns, right.columns) < 2 * _NARROWEST
    return flow.indented and not right.indent and not narrow and abs(left.columns - right.columns) <= _SLACK


def _hangs(group: Sequence[Line], right: Line) -> bool:
    """A text too short to show its margin: the line below an indented one starts at the margin and is no longer."""
    wide = _MARGIN <= group[-1].columns <= _WIDEST and right.columns <= group[-1].columns + 2 * _SLACK
    return wide and group[0].indent == patterns.PARAGRAPH_INDENT and not right.indent and ends_block(right.text)


def _is_cut(group: Sequence[Line], flow: Flow, right: Line) -> bool:
    """The paragraph stops in mid-sentence, and is no heading that only lacks a mark."""
    return not ends_block(group[-1].text) and not _stands_alone(group, flow, right)


def _stands_alone(group: Sequence[Line], flow: Flow, right: Line) -> bool:
    """The group is one line that heads what follows, although nothing else marks it as a heading."""
    line = group[0]
    if len(group) > 1 or (line.indent == patterns.PARAGRAPH_INDENT and not right.indent and not right.gap):
        return False
    if flow.width and not flow.full(line, right) and is_title_part(line.text) and not point_marker(line.text):
        return True
    return is_heading(line.text, own_headings=flow.own_headings) or is_whole(line.text, right.text)
