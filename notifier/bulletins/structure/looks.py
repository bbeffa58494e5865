"""Headings by their look: lines larger or heavier than the running text, where the format knows sizes.

What they head is told by how they stand to each other: those that mostly have a smaller heading right below are
sections, the next ones titles, the rest headings within an article.
"""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from notifier.bulletins.lines import Line, joined
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.bylines import is_meta
from notifier.bulletins.structure.facts import key
from notifier.bulletins.structure.marks import (
    SectionMark,
    bare_title,
    ends_sentence,
    has_words,
    point_marker,
    section_mark,
)

SECTION, TITLE = 1, 2  # levels
_LARGER = 1.07  # of the text's size
_HEAVY = 0.35  # share of the text that is bold, from which on boldness says nothing
_CALLS = ("？", "?", "！", "!")  # how a title may end
_MOST = 0.5
_REST = 2  # characters
_NAME = 2 * patterns.SECTION_LENGTH  # characters of a section's name
_LONG = 14  # characters: numbered headings that are longer are titles


@dataclass(frozen=True, slots=True)
class _Style:
    """How a heading looks; larger and heavier ones come first, those without a number before those with one."""

    size: float
    bold: bool
    numbered: bool

    @property
    def rank(self) -> tuple[float, bool, bool]:
        return (-self.size, not self.bold, self.numbered)


def text_size(lines: Sequence[Line]) -> float:
    """The size of most characters of running text; 0.0 where the format knows none."""
    sizes = Counter[float]()
    for line in _running(lines):
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _running(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines that are no headings for certain; all where none is."""
    return [line for line in lines if ends_sentence(line.text) or "，" in line.text] or lines


def with_levels(lines: Sequence[Line], listed: frozenset[str]) -> list[Line]:
    """The lines with the levels of headings, a heading that is broken over lines as one line.

    `listed` are keys of known titles. Nothing is done where the format has no sizes, or declares levels itself.
    """
    size = text_size(lines)
    if not size or any(line.level for line in lines):
        return list(lines)
    text = _running(lines)
    bold = sum(len(line.text) for line in text if line.bold) <= _HEAVY * sum(len(line.text) for line in text)
    styles = [_style(line, size, bold=bold) for line in lines]
    merged = _merged(lines, styles)
    levels = _levels(merged, listed)
    found = [dataclasses.replace(line, level=levels[style], whole=True) if style else line for line, style in merged]
    return [_raised(line, right) for line, right in zip(found, [*found[1:], None], strict=True)]


def _raised(line: Line, right: Line | None) -> Line:
    """A short heading right above a title that looks the same is its section."""
    stacked = right is not None and line.level == right.level == TITLE
    return dataclasses.replace(line, level=SECTION) if stacked and len(line.text) <= _NAME else line


def _style(line: Line, size: float, *, bold: bool) -> _Style | None:
    """None for a line that looks like text or says that it is no heading."""
    heavy = line.bold and bold
    if line.level or line.table or line.note or not (heavy or line.size > _LARGER * size):
        return None
    if len(line.text) > patterns.TITLE_LENGTH or not has_words(line.text):
        return None
    if ends_sentence(line.text) and not line.text.endswith(_CALLS):
        return None
    mark = section_mark(line.text)
    if is_meta(line.text) or patterns.LABEL.match(line.text) or (mark and _names_section(mark)):
        return None
    marker = point_marker(line.text)
    return _Style(round(2 * line.size) / 2, heavy, bool(marker and marker.style in patterns.HEADING_NUMBERS))


def _names_section(mark: SectionMark) -> bool:
    """【…】 and ■ … say by themselves what they are, or leave it to what follows."""
    return mark.style == "bullet" or (mark.style == "bracket" and not mark.rest)


def _merged(lines: Sequence[Line], styles: Sequence[_Style | None]) -> list[tuple[Line, _Style | None]]:
    groups: list[tuple[list[Line], _Style | None]] = []
    for line, style in zip(lines, styles, strict=True):
        if groups and (_goes_on(groups[-1], line, style) if style else _is_rest(groups[-1], line)):
            groups[-1][0].append(line)
        else:
            groups.append(([line], style))
    return [(_one(group), style) for group, style in groups]


def _one(group: Sequence[Line]) -> Line:
    return group[0] if len(group) == 1 else dataclasses.replace(group[0], text=joined(group))


def _goes_on(group: tuple[list[Line], _Style | None], line: Line, style: _Style) -> bool:
    """The line is the next of a heading's lines."""
    lines, before = group
    if before is None or (before.size, before.bold) != (style.size, style.bold) or line.gap or len(lines) > 3:
        return False
    return section_mark(line.text) is None and not style.numbered and line.page - lines[-1].page <= 1


def _is_rest(group: tuple[list[Line], _Style | None], line: Line) -> bool:
    """A character or two that the margin left of a heading, which alone say nothing."""
    before = group[0][-1]
    same = abs(line.size - before.size) < 0.5 and line.bold == before.bold and line.page - before.page <= 1
    return group[1] is not None and same and not line.gap and len(line.text) <= _REST and not ends_sentence(line.text)


def _levels(lines: Sequence[tuple[Line, _Style | None]], listed: frozenset[str]) -> dict[_Style, int]:
    styles = sorted({style for _, style in lines if style}, key=lambda style: style.rank)
    titles = _listed_style(lines, listed) if listed else _title_style(lines, styles)
    levels = dict.fromkeys(styles, 0)
    if titles is None:
        return levels
    levels[titles] = TITLE
    above = styles[: styles.index(titles)]
    for style in above:
        if _led(lines, style) > _MOST or listed:
            levels[style] = SECTION
    return levels


def _listed_style(lines: Sequence[tuple[Line, _Style | None]], listed: frozenset[str]) -> _Style | None:
    """The style of the titles that the contents list names, if all that look so are titles."""
    named = Counter(style for line, style in lines if style and key(bare_title(line.text)) in listed)
    if not named:
        return None
    style, count = named.most_common(1)[0]
    return style if count > _MOST * sum(other == style for _, other in lines) else None


def _title_style(lines: Sequence[tuple[Line, _Style | None]], styles: Sequence[_Style]) -> _Style | None:
    """The first style whose headings mostly have text below; numbered ones only if they are long, or stand alone."""
    for at, style in enumerate(styles):
        texts = [line.text for line, other in lines if other == style]
        if style.numbered and (at or sum(map(len, texts)) < _LONG * len(texts)):
            return None
        below = styles[at + 1] if at + 1 < len(styles) else None
        if _led(lines, style) <= _MOST or (len(texts) == 1 and below is not None and below.numbered):
            return style
    return None


def _led(lines: Sequence[tuple[Line, _Style | None]], style: _Style) -> float:
    """The share of the headings of this style that have a lesser heading right below."""
    found = [
        right is not None and right.rank > style.rank for (_, left), (_, right) in pairwise(lines) if left == style
    ]
    return sum(found) / max(1, len(found))
