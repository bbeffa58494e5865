"""Return visits: which items' pages are looked at again, and what they were like the last time. Pure.

A page is edited, or taken away, and the list says nothing of it (sources.md, 16). So it is asked for again an hour
after it came, then whenever its age has doubled, until it is a month old: ten conditional requests in all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from notifier.sources.listing.rows import Item

KEPT = 100  # items, the latest
AT_ONCE = 5  # visits that one poll makes
_FIRST = timedelta(hours=1)
_OLDEST = timedelta(days=30)
_SURE = 2  # visits in a row that find a page gone, until it is


@dataclass(frozen=True, slots=True)
class Copy:
    """A file as it was had last. `said`: a digest of what it says, "" where it never could be had."""

    url: str
    etag: str = ""
    last_modified: str = ""
    said: str = ""

    @property
    def conditions(self) -> dict[str, str]:
        return {"etag": self.etag, "last_modified": self.last_modified}


@dataclass(frozen=True, slots=True)
class Visit:
    """An item, its own page and the files attached to it as they were at the last visit. missed: visits in a row that
    found the page gone."""

    item: Item
    page: Copy
    files: tuple[Copy, ...]
    first: datetime
    last: datetime
    missed: int = 0

    @property
    def gone(self) -> bool:
        return self.missed >= _SURE

    @property
    def due(self) -> datetime:
        """The moment from which on it is visited again; the second look at a page that was gone comes soon."""
        return self.last + (_FIRST if self.missed == 1 else max(_FIRST, self.last - self.first))

    def is_old(self, now: datetime) -> bool:
        return now - self.first > _OLDEST


def due_visits(visits: Mapping[str, Visit], now: datetime) -> list[str]:
    """Keys of those that are to be made now, the longest due first."""
    waiting = [(visit.due, key) for key, visit in visits.items() if not visit.is_old(now)]
    return [key for at, key in sorted(waiting) if at <= now][:AT_ONCE]


def first_due(visits: Mapping[str, Visit], now: datetime) -> datetime | None:
    """None where none is to be made any more."""
    return min((visit.due for visit in visits.values() if not visit.is_old(now)), default=None)


def found(visit: Visit, now: datetime) -> Visit:
    """The page is there. Its age counts from the first time, however often it changes."""
    return replace(visit, last=now, missed=0)


def missed(visit: Visit, now: datetime) -> Visit:
    return replace(visit, last=now, missed=visit.missed + 1)


def failed(visit: Visit, now: datetime) -> Visit:
    """Nothing is known: what was gone stays so, what was missed once was not missed in a row."""
    return replace(visit, last=now, missed=visit.missed if visit.gone else 0)


def to_list(visits: Mapping[str, Visit], now: datetime) -> list[dict[str, Any]]:
    """As JSON, bounded: old ones are forgotten, and of the others the latest kept."""
    kept = sorted((visit for visit in visits.values() if not visit.is_old(now)), key=lambda visit: visit.first)
    return [_to_dict(visit) for visit in kept[-KEPT:]]


def _to_dict(visit: Visit) -> dict[str, Any]:
    return {
        "item": visit.item.to_dict(),
        "page": _copy_to_list(visit.page),
        "files": [_copy_to_list(one) for one in visit.files],
        "first": visit.first.isoformat(),
        "last": visit.last.isoformat(),
        "missed": visit.missed,
    }


def _copy_to_list(copy: Copy) -> list[str]:
    return [copy.url, copy.etag, copy.last_modified, copy.said]


def from_dict(data: Mapping[str, Any]) -> Visit:
    return Visit(
        item=Item(**data["item"]),
        page=Copy(*data["page"]),
        files=tuple(Copy(*one) for one in data["files"]),
        first=datetime.fromisoformat(data["first"]),
        last=datetime.fromisoformat(data["last"]),
        missed=data["missed"],
    )
