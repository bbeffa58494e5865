"""Finds every literal of a large, growing set in a text, all places, overlapping: hashes of n-grams against a table.

Up to three characters are their own hash. Beyond, the hash of codes[i:i + n] is (H[i + n] - H[i]) / B**i modulo 2**63,
with H the running sum of codes[j] * B**j and B a secret odd number: the hashes of all n-grams of a text are a few
operations on arrays, whatever n. A literal is kept under as many characters as _SIZES has; a bit table sorts out almost
all n-grams that begin none, chains of literals of one slot do the rest, and at last the characters of those that are
longer than three are compared: a hash decides nothing.

Against an Aho-Corasick automaton this has no build: a literal counts at once, and growing is a matter of milliseconds.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from notifier.matching.fold import Codes, Flags, Offsets, code_points
from notifier.matching.index.columns import Column, Ids

_SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32)  # characters that are hashed
_EXACT = 3  # characters that are their own hash
_CODE_BITS = 21
_HASHED = np.uint64(1 << 63)  # marks a hash that is not the characters themselves
_BASE = secrets.randbits(63) | 1
_INVERSE = pow(_BASE, -1, 1 << 64)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio: Fibonacci hashing
_FEWEST = 1 << 10  # slots
_BITS_A_SLOT = 2  # of the bit table, as a power of two


_SHIFTS = (_CODE_BITS * np.arange(_EXACT)).astype(np.uint64)


class Scanner(Protocol):
    """What finds literals."""

    numbers: dict[str, int]  # of each literal, from 0 in the order of adding
    lengths: Column[np.int32]  # of each literal

    def add(self, texts: Iterable[str]) -> None:
        """Number those that are new. They are folded and not empty."""
        ...

    def scan(self, codes: Codes) -> tuple[Ids, Offsets]:
        """The numbers of the literals that stand in the text, and where each begins."""
        ...

    def rebuild(self) -> None:
        """Make room; other threads may scan and add meanwhile."""
        ...

    def nbytes(self) -> int: ...


class _Table(NamedTuple):
    """`heads` has the last literal of each slot, `before` the one before it of the same slot; -1 for none."""

    bits: NDArray[np.bool_]
    heads: Ids
    before: Column[np.int32]
    shift: int


class _Powers:
    """B**i and 1 / B**i for i of texts as long as any so far."""

    def __init__(self) -> None:
        self.up = self.down = np.ones(1, np.uint64)

    def reach(self, length: int) -> None:
        if length > len(self.up):
            self.up, self.down = (_powers(base, 2 * length) for base in (_BASE, _INVERSE))


def _powers(base: int, count: int) -> NDArray[np.uint64]:
    found = np.ones(count, np.uint64)
    np.multiply.accumulate(np.full(count - 1, base, np.uint64), out=found[1:])
    return found


class LiteralScanner:
    """Literals are numbered from 0 in the order of adding; none ever leaves."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._codes = Column(np.uint32)
        self._begins = Column(np.int32)
        self._hashes = Column(np.uint64)
        self.lengths = Column(np.int32)
        self._sizes: tuple[int, ...] = ()
        self._powers = _Powers()
        self._powers.reach(_SIZES[-1])
        self._lock = Lock()
        self._table = _new_table(_FEWEST)

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, texts: Iterable[str]) -> None:
        fresh = [text for text in dict.fromkeys(texts) if text not in self.numbers]
        if not fresh:
            return
        lengths = np.fromiter(map(len, fresh), np.int32, len(fresh))
        codes = code_points("".join(fresh))
        begins = lengths.cumsum(dtype=np.int32) - lengths
        hashes = self._hashed(codes, begins, lengths)
        with self._lock:
            self.lengths.extend(lengths)
            self._begins.extend(begins + self._codes.extend(codes))
            first = self._hashes.extend(hashes)
            _put(self._table, hashes, first=first)
            self._sizes = tuple(sorted({*self._sizes, *map(int, np.unique(_hashed_sizes(lengths)))}))
            self.numbers.update(zip(fresh, range(first, first + len(fresh)), strict=True))

    def _hashed(self, codes: Codes, begins: Offsets, lengths: Offsets) -> NDArray[np.uint64]:
        hashes = np.zeros(len(begins), np.uint64)
        sizes = _hashed_sizes(lengths)
        for size in np.unique(sizes).tolist():
            these = np.flatnonzero(sizes == size)
            grams = codes[begins[these, None] + np.arange(size)].astype(np.uint64)
            if size > _EXACT:
                hashes[these] = (grams * self._powers.up[:size]).sum(axis=1, dtype=np.uint64) | _HASHED
            else:
                hashes[these] = (grams << _SHIFTS[:size]).sum(axis=1, dtype=np.uint64)
        return hashes

    def scan(self, codes: Codes) -> tuple[Ids, Offsets]:
        length, sizes, table = len(codes), self._sizes, self._table
        places, hashes = [np.zeros(0, np.intp)], [np.zeros(0, np.uint64)]
        for hashed in self._grams(codes, [size for size in sizes if size <= length]):
            maybe = np.flatnonzero(table.bits[_slots(hashed, table.shift - _BITS_A_SLOT)])
            places.append(maybe)
            hashes.append(hashed[maybe])
        return self._checked(codes, table, np.concatenate(places), np.concatenate(hashes))

    def _grams(self, codes: Codes, sizes: Sequence[int]) -> Iterator[NDArray[np.uint64]]:
        """The hashes of all n-grams of these sizes."""
        length = len(codes)
        self._powers.reach(length + 1)
        up, down = self._powers.up, self._powers.down
        wide = codes.astype(np.uint64)
        sums = np.zeros(length + 1, np.uint64)
        np.cumsum(wide * up[:length], out=sums[1:])
        for size in sizes:
            count = length + 1 - size
            if size > _EXACT:
                hashed = sums[size:] - sums[:count]
                hashed *= down[:count]
                hashed |= _HASHED
            else:
                hashed = wide[:count].copy()
                for at in range(1, size):
                    hashed |= wide[at : at + count] << _SHIFTS[at]
            yield hashed

    def _checked(
        self, codes: Codes, table: _Table, places: NDArray[np.intp], hashes: NDArray[np.uint64]
    ) -> tuple[Ids, Offsets]:
        """The literals under these hashes that really stand at these places."""
        known, before = self._hashes.array, table.before.array
        found, where = [np.zeros(0, np.int32)], [np.zeros(0, np.intp)]
        literals = table.heads[_slots(hashes, table.shift)]
        while len(literals):
            same = known[literals] == hashes
            same &= literals >= 0
            found.append(literals[same])
            where.append(places[same])
            literals = before[literals]
            more = np.flatnonzero(literals >= 0)
            literals, places, hashes = literals[more], places[more], hashes[more]
        return self._compared(codes, np.concatenate(found), np.concatenate(where).astype(np.int32))

    def _compared(self, codes: Codes, literals: Ids, places: Offsets) -> tuple[Ids, Offsets]:
        """Those of which every character is the text's."""
        lengths = self.lengths.array[literals]
        right = lengths <= _EXACT
        some = np.flatnonzero(~right & (places + lengths <= len(codes)))
        if len(some):
            right[some] = self._equal(codes, literals[some], places[some], lengths[some])
        return literals[right], places[right]

    def _equal(self, codes: Codes, literals: Ids, places: Offsets, lengths: Offsets) -> Flags:
        ends = lengths.cumsum(dtype=np.int32)
        steps = np.arange(ends[-1], dtype=np.int32)
        ours = self._codes.array[steps + np.repeat(self._begins.array[literals] - ends + lengths, lengths)]
        differ = ours != codes[steps + np.repeat(places - ends + lengths, lengths)]
        equal: Flags = ~np.logical_or.reduceat(differ, ends - lengths)
        return equal

    def rebuild(self) -> None:
        """Make room for as many literals again; other threads may scan and add meanwhile."""
        taken = len(self)
        table = _new_table(2 * taken)
        _put(table, self._hashes.array[:taken], first=0)
        with self._lock:
            _put(table, self._hashes.filled()[taken:], first=taken)
            self._table = table

    @property
    def load(self) -> float:
        """Literals a slot."""
        return len(self) / len(self._table.heads)

    def nbytes(self) -> int:
        columns = (self._codes, self._begins, self._hashes, self.lengths, self._table.before)
        return sum(column.array.nbytes for column in columns) + self._table.bits.nbytes + self._table.heads.nbytes


def _new_table(slots: int) -> _Table:
    bits = max(slots, _FEWEST).bit_length()
    return _Table(
        np.zeros(1 << (bits + _BITS_A_SLOT), np.bool_),
        np.full(1 << bits, -1, np.int32),
        Column(np.int32, -1),
        64 - bits,
    )


def _slots(hashes: NDArray[np.uint64], shift: int) -> NDArray[np.int64]:
    return ((hashes * _SPREAD) >> np.uint64(shift)).view(np.int64)


def _hashed_sizes(lengths: Offsets) -> NDArray[np.int64]:
    """How many characters of each literal are hashed."""
    return np.array(_SIZES)[np.searchsorted(_SIZES, lengths, side="right") - 1]


def _put(table: _Table, hashes: NDArray[np.uint64], *, first: int) -> None:
    """Put literals into their slots, numbered from `first`; of one slot, each behind the one before it."""
    slots = _slots(hashes, table.shift)
    order = np.argsort(slots, kind="stable").astype(np.int32)
    before = table.heads[slots]
    same = slots[order[1:]] == slots[order[:-1]]
    before[order[1:][same]] = order[:-1][same] + first
    table.before.extend(before)
    table.heads[slots] = np.arange(first, first + len(slots), dtype=np.int32)  # of one slot, the last one stays
    table.bits[_slots(hashes, table.shift - _BITS_A_SLOT)] = True
