"""How much of a list is found: items, and how many of them have a title, a link, a date. Pure."""

import datetime as dt
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from notifier.domain import SeenItem

PARTS = ("titled", "linked", "dated")
_ENOUGH = 3  # looks that tell what is usual; items that tell a share
_USUAL = 0.8  # of the items have a part that counts on being there
_FALLEN = 0.5  # of that share, at which its selector no longer finds it
_MANY, _FEW = 8, 0.25  # items of a page that is usually full, and the part of them that is too few


class Look(NamedTuple):
    """One look at a list: when, how many items, and how many of them have each part."""

    at: dt.datetime
    items: int
    titled: int
    linked: int
    dated: int

    def share(self, part: str) -> float:
        count: int = getattr(self, part)
        return count / self.items if self.items else 0.0


def look_at(items: Sequence[SeenItem], now: dt.datetime) -> Look:
    return Look(
        now,
        len(items),
        sum(item.titled for item in items),
        sum(item.linked for item in items),
        sum(item.day is not None for item in items),
    )


def is_odd(look: Look, usual: Sequence[Look]) -> bool:
    return is_empty(look, usual) or is_thin(look, usual) or bool(lost_parts(look, usual))


def is_empty(look: Look, usual: Sequence[Look]) -> bool:
    """Nothing, where there was always something."""
    return not look.items and bool(usual) and all(one.items for one in usual)


def is_thin(look: Look, usual: Sequence[Look]) -> bool:
    """Hardly anything of a page that is usually full."""
    typical = typical_items(usual)
    return typical >= _MANY and 0 < look.items <= typical * _FEW


def typical_items(usual: Sequence[Look]) -> float:
    return median(one.items for one in usual) if len(usual) >= _ENOUGH else 0.0


def lost_parts(look: Look, usual: Sequence[Look]) -> list[str]:
    """Parts that nearly all items had and most have not now: what its selector found stands elsewhere."""
    full = [one for one in usual if one.items >= _ENOUGH]
    if len(full) < _ENOUGH or not look.items:
        return []
    shares = {part: median(one.share(part) for one in full) for part in PARTS}
    return [part for part in PARTS if shares[part] >= _USUAL and look.share(part) <= shares[part] * _FALLEN]
