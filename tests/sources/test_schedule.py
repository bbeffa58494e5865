"""When a source is polled next."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.domain import Source
from notifier.sources import is_due, next_poll_at
from notifier.sources.schedule import retry_after_seconds

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def waits(every: timedelta, *, failures: int = 0, retry_after: float | None = None, seed: int = 1) -> timedelta:
    source = Source("s", "feed", "https://example.org/feed", every=every)
    rng = random.Random(seed)
    return next_poll_at(source, now=NOW, failures=failures, retry_after=retry_after, rng=rng) - NOW


@given(st.timedeltas(timedelta(0), timedelta(days=30)), st.integers(0, 1000), st.integers())
def test_the_wait_is_the_interval_doubled_by_failures_within_bounds(every: timedelta, failures: int, seed: int) -> None:
    whole = max(every, timedelta(seconds=1))
    wanted = whole if failures == 0 else max(whole, min(whole * 2 ** min(failures, 16), timedelta(hours=6)))
    wait = waits(every, failures=failures, seed=seed)
    assert timedelta(seconds=1) <= wait
    assert wanted * 0.899 <= wait <= max(wanted * 1.101, timedelta(seconds=1))


def test_sources_do_not_fall_into_step() -> None:
    assert len({waits(timedelta(minutes=15), seed=seed) for seed in range(50)}) == 50


@pytest.mark.parametrize(("asked", "least"), [(30.0, 810.0), (3600.0, 3600.0), (10.0**9, 86400.0)])
def test_a_server_may_ask_for_more_time_up_to_a_day(asked: float, least: float) -> None:
    wait = waits(timedelta(minutes=15), retry_after=asked).total_seconds()
    assert least <= wait <= max(least, 990.0)


def test_a_source_is_due_when_its_time_has_come_or_was_never_set() -> None:
    assert is_due(None, now=NOW)
    assert is_due(NOW, now=NOW)
    assert not is_due(NOW + timedelta(seconds=1), now=NOW)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 23 Nov 2026 08:01:00 GMT", 60.0),
        ("Mon, 23 Nov 2026 07:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("１２０", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_seconds(value, now=NOW) == seconds
