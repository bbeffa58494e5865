"""Lists of feeds (OPML) to sources and back: what is there already is passed over, no name comes twice. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

from notifier.domain import Source
from notifier.sources.feed.opml import Listed


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a list becomes a source: rows as [[sources]] has them. `known`: those that are sources already, or stand
    in the list twice; `renamed`: (title, the name it got instead)."""

    rows: tuple[dict[str, object], ...]
    known: tuple[Listed, ...]
    renamed: tuple[tuple[str, str], ...]


def choose(listed: Iterable[Listed], existing: Mapping[str, str]) -> Chosen:
    """`existing`: the addresses of sources by their names."""
    names, addresses = set(existing), set(existing.values())
    rows: list[dict[str, object]] = []
    known, renamed = [], []
    for feed in listed:
        if feed.url in addresses:
            known.append(feed)
            continue
        name = _free_name(feed, names)
        if name != feed.title:
            renamed.append((feed.title, name))
        names.add(name)
        addresses.add(feed.url)
        rows.append({"name": name, "kind": "feed", "url": feed.url, "category": feed.category})
    return Chosen(tuple(rows), tuple(known), tuple(renamed))


def _free_name(feed: Listed, taken: set[str]) -> str:
    """The title; where that is taken, with its folder, its host, or a number."""
    further = [feed.category.rpartition("/")[2], urlsplit(feed.url).hostname or ""]
    names = [feed.title, *(f"{feed.title}（{more}）" for more in further if more)]
    numbered = (f"{names[-1]} {number}" for number in count(2))
    return next((name for name in names if name not in taken), "") or next(n for n in numbered if n not in taken)


def listed(sources: Sequence[Source]) -> list[Listed]:
    """The feeds among the sources."""
    return [
        Listed(source.name, source.address, str(source.options.get("category", "")))
        for source in sources
        if source.kind == "feed"
    ]
