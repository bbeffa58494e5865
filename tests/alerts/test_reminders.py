"""When somebody is reminded of a deadline: once, in time, and not where the alert itself does it."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.alerts import WEEKENDS, chinese_calendar, due_at, fan_out, local_date, open_at, remind_at
from notifier.domain import (
    PUBLIC,
    Article,
    Deadline,
    Fact,
    QuietHours,
    Schedule,
    Subscriber,
    Subscription,
    deadlines_of,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
READER = Subscriber(1, "a@example.org")


def _local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


def _deadline(value: str, label: str = "application") -> Deadline:
    return Deadline(Fact("deadline", value, value, "body", 0, 1, label), SHANGHAI)


def _remind(reader: Subscriber, value: str, found: str, schedule: Schedule = Schedule.IMMEDIATE) -> dt.datetime | None:
    now = _local(found)
    calendar = chinese_calendar()
    due = due_at(schedule, reader, now, calendar=calendar)
    return remind_at(_deadline(value), reader, alert_due=due, now=now, calendar=calendar)


@pytest.mark.parametrize(
    ("value", "found", "schedule", "expected"),
    [
        ("2026-03-25", "2026-03-16 12:00", Schedule.IMMEDIATE, "2026-03-22 08:00"),
        ("2026-03-25T17:00", "2026-03-16 12:00", Schedule.DAILY, "2026-03-22 08:00"),
        ("2026-03-20", "2026-03-16 12:00", Schedule.IMMEDIATE, "2026-03-17 08:00"),
        ("2026-03-20", "2026-03-16 12:00", Schedule.DAILY, None),  # the digest of that very day tells it
        ("2026-03-18", "2026-03-16 12:00", Schedule.IMMEDIATE, None),  # the alert comes within three days
        ("2026-03-18", "2026-03-16 12:00", Schedule.DAILY, None),
        ("2026-03-18", "2026-03-16 12:00", Schedule.WEEKLY, "2026-03-17 08:00"),  # the digest would come too late
        ("2026-03-16", "2026-03-16 12:00", Schedule.WEEKLY, None),  # over before any morning
        ("2026-03-20", "2026-03-16 12:00", Schedule.WEEKLY, "2026-03-17 08:00"),
        ("2026-03-01", "2026-03-16 12:00", Schedule.IMMEDIATE, None),  # past
    ],
)
def test_it_comes_three_days_before_unless_the_alert_itself_comes_then(
    value: str, found: str, schedule: Schedule, expected: str | None
) -> None:
    assert _remind(READER, value, found, schedule) == (_local(expected) if expected else None)


def test_who_works_on_working_days_is_reminded_on_the_one_before() -> None:
    worker = replace(READER, working_days=True)
    assert _remind(worker, "2025-10-11", "2025-09-20 12:00") == _local("2025-09-30 08:00")  # before 国庆
    assert _remind(READER, "2025-10-11", "2025-09-20 12:00") == _local("2025-10-08 08:00")


def test_a_quiet_hour_of_digests_is_no_hour_of_reminders() -> None:
    late = replace(READER, quiet=QuietHours.parse("22:00-09:30"))
    assert _remind(late, "2026-03-25", "2026-03-16 12:00") == _local("2026-03-22 09:30")


def test_who_wants_none_gets_none() -> None:
    held = {"a": [Subscription(1, replace(READER, remind_days=0), Schedule.IMMEDIATE)]}
    now = _local("2026-03-16 12:00")
    deadlines = [_deadline("2026-04-25")]
    (alert,) = fan_out(["a"], held, audiences=[(PUBLIC,)], now=now, calendar=WEEKENDS, deadlines=deadlines)
    assert alert.reminders == ()
    held = {"a": [Subscription(1, READER, Schedule.IMMEDIATE)]}
    (alert,) = fan_out(["a"], held, audiences=[(PUBLIC,)], now=now, calendar=WEEKENDS, deadlines=deadlines)
    assert [(one.label, one.deadline) for one in alert.reminders] == [("application", "2026-04-25")]


def test_what_is_reminded_of_are_applications_and_comments_each_once_the_soonest_first() -> None:
    facts = [
        Fact("deadline", "4月1日", "2026-04-01", "body", 0, 1, "comments"),
        Fact("deadline", "3月25日17时", "2026-03-25T17:00", "body", 0, 1, "application"),
        Fact("deadline", "4月1日", "2026-04-01", "body", 9, 12, "comments"),
        Fact("deadline", "3月20日", "2026-03-20", "body", 0, 1, "notice"),
        Fact("date", "3月1日", "2026-03-01", "body", 0, 1, "signed"),
    ]
    tokyo = ZoneInfo("Asia/Tokyo")
    article = Article("t", facts=tuple(facts), published_at=dt.datetime(2026, 3, 1, tzinfo=tokyo))
    found = deadlines_of(article)
    assert [one.key for one in found] == [("application", "2026-03-25T17:00"), ("comments", "2026-04-01")]
    assert found[0].ends == dt.datetime(2026, 3, 25, 17, tzinfo=tokyo)  # by the clock of its source
    assert found[1].ends == dt.datetime(2026, 4, 2, tzinfo=tokyo)
    assert deadlines_of(Article("t", facts=(facts[0],)))[0].ends == dt.datetime(2026, 4, 2, tzinfo=SHANGHAI)


def test_the_end_of_a_day_is_no_moment_and_a_day_at_the_end_of_time_is_not_reminded_of() -> None:
    """截止时间为3月25日24:00 is written as often as not."""
    end = _deadline("2026-03-25T24:00")
    assert (end.moment, end.ends) == (None, _local("2026-03-26 00:00"))
    facts = (Fact("deadline", "x", "9999-12-31", "body", 0, 1, "application"),)
    assert deadlines_of(Article("t", facts=facts)) == ()


@settings(max_examples=300, deadline=None)
@given(
    now=st.datetimes(dt.datetime(2025, 1, 2), dt.datetime(2026, 9, 1), timezones=st.just(dt.UTC)),
    ahead=st.integers(-2, 40),
    hour=st.sampled_from(["", "T09:00", "T17:30", "T24:00"]),
    days=st.integers(1, 10),
    schedule=st.sampled_from(list(Schedule)),
    zone=st.sampled_from(["Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"]),
    quiet=st.sampled_from([None, QuietHours.parse("22:00-07:00"), QuietHours.parse("07:00-12:15")]),
    working_days=st.booleans(),
)
def test_a_reminder_comes_after_now_in_time_at_an_open_hour_and_not_on_the_day_of_the_alert(
    now: dt.datetime,
    ahead: int,
    hour: str,
    days: int,
    schedule: Schedule,
    zone: str,
    quiet: QuietHours | None,
    working_days: bool,
) -> None:
    calendar = chinese_calendar()
    reader = Subscriber(
        1, "a@example.org", timezone=zone, quiet=quiet, working_days=working_days, remind_days=days
    )  # fmt: skip
    deadline = _deadline(f"{now.date() + dt.timedelta(days=ahead)}{hour}")
    alert_due = due_at(schedule, reader, now, calendar=calendar)
    found = remind_at(deadline, reader, alert_due=alert_due, now=now, calendar=calendar)
    if found is not None:
        assert now < found < deadline.ends
        assert open_at(reader, found, calendar=calendar) == found
        assert local_date(found, zone) != local_date(alert_due, zone) or alert_due >= deadline.ends
    else:  # the alert tells it in time, on that day or when it has passed; or no morning is left
        told = alert_due < deadline.ends
        same = local_date(alert_due, zone) <= deadline.day - dt.timedelta(days=days)
        mornings = due_at(Schedule.DAILY, reader, now, calendar=calendar) < deadline.ends
        assert told or same or not mornings
