"""When digests are due: one slot a local date, whatever the clocks do."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.alerts import due_at, next_slot
from notifier.domain import Schedule, Subscriber

ZONES = (
    "Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Nairobi", "America/Adak", "America/Asuncion",
    "America/Havana", "America/Los_Angeles", "America/Mexico_City", "America/Miquelon", "America/New_York",
    "America/Nuuk", "America/Santiago", "America/Sao_Paulo", "America/Scoresbysund", "America/St_Johns",
    "Antarctica/Troll", "Asia/Amman", "Asia/Beirut", "Asia/Damascus", "Asia/Gaza", "Asia/Jerusalem", "Asia/Kathmandu",
    "Asia/Kolkata", "Asia/Shanghai", "Asia/Tehran", "Asia/Urumqi", "Atlantic/Azores", "Australia/Adelaide",
    "Australia/Eucla", "Australia/Lord_Howe", "Europe/Berlin", "Europe/Chisinau", "Europe/Dublin", "Europe/London",
    "Europe/Volgograd", "Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Easter", "Pacific/Fiji",
    "Pacific/Kiritimati", "Pacific/Norfolk", "UTC",
)  # fmt: skip
DAY, STEP = dt.timedelta(days=1), dt.timedelta(minutes=15)  # every change of clocks since 2020 is at a quarter


def _changes(zone: ZoneInfo) -> Iterator[dt.date]:
    """The local dates of 2020 to 2035 on which the clock is put on or back."""
    day = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    while day.year < 2036:
        if day.astimezone(zone).utcoffset() != (day + DAY).astimezone(zone).utcoffset():
            yield (day + DAY / 2).astimezone(zone).date()
        day += DAY


def _slots(zone: ZoneInfo, first: dt.date, days: int) -> dict[tuple[dt.date, int], dt.datetime]:
    """The plain way to the slots: walk through time until the wall clock reaches each date's hours.

    Where it jumps over one, that is the hour of a clock that nobody put on (RFC 5545, 3.3.5).
    """
    slots: dict[tuple[dt.date, int], dt.datetime] = {}
    waiting = [(first + DAY * day, hour) for day in range(days) for hour in range(24)]
    instant = dt.datetime.combine(first - DAY, dt.time(6), dt.UTC)
    before = instant.astimezone(zone).replace(tzinfo=None)
    while waiting:
        wall = instant.astimezone(zone).replace(tzinfo=None)
        while waiting and (wanted := dt.datetime.combine(waiting[0][0], dt.time(waiting[0][1]))) <= wall:
            slots[waiting.pop(0)] = instant if wanted == wall else instant - STEP + (wanted - before)
        before, instant = wall, instant + STEP
    return slots


@pytest.mark.parametrize("name", ZONES)
def test_every_date_about_a_change_of_clocks_has_one_slot_at_its_hour_or_when_the_clock_has_jumped_over_it(
    name: str,
) -> None:
    zone = ZoneInfo(name)
    for date in _changes(zone):
        slots = _slots(zone, date - 2 * DAY, 5)
        for hour in range(24):
            in_order = [slots[date + DAY * day, hour] for day in range(-2, 3)]
            assert [next_slot(slot, name, hour) for slot in in_order[:-1]] == in_order[1:]
            assert [next_slot(slot - STEP, name, hour) for slot in in_order] == in_order


@settings(max_examples=300, deadline=None)
@given(
    now=st.datetimes(dt.datetime(2020, 1, 2), dt.datetime(2035, 12, 20), timezones=st.just(dt.UTC)),
    name=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    weekday=st.none() | st.integers(0, 6),
)
def test_a_slot_is_the_first_after_now(now: dt.datetime, name: str, hour: int, weekday: int | None) -> None:
    slot = next_slot(now, name, hour, weekday=weekday)
    assert slot.utcoffset() == dt.timedelta(0)
    assert now < slot <= now + DAY * (1 if weekday is None else 7) + dt.timedelta(hours=2)
    between = next_slot(slot - dt.timedelta(microseconds=1), name, hour, weekday=weekday)
    assert between == slot
    wall = slot.astimezone(ZoneInfo(name))
    if wall.hour == hour and weekday is not None:
        assert wall.weekday() == weekday


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Schedule.IMMEDIATE, dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)),
        (Schedule.DAILY, dt.datetime(2026, 3, 17, 0, 0, tzinfo=dt.UTC)),
        (Schedule.WEEKLY, dt.datetime(2026, 3, 23, 0, 0, tzinfo=dt.UTC)),
    ],
)
def test_a_schedule_is_due_at_once_or_at_the_subscribers_local_hour(schedule: Schedule, expected: dt.datetime) -> None:
    monday_noon = dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)
    assert due_at(schedule, Subscriber(1, "a@example.org"), monday_noon) == expected


def test_at_the_hour_itself_the_next_slot_is_tomorrows() -> None:
    at_eight = dt.datetime(2026, 3, 17, 0, 0, tzinfo=dt.UTC)
    assert next_slot(at_eight, "Asia/Shanghai", 8) == at_eight + DAY
