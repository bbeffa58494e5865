"""The body of one article: paragraphs and points, and the lines about it that are no body."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from notifier.bulletins.lines import Line, joined
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.bylines import Signature, author, byline, editor, is_meta, signature_behind
from notifier.bulletins.structure.facts import find_date, without_date
from notifier.bulletins.structure.layout import Flow, paragraphs
from notifier.bulletins.structure.marks import Marker, ends_block, is_heading, names_body, point_marker
from notifier.domain import Block, Paragraph, Place, Point, Table

_DATE_LINE = 30  # characters: a date alone, with its day of the week and brackets


@dataclass(frozen=True, slots=True)
class Body:
    """blocks[n] was read from lines[n]. byline and date are "" and None where the article states none."""

    blocks: tuple[Block, ...]
    lines: tuple[tuple[Line, ...], ...]
    byline: str = ""
    author: str = ""
    editor: str = ""
    date: dt.date | None = None


def read_body(lines: Sequence[Line], flow: Flow) -> Body:
    """The blocks in order. What is no line about the article is in exactly one of them."""
    about = [line.text for at, line in enumerate(lines) if _is_about(lines, at)]
    text = [line for at, line in enumerate(lines) if not _is_about(lines, at)]
    groups = paragraphs([line for line in text if not line.note], flow)
    groups += _notes([line for line in text if line.note])
    texts = [joined(group) for group in groups]
    signed = Signature()
    if texts and not groups[-1][0].note:
        texts[-1], signed = signature_behind(texts[-1])
    return Body(
        blocks=_placed(_with_tables(_blocks(texts, groups, flow), groups), groups),
        lines=tuple(tuple(group) for group in groups),
        byline=next((name for line in about if (name := byline(line))), signed.byline),
        author=next((name for line in about if (name := author(line))), signed.author),
        editor=next((name for line in about if (name := editor(line))), ""),
        date=next((date for line in about if (date := find_date(line))), None),
    )


def _is_about(lines: Sequence[Line], at: int) -> bool:
    """来源, 作者, 责编 on a line of their own, and a date alone right below the title."""
    text = lines[at].text
    whole = at == 0 or is_meta(lines[at - 1].text) or ends_block(lines[at - 1].text)
    if is_meta(text):
        return whole
    if at == 0 and len(lines) > 1 and names_body(text, lines[1].text):
        return True
    return (
        at < 2 and len(text) <= _DATE_LINE and find_date(text) is not None and not without_date(text).strip("（）() ")
    )


def _notes(lines: Sequence[Line]) -> list[list[Line]]:
    """Footnotes, which stand in the middle of what they interrupt, follow the text."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and groups[-1][-1].page == line.page and not patterns.NOTE.match(line.text):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _placed(blocks: Sequence[Block], groups: Sequence[Sequence[Line]]) -> tuple[Block, ...]:
    """The blocks with the places of their first lines."""
    return tuple(
        dataclasses.replace(block, place=Place(group[0].page, group[0].x, group[0].y)) if group[0].page else block
        for block, group in zip(blocks, groups, strict=True)
    )


def _with_tables(blocks: Sequence[Block], groups: Sequence[Sequence[Line]]) -> tuple[Block, ...]:
    return tuple(
        Table(group[0].table) if group[0].table else block for block, group in zip(blocks, groups, strict=True)
    )


def _blocks(texts: Sequence[str], groups: Sequence[Sequence[Line]], flow: Flow) -> tuple[Block, ...]:
    """Each text as a point or a paragraph; the number of a footnote is no point's."""
    pairs = zip(texts, groups, strict=True)
    markers = [None if group[0].note else point_marker(text) for text, group in pairs]
    points = _list_of(texts, markers, flow)
    return tuple(
        _point(text, marker, flow) if marker is not None and at in points else Paragraph(text)
        for at, (text, marker) in enumerate(zip(texts, markers, strict=True))
    )


def _point(text: str, marker: Marker, flow: Flow) -> Point:
    """The heading ends at the first 。; a text without one is all text, unless it stands as a heading."""
    rest = text[marker.length :].strip()
    heading, stop, after = rest.partition("。")
    if stop or is_heading(text, own_headings=flow.own_headings):
        return Point(marker.number, heading, after.strip())
    return Point(marker.number, "", rest)


def _list_of(texts: Sequence[str], markers: Sequence[Marker | None], flow: Flow) -> set[int]:
    """Which blocks are points: those of each style that counts as a list does. Other numbers stay text."""
    points: set[int] = set()
    for style in dict.fromkeys(
        marker.style for marker in markers if marker and marker.style not in patterns.TITLE_NUMBERS
    ):
        found = [(at, marker) for at, marker in enumerate(markers) if marker and marker.style == style]
        members = _counted(found)
        if members and _is_list(style, [texts[at] for at in members], flow):
            points |= set(members)
    return points


def _counted(found: Sequence[tuple[int, Marker]]) -> list[int]:
    """The places of those that count up from the first or start again at 1; a strong marker is taken as printed."""
    members: list[int] = []
    last = 0
    for at, marker in found:
        if marker.strong or marker.number in (last + 1, 1):
            members.append(at)
            last = marker.number
    return members


def _is_list(style: str, texts: Sequence[str], flow: Flow) -> bool:
    if style in patterns.HEADING_STYLES and any(is_heading(text, own_headings=flow.own_headings) for text in texts):
        return False
    if len(texts) > 1:
        return True
    following = patterns.NEXT_MARKER.get(style)
    return following is not None and not following.search(texts[0])
