"""A sample speaks for what was not judged, and never for less than was seen."""

from hypothesis import given
from hypothesis import strategies as st

from notifier.matching.advice.tally import JUDGED, NEWEST, Tally, chosen, tallied


def test_where_all_are_judged_the_tally_is_exact() -> None:
    found = tallied([True, False], [True], 3)
    assert found == Tally(2, 2, 3, 3)
    assert found.exact


def test_a_sample_speaks_for_the_others_and_the_newest_for_themselves() -> None:
    assert tallied([True] * 20, [True, False] * 10, 120) == Tally(30, 70, 40, 120)


def test_without_a_sample_the_newest_speak_for_all() -> None:
    assert tallied([True, False], [], 10) == Tally(1, 5, 2, 10)
    assert tallied([], [], 0) == Tally()


def test_tallies_of_different_candidates_add_up() -> None:
    assert Tally(1, 2, 3, 4).joined(Tally(10, 20, 30, 40)) == Tally(11, 22, 33, 44)


@given(st.integers(0, 300))
def test_the_newest_and_a_spread_of_the_others_are_chosen(count: int) -> None:
    ids = list(range(count, 0, -1))
    found = chosen(ids)
    assert len(found) == len(set(found)) == min(count, JUDGED)
    assert set(found) <= set(ids)
    assert found[:NEWEST] == ids[:NEWEST]
    assert found == chosen(ids)
    if count > 2 * JUDGED:
        assert min(found[NEWEST:]) < count / 10


@given(st.lists(st.booleans(), max_size=60), st.integers(0, 20))
def test_the_estimate_lies_within_what_is_possible(matched: list[bool], more: int) -> None:
    newest, sample = matched[:NEWEST], matched[NEWEST:]
    candidates = len(matched) + (more if matched else 0)
    found = tallied(newest, sample, candidates)
    assert found.least <= found.about <= candidates
