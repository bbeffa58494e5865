"""Where the sections and articles of a body begin: by the contents list where there is one, else by their look."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from notifier.bulletins.lines import Line, close_up
from notifier.bulletins.structure import patterns, signs
from notifier.bulletins.structure.facts import key
from notifier.bulletins.structure.items import item_sign, opens_item
from notifier.bulletins.structure.layout import Flow
from notifier.bulletins.structure.looks import SECTION, TITLE
from notifier.bulletins.structure.marks import (
    SectionMark,
    bare_title,
    ends_block,
    is_inner_label,
    is_title_part,
    point_marker,
    section_mark,
)
from notifier.bulletins.structure.numbered import name_of, numbered_parts, with_numbered
from notifier.bulletins.structure.outline import is_inner
from notifier.bulletins.structure.rows import ROWS_PER_HEADING, Row
from notifier.bulletins.structure.titles import Head, Search, is_field, is_over, title_of, title_span

_TIGHT = 0.8  # of the lines below blank ones
_BRACKETED = 2  # titles in brackets at least
_SAYING = 8  # characters: the name of a section is rarely longer
_ALIKE = 3  # characters
_COUNTED = 3  # titles at least that count
_NAME = 40  # characters of the name of a section in two languages
_KEYED = 150  # characters: longer lines are no headings


def find_heads(lines: Sequence[Line], rows: Sequence[Row], flow: Flow, *, looks: bool = False) -> list[Head]:
    """All heads, in order. Rows of the contents list that the body does not repeat are left out.

    looks: the levels of the lines are those of `looks.with_levels`.
    """
    titles = {key(row.text): row.text for row in rows if not row.is_section}
    sections = frozenset(key(row.text) for row in rows if row.is_section) or numbered_parts(lines, rows)
    levels = (SECTION if any(line.level == SECTION for line in lines) else 0, TITLE) if looks else _levels(lines)
    search = Search(lines, flow, sections, titles, bool(titles), levels)
    search.tight = _is_tight(lines)
    search.short = _is_short(lines)
    listed = _listed_heads(search)
    search.bracketed = _bracketed_titles(search, listed)
    return _uncounted(with_numbered(lines, _all_heads(search, listed)))


def parts_of_first(heads: Sequence[Head], rows: Sequence[Row]) -> list[Head]:
    """The heads that are parts of the first article: of two clauses, as long as each other (先拨后投，分担风险), below
    a title that is none such."""
    texts = [head.text for head in heads]
    lengths = {len(text) for text in texts[1:]}
    if rows or len(texts) < _COUNTED or max(lengths) - min(lengths) > _ALIKE:
        return []
    clauses = "，" not in texts[0] and all(text.count("，") == 1 for text in texts[1:])
    return list(heads[1:]) if clauses and all(head.kind == "title" for head in heads) else []


def _is_tight(lines: Sequence[Line]) -> bool:
    """Blank lines stand between articles and nowhere else: what stands below each is a heading."""
    opened = [line.text for line in lines if line.gap and not line.whole]
    headed = sum(is_title_part(bare_title(text)) and not ends_block(text) for text in opened)
    return len(opened) < len(lines) - 1 and headed > _TIGHT * len(opened)


def _is_short(lines: Sequence[Line]) -> bool:
    """The first title says a few words (火险形势), and its text stands right below."""
    texts = [line.text for line in lines[:2]]
    return len(texts) > 1 and is_title_part(texts[0]) and len(texts[0]) <= patterns.SHORT_TITLE and ends_block(texts[1])


def _uncounted(heads: list[Head]) -> list[Head]:
    """Titles without numbers that nothing marks as such, 1 政策：…, 2 技术：…, where they count from 1 on."""
    found = [signs.COUNTED.match(head.text) for head in heads if head.kind == "title"]
    counted = [int(number[1]) for number in found if number]
    if len(counted) < _COUNTED or counted != list(range(1, len(found) + 1)):
        return heads
    bare = (signs.COUNTED.sub("", head.text) if head.kind == "title" else head.text for head in heads)
    return [replace(head, text=text) for head, text in zip(heads, bare, strict=True)]


def _levels(lines: Sequence[Line]) -> tuple[int, int]:
    """Which declared levels are sections and titles: a level whose headings are followed by deeper ones is sections."""
    declared = sorted({line.level for line in lines if line.level})
    if not declared:
        return 0, 0
    top = declared[0]
    nested = any(
        left.level == top and right.level > top and not is_inner(right.text) for left, right in pairwise(lines)
    )
    return (top, declared[1]) if nested and len(declared) > 1 else (0, top)


def _listed_heads(search: Search) -> dict[int, Head]:
    """Titles that the contents list names, by equality with white space and punctuation removed."""
    found: dict[int, Head] = {}
    short = [line.text if len(line.text) <= _KEYED else "" for line in search.lines]
    bare, whole = [key(bare_title(text)) for text in short], [key(text) for text in short]
    at = 0
    while at < len(short):
        count = _listed_span(search, bare, whole, at) if search.titles else 0
        if count:
            found[at] = Head("title", title_of(search.lines[at : at + count]), at, at + count)
        at += max(count, 1)
    return found


def _listed_span(search: Search, bare: Sequence[str], whole: Sequence[str], at: int) -> int:
    """How many lines from that one on are a title of the list, with or without its number; 0 if it is none."""
    mark = section_mark(search.lines[at].text)
    reach = 1 if mark and _is_plain(mark) else ROWS_PER_HEADING  # a section's own line is no part of a title
    for count in range(min(reach, len(bare) - at), 0, -1):
        part = slice(at, at + count)
        if not all(bare[part]):
            continue
        for keys in (bare, whole):
            if search.titles.pop("".join(keys[part]), None) is not None:
                return count
    return 0


def _all_heads(search: Search, listed: dict[int, Head]) -> list[Head]:
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


def _heads_at(search: Search, at: int, listed: dict[int, Head], *, expected: bool) -> list[Head]:
    line = search.lines[at]
    if line.level and key(name_of(line.text)) in search.sections:
        return [Head("section", name_of(line.text), at, at + 1)]
    if line.level and line.level in search.levels:
        if line.level == search.levels[0]:
            return [Head("section", name_of(line.text), at, at + 1)]
        mark = section_mark(line.text)
        if mark and mark.style == "bracket" and mark.rest and not search.levels[0] and not is_inner_label(mark.name):
            return _section(search, at, mark.rest)
        return [Head("title", title_of([line]), at, at + 1)]
    if line.level or len(line.text) > _KEYED:
        return []
    sections = _section_at(search, at, listed)
    if sections:
        return sections
    count = title_span(search, at, listed, expected=expected)
    return [Head("title", title_of(search.lines[at : at + count]), at, at + count)] if count else []


# --- sections -------------------------------------------------------------------------------------------------


def _section_at(search: Search, at: int, listed: dict[int, Head]) -> list[Head]:
    text = search.lines[at].text
    mark = section_mark(text)
    if (mark and key(mark.name) in search.sections) or key(text) in search.sections:
        return _section(search, at, mark.rest if mark else "")
    if mark is None:
        return _plain_section(search, at, listed)
    if mark.style == "bracket":
        return [] if is_inner_label(mark.name) else _bracket_section(search, at, listed)
    return _section(search, at, "") if _is_marked_section(search, at, listed) else []


def _section(search: Search, at: int, rest: str) -> list[Head]:
    heads = [Head("section", name_of(search.lines[at].text), at, at + 1)]
    return [*heads, Head("title", close_up(bare_title(rest)), at, at + 1)] if rest else heads


def _bracketed_titles(search: Search, listed: dict[int, Head]) -> bool:
    """【…】 marks titles where it never stands above one, and says more than names do."""
    marks = [
        (at, mark) for at, line in enumerate(search.lines) if (mark := section_mark(line.text)) and _is_plain(mark)
    ]
    longest = max((len(mark.name) for _, mark in marks), default=0)
    if len(marks) < _BRACKETED or longest <= _SAYING or search.sections:
        return False
    return not any(_title_follows(search, at + 1, listed) or _item_follows(search, at, "【") for at, _ in marks)


def _is_plain(mark: SectionMark) -> bool:
    return mark.style == "bracket" and not mark.rest and not is_inner_label(mark.name)


def _bracket_section(search: Search, at: int, listed: dict[int, Head]) -> list[Head]:
    mark = section_mark(search.lines[at].text)
    if mark is None:
        return []
    if search.bracketed and not mark.rest:
        return [Head("title", close_up(mark.name), at, at + 1)]
    if mark.rest:
        return _section(search, at, mark.rest) if is_title_part(mark.rest) and at + 1 < len(search.lines) else []
    if _title_follows(search, at + 1, listed):
        return _section(search, at, "")
    if search.sections or search.listed:
        return []
    return _section(search, at, "") if len(mark.name) <= patterns.SECTION_LENGTH else []


def _is_marked_section(search: Search, at: int, listed: dict[int, Head]) -> bool:
    """■ 部委动态 or 一、部委动态 is a section where a title stands right below, and titles have other marks."""
    mark = section_mark(search.lines[at].text)
    following = section_mark(search.lines[at + 1].text) if at + 1 < len(search.lines) else None
    if mark is None or len(mark.name) > 2 * patterns.SECTION_LENGTH or not is_title_part(mark.name):
        return False
    if mark.sign and mark.sign == search.sign:
        return False  # titles have it
    same = following is not None and (following.style, following.sign) == (mark.style, mark.sign)
    if not same and mark.sign and mark.sign in search.marks:
        return True
    items = not _is_within(search, mark) and _item_follows(search, at, mark.sign)
    if same or not (items or _text_follows(search, at, listed)):
        return False
    search.marks.add(mark.sign)
    return True


def _is_within(search: Search, mark: SectionMark) -> bool:
    """一、… below a text that opens the only article: what stands below it are points."""
    return mark.style == "number" and not search.titled and ends_block(search.lines[0].text)


def _text_follows(search: Search, at: int, listed: dict[int, Head]) -> bool:
    """A title, or what is told in fields: 政策名称：…"""
    fields = at + 1 < len(search.lines) and is_field(search.lines[at + 1])
    return fields or _title_follows(search, at + 1, listed)


def _plain_section(search: Search, at: int, listed: dict[int, Head]) -> list[Head]:
    """A section without any mark: a very short line right above a title."""
    text = _without_colon(search, at)
    bare = close_up(signs.LATIN_BEHIND.sub("", text))
    short = len(text) <= _NAME and Line(bare).columns <= patterns.PLAIN_SECTION and not point_marker(text)
    if not short or not is_title_part(text) or _has_subtitle(search, at):
        return []
    if search.sections or (at and not is_over(search.lines[at - 1].text)):
        return []
    titled = _title_follows(search, at + 1, listed)
    search.marks |= {""} if titled else set()
    return [Head("section", close_up(text), at, at + 1)] if titled or _item_follows(search, at, "") else []


def _without_colon(search: Search, at: int) -> str:
    """各地： above ▪ … is a section if the first line of all is such."""
    first, text = search.lines[0].text, search.lines[at].text
    bulleted = at + 1 < len(search.lines) and patterns.ROW_BULLET.match(search.lines[at + 1].text)
    return text.rstrip("：:") if bulleted and first.endswith(("：", ":")) else text


def _has_subtitle(search: Search, at: int) -> bool:
    return at + 1 < len(search.lines) and bool(signs.SUBTITLE.match(search.lines[at + 1].text))


def _title_follows(search: Search, at: int, listed: dict[int, Head]) -> bool:
    if at < len(search.lines) and search.lines[at].level:
        return search.lines[at].level == search.levels[1]
    return at in listed or title_span(search, at, listed, expected=True) > 0


def _item_follows(search: Search, at: int, mark: str) -> bool:
    """Right below stands an article without a line for its title (● …。), and none has had one so far; or several
    of them, where other sections have this mark, or none as this."""
    lines = search.lines
    if at + 1 >= len(lines) or not opens_item(lines, at + 1):
        return False
    again = at + 2 < len(lines) and item_sign(lines[at + 2].text) == item_sign(lines[at + 1].text)
    return not search.titled or (mark in search.marks and lines[at].gap and again)
