"""What a list no longer shows although its neighbours are still there: 撤稿, not the turn of the page. Pure."""

import datetime as dt
from typing import NamedTuple

_STAY = 3  # neighbours that must remain
_MOST = 2 / 3  # of what stood above the last that remains
_PINNED = 3  # places in which an undated item may only have been pinned


class Placed(NamedTuple):
    """An item of a list in its place."""

    key: str
    day: dt.date | None


Page = tuple[Placed, ...]


def vanished(before: Page, now: Page) -> set[str]:
    """Keys of items that are gone from between others that remain.

    Not what moved to the next page, nor a page that shows other things altogether, nor an old item that was pinned to
    the top and is no more: that one is older than what remains below it.
    """
    here = {item.key for item in now}
    last = max((at for at, item in enumerate(before) if item.key in here), default=-1)
    above = before[: last + 1]
    stayed = [item for item in above if item.key in here]
    if len(stayed) < max(_STAY, _MOST * len(above)):
        return set()
    return {item.key for at, item in enumerate(above) if item.key not in here and _belongs(at, item, above, here)}


def _belongs(at: int, item: Placed, above: Page, here: set[str]) -> bool:
    """It stood where its date put it: something that remains below is as old or older."""
    days = [other.day for other in above[at + 1 :] if other.key in here and other.day]
    if item.day is None or not days:
        return at >= _PINNED
    return item.day >= min(days)
