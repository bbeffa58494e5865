"""The list that a page most probably has, by its repeated structure. Pure; a guess is shown before it is used.

Rows are elements alike, one below the other, each with one link of its own. A list of news differs from a menu by its
dates, by titles as long as titles are, and by links that lead to pages of one kind.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from notifier.sources.listing.dates import list_date, written_date
from notifier.sources.listing.markup import base_of, web_link
from notifier.sources.listing.rows import HtmlRow
from notifier.sources.listing.selectors import attribute, check_css, text_of

_FEWEST = 3  # rows of a list
_TITLE = 8  # characters of a usual title at least
_DATED = 0.5  # share of rows with dates that make a list of articles
_MOST = 0.45  # of the letters of all links, that a list without dates must have
_CLIMB = 6  # elements from a link to its row at most
_ENOUGH = 0.45  # of 1: what a guess must reach
_NAME = re.compile(r"^[A-Za-z_][\w-]*$")
_CHANGING = re.compile(r"\d|^(?:first|last|odd|even|cur|current|on|active|hover|line)$", re.IGNORECASE)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|foot|footer|header|friend|links?|crumbs?|breadcrumb|pager|page)(?:$|[\s_-])", re.I
)


@dataclass(frozen=True, slots=True)
class Guess:
    """`options` are those of a listing; `score` 0 to 1; `rows` how many it finds."""

    options: dict[str, str]
    score: float
    rows: int


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows alike in one container, each with its main link."""

    container: Any
    rows: tuple[tuple[Any, Any], ...]


def guess_list(tree: Any, url: str) -> Guess | None:
    """The best of all lists in the page; None where none looks like one of articles."""
    base = base_of(tree, url)
    letters = sum(len(_title(link)) for link in tree.css("a[href]"))
    scored = [(_score(group, base, letters), group) for group in _groups(tree, base)]
    for score, group in sorted(scored, key=lambda pair: pair[0], reverse=True):
        if score >= _ENOUGH and (options := _options(tree, group)):
            return Guess(options, round(score, 2), len(group.rows))
    return None


# --- groups -----------------------------------------------------------------------------------------------------


def _groups(tree: Any, base: str) -> Iterator[_Group]:
    """Every way to see links as rows: at each height above them, by container and the kind of row."""
    found: dict[tuple[int, str], list[tuple[Any, Any]]] = defaultdict(list)
    pieces: dict[tuple[int, str], list[tuple[Any, Any]]] = defaultdict(list)
    containers: dict[int, Any] = {}
    for link in tree.css("a[href]"):
        if not _leads(link, base):
            continue
        row = link
        for _ in range(_CLIMB):
            parent = row.parent
            if parent is None or parent.tag in ("html", "-document", None):
                break
            containers[parent.mem_id] = parent
            found[parent.mem_id, _kind(row)].append((row, link))
            if (outer := parent.parent) is not None:  # lists in pieces, one below the other
                containers[outer.mem_id] = outer
                pieces[outer.mem_id, f"{_kind(parent)} {_kind(row)}"].append((row, link))
            row = parent
    several = {key: pairs for key, pairs in pieces.items() if len({row.parent.mem_id for row, _ in pairs}) > 1}
    for (container, _), pairs in (*found.items(), *several.items()):
        rows = _main_links(pairs)
        if len(rows) >= _FEWEST:
            yield _Group(containers[container], rows)


def _leads(link: Any, base: str) -> bool:
    target = attribute(link, "href")
    return bool(text_of(link) or attribute(link, "title")) and bool(
        web_link(target, base) or attribute(link, "onclick")
    )


def _main_links(pairs: Sequence[tuple[Any, Any]]) -> tuple[tuple[Any, Any], ...]:
    """Each row once, with the link that says most."""
    best: dict[int, tuple[Any, Any]] = {}
    for row, link in pairs:
        known = best.get(row.mem_id)
        if known is None or len(_title(link)) > len(_title(known[1])):
            best[row.mem_id] = (row, link)
    return tuple(best.values())


def _title(link: Any) -> str:
    return max(text_of(link), attribute(link, "title"), key=len)


def _kind(node: Any) -> str:
    """The tag with those of its classes that do not change from row to row."""
    classes = [name for name in _classes(node) if not _CHANGING.search(name)]
    return ".".join((node.tag, *sorted(classes)))


def _classes(node: Any) -> list[str]:
    return [name for name in attribute(node, "class").split() if _NAME.match(name)]


# --- scores -----------------------------------------------------------------------------------------------------


def _score(group: _Group, base: str, letters: int) -> float:
    """Dates tell most; then titles, links of one kind, and how many there are. Without dates it must be most of what
    the page links to: `letters` are those of all its links."""
    rows = group.rows
    links = [web_link(attribute(link, "href"), base) for _, link in rows]
    titles = [_title(link) for _, link in rows]
    dated = sum(_dated(row, link) for (row, _), link in zip(rows, links, strict=True)) / len(rows)
    long = sum(len(title) >= _TITLE for title in titles) / len(rows)
    alone = sum(_is_alone(row, link) for row, link in rows) / len(rows)
    unlike = len(set(titles)) / len(rows)
    kind = Counter(_shape(link) for link in links).most_common(1)[0][1] / len(rows)
    many = min(len(rows), 15) / 15
    score = 0.4 * dated + 0.25 * long + 0.15 * kind + 0.2 * many
    if dated < _DATED and sum(map(len, titles)) < _MOST * letters:
        return 0.0
    furniture = 0.5 if _in_furniture(group.container) else 1.0
    return score * alone * unlike * furniture * (1.0 if max(long, dated) > 0.5 else 0.5)


def _dated(row: Any, link: str) -> bool:
    return list_date(written_date(HtmlRow(row).text()), link, UTC) is not None


def _is_alone(row: Any, link: Any) -> bool:
    """No other link of the row says as much: a row with two titles is two rows, or a column of the page."""
    others = [_title(one) for one in row.css("a[href]") if attribute(one, "href") != attribute(link, "href")]
    return all(len(other) < max(_TITLE, len(_title(link)) // 2) for other in others)


def _shape(link: str) -> str:
    """An address without its numbers: pages of one kind differ in these."""
    parts = urlsplit(link)
    return f"{parts.hostname}{re.sub(r'[0-9a-f]{12,}|[0-9]+', '0', parts.path.rpartition('/')[0])}"


def _in_furniture(node: Any) -> bool:
    while node is not None and node.tag != "body":
        named = f"{attribute(node, 'class')} {attribute(node, 'id')}"
        if node.tag in ("nav", "footer", "header") or _FURNITURE.search(named):
            return True
        node = node.parent
    return False


# --- selectors --------------------------------------------------------------------------------------------------


def _options(tree: Any, group: _Group) -> dict[str, str]:
    """The shortest selectors that find exactly these rows; {} where there are none."""
    wanted = [row.mem_id for row, _ in group.rows]
    for item in sorted(_items(group), key=lambda css: not _is_named(css)):
        if [node.mem_id for node in tree.css(item)] == wanted or _finds(tree, item, wanted):
            return {"item": item, **_fields(group)}
    return {}


def _finds(tree: Any, item: str, wanted: Sequence[int]) -> bool:
    """All of the rows, and little else that could pass for one."""
    found = tree.css(item)
    others = [node for node in found if node.mem_id not in set(wanted)]
    return len(found) - len(others) == len(wanted) and not any(node.css_first("a[href]") for node in others)


def _items(group: _Group) -> Iterator[str]:
    """Candidates, the plainest first: below the container's name, then below those around it."""
    first = group.rows[0][0]
    tag, kind = first.tag, _kind(first)
    named = [kind, tag] if "." in kind else [tag]
    if "." in kind:
        yield kind
    path = ""
    node = group.container
    for _ in range(_CLIMB):
        if node is None or node.tag in ("html", "-document"):
            return
        for name in _names(node):
            for row in named:
                selector = f"{name} {path}{row}" if path else f"{name} > {row}" if row == "div" else f"{name} {row}"
                if _is_selector(selector):
                    yield selector
        path = f"{node.tag} > {path}"
        node = node.parent


def _is_named(css: str) -> bool:
    """It hangs on a name that somebody gave, not on tags alone."""
    return "." in css or "#" in css


def _names(node: Any) -> Iterator[str]:
    if _NAME.match(attribute(node, "id")) and not re.search(r"\d{3}", attribute(node, "id")):
        yield f"#{attribute(node, 'id')}"
    classes = [name for name in _classes(node) if not _CHANGING.search(name)]
    for name in classes:
        yield f".{name}"
    if classes:
        yield f"{node.tag}.{'.'.join(classes)}"
    if node.tag not in ("div", "td", "tr"):
        yield node.tag


@lru_cache(1_000)
def _is_selector(css: str) -> bool:
    try:
        check_css(css)
    except ValueError:
        return False
    return True


def _fields(group: _Group) -> dict[str, str]:
    """Where title, link and date stand within a row, in most of the rows."""
    link = _common(_within(row, link) for row, link in group.rows)
    titled = sum(bool(attribute(link, "title")) for _, link in group.rows) == len(group.rows)
    fuller = any(len(attribute(link, "title")) > len(text_of(link)) for _, link in group.rows)
    fields = {"title": f"{link}@title" if titled and fuller else link or "@title", "link": f"{link}@href"}
    if not link:  # the row is the link
        fields["title"] = "@title" if titled and fuller else ""
    date = _common(_date_place(row) for row, _ in group.rows)
    return {name: value for name, value in {**fields, "date": date}.items() if value}


def _common(places: Iterator[str]) -> str:
    counted = Counter(places).most_common(1)
    return counted[0][0] if counted else ""


def _within(row: Any, link: Any) -> str:
    """A selector, from the row, whose first find is this link."""
    if row.mem_id == link.mem_id:
        return ""
    parent = link.parent
    classes = [name for name in _classes(link) if not _CHANGING.search(name)]
    around = [name for name in _classes(parent) if not _CHANGING.search(name)] if parent.mem_id != row.mem_id else []
    first = [name for name in _classes(row.css_first("a")) if not _CHANGING.search(name)]
    candidates = [
        "a",
        *(f"a.{name}" for name in classes),
        *(f".{name} a" for name in around),
        *(f"a:not(.{name})" for name in first),
        f"{parent.tag} > a",
        "a:last-of-type",
    ]
    return next((one for one in candidates if _is_first(row, one, link)), "a")


def _is_first(row: Any, css: str, node: Any) -> bool:
    """The selector finds this node before any other of the row."""
    found = row.css_first(css) if _is_selector(css) else None
    return found is not None and bool(found.mem_id == node.mem_id)


def _date_place(row: Any) -> str:
    """A selector, from the row, whose first find is the innermost element that is nothing but a date."""
    for node in row.css("*"):
        text = text_of(node)
        if node.mem_id == row.mem_id or node.tag == "a" or not written_date(text) or len(text) > 24:
            continue
        names = [f".{name}" for name in _classes(node) if not _CHANGING.search(name)]
        return next((one for one in (*names, node.tag) if _is_first(row, one, node)), "")
    return ""
