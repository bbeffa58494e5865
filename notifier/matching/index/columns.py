"""Columns of numbers that grow, and a many-to-many table of two tiers. Both are read while they are written.

A reader takes a column's `array` or a table's tier once and reads that: what a writer adds meanwhile it may miss, but it
never sees half of it.
"""

from threading import Lock
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

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

    def extend(self, values: NDArray[Any]) -> int:
        """Where the first of them stands."""
        at, end = self._length, self._length + len(values)
        if end > len(self.array):
            self._grow(end)
        self.array[at:end] = values
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
    """The main tier: key k has values[offsets[k]:offsets[k + 1]]. The delta tier: what came after it was built."""

    offsets: Ids
    values: Ids
    delta: dict[int, list[int]]
    in_delta: Column[np.bool_]


class Fanout:
    """Keys with any number of values each, both small whole numbers; pairs are only ever added."""

    def __init__(self) -> None:
        self._keys = Column(np.int32)
        self._values = Column(np.int32)
        self._lock = Lock()
        self._tiers = _Tiers(np.zeros(1, np.int32), np.zeros(0, np.int32), {}, Column(np.bool_))
        self.in_main = 0  # pairs

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: int, value: int) -> None:
        with self._lock:
            self._keys.append(key)
            self._values.append(value)
            self._put(self._tiers, key, value)

    @staticmethod
    def _put(tiers: _Tiers, key: int, value: int) -> None:
        known = tiers.delta.get(key)
        if known is None:
            tiers.delta[key] = [value]
            if key >= len(tiers.in_delta):
                tiers.in_delta.extend(np.zeros(key + 1 - len(tiers.in_delta), np.bool_))
            tiers.in_delta.array[key] = True
        else:
            known.append(value)

    def expand(self, keys: Ids) -> Ids:
        """All values of these keys, tier by tier; a value as often as it stands there."""
        offsets, values, delta, in_delta = self._tiers
        known = keys[keys < len(offsets) - 1]
        starts = offsets[known]
        counts = offsets[known + 1] - starts
        ends = counts.cumsum(dtype=np.int32)
        found: Ids = values[
            np.repeat(starts - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0, dtype=np.int32)
        ]
        if not delta:
            return found
        flags = in_delta.array
        fresh = keys[keys < len(flags)]
        late = [value for key in fresh[flags[fresh]].tolist() for value in delta[key]]
        return np.concatenate([found, np.array(late, np.int32)]) if late else found

    def rebuild(self, keys: Ids | None = None, wanted: NDArray[np.bool_] | None = None) -> None:
        """Move all pairs into the main tier. `keys` replace the keys so far; pairs not `wanted` leave.

        Both are of the first pairs; what is added meanwhile by other threads goes into the new delta tier.
        """
        taken = len(self._keys) if keys is None else len(keys)
        new_keys = self._keys.array[:taken].copy() if keys is None else keys
        new_values = self._values.array[:taken].copy()
        if wanted is not None:
            new_keys, new_values = new_keys[wanted], new_values[wanted]
        order = np.argsort(new_keys, kind="stable")
        counts = np.bincount(new_keys) if len(new_keys) else np.zeros(0, np.int64)
        offsets = np.concatenate([[0], counts.cumsum()]).astype(np.int32)
        tiers = _Tiers(offsets, new_values[order], {}, Column(np.bool_))
        with self._lock:
            self._replace(tiers, new_keys, new_values, taken)

    def _replace(self, tiers: _Tiers, keys: Ids, values: Ids, taken: int) -> None:
        later = (self._keys.filled()[taken:].copy(), self._values.filled()[taken:].copy())
        for key, value in zip(*(column.tolist() for column in later), strict=True):
            self._put(tiers, key, value)
        self._keys, self._values = Column(np.int32), Column(np.int32)
        for column, first, last in ((self._keys, keys, later[0]), (self._values, values, later[1])):
            column.extend(first)
            column.extend(last)
        self._tiers, self.in_main = tiers, len(keys)

    @property
    def in_delta(self) -> int:
        return len(self._keys) - self.in_main

    def pairs(self) -> tuple[Ids, Ids]:
        """All keys and values, in the order of adding; copies."""
        with self._lock:
            return self._keys.filled().copy(), self._values.filled().copy()

    def nbytes(self) -> int:
        tiers = self._tiers
        return sum(each.nbytes for each in (self._keys.array, self._values.array, tiers.offsets, tiers.values))
