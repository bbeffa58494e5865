"""A text that is no issue: one article, and where its title is."""

from collections.abc import Sequence

from notifier.bulletins.lines import Line, close_up
from notifier.bulletins.structure import patterns, signs
from notifier.bulletins.structure.articles import article_of, titled
from notifier.bulletins.structure.blocks import read_body
from notifier.bulletins.structure.facts import key
from notifier.bulletins.structure.layout import Flow, measure
from notifier.bulletins.structure.looks import with_levels
from notifier.bulletins.structure.marks import ends_block, is_title_part, point_marker
from notifier.domain import Section

_TITLE_LINES = 4


def single(lines: Sequence[Line], *, title: str) -> list[Section]:
    flow = measure(lines)
    if title:
        same = bool(lines) and key(lines[0].text) == key(title)
        return [Section("", (article_of(title, read_body(lines[1:] if same else lines, flow)),))]
    start = _red_head(lines)
    body = [*lines[:start], *with_levels(lines[start:], frozenset())]
    count = _title_lines(body[start:], flow)
    title = close_up("".join(line.text for line in body[start : start + count]))
    return [Section("", (titled(title, [*body[:start], *body[start + count :]], flow),))] if lines else []


def _red_head(lines: Sequence[Line]) -> int:
    """How many lines an official document's head takes: its 红头 and its number, above the title."""
    for at, line in enumerate(lines[: patterns.RED_HEAD_LINES]):
        if patterns.DOCUMENT_NUMBER.match(line.text):
            headed = any(patterns.RED_HEAD.search(close_up(line.text)) for line in lines[:at])
            return at + 1 if headed or at == 0 else 0
        if ends_block(line.text):
            return 0
    return 0


def _title_lines(lines: Sequence[Line], flow: Flow) -> int:
    """How many lines the title takes: 四川省科学技术厅 | 关于组织申报的 | 通知 goes on until it says what it is."""
    count = _first_title(lines, flow)
    while count and count < len(lines) and signs.TITLE_NOTE.match(lines[count].text):
        count += 1
    if not count or patterns.DOCUMENT_KIND.search(lines[0].text):
        return count
    for at, line in enumerate(lines[1:_TITLE_LINES], 1):
        if not is_title_part(line.text) or ends_block(line.text) or point_marker(line.text):
            return count
        if patterns.DOCUMENT_KIND.search(line.text):
            return at + 1
    return count


def _first_title(lines: Sequence[Line], flow: Flow) -> int:
    """1 if the first line is a title: short, no sentence, and not cut at the margin."""
    if not lines:
        return 0
    text = lines[0].text
    if len(text) > patterns.TITLE_LENGTH or ends_block(text) or text.endswith(tuple(patterns.CLAUSE_MARKS)):
        return 0
    if len(lines) == 1 or lines[0].level or (is_title_part(text) and not flow.width):
        return 1
    wrapped = flow.full(lines[0], lines[1]) and not lines[1].gap and not flow.opens(lines[1])
    return 0 if wrapped or (flow.opens(lines[0]) and not lines[1].gap and not flow.opens(lines[1])) else 1
