"""The rows of a list -> items: title, address, date. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from typing import Any

from notifier.sources.listing.dates import list_date, written_date
from notifier.sources.listing.markup import link_key, parse, web_link
from notifier.sources.listing.selectors import attribute, parse_selector, text_of
from notifier.sources.listing.spec import Listing

MAX_ITEMS = 1_000  # of one page
_MAX_TITLE = 500  # characters
_CUT = re.compile(r"\s*(?:…+|\.{2,}|。{2,}|⋯+)$")
_BULLET = re.compile(r"^[\s·•▪■◆●»>]+")
_ENDS = " \t\u3000()（）[]【】·|-—"
_FIELD = re.compile(r"\{([^{}]+)\}")
_selector = cache(parse_selector)


@dataclass(frozen=True, slots=True)
class Item:
    """A row that leads somewhere. `written` is its date as it stands there, `at` the moment (ISO 8601) or "";
    `cut`: its title ends in …."""

    title: str
    link: str
    written: str = ""
    at: str = ""
    cut: bool = False

    @property
    def key(self) -> str:
        return link_key(self.link)

    @property
    def published_at(self) -> datetime | None:
        return datetime.fromisoformat(self.at) if self.at else None

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Rows:
    """What a page's rows came to. `counts`: how many rows have what; `without`: titles of rows without address."""

    items: tuple[Item, ...] = ()
    without: tuple[str, ...] = ()
    counts: Mapping[str, int] | None = None


class HtmlRow:
    """An element of the page."""

    def __init__(self, node: Any) -> None:
        self._node = node

    def value(self, selector: str) -> str:
        return _selector(selector).value(self._node)

    def title(self, selector: str) -> str:
        """The text; the fuller form in its link's title, where it is cut or nothing is said."""
        stated = _selector(selector or "a")
        for node in stated.nodes(self._node):
            if text := stated.read(node) or text_of(node):
                return _fuller(text, _titles_around(node, self._node)) if not stated.attribute else text
        return "" if selector or self._node.tag != "a" else text_of(self._node)

    def link(self) -> str:
        return _selector("a@href").value(self._node)

    def text(self) -> str:
        return " ".join(piece for node in self._node.traverse(include_text=True) if (piece := _own_text(node)))


class FieldRow:
    """An object of JSON, or the n-th of each array in a script."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def value(self, selector: str) -> str:
        """A key, a path of keys (a.b), or a text with {key} in it."""
        if "{" in selector:
            return _FIELD.sub(lambda found: self.value(found[1]), selector)
        value: Any = self._fields
        for key in selector.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""

    def title(self, selector: str) -> str:
        title = self.value(selector or "title")
        return text_of(parse(title).root) if "<" in title or "&" in title else title

    def link(self) -> str:
        return self.value("url") or self.value("urls") or self.value("link")

    def text(self) -> str:
        return ""


Row = HtmlRow | FieldRow


def html_rows(tree: Any, listing: Listing) -> list[Row]:
    return [HtmlRow(node) for node in tree.css(listing.item)[:MAX_ITEMS]]


def read_rows(rows: Sequence[Row], listing: Listing, *, base: str, zone: tzinfo) -> Rows:
    """The items in the order of the page, each address once. A row that says nothing (a head, a spacer) is no row."""
    items: dict[str, Item] = {}
    without: list[str] = []
    counts = {"rows": 0, "title": 0, "link": 0, "date": 0}
    for row in rows:
        item = _item(row, listing, base, zone)
        if not item.title and not item.link:
            continue
        for name, found in (("rows", True), ("title", item.title), ("link", item.link), ("date", item.at)):
            counts[name] += bool(found)
        if not item.link:
            without.append(item.title)
        elif item.title:
            items.setdefault(item.key, item)
    return Rows(tuple(items.values()), tuple(without), counts)


def _item(row: Row, listing: Listing, base: str, zone: tzinfo) -> Item:
    link = web_link(_part(row.value(listing.link) if listing.link else row.link(), listing.link_regex), base)
    stated = row.value(listing.date) if listing.date else written_date(row.text())
    written = _part(stated, listing.date_regex)
    at = list_date(written, link, zone)
    title = _without_date(_part(row.title(listing.title), listing.title_regex), written)
    return Item(
        title=_CUT.sub("…", title)[:_MAX_TITLE],
        link=link,
        written=written[:100],
        at=at.isoformat() if at else "",
        cut=bool(_CUT.search(title)),
    )


def _part(text: str, pattern: str) -> str:
    """What of `text` the pattern means: its first group, or all that it matches."""
    if not pattern:
        return text
    import re2

    found = re2.search(pattern, text)
    return (found[1] if found.re.groups else found[0]) or "" if found else ""


def _without_date(title: str, written: str) -> str:
    """A link that holds the date as well: the title is what is left."""
    title = _BULLET.sub("", title)
    for cut in (title.removesuffix(written), title.removeprefix(written)) if written else ():
        if cut != title and cut.strip(_ENDS):
            return cut.rstrip(" \t\u3000([（【·|-—").lstrip(" \t\u3000)]）】·|-—")
    return title


def _fuller(text: str, others: Iterator[str]) -> str:
    """The longer form of a title that ends in …: one that begins as it does."""
    begin = _CUT.sub("", text)
    if begin == text:
        return text
    return next((other for other in others if other.startswith(begin) and len(other) > len(begin)), text)


def _titles_around(node: Any, row: Any) -> Iterator[str]:
    yield from filter(None, (attribute(found, "title") for found in (node, *node.css("[title]"), *row.css("[title]"))))
    if node.parent is not None:
        yield attribute(node.parent, "title")


def _own_text(node: Any) -> str:
    return " ".join((node.text_content or "").split()) if node.tag == "-text" else ""
