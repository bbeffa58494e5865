"""How often a source is worth asking, how long an answer is fresh, and where a source has moved to."""

from datetime import UTC, datetime, timedelta

import pytest

from notifier.domain import Pace, Source
from notifier.sources import (
    address_of,
    after_answer,
    after_failure,
    after_success,
    fresh_seconds,
    has_adopted,
    interval,
)

WORKING = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # Wednesday, ten in the morning in China
NIGHT = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD, NEW = "https://a.test/old", "https://b.test/new"
FEED = Source("s", "feed", OLD, every=timedelta(minutes=5))


def wait(gap: timedelta, now: datetime = WORKING, source: Source = FEED, hint: float | None = None) -> timedelta:
    pace = Pace(changed_at=now, gap=gap.total_seconds())
    return interval(source, pace, now=now, slowest=HOUR, hint=hint)


def test_a_source_that_changes_often_is_asked_as_the_operator_wants() -> None:
    assert wait(timedelta(hours=1)) == FEED.every


def test_one_that_seldom_changes_is_asked_less_and_less_down_to_the_bound() -> None:
    assert FEED.every < wait(timedelta(hours=12)) < wait(timedelta(days=1)) < HOUR
    assert wait(timedelta(days=30)) == HOUR


@pytest.mark.parametrize("now", [NIGHT, SATURDAY])
def test_nights_and_days_off_are_quieter(now: datetime) -> None:
    assert wait(timedelta(hours=8), now) > wait(timedelta(hours=8), WORKING)


def test_silence_stretches_the_interval_before_the_next_change_says_so() -> None:
    pace = Pace(changed_at=WORKING - timedelta(days=2), gap=60.0)
    assert interval(FEED, pace, now=WORKING, slowest=HOUR, hint=None) == HOUR


def test_nothing_is_faster_than_the_operator_wants_and_slower_only_where_he_lets_it() -> None:
    slow = Source("s", "feed", OLD, every=timedelta(hours=6))
    assert wait(timedelta(days=30), source=slow) == slow.every
    pace = Pace(changed_at=WORKING, gap=10.0**7)
    assert interval(FEED, pace, now=WORKING, slowest=timedelta(0), hint=10.0**6) == FEED.every


def test_what_is_no_web_site_is_asked_as_often_as_the_operator_wants() -> None:
    folder = Source("s", "folder", "/in", every=timedelta(minutes=1))
    assert wait(timedelta(days=30), source=folder) == folder.every


@pytest.mark.parametrize(("hint", "minutes"), [(None, 5), (60.0, 5), (1200.0, 20), (10.0**15, 60)])
def test_what_the_source_says_of_itself_counts_within_the_bounds(hint: float | None, minutes: int) -> None:
    assert wait(timedelta(0), hint=hint) == timedelta(minutes=minutes)


def test_the_time_between_changes_is_learned_and_the_first_poll_is_none() -> None:
    pace = after_success(Pace(), changed=True, now=WORKING)
    assert (pace.changed_at, pace.gap) == (WORKING, 0.0)
    assert after_success(pace, changed=False, now=WORKING + HOUR) == pace
    pace = after_success(pace, changed=True, now=WORKING + HOUR)
    assert pace.gap == 3600
    again = after_success(pace, changed=True, now=WORKING + 3 * HOUR)
    assert 3600 < again.gap < 7200
    backwards = after_success(pace, changed=True, now=WORKING)
    assert 0 < backwards.gap < 3600


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, 600.0),
        ({"cache-control": 'public, Max-Age="600"', "age": "200"}, 400.0),
        ({"cache-control": "max-age=60", "age": "100"}, 0.0),
        ({"cache-control": "no-cache, max-age=600"}, 0.0),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "max-age=ten"}, None),
    ],
)
def test_how_long_an_answer_is_fresh(headers: dict[str, str], seconds: float | None) -> None:
    assert fresh_seconds(headers) == seconds


def told(pace: Pace, times: int, moved_to: str = NEW, asked: str = OLD) -> Pace:
    for _ in range(times):
        pace = after_answer(pace, asked=asked, moved_to=moved_to)
    return pace


def test_a_move_for_good_is_adopted_when_three_polls_in_a_row_have_said_so() -> None:
    assert address_of(FEED, told(Pace(), 2)) == OLD
    adopted = told(Pace(), 3)
    assert address_of(FEED, adopted) == NEW
    assert has_adopted(told(Pace(), 2), adopted)
    assert after_answer(adopted, asked=NEW, moved_to="") == adopted
    assert not has_adopted(adopted, adopted)


@pytest.mark.parametrize("between", ["", "https://c.test/"])
def test_who_says_something_else_in_between_is_counted_anew(between: str) -> None:
    pace = told(told(Pace(), 2), 1, between)
    assert address_of(FEED, told(pace, 2)) == OLD
    assert address_of(FEED, told(pace, 3)) == NEW


def test_another_address_of_the_operator_makes_the_move_void() -> None:
    assert address_of(Source("s", "feed", "https://c.test/"), told(Pace(), 3)) == "https://c.test/"


def test_a_new_address_that_keeps_failing_is_left() -> None:
    adopted = told(Pace(), 3)
    assert address_of(FEED, after_failure(adopted, failures=2)) == NEW
    assert address_of(FEED, after_failure(adopted, failures=3)) == OLD
