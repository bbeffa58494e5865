"""Lines to a bulletin: masthead, contents list, sections, articles, distribution and imprint. Blind to formats."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from notifier.bulletins.lines import Line, Reading
from notifier.bulletins.structure import patterns, signs
from notifier.bulletins.structure.articles import article_of, midnight
from notifier.bulletins.structure.blocks import read_body
from notifier.bulletins.structure.contents import Contents, find_contents
from notifier.bulletins.structure.facts import find_marking, key
from notifier.bulletins.structure.layout import drop_repeats, measure, without_page_marks
from notifier.bulletins.structure.marks import (
    is_closing,
    is_inner_label,
    section_mark,
)
from notifier.bulletins.structure.masthead import (
    Masthead,
    is_running_head,
    masthead_end,
    read_masthead,
    running_names,
    unused_lines,
)
from notifier.bulletins.structure.outline import find_outline
from notifier.bulletins.structure.quality import judge
from notifier.bulletins.structure.sections import read_sections
from notifier.bulletins.structure.single import single
from notifier.bulletins.structure.tail import Tail, distribution_of, find_tail
from notifier.domain import Block, Bulletin, Distribution, Document, Section

_REACH = 24  # lines in which a section must begin, if the lines before it are a masthead


@dataclass(frozen=True, slots=True)
class _Parts:
    """The text cut into its parts; the body's lines are free of running heads."""

    masthead: Masthead
    contents: Contents | None
    body: tuple[Line, ...]
    tail: Tail
    distribution: Distribution
    marking: str
    unused: tuple[str, ...]
    outlined: bool = False  # its headings alone say that it is an issue


def read_issue(document: Document, reading: Reading, *, published_on: dt.date | None) -> Bulletin:
    """An issue with all its parts; a text without any structure is one article, titled by the format if it can."""
    parts = _outlined(_cut(reading.lines), reading.title)
    paged = has_pages(reading.lines)
    stated = parts.masthead.date or parts.tail.imprint.date or parts.tail.date
    date = stated or published_on
    masthead = parts.masthead
    if masthead == Masthead() and parts.contents is None and not parts.outlined and not _has_sections(parts.body):
        sections, untitled = single(parts.body, title=reading.title), list[str]()
    else:
        sections, untitled = read_sections(parts.body, parts.contents.rows if parts.contents else ())
    return Bulletin(
        title=masthead.title,
        issue=masthead.issue,
        date=date,
        publishers=masthead.publishers or parts.tail.publishers,
        sections=tuple(_stamped(one, document, bulletin=masthead.title, date=date, paged=paged) for one in sections),
        distribution=parts.distribution,
        imprint=parts.tail.imprint,
        marking=parts.marking,
        total=masthead.total,
        year=masthead.year,
        date_inherited=not stated,
        editors=tuple(dict.fromkeys((*masthead.editors, *parts.tail.editors))),
        quality=judge(
            reading.lines,
            rows=parts.contents.rows if parts.contents else (),
            sections=sections,
            unused=parts.unused,
            untitled=untitled,
            pictures=reading.pictures,
        ),
    )


def read_entry(document: Document, lines: Sequence[Line], *, published_on: dt.date | None) -> Bulletin:
    """One article whose title is known: the whole text is its body."""
    marking = find_marking(lines)
    text = without_page_marks(lines)
    if text and key(text[0].text) == key(document.title) and len(text) > 1:
        text = text[1:]
    section = Section("", (article_of(document.title, read_body(text, measure(text))),))
    stamped = _stamped(section, document, bulletin="", date=published_on, paged=has_pages(lines))
    return Bulletin(date=published_on, sections=(stamped,), marking=marking)


def _cut(lines: Sequence[Line]) -> _Parts:
    lines = without_ornaments(without_counts(lines))
    marking = find_marking(lines)
    text = without_page_marks(lines)
    tail = find_tail(text)
    text = text[: tail.start]
    contents = find_contents(text)
    leading = contents if contents and contents.leading(text) else None
    text = text[: contents.start] if contents and not leading else text
    limit = leading.start if leading else _first_section(text)
    end = masthead_end(text[:limit] if limit else text, certain=bool(limit))
    masthead = read_masthead(text[:end])
    unused = unused_lines(text[:end], masthead)
    names = running_names(masthead)
    body = _without_heads(text[leading.stop if leading else end :], names)
    asked = [line for line in text[:end] if not patterns.MASTHEAD_NOISE.match(line.text)]  # 领导批示：
    sent = _united(distribution_of(asked), tail.distribution)
    return _Parts(masthead, contents, tuple(_unmarked(body, first=not end)), tail, sent, marking, unused)


def _united(head: Distribution, foot: Distribution) -> Distribution:
    """Recipients are named at the foot of an issue, or below its masthead."""
    return Distribution(head.to + foot.to, head.cc + foot.cc)


def _without_heads(lines: Sequence[Line], names: frozenset[str]) -> list[Line]:
    """The lines without running heads; a publisher that signs, with its date below, is none."""
    signing = {at for at, line in enumerate(lines[1:]) if is_closing(line.text)}
    signed = {id(lines[at]) for at in signing}
    return drop_repeats(lines, lambda line: id(line) not in signed and is_running_head(line.text, names))


def without_counts(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines without 01, 02, … that stand alone above titles and count from the first on, as drawn lines do."""
    found = {at: int(count[1]) for at, line in enumerate(lines) if (count := signs.COUNT.match(line.text))}
    if len(found) < 2 or list(found.values()) != list(range(1, len(found) + 1)):
        return lines
    below = {at + 1 for at in found}
    marked = (dataclasses.replace(line, gap=True, ruled=True) if at in below else line for at, line in enumerate(lines))
    return [line for at, line in enumerate(marked) if at not in found]


def without_ornaments(lines: Sequence[Line]) -> list[Line]:
    """The lines without those that are only drawn (────, * * * *); a gap is left in their place."""
    kept: list[Line] = []
    gap = False
    for line in lines:
        if len(line.text) <= patterns.FACT_LENGTH and (
            patterns.ORNAMENT.match(line.text) or signs.BOX.match(line.text)
        ):
            gap = True
            continue
        boxed = signs.BOXED.match(line.text) if len(line.text) <= patterns.FACT_LENGTH else None
        line = dataclasses.replace(line, text=boxed["text"] or boxed[0]) if boxed else line
        kept.append(dataclasses.replace(line, gap=True, ruled=True) if gap else line)
        gap = False
    return kept or list(lines)


def _outlined(parts: _Parts, title: str) -> _Parts:
    """Without masthead and contents list, an issue may still show by its headings."""
    if parts.masthead != Masthead() or parts.contents is not None:
        return parts
    outline = find_outline(parts.body, title=title)
    if outline is None:
        return parts
    return dataclasses.replace(
        parts, masthead=Masthead(title=outline.title, date=outline.date), body=outline.lines, outlined=True
    )


def _unmarked(body: Sequence[Line], *, first: bool) -> Sequence[Line]:
    """Without the marking at the head of a text that has no masthead."""
    return body[1:] if first and body and find_marking(body[:1]) and len(body) > 1 else body


def _first_section(lines: Sequence[Line]) -> int:
    """Where the first section begins, if only short lines stand before it; 0 if none does."""
    for at, line in enumerate(lines[:_REACH]):
        mark = section_mark(line.text)
        if mark and mark.style == "bracket" and not mark.rest and not is_inner_label(mark.name) and at:
            return at if not find_marking([line]) else 0
        if len(line.text) > patterns.TITLE_LENGTH or "。" in line.text:
            return 0
    return 0


def _has_sections(lines: Sequence[Line]) -> bool:
    """The text begins with a bracketed section."""
    mark = section_mark(lines[0].text) if lines else None
    return bool(mark and mark.style == "bracket" and not mark.rest and not is_inner_label(mark.name))


def has_pages(lines: Sequence[Line]) -> bool:
    """The format knows its pages; a page number that is only printed in the text is no proof of where a page ends."""
    return len({line.page for line in lines}) > 1 or any(line.y for line in lines)


def _stamped(section: Section, document: Document, *, bulletin: str, date: dt.date | None, paged: bool) -> Section:
    """The section with what its articles inherit from the issue and from the document."""
    articles = (
        dataclasses.replace(
            article,
            body=article.body if paged else _unplaced(article.body),
            section=section.name,
            bulletin=bulletin,
            url=document.url,
            published_at=document.published_at or article.published_at or midnight(date),
            byline=article.byline or document.byline,
        )
        for article in section.articles
    )
    return Section(section.name, tuple(articles))


def _unplaced(body: str | tuple[Block, ...]) -> str | tuple[Block, ...]:
    return body if isinstance(body, str) else tuple(dataclasses.replace(block, place=None) for block in body)
