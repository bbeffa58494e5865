"""The head of a digest that counts no issues: a name, a date, and then articles."""

from collections.abc import Sequence

from notifier.bulletins.lines import Line, close_up
from notifier.bulletins.structure import patterns, signs
from notifier.bulletins.structure.bylines import is_meta
from notifier.bulletins.structure.facts import find_date, without_date
from notifier.bulletins.structure.marks import (
    bare_title,
    ends_block,
    is_inner_label,
    is_title_part,
    point_marker,
    section_mark,
)

_REACH = 200  # lines in which the second article begins
_EDGES = " 　（）()[]【】|｜·,，-—"


def daily_head(lines: Sequence[Line], facts: Sequence[int]) -> int:
    """How many lines are its head; 0 where it may as well be one article with its date.

    facts: the lines that state a date, a marking or a labelled publisher, and nothing else.
    """
    if len(lines) < 3:
        return 0
    if _stands_above_name(lines):
        above = daily_head(lines[1:], [at - 1 for at in facts if at])
        return above + 1 if above else 0
    first = signs.PICTURES.sub("", lines[0].text)
    name = close_up(patterns.SHORT_DATE.sub("", without_date(first)).strip(_EDGES))
    dated = find_date(first) is not None or (_is_apart(lines[0].text) and bool(patterns.SHORT_DATE.search(first)))
    end, numbered = 1, False
    while end in facts or _is_number(lines[end : end + 1]):
        numbered = numbered or _is_number(lines[end : end + 1])
        dated = dated or find_date(lines[end].text) is not None or bool(patterns.SPAN.search(lines[end].text))
        end += 1
    if not dated or end >= len(lines) or not _may_be_name(name):
        return 0
    if patterns.MASTHEAD_WORD.search(name):
        return end if numbered or _heads(lines, end) >= 2 else 0
    opens = _opens_article(lines, end) or (_is_apart(lines[0].text) and point_marker(lines[end].text) is not None)
    return end if opens and _heads(lines, end) >= 2 else 0


def _stands_above_name(lines: Sequence[Line]) -> bool:
    """海州市科技局 above 工作周报."""
    name = close_up(lines[1].text)
    issuer = patterns.ORGANISATION.search(close_up(lines[0].text)) and not patterns.MASTHEAD_WORD.search(lines[0].text)
    return bool(issuer and patterns.MASTHEAD_WORD.search(name)) and len(name) <= patterns.DAILY_NAME


def _is_apart(text: str) -> bool:
    """📰 科创早餐 | 11月26日: a name that no article has."""
    return bool(signs.PICTURES.match(text)) or any(mark in text for mark in "|｜")


def _is_number(lines: Sequence[Line]) -> bool:
    """平府督专〔2026〕3号: a bulletin may be numbered as documents are."""
    return bool(lines) and bool(patterns.DOCUMENT_NUMBER.match(lines[0].text))


def _may_be_name(name: str) -> bool:
    short = len(name) <= patterns.DAILY_NAME and is_title_part(name)
    return short and not name.startswith("关于") and not patterns.DOCUMENT_KIND.search(name)


def _opens_article(lines: Sequence[Line], at: int) -> bool:
    """A section or a title, not a numbered heading of the article that the first line would be the title of."""
    mark = section_mark(lines[at].text)
    if mark and mark.style != "number":
        return not is_inner_label(mark.name)
    return point_marker(lines[at].text) is None and _is_head(lines, at)


def _heads(lines: Sequence[Line], start: int) -> int:
    return sum(_is_head(lines, at) for at in range(start, min(start + _REACH, len(lines) - 1)))


def _is_head(lines: Sequence[Line], at: int) -> bool:
    """A short line that is no sentence, right above a line that is one or tells a source."""
    if at + 1 >= len(lines) or not is_title_part(bare_title(lines[at].text)) or ends_block(lines[at].text):
        return False
    line, below = lines[at], lines[at + 1]
    larger = below.size > 0 and (line.size, line.bold) > (below.size, below.bold)
    return larger or ends_block(below.text) or is_meta(below.text)
