"""What a list remembers between polls, and what is news by it. Pure; the cursor is JSON and bounded.

An item is known by its address, or by title and date where it moved. What the last first page showed is the anchor:
older pages are followed until one of its items is met, so that an outage is caught up, and not a row further, so that
older items, which nobody ever looked at, are no news.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from notifier.sources.listing.rows import Item
from notifier.sources.listing.visits import Visit, first_due, from_dict, to_list

_LAST = 3  # rows that say with which day a page ends
KEPT = 1_000  # items that left the list and may come back, at least
MAX_WAITING = 1_000  # items whose page is still to be fetched
UNREAD = "-"  # before what an item said that was there at the start, or below the anchor: its page was never fetched


@dataclass(slots=True)
class Memory:
    """seen: short key -> what the list said of it. anchor: keys of the last first page, in its order; floor: the day of
    its last row. waiting: items whose page has still to be fetched, with the number of tries. gap: how often an older
    page could not be had; the anchor is then still the one before it. visits: short key -> its page as it was last."""

    seen: dict[str, str] = field(default_factory=dict)
    anchor: list[str] = field(default_factory=list)
    floor: str = ""
    waiting: list[tuple[Item, int]] = field(default_factory=list)
    gap: int = 0
    visits: dict[str, Visit] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not self.anchor and not self.seen

    def unread(self, item: Item) -> bool:
        """Its page was never fetched."""
        return self.seen.get(key_of(item), UNREAD).startswith(UNREAD)


def short(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]


def key_of(item: Item) -> str:
    return short(item.key)


def said_of(item: Item) -> str:
    return short(item.title, item.written)


def read_memory(cursor: Mapping[str, Any]) -> Memory:
    return Memory(
        seen={str(key): str(said) for key, said in cursor.get("seen", ())},
        anchor=list(cursor.get("anchor", ())),
        floor=str(cursor.get("floor", "")),
        waiting=[(Item(**item), int(tries)) for item, tries in cursor.get("waiting", ())],
        gap=int(cursor.get("gap", 0)),
        visits={key_of(visit.item): visit for visit in map(from_dict, cursor.get("visits", ()))},
    )


def has_work(cursor: Mapping[str, Any], now: datetime) -> bool:
    """Whether pages of items wait to be fetched, whatever the list says."""
    due = cursor.get("due")
    return bool(cursor.get("waiting")) or bool(due and datetime.fromisoformat(due) <= now)


def to_cursor(memory: Memory, *, now: datetime) -> dict[str, Any]:
    """Bounded: what the first page shows is kept, and of the rest the latest. "due": when the first visit is."""
    due = first_due(memory.visits, now)
    shown = set(memory.anchor)
    others = [pair for pair in memory.seen.items() if pair[0] not in shown][-KEPT:]
    return {
        "seen": [list(pair) for pair in (*others, *(pair for pair in memory.seen.items() if pair[0] in shown))],
        "anchor": memory.anchor,
        "floor": memory.floor,
        "waiting": [[item.to_dict(), tries] for item, tries in memory.waiting[-MAX_WAITING:]],
        "gap": memory.gap,
        "visits": to_list(memory.visits, now),
        "due": due.isoformat() if due else "",
    }


@dataclass(frozen=True, slots=True)
class News:
    """fresh: items to fetch. below: items that are older than what we know. further: the next page may hold news."""

    fresh: tuple[Item, ...]
    below: tuple[Item, ...] = ()
    further: bool = False


def first_page(items: Sequence[Item], memory: Memory) -> News:
    """What is new on the first page, wherever it stands: pinned items, and late ones that are put in by date.

    Rows below the last known one are news unless they only moved up: as many as rows were taken away, or, at the end,
    older than what stood last.
    """
    if memory.empty:
        return News(tuple(items))
    known = _known(items, memory)
    last = max((at for at, yes in enumerate(known) if yes), default=-1)
    trailing = items[last + 1 :]
    moved = trailing if len(trailing) <= _taken_away(items, memory) else _older_end(trailing, memory)
    below = set(map(key_of, moved))
    fresh = [item for item, yes in zip(items, known, strict=True) if not yes and key_of(item) not in below]
    changed = [item for item in items if _is_changed(item, memory)]
    return News((*fresh, *changed), tuple(moved), further=len(trailing) > len(moved) or memory.gap > 0)


def later_page(items: Sequence[Item], memory: Memory, *, first: Sequence[Item], pinned: bool) -> News:
    """What is new on an older page: what stands above the first anchor. What the first page shows, too, is pinned."""
    shown = {key_of(item) for item in first} if pinned else set()
    anchors = set(memory.anchor) - shown
    at = next((at for at, item in enumerate(items) if key_of(item) in anchors), len(items))
    known = _known(items, memory)
    fresh = [item for item, yes in zip(items[:at], known, strict=False) if not yes and key_of(item) not in shown]
    new = fresh[: len(fresh) - len(_older_end(fresh, memory))]
    below = [item for item in (*fresh, *items[at:]) if item not in new and key_of(item) not in memory.seen]
    return News(tuple(new), tuple(below), further=at == len(items) and bool(new or memory.gap))


def remember(memory: Memory, items: Sequence[Item], *, unread: bool = False) -> None:
    """Items that were taken, or (unread) only seen."""
    for item in items:
        key = key_of(item)
        before = memory.seen.pop(key, UNREAD + said_of(item))
        memory.seen[key] = before if unread else said_of(item)


def has_moved(item: Item, memory: Memory) -> bool:
    """It stands under another address, too."""
    said, key = said_of(item), key_of(item)
    return bool(item.written) and any(
        known.removeprefix(UNREAD) == said and other != key for other, known in memory.seen.items()
    )


def _known(items: Sequence[Item], memory: Memory) -> list[bool]:
    """By its address; by title and date, where the address that had them is not there any more."""
    here = {key_of(item) for item in items}
    moved = {said.removeprefix(UNREAD) for key, said in memory.seen.items() if key not in here}
    return [key_of(item) in memory.seen or bool(item.written and said_of(item) in moved) for item in items]


def _is_changed(item: Item, memory: Memory) -> bool:
    said = memory.seen.get(key_of(item), UNREAD)
    return not said.startswith(UNREAD) and said != said_of(item)


def _older_end(items: Sequence[Item], memory: Memory) -> Sequence[Item]:
    """The rows at the end that are older than what stood last. An old date above a newer one is a late notice."""
    end = len(items)
    while end and _older(items[end - 1], memory):
        end -= 1
    return items[end:]


def _older(item: Item, memory: Memory) -> bool:
    return bool(item.at and memory.floor) and _day(item.at) < _day(memory.floor)


def floor_of(items: Sequence[Item]) -> str:
    """The day at which a page ends; one row with a wrong date does not decide."""
    return min([item.at for item in items if item.at][-_LAST:], default="")


def _day(at: str) -> str:
    return datetime.fromisoformat(at).date().isoformat()


def _taken_away(items: Sequence[Item], memory: Memory) -> int:
    """How many rows of the last first page are gone although some below them are there."""
    here = {key_of(item) for item in items}
    last = max((at for at, key in enumerate(memory.anchor) if key in here), default=-1)
    return sum(key not in here for key in memory.anchor[: last + 1])
