"""A body to sections of articles."""

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import pairwise

from notifier.bulletins.lines import Line, close_up
from notifier.bulletins.structure import patterns, signs
from notifier.bulletins.structure.articles import titled
from notifier.bulletins.structure.bylines import note_behind, with_source
from notifier.bulletins.structure.counted import with_counted
from notifier.bulletins.structure.facts import key
from notifier.bulletins.structure.headings import find_heads, parts_of_first
from notifier.bulletins.structure.items import items
from notifier.bulletins.structure.layout import measure
from notifier.bulletins.structure.looks import with_levels
from notifier.bulletins.structure.marks import ends_block
from notifier.bulletins.structure.rows import Row
from notifier.bulletins.structure.titles import Head, is_over
from notifier.domain import Article, Section

_NOTED = 3  # articles at least
_Piece = tuple[Head | None, Sequence[Line]]  # a head with the lines below it
_Text = tuple[str, Sequence[Line]]  # an article's title, "" where it has none, and its lines


def read_sections(lines: Sequence[Line], rows: Sequence[Row]) -> tuple[list[Section], list[str]]:
    """The sections, and how texts begin that stand under no title although others do. rows: the contents list."""
    flow = measure(lines)
    body = with_levels(
        with_counted(_with_fields(_with_own_titles(lines, rows))),
        frozenset(key(row.text) for row in rows if not row.is_section),
    )
    heads = find_heads(body, rows, flow, looks=len(body) > 0 and not any(line.level for line in lines))
    for part in parts_of_first(heads, rows):
        heads.remove(part)
        body[part.start] = dataclasses.replace(body[part.start], whole=True)
    texts = _with_sources(_texts(heads, body))
    found = [(name, [titled(title, text, flow) for title, text in articles]) for name, articles in texts]
    sections = [Section(name, tuple(articles)) for name, articles in _announced(found, rows, heads)]
    untitled = [text[0].text for _, articles in texts for title, text in articles if not title]
    return sections, untitled if any(head.kind == "title" for head in heads) else []


def _texts(heads: Sequence[Head], body: Sequence[Line]) -> list[tuple[str, list[_Text]]]:
    """The articles in order, by the sections in which they stand."""
    found: list[tuple[str, list[_Text]]] = []
    for head, piece in _with_abstracts(list(_pieces(heads, body))):
        if head is None and heads and _is_greeting(piece):
            continue
        name = head.text if head is not None and head.kind == "section" else found[-1][0] if found else ""
        if not found or found[-1][0] != name:
            found.append((name, []))
        found[-1][1].extend(_articles(head, piece))
    return found


def _with_sources(found: list[tuple[str, list[_Text]]]) -> list[tuple[str, list[_Text]]]:
    """What most articles end with in brackets is where they come from, whatever it says: （党风室）."""
    ends = [lines[-1].text if lines else "" for _, articles in found for _, lines in articles]
    noted = sum(bool(note_behind(text)) for text in ends)
    if noted < _NOTED or 2 * noted <= len(ends):
        return found
    return [(name, [(title, _sourced(lines)) for title, lines in articles]) for name, articles in found]


def _sourced(lines: Sequence[Line]) -> Sequence[Line]:
    last = lines[-1:]
    return [*lines[:-1], *(dataclasses.replace(line, text=with_source(line.text)) for line in last)]


def _with_own_titles(lines: Sequence[Line], rows: Sequence[Row]) -> list[Line]:
    """The lines, a title of the contents list that shares a line with its text on a line of its own."""
    titles = {key(row.text) for row in rows if not row.is_section}
    found: list[Line] = []
    for line in lines:
        both = signs.RUN_IN.match(line.text) if titles else None
        if both and key(both["title"]) in titles:
            found.append(dataclasses.replace(line, text=both["title"], whole=True))
            line = dataclasses.replace(line, text=both["text"], gap=False)
        found.append(line)
    return found


def _with_fields(lines: Sequence[Line]) -> Sequence[Line]:
    """成果单位：…, and a row of names apart by wide space, is whole where another such line stands below it."""
    fields = [_field(line.text) for line in lines]
    whole = {at for at, (left, right) in enumerate(pairwise(fields)) if left and left == right}
    whole |= {at + 1 for at in whole if _ends_fields(lines[at + 1 : at + 3])}
    whole |= {at for at, field in enumerate(fields) if field == "field" and _is_alone(lines[max(0, at - 1) : at + 2])}
    return [dataclasses.replace(line, whole=True) if at in whole else line for at, line in enumerate(lines)]


def _ends_fields(lines: Sequence[Line]) -> bool:
    """The last of them is short, and what stands below it stands apart."""
    return len(lines) > 1 and lines[1].gap and len(lines[0].text) <= patterns.OWN_HEADING


def _is_alone(lines: Sequence[Line]) -> bool:
    """A short one between a title and its text."""
    if len(lines) < 3:
        return False
    title, field, text = (line.text for line in lines)
    return len(field) <= signs.FIELD_ALONE and not is_over(title) and len(text) > len(field) and ends_block(text)


def _field(text: str) -> str:
    if signs.FIELD.match(text):
        return "field"
    return "row" if signs.ROW.search(text[: patterns.TITLE_LENGTH]) and not ends_block(text) else ""


def _articles(head: Head | None, lines: Sequence[Line]) -> Sequence[_Text]:
    """The articles of what stands below a head: one with its title, or those that have no line for theirs."""
    if head is not None and head.kind == "title":
        return [(head.text, lines)]
    title, rest = _noted(lines) if head is None and lines else ("", lines)
    return [(title, rest)] if title else items(lines)


def _pieces(heads: Sequence[Head], lines: Sequence[Line]) -> Iterator[_Piece]:
    """Every head with the lines below it; first, without a head, the lines above all heads."""
    if lines[: heads[0].start if heads else len(lines)]:
        yield None, lines[: heads[0].start if heads else len(lines)]
    for at, head in enumerate(heads):
        stop = heads[at + 1].start if at + 1 < len(heads) else len(lines)
        yield head, lines[head.stop : stop]


def _with_abstracts(pieces: list[_Piece]) -> list[_Piece]:
    """Where a 摘要 stands above the first title, one stands above each: it belongs to the article below it."""
    first = pieces[0][1][:1] if len(pieces) > 1 and pieces[0][0] is None else []
    if not any(signs.ABSTRACT.match(line.text) for line in first):
        return pieces
    found: list[_Piece] = []
    above: Sequence[Line] = pieces[0][1]
    for head, lines in pieces[1:]:
        stop = next((at for at, line in enumerate(lines) if signs.ABSTRACT.match(line.text)), len(lines))
        found.append((head, [*above, *lines[:stop]]))
        above = lines[stop:]
    return [*found[:-1], (found[-1][0], [*found[-1][1], *above])]


def _is_greeting(lines: Sequence[Line]) -> bool:
    """各位同事：以下为今日要闻。 — a few words to the readers of a digest."""
    return bool(signs.GREETING.match(lines[0].text)) and sum(len(line.text) for line in lines) <= signs.GREETED


def _noted(lines: Sequence[Line]) -> tuple[str, Sequence[Line]]:
    """The title 编者按 of a text that stands above all others and begins with 【编者按】; "" of any other text."""
    found = signs.EDITORS_NOTE.match(lines[0].text)
    if not found or (not found["rest"] and len(lines) == 1):
        return "", lines
    first = [dataclasses.replace(lines[0], text=found["rest"])] if found["rest"] else []
    return close_up(found["name"]), [*first, *lines[1:]]


def _announced(
    found: list[tuple[str, list[Article]]], rows: Sequence[Row], heads: Sequence[Head]
) -> list[tuple[str, list[Article]]]:
    """Where the body names no section, those under which the contents list puts the titles."""
    if any(head.kind == "section" for head in heads) or not any(row.is_section for row in rows):
        return found
    under: dict[str, str] = {}
    name = ""
    for row in rows:
        name = row.text if row.is_section else name
        under[key(row.text)] = name
    grouped: list[tuple[str, list[Article]]] = []
    for article in (article for _, articles in found for article in articles):
        name = under.get(key(article.title), grouped[-1][0] if grouped else "")
        if not grouped or grouped[-1][0] != name:
            grouped.append((name, []))
        grouped[-1][1].append(article)
    return grouped
