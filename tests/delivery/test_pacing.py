"""Rates, slow start and rests, on a clock of numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.delivery.pacing import AHEAD, FAILURES, GROWTH, HOLD, LONGEST_REST, REST, Breaker, Pace, Paces


def went(pace: Pace, *, seconds: float, step: float = 0.05) -> int:
    """How many go in that time, when there is always one that wants to."""
    count, now = 0, 1000.0
    while now < 1000.0 + seconds:
        while pace.turn(now) == 0.0:
            count += 1
        now += step
    return count


def test_a_rate_is_kept_after_the_burst() -> None:
    assert went(Pace(10.0), seconds=10) in range(98, 103)
    assert went(Pace(10.0, burst=20), seconds=10) in range(117, 123)


def test_a_slow_start_grows_to_the_limit_with_what_is_taken() -> None:
    pace = Pace(10.0, start=1.0)
    assert went(pace, seconds=10) in range(10, 13)
    for _ in range(GROWTH):
        pace.went_well()
    assert pace.rate == pytest.approx(10.0)
    pace.went_well()
    assert pace.rate <= 10.0


def test_too_fast_holds_everything_and_goes_on_half_as_fast() -> None:
    pace = Pace(8.0, burst=5)
    assert pace.turn(0.0) == 0.0
    pace.was_too_fast(0.0)
    assert pace.turn(HOLD - 1) > 0.0
    assert pace.turn(HOLD + 2) == 0.0
    assert pace.rate == 4.0
    for _ in range(20):
        pace.was_too_fast(0.0)
    assert pace.rate > 0


def test_what_has_no_turn_comes_back_one_after_the_other() -> None:
    pace = Pace(2.0)
    assert [pace.turn(0.0) for _ in range(4)] == pytest.approx([0.0, 0.5, 1.0, 1.5])


@given(st.floats(0.1, 100), st.floats(1, 50), st.lists(st.floats(0, 5), max_size=80))
def test_no_stretch_of_time_sees_more_than_rate_and_burst(limit: float, burst: float, gaps: list[float]) -> None:
    pace, now, gone = Pace(limit, burst=burst), 50.0, []
    for gap in gaps:
        now += gap
        wait = pace.turn(now)
        assert 0.0 <= wait <= AHEAD
        if wait == 0.0:
            gone.append(now)
    for first in range(len(gone)):
        for last in range(first, len(gone)):
            assert last - first + 1 <= burst + limit * (gone[last] - gone[first]) + 1.001


def test_domains_of_a_group_share_its_pace_and_others_have_none() -> None:
    paces = Paces([{"domains": ["QQ.com", "foxmail.com"], "rate": 5.0}])
    assert paces.of("a@qq.com") is paces.of("b@FoxMail.com") is not None
    assert paces.of("a@example.org") is None


def test_a_relay_rests_after_failures_in_a_row_and_one_try_decides() -> None:
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.failed(0.0)
    assert breaker.wait(0.0) == 0.0
    breaker.failed(0.0)
    assert breaker.wait(1.0) == pytest.approx(REST - 1)
    assert breaker.wait(REST) == 0.0, "one may try"
    assert breaker.wait(REST) > 0.0, "the others wait for it"
    breaker.worked()
    assert breaker.wait(REST) == 0.0


def test_rests_grow_to_a_limit() -> None:
    breaker, now, rests = Breaker(), 0.0, []
    for _ in range(FAILURES):
        breaker.failed(now)
    for _ in range(10):
        rests.append(breaker.wait(now))
        now += rests[-1]
        assert breaker.wait(now) == 0.0
        breaker.failed(now)
    assert rests[:3] == pytest.approx([REST, 2 * REST, 4 * REST])
    assert rests[-1] == LONGEST_REST


def test_many_that_fail_at_once_are_one_failure_of_the_relay_after_it_rests() -> None:
    breaker = Breaker()
    for _ in range(50):
        breaker.failed(0.0)
    assert breaker.wait(0.0) <= 2 * REST
