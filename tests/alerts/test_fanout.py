"""Matches become alerts: at most one a subscriber, for those who may see the source."""

import datetime as dt
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from notifier.alerts import WEEKENDS, due_at, fan_out, most_urgent
from notifier.domain import PUBLIC, Schedule, Subscriber, Subscription

NOW = dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)
GROUPS = ("内部", "厅领导", "外部")


def _subscription(version: int, person: int, schedule: Schedule, groups: Sequence[str] = ()) -> Subscription:
    return Subscription(version, Subscriber(person, f"p{person}@example.org", groups=frozenset(groups)), schedule)


def test_two_rules_of_one_subscriber_make_one_alert_with_both_at_the_more_urgent_schedule() -> None:
    held = {
        "a": [_subscription(7, 1, Schedule.WEEKLY)],
        "b": [_subscription(3, 1, Schedule.IMMEDIATE), _subscription(4, 2, Schedule.DAILY)],
    }
    first, second = fan_out(["a", "b"], held, audiences=[(PUBLIC,)], now=NOW, calendar=WEEKENDS)
    assert (first.subscriber_id, first.schedule, first.due_at) == (1, Schedule.IMMEDIATE, NOW)
    assert first.rules == ((3, "b"), (7, "a"))
    assert (second.subscriber_id, second.schedule) == (2, Schedule.DAILY)


def test_only_those_in_a_group_of_some_source_are_alerted() -> None:
    held = {"a": [_subscription(1, 1, Schedule.IMMEDIATE, ["内部"]), _subscription(2, 2, Schedule.IMMEDIATE, ["外部"])]}
    assert [
        alert.subscriber_id for alert in fan_out(["a"], held, audiences=[("内部",)], now=NOW, calendar=WEEKENDS)
    ] == [1]
    both = fan_out(["a"], held, audiences=[("内部",), ("外部", "厅领导")], now=NOW, calendar=WEEKENDS)
    assert [alert.subscriber_id for alert in both] == [1, 2]
    assert fan_out(["a"], held, audiences=[], now=NOW, calendar=WEEKENDS) == []


def test_an_expression_that_nobody_holds_alerts_nobody() -> None:
    assert fan_out(["x"], {}, audiences=[(PUBLIC,)], now=NOW, calendar=WEEKENDS) == []


_SUBSCRIBERS = st.dictionaries(st.integers(1, 6), st.sets(st.sampled_from(GROUPS)), min_size=6, max_size=6)
_HELD = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(1, 6), st.sampled_from(list(Schedule))), max_size=20, unique=True
)


@given(
    people=_SUBSCRIBERS,
    held=_HELD,
    matched=st.sets(st.sampled_from("abcd")),
    audiences=st.lists(st.sampled_from([(PUBLIC,), ("内部",), ("厅领导", "外部")]), max_size=3),
)
def test_the_alerts_are_those_of_the_plain_way(
    people: dict[int, set[str]],
    held: list[tuple[str, int, Schedule]],
    matched: set[str],
    audiences: list[tuple[str, ...]],
) -> None:
    """One loop over the subscribers, one question each: the oracle."""
    subscriptions: dict[str, list[Subscription]] = {}
    for version, (expression, person, schedule) in enumerate(held):
        subscriptions.setdefault(expression, []).append(_subscription(version, person, schedule, list(people[person])))
    alerts = {
        alert.subscriber_id: alert
        for alert in fan_out(sorted(matched), subscriptions, audiences=audiences, now=NOW, calendar=WEEKENDS)
    }
    for person, groups in people.items():
        found = [(version, e, s) for version, (e, p, s) in enumerate(held) if p == person and e in matched]
        sees = any(PUBLIC in audience or groups & set(audience) for audience in audiences)
        if not found or not sees:
            assert person not in alerts
            continue
        alert = alerts.pop(person)
        assert alert.rules == tuple((version, expression) for version, expression, _ in found)
        assert alert.schedule == most_urgent(schedule for _, _, schedule in found)
        assert alert.due_at == due_at(alert.schedule, Subscriber(person, "x"), NOW, calendar=WEEKENDS)
    assert alerts == {}


def test_urgency_is_urgent_then_immediate_then_daily_then_weekly_then_monthly() -> None:
    assert most_urgent([Schedule.MONTHLY, Schedule.WEEKLY]) is Schedule.WEEKLY
    assert most_urgent([Schedule.IMMEDIATE, Schedule.URGENT]) is Schedule.URGENT
    assert most_urgent([Schedule.WEEKLY, Schedule.DAILY]) is Schedule.DAILY
    assert most_urgent([Schedule.WEEKLY, Schedule.IMMEDIATE, Schedule.DAILY]) is Schedule.IMMEDIATE
