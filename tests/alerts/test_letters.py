"""What goes into one message, and when one that failed is tried again."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from notifier.alerts import Due, by_content, next_try, parcels
from notifier.alerts.retry import GIVE_UP_AFTER
from notifier.domain import Article, Entry, MessageKind, Schedule, Subscriber

NOW = dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)
READER = Subscriber(1, "a@example.org")


def _due(number: int, schedule: Schedule, *, bulletin: int = 1, position: int = 0, at: dt.datetime = NOW) -> Due:
    entry = Entry(f"e{number}", Article(f"t{number}"), (), bulletin_id=bulletin, position=position)
    return Due(number, schedule, at, entry)


def test_nothing_due_is_no_message() -> None:
    assert parcels(READER, [], service="s") == []


def test_immediate_articles_go_into_one_alert_in_the_order_of_their_bulletins() -> None:
    due = [
        _due(1, Schedule.IMMEDIATE, bulletin=2, position=0),
        _due(2, Schedule.IMMEDIATE, bulletin=1, position=5),
        _due(3, Schedule.IMMEDIATE, bulletin=1, position=2),
    ]
    (parcel,) = parcels(READER, due, service="s")
    assert parcel.letter.kind is MessageKind.ALERT
    assert parcel.delivery_ids == (3, 2, 1)
    assert [entry.id for entry in parcel.letter.entries] == ["e3", "e2", "e1"]


def test_daily_and_weekly_ones_share_a_digest_named_by_the_local_date_of_the_last() -> None:
    late = dt.datetime(2026, 3, 16, 16, 30, tzinfo=dt.UTC)  # half past midnight in Shanghai
    due = [_due(1, Schedule.WEEKLY), _due(2, Schedule.DAILY, at=late), _due(3, Schedule.IMMEDIATE)]
    alert, digest = parcels(READER, due, service="s")
    assert (alert.letter.kind, digest.letter.kind) == (MessageKind.ALERT, MessageKind.DIGEST)
    assert digest.letter.local_date == dt.date(2026, 3, 17)
    assert digest.letter.schedule is Schedule.DAILY
    assert parcels(READER, due[:1], service="s")[0].letter.schedule is Schedule.WEEKLY


def test_urgent_and_immediate_ones_share_an_alert_and_monthly_ones_gather() -> None:
    due = [_due(1, Schedule.MONTHLY), _due(2, Schedule.URGENT), _due(3, Schedule.IMMEDIATE)]
    alert, digest = parcels(READER, due, service="s")
    assert (alert.delivery_ids, digest.delivery_ids) == ((2, 3), (1,))
    assert digest.letter.schedule is Schedule.MONTHLY


@given(st.lists(st.tuples(st.sampled_from(list(Schedule)), st.integers(1, 3), st.integers(0, 4)), max_size=12))
def test_every_delivery_is_carried_once_beside_its_own_entry(rows: list[tuple[Schedule, int, int]]) -> None:
    due = [_due(n, schedule, bulletin=b, position=p) for n, (schedule, b, p) in enumerate(rows)]
    made = parcels(READER, due, service="s")
    carried = [pair for one in made for pair in zip(one.delivery_ids, one.letter.entries, strict=True)]
    assert sorted((number, entry.id) for number, entry in carried) == sorted(
        (one.delivery_id, one.entry.id) for one in due
    )
    assert len(made) <= 2
    assert all(parcel.delivery_ids for parcel in made)


def test_the_same_letter_for_two_readers_is_one_content() -> None:
    other = Subscriber(2, "b@example.org")
    made = [*parcels(READER, [_due(1, Schedule.IMMEDIATE)], service="s")]
    made += parcels(other, [_due(1, Schedule.IMMEDIATE)], service="s")
    made += parcels(Subscriber(3, "c@example.org", language="en"), [_due(1, Schedule.IMMEDIATE)], service="s")
    grouped = by_content(made)
    assert [len(same) for same in grouped.values()] == [2, 1]


@given(st.integers(1, 10_000), st.integers(0, 6 * 24 * 3600))
def test_tries_come_later_and_later_until_three_days_have_passed(tries: int, seconds: int) -> None:
    now = NOW + dt.timedelta(seconds=seconds)
    found = next_try(tries, planned_at=NOW, now=now)
    if seconds >= GIVE_UP_AFTER.total_seconds():
        assert found is None
    else:
        assert found is not None
        assert dt.timedelta(minutes=1) <= found - now <= dt.timedelta(hours=6)
        later = next_try(tries + 1, planned_at=NOW, now=now)
        assert later is not None
        assert later >= found


def test_a_relay_that_is_down_for_good_is_tried_some_twenty_times_and_then_no_more() -> None:
    now, tries = NOW, 0
    while (following := next_try(tries + 1, planned_at=NOW, now=now)) is not None:
        now, tries = following, tries + 1
    assert 10 <= tries <= 25
    assert now - NOW >= GIVE_UP_AFTER
