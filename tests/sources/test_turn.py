"""What an operator is told of when and why a source is polled next."""

import datetime as dt
import random

import pytest

from notifier.domain import Pace, Source
from notifier.sources import Turn, interval, next_poll_at, reason_of

NOW = dt.datetime(2026, 3, 16, 2, 0, tzinfo=dt.UTC)
SOURCE = Source("厅", "feed", "https://www.example.org/feed", every=dt.timedelta(minutes=15))
HOUR = dt.timedelta(hours=1)
SLOW = Pace(changed_at=NOW - dt.timedelta(days=30), gap=30 * 86400.0)


def said(at: dt.datetime | None, *, pace: Pace = SLOW, failures: int = 0, now: dt.datetime = NOW) -> str:
    return reason_of(SOURCE, pace, Turn(at, NOW, failures), now=now, slowest=HOUR)[1]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("pace", "failures", "retry_after", "words"),
    [
        (Pace(), 0, None, "by its interval"),
        (SLOW, 0, None, "seldom changes"),
        (SLOW, 0, 7200.0, "host wants rest"),
        (SLOW, 3, None, "failed 3 times"),
        (SLOW, 1, 80000.0, "Retry-After"),
    ],
)
def test_the_reason_is_the_one_by_which_it_was_set(
    seed: int, pace: Pace, failures: int, retry_after: float | None, words: str
) -> None:
    every = interval(SOURCE, pace, now=NOW, slowest=HOUR, hint=None)
    rng = random.Random(seed)
    at = next_poll_at(
        SOURCE, now=NOW, failures=failures, retry_after=retry_after, rng=rng, every=None if failures else every
    )
    assert words in said(at, pace=pace, failures=failures)


def test_what_a_site_says_of_itself_slows_it_down_too() -> None:
    assert "stays as it is" in said(NOW + dt.timedelta(minutes=45), pace=Pace(changed_at=NOW, gap=900.0))


def test_a_turn_that_has_come_is_told_as_such_and_one_that_was_missed() -> None:
    assert "being polled" in said(NOW)
    assert "being polled" in said(None)
    assert "notifier run" in said(NOW, now=NOW + 2 * HOUR)
