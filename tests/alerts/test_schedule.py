"""When things are due: one slot a local date whatever the clocks do, quiet hours, days off."""

import datetime as dt
from collections.abc import Iterator
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.alerts import WEEKENDS, Calendar, Slots, chinese_calendar, due_at, local_date, next_slot, open_at
from notifier.domain import QuietHours, Schedule, Subscriber

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2036, 1, 1, tzinfo=dt.UTC)
NAMES = sorted(available_timezones() - {"localtime"})
Change = tuple[dt.datetime, dt.timedelta, dt.timedelta]  # the instant, the offsets before and after


@lru_cache(maxsize=1)
def _kinds() -> dict[tuple[tuple[dt.datetime, dt.timedelta], ...], str]:
    """Every zone there is, one for each way of changing clocks from 2020 to 2035: at these local times, by so much."""
    kinds: dict[tuple[tuple[dt.datetime, dt.timedelta], ...], str] = {}
    for name in NAMES:
        changes = tuple((instant + before, after - before) for instant, before, after in _changes(ZoneInfo(name)))
        kinds.setdefault(changes, name)
    return kinds


@cache
def _changes(zone: ZoneInfo) -> list[Change]:
    return list(_found(zone))


def _found(zone: ZoneInfo) -> Iterator[Change]:
    day, before = FIRST, FIRST.astimezone(zone).utcoffset()
    while day < LAST:
        after = (day + DAY).astimezone(zone).utcoffset()
        if after != before:
            assert before is not None
            assert after is not None
            yield _instant(zone, day, before), before, after
        day, before = day + DAY, after


def _instant(zone: ZoneInfo, day: dt.datetime, before: dt.timedelta) -> dt.datetime:
    """The first instant of the day, to the minute, that has another offset."""
    low, high = 0, 24 * 60
    while high - low > 1:
        middle = (low + high) // 2
        same = (day + dt.timedelta(minutes=middle)).astimezone(zone).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    return day + dt.timedelta(minutes=high)


def _slots(name: str, hour: int, schedule: Schedule = Schedule.DAILY, **habits: int | bool) -> Slots:
    return Slots(schedule, name, dt.time(hour), **habits)  # type: ignore[arg-type]


def test_there_are_zones_of_every_kind_to_try() -> None:
    changing = [kind for kind in _kinds() if kind]
    assert len(NAMES) > 400
    assert len(changing) > 20
    assert sum(delta > dt.timedelta(0) for kind in changing for _, delta in kind) > 300
    assert any(change.time() >= dt.time(22) for kind in changing for change, _ in kind)  # some change before midnight


@pytest.mark.parametrize("hour", range(24))
def test_every_date_about_every_change_of_clocks_has_one_digest_named_by_it(hour: int) -> None:
    """All zones, all changes of 2020 to 2035: from two days before to two after, each date once, in order."""
    for name in _kinds().values():
        for instant, before, _ in _changes(ZoneInfo(name)):
            first = (instant + before).date() - 2 * DAY
            now = dt.datetime.combine(first, dt.time(), ZoneInfo(name)).astimezone(dt.UTC) - dt.timedelta(minutes=1)
            dates = []
            for _ in range(5):
                now = next_slot(now, _slots(name, hour), WEEKENDS)
                dates.append(local_date(now, name))
            assert dates == [first + DAY * day for day in range(5)], (name, hour)


def test_a_slot_is_at_its_hour_or_where_the_clock_jumps_over_it() -> None:
    for name in _kinds().values():
        zone = ZoneInfo(name)
        for instant, before, after in _changes(zone):
            date = (instant + before).date()
            for hour in range(24):
                slot = next_slot(instant - 2 * DAY, _slots(name, hour), WEEKENDS)
                while local_date(slot, name) < date:
                    slot = next_slot(slot, _slots(name, hour), WEEKENDS)
                wall = slot.astimezone(zone)
                skipped = (instant + before).replace(tzinfo=None) <= dt.datetime.combine(date, dt.time(hour))
                skipped = skipped and dt.datetime.combine(date, dt.time(hour)) < (instant + after).replace(tzinfo=None)
                assert (wall.time() == dt.time(hour) and not wall.fold) or skipped, (name, date, hour)
                if skipped:
                    assert abs(slot - instant) <= abs(after - before), (name, date, hour)


@settings(max_examples=300, deadline=None)
@given(
    now=st.datetimes(dt.datetime(2020, 1, 2), dt.datetime(2035, 12, 20), timezones=st.just(dt.UTC)),
    name=st.sampled_from(NAMES),
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    monthday=st.integers(1, 31),
    schedule=st.sampled_from([Schedule.DAILY, Schedule.WEEKLY, Schedule.MONTHLY]),
)
def test_a_slot_is_the_first_after_now(
    now: dt.datetime, name: str, hour: int, weekday: int, monthday: int, schedule: Schedule
) -> None:
    slots = _slots(name, hour, schedule, weekday=weekday, monthday=monthday)
    slot = next_slot(now, slots, WEEKENDS)
    longest = {Schedule.DAILY: 1, Schedule.WEEKLY: 7, Schedule.MONTHLY: 31}[schedule]
    assert slot.utcoffset() == dt.timedelta(0)
    assert now < slot <= now + DAY * longest + dt.timedelta(hours=2)
    assert next_slot(slot - dt.timedelta(microseconds=1), slots, WEEKENDS) == slot
    date = local_date(slot, name)
    if schedule is Schedule.WEEKLY:
        assert date.weekday() == weekday
    if schedule is Schedule.MONTHLY:
        assert date.day == monthday or (date.day < monthday and (date + DAY).day == 1)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Schedule.URGENT, dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)),
        (Schedule.IMMEDIATE, dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)),
        (Schedule.DAILY, dt.datetime(2026, 3, 17, 0, 0, tzinfo=dt.UTC)),
        (Schedule.WEEKLY, dt.datetime(2026, 3, 23, 0, 0, tzinfo=dt.UTC)),
        (Schedule.MONTHLY, dt.datetime(2026, 4, 1, 0, 0, tzinfo=dt.UTC)),
    ],
)
def test_a_schedule_is_due_at_once_or_at_the_subscribers_local_hour(schedule: Schedule, expected: dt.datetime) -> None:
    monday_noon = dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)
    assert due_at(schedule, Subscriber(1, "a@example.org"), monday_noon, calendar=WEEKENDS) == expected


def test_at_the_hour_itself_the_next_slot_is_tomorrows() -> None:
    at_eight = dt.datetime(2026, 3, 17, 0, 0, tzinfo=dt.UTC)
    assert next_slot(at_eight, _slots("Asia/Shanghai", 8), WEEKENDS) == at_eight + DAY


# --- quiet hours ------------------------------------------------------------------------------------------

NIGHT = QuietHours.parse("22:00-07:00")


def _local(text: str, zone: str = "Asia/Shanghai") -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-16 21:59", "2026-03-16 21:59"),
        ("2026-03-16 22:00", "2026-03-17 07:00"),
        ("2026-03-17 03:30", "2026-03-17 07:00"),
        ("2026-03-17 07:00", "2026-03-17 07:00"),
    ],
)
def test_what_is_immediate_waits_for_the_end_of_quiet_hours_and_what_is_urgent_does_not(
    now: str, expected: str
) -> None:
    reader = Subscriber(1, "a@example.org", quiet=NIGHT)
    assert due_at(Schedule.IMMEDIATE, reader, _local(now), calendar=WEEKENDS) == _local(expected)
    assert due_at(Schedule.URGENT, reader, _local(now), calendar=WEEKENDS) == _local(now)


def test_a_digest_whose_hour_is_quiet_comes_when_the_quiet_ends() -> None:
    reader = Subscriber(1, "a@example.org", digest_hour=6, quiet=NIGHT)
    found = due_at(Schedule.DAILY, reader, _local("2026-03-16 12:00"), calendar=WEEKENDS)
    assert found == _local("2026-03-17 07:00")


_TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))
_QUIET = st.tuples(_TIMES, _TIMES).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: QuietHours(*pair))


@settings(max_examples=300, deadline=None)
@given(
    now=st.datetimes(dt.datetime(2020, 1, 2), dt.datetime(2035, 12, 20), timezones=st.just(dt.UTC)),
    name=st.sampled_from(sorted(_kinds().values())),
    quiet=_QUIET,
)
def test_quiet_hours_hold_back_no_longer_than_they_last(now: dt.datetime, name: str, quiet: QuietHours) -> None:
    reader = Subscriber(1, "a@example.org", timezone=name, quiet=quiet)
    opens = open_at(reader, now, calendar=WEEKENDS)
    if quiet.cover(now.astimezone(ZoneInfo(name)).time()):
        assert now < opens <= now + DAY + dt.timedelta(hours=1)
    else:
        assert opens == now


def test_where_the_clock_repeats_the_end_of_quiet_hours_nobody_waits_a_day() -> None:
    """02:30 comes twice in Berlin on 25 October 2026; at 02:10 the second time, the first 02:30 has passed."""
    reader = Subscriber(1, "a@example.org", timezone="Europe/Berlin", quiet=QuietHours.parse("22:00-02:30"))
    now = dt.datetime(2026, 10, 25, 1, 10, tzinfo=dt.UTC)
    assert open_at(reader, now, calendar=WEEKENDS) == now + dt.timedelta(minutes=20)


# --- working days -----------------------------------------------------------------------------------------

WORKER = Subscriber(1, "a@example.org", working_days=True)
CHINA = chinese_calendar()


def test_the_calendar_knows_holidays_make_up_days_and_weekends() -> None:
    worked = {day: CHINA.is_working(dt.date.fromisoformat(day)) for day in ("2025-10-01", "2025-10-11", "2025-10-12")}
    assert worked == {"2025-10-01": False, "2025-10-11": True, "2025-10-12": False}  # a make-up Saturday


def test_a_year_that_is_not_known_falls_back_to_weekends_and_says_so() -> None:
    far = max(CHINA.years) + 1
    assert [CHINA.is_working(dt.date(far, 5, 1) + DAY * day) for day in range(7)] == [
        (dt.date(far, 5, 1) + DAY * day).weekday() < 5 for day in range(7)
    ]
    assert CHINA.unknown_year(dt.date(far, 5, 1)) == far
    assert CHINA.unknown_year(dt.date(far - 1, 12, 15)) == far  # it is said some weeks before
    assert CHINA.unknown_year(dt.date(far - 1, 6, 1)) is None


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        (Schedule.DAILY, "2025-09-30 12:00", "2025-10-09 08:00"),  # 国庆、中秋 1–8
        (Schedule.DAILY, "2025-10-10 12:00", "2025-10-11 08:00"),  # the make-up Saturday
        (Schedule.DAILY, "2025-10-11 12:00", "2025-10-13 08:00"),
        (Schedule.WEEKLY, "2025-09-30 12:00", "2025-10-09 08:00"),  # Monday the 6th is off
        (Schedule.WEEKLY, "2025-10-09 12:00", "2025-10-13 08:00"),
        (Schedule.MONTHLY, "2025-09-30 12:00", "2025-10-09 08:00"),  # the 1st is off
        (Schedule.MONTHLY, "2025-10-09 12:00", "2025-11-03 08:00"),  # a Saturday, not made up for
        (Schedule.IMMEDIATE, "2025-10-03 12:00", "2025-10-09 08:00"),
        (Schedule.IMMEDIATE, "2025-10-11 12:00", "2025-10-11 12:00"),
        (Schedule.URGENT, "2025-10-03 12:00", "2025-10-03 12:00"),
    ],
)
def test_on_days_off_nothing_comes_but_what_is_urgent(schedule: Schedule, now: str, expected: str) -> None:
    assert due_at(schedule, WORKER, _local(now), calendar=CHINA) == _local(expected)


def test_what_comes_when_the_quiet_ends_on_a_day_off_waits_for_work() -> None:
    reader = Subscriber(1, "a@example.org", working_days=True, quiet=QuietHours.parse("20:00-09:00"))
    found = due_at(Schedule.IMMEDIATE, reader, _local("2025-09-30 21:00"), calendar=CHINA)
    assert found == _local("2025-10-09 09:00")  # the digests' hour, 8, is quiet


_CALENDARS = st.sets(st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 1))).map(
    lambda days: Calendar(frozenset(day for day in days if day.day % 3), frozenset(days), frozenset({2026}))
)


@settings(max_examples=100, deadline=None)
@given(
    calendar=st.just(CHINA) | _CALENDARS,
    start=st.dates(dt.date(2025, 1, 1), dt.date(2026, 2, 20)),
    schedule=st.sampled_from([Schedule.DAILY, Schedule.WEEKLY, Schedule.MONTHLY]),
    weekday=st.integers(0, 6),
    monthday=st.integers(1, 31),
)
def test_the_digests_of_days_off_come_once_on_the_next_working_day(
    calendar: Calendar, start: dt.date, schedule: Schedule, weekday: int, monthday: int
) -> None:
    """The plain way: every day that has a digest, moved on until it is worked, each once."""
    slots = _slots("Asia/Shanghai", 8, schedule, weekday=weekday, monthday=monthday, working_days=True)
    wanted = set()
    for number in range(-60, 60):
        day = start + DAY * number
        if slots.named(day):
            while not calendar.is_working(day):
                day += DAY
            wanted.add(day)
    expected = sorted(day for day in wanted if start <= day < start + 45 * DAY)
    now, found = _local(f"{start} 00:00"), []
    while (date := local_date(now := next_slot(now, slots, calendar), "Asia/Shanghai")) < start + 45 * DAY:
        found.append(date)
    assert found == expected
