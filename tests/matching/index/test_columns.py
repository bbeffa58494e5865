"""Tables of numbers: two tiers give what one dict of lists gives."""

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from notifier.matching.index.columns import Column, Distinct, Fanout

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 50)), max_size=20)
KEYS = st.lists(st.integers(0, 12), unique=True, max_size=8)


def expand(table: Fanout, keys: list[int]) -> list[int]:
    return sorted(table.expand(np.array(keys, np.int32)).tolist())


@given(st.lists(PAIRS, max_size=4), KEYS, st.sets(st.integers(0, 50)))
def test_a_fanout_gives_all_values_of_its_keys_from_both_tiers(
    batches: list[list[tuple[int, int]]], keys: list[int], gone: set[int]
) -> None:
    table, plain = Fanout(), defaultdict(list)
    for at, batch in enumerate(batches):
        table.add([key for key, _ in batch], [value for _, value in batch])
        for key, value in batch:
            plain[key].append(value)
        if at % 2:
            table.rebuild()
    assert expand(table, keys) == sorted(value for key in keys for value in plain[key])
    _, values = table.pairs()
    table.rebuild(wanted=~np.isin(values, list(gone)))
    assert table.in_delta == 0
    assert expand(table, keys) == sorted(value for key in keys for value in plain[key] if value not in gone)


@given(st.lists(st.integers(0, 30)))
def test_distinct_numbers_and_where_each_number_stands_in_them(numbers: list[int]) -> None:
    distinct, places = Distinct().of(np.array(numbers, np.int32))
    assert sorted(distinct.tolist()) == sorted(set(numbers))
    assert distinct[places].tolist() == numbers


def test_a_column_grows_and_keeps_what_it_holds() -> None:
    column = Column(np.int32, -1)
    for at in range(200):
        assert column.append(at) == at
    assert column.extend([7, 8]) == 200
    assert column.filled().tolist() == [*range(200), 7, 8]
    assert set(column.array[202:].tolist()) <= {-1}
