"""Columns of numbers that grow, and a many-to-many table of two tiers. Both are read while they are written.

A reader takes a column's `array` or a table's tiers once and reads those: what a writer adds meanwhile it may miss, but
it never sees half of it.
"""

from collections.abc import Collection
from threading import Lock, local
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ids: TypeAlias = NDArray[np.int32]
_T = TypeVar("_T", bound=np.generic)

_FIRST_SIZE = 64


class Column(Generic[_T]):
    """Numbers of one kind, one after the other. `array` is longer than `len`: what is beyond holds `fill`."""

    def __init__(self, kind: type[_T], fill: Any = 0) -> None:
        self._fill = fill
        self._length = 0
        self.array: NDArray[_T] = np.full(_FIRST_SIZE, fill, kind)

    def __len__(self) -> int:
        return self._length

    def append(self, value: Any) -> int:
        """Where it stands now."""
        at = self._length
        if at == len(self.array):
            self._grow(at + 1)
        self.array[at] = value
        self._length = at + 1
        return at

    def extend(self, values: Collection[Any] | NDArray[Any]) -> int:
        """Where the first of them stands."""
        at, end = self._length, self._length + len(values)
        if end > len(self.array):
            self._grow(end)
        self.array[at:end] = values  # type: ignore[assignment]
        self._length = end
        return at

    def _grow(self, least: int) -> None:
        larger = np.full(max(least, 2 * len(self.array)), self._fill, self.array.dtype)
        larger[: self._length] = self.array[: self._length]
        self.array = larger

    def filled(self) -> NDArray[_T]:
        """What has been put in."""
        return self.array[: self._length]


class _Tiers(NamedTuple):
    """The main tier: key k has values[offsets[k]:offsets[k + 1]]. The delta tier: the pairs from `upto` on."""

    offsets: Ids
    values: Ids
    upto: int
    keys: Column[np.int32]  # of all pairs, in the order of adding
    all_values: Column[np.int32]


class Fanout:
    """Keys with any number of values each, both small whole numbers; pairs are only ever added."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tiers = _Tiers(np.zeros(1, np.int32), np.zeros(0, np.int32), 0, Column(np.int32), Column(np.int32))

    def __len__(self) -> int:
        return len(self._tiers.keys)

    @property
    def in_delta(self) -> int:
        return len(self._tiers.keys) - self._tiers.upto

    def add(self, keys: ArrayLike, values: ArrayLike) -> None:
        """Add pairs, to the delta tier."""
        new_keys, new_values = np.asarray(keys, np.int32), np.asarray(values, np.int32)
        with self._lock:
            self._tiers.all_values.extend(new_values)
            self._tiers.keys.extend(new_keys)

    def expand(self, keys: Ids) -> Ids:
        """All values of these keys, tier by tier; a value as often as it stands there."""
        offsets, values, upto, all_keys, all_values = self._tiers
        known = keys if keys.max(initial=-1) < len(offsets) - 1 else keys[keys < len(offsets) - 1]
        starts = offsets[known]
        counts = offsets[known + 1] - starts
        ends = counts.cumsum(dtype=np.int32)
        steps = np.arange(ends[-1] if len(ends) else 0, dtype=np.int32)
        found: Ids = values[np.repeat(starts - ends + counts, counts) + steps]
        fresh = all_keys.filled()[upto:]
        if not len(fresh) or not len(keys):
            return found
        wanted = np.zeros(max(fresh.max(), keys.max()) + 1, np.bool_)
        wanted[keys] = True
        return np.concatenate([found, all_values.array[upto : upto + len(fresh)][wanted[fresh]]])

    def rebuild(self, keys: Ids | None = None, wanted: NDArray[np.bool_] | None = None) -> None:
        """Move all pairs into the main tier. `keys` replace the keys so far; pairs not `wanted` leave.

        Both are of the first pairs; what other threads add meanwhile goes into the new delta tier.
        """
        old_keys, old_values = self.pairs()
        taken = len(old_keys) if keys is None else len(keys)
        kept = slice(None) if wanted is None else wanted
        new_keys = (old_keys[:taken] if keys is None else keys)[kept]
        new_values = old_values[:taken][kept]
        counts = np.bincount(new_keys) if len(new_keys) else np.zeros(0, np.int64)
        offsets = np.concatenate([[0], counts.cumsum()]).astype(np.int32)
        main = new_values[np.argsort(new_keys, kind="stable")]
        columns = Column(np.int32), Column(np.int32)
        for column, first in zip(columns, (new_keys, new_values), strict=True):
            column.extend(first)
        with self._lock:
            for column, last in zip(columns, (self._tiers.keys, self._tiers.all_values), strict=True):
                column.extend(last.filled()[taken:])
            self._tiers = _Tiers(offsets, main, len(new_keys), *columns)

    def pairs(self) -> tuple[Ids, Ids]:
        """All keys and values, in the order of adding; copies."""
        with self._lock:
            return self._tiers.keys.filled().copy(), self._tiers.all_values.filled().copy()

    def nbytes(self) -> int:
        offsets, values, _, keys, all_values = self._tiers
        return offsets.nbytes + values.nbytes + keys.array.nbytes + all_values.array.nbytes


class Distinct:
    """Small whole numbers, each once, without sorting: of equal ones, that which wrote its place last."""

    def __init__(self) -> None:
        self._scratch = local()

    def of(self, numbers: Ids) -> tuple[Ids, Ids]:
        """The distinct numbers, in no order, and where in them each of the numbers stands."""
        most = int(numbers.max(initial=0))
        places: Ids | None = getattr(self._scratch, "places", None)
        if places is None or len(places) <= most:
            places = self._scratch.places = np.zeros(2 * most + 1, np.int32)
        order = np.arange(len(numbers), dtype=np.int32)
        places[numbers] = order
        distinct: Ids = numbers[places[numbers] == order]
        places[distinct] = order[: len(distinct)]
        return distinct, places[numbers]
