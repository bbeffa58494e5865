"""When things go out: quiet hours, days off, digests that merge; nothing is lost between two of them."""

import asyncio
import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from conftest import Clock
from notifier.accounts.rules import save_rule
from notifier.accounts.subscribers import change_state
from notifier.accounts.when import When, set_when
from notifier.bootstrap import Service
from notifier.domain import Schedule, State, SubscriberState
from notifier.pipeline.explaining.check import check_accounts, check_calendar
from notifier.pipeline.explaining.explain import explain
from notifier.storage.alerts import accounts
from notifier.storage.outbox import Change, apply_changes, claim_messages
from pipeline.job import lines, mails, note, put, subscribe, take, titles_sent, work

SHANGHAI = ZoneInfo("Asia/Shanghai")
OnSqlite = Callable[..., Service]


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def _when(service: Service, address: str, **parts: object) -> None:
    set_when(
        service.database, address, When(**parts), calendar=service.calendar, now=service.clock()  # type: ignore[arg-type]
    )  # fmt: skip


def _deliver(service: Service) -> None:
    asyncio.run(service.deliver())


def _digests(service: Service) -> list[tuple[str, tuple[str, ...]]]:
    return [(line.state, line.articles) for line in lines(service) if line.kind == "digest"]


def test_quiet_hours_hold_everything_but_what_is_urgent(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    save_rule(
        service.database, "a@example.org", "停堆", topics=service.library.topics, delivery=Schedule.URGENT, now=clock()
    )
    _when(service, "a@example.org", quiet="22:00-07:00")
    clock.now = _at("2026-03-16 22:30")
    take(service, "a.txt", note("核电项目开工"))
    take(service, "b.txt", note("核电机组停堆"))
    _deliver(service)
    assert titles_sent(service) == {"a@example.org": ["核电机组停堆"]}
    told = explain(service.database, "a@example.org", "核电项目开工")
    assert told.parted is not None
    assert "免打扰" in told.parted.zh
    assert "2026-03-17 07:00" in told.parted.zh
    clock.now = _at("2026-03-17 07:00")
    _deliver(service)
    assert titles_sent(service) == {"a@example.org": ["核电机组停堆", "核电项目开工"]}


def test_what_was_found_by_day_is_held_where_the_service_comes_back_by_night(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    _when(service, "a@example.org", quiet="22:00-07:00")
    change_state(service.database, "a@example.org", SubscriberState.PAUSED, now=clock(), why="test")
    take(service, "a.txt", note("核电项目开工"))
    change_state(service.database, "a@example.org", SubscriberState.ACTIVE, now=clock(), why="test")
    clock.now = _at("2026-03-17 02:00")
    _deliver(service)
    assert mails(service) == []
    clock.now = _at("2026-03-17 07:00")
    _deliver(service)
    assert len(mails(service)) == 1


def test_on_days_off_a_digest_waits_for_the_next_working_day(service: Service, clock: Clock) -> None:
    clock.now = _at("2025-09-30 12:00")
    subscribe(service, "a@example.org", "核电", delivery="daily")
    _when(service, "a@example.org", working_days=True)
    take(service, "a.txt", note("核电项目开工"))
    for day in range(1, 9):  # 国庆
        clock.now = _at(f"2025-10-0{day} 12:00")
        _deliver(service)
    assert mails(service) == []
    clock.now = _at("2025-10-09 08:00")
    _deliver(service)
    assert _digests(service) == [("sent", ("核电项目开工",))]


def test_a_bulletin_that_comes_late_with_an_old_date_is_in_the_next_digest(service: Service, clock: Clock) -> None:
    """A digest is made of what was found since the last one, whatever date the bulletins bear."""
    subscribe(service, "a@example.org", "核电", delivery="daily")
    put(service, "new.txt", "要参\n\n第 9 期\n\n2026年3月16日\n\n" + note("核电项目开工"))
    work(service)
    clock.now = _at("2026-03-17 08:00")
    _deliver(service)
    put(service, "old.txt", "要参\n\n第 2 期\n\n2026年1月5日\n\n" + note("核电项目并网"))
    work(service)
    clock.now = _at("2026-03-18 08:00")
    _deliver(service)
    assert [(state, len(articles)) for state, articles in _digests(service)] == [("sent", 1), ("sent", 1)]
    assert len({articles for _, articles in _digests(service)}) == 2


def test_an_article_found_in_the_very_minute_of_a_digest_is_in_the_next(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电", delivery="daily")
    take(service, "a.txt", note("核电项目开工"))
    clock.now = _at("2026-03-17 08:00")
    _deliver(service)
    take(service, "b.txt", note("核电项目并网"))
    _deliver(service)
    clock.now = _at("2026-03-18 08:00")
    _deliver(service)
    assert _digests(service) == [("sent", ("核电项目开工",)), ("sent", ("核电项目并网",))]


@pytest.mark.parametrize("off", [-1, 1])
def test_a_clock_that_was_a_day_off_loses_nothing_and_sends_nothing_twice(
    service: Service, clock: Clock, off: int
) -> None:
    """It is found wrong and set right: what went out under the wrong date has gone, the rest comes at its next slot."""
    subscribe(service, "a@example.org", "核电", delivery="daily")
    right = _at("2026-03-16 12:00")
    clock.now = right + dt.timedelta(days=off)
    take(service, "a.txt", note("核电项目开工"))
    clock.forward(hours=20)  # 08:00 by the wrong clock: its digest goes
    _deliver(service)
    take(service, "b.txt", note("核电项目并网"))
    clock.now -= dt.timedelta(days=off)
    for _ in range(4 * 24):
        clock.forward(hours=1)
        _deliver(service)
    assert _digests(service) == [("sent", ("核电项目开工",)), ("sent", ("核电项目并网",))]
    assert check_accounts(service.database).verdict == "good"


def _fail(service: Service) -> None:
    """Everything that is due is tried, and refused for now."""
    now = service.clock()
    with service.database.write() as session:
        claimed = claim_messages(session, owner="test", now=now, lease=dt.timedelta(minutes=1), limit=10)
        later = now + dt.timedelta(days=30)
        changes = [Change(one.id, State.DEFERRED, (State.CLAIMED,), "test", next_at=later) for one in claimed]
        assert all(apply_changes(session, changes, now=now))


def test_a_digest_that_could_not_be_sent_expires_when_its_successor_comes_with_its_articles(
    service: Service, clock: Clock
) -> None:
    subscribe(service, "a@example.org", "核电", delivery="daily")
    take(service, "a.txt", note("核电项目开工"))
    clock.now = _at("2026-03-17 08:00")
    service.plan()
    _fail(service)
    take(service, "b.txt", note("核电项目并网"))
    clock.now = _at("2026-03-18 08:00")
    _deliver(service)
    assert _digests(service) == [("expired", ()), ("sent", ("核电项目开工", "核电项目并网"))]
    with service.database.read() as session:
        assert accounts(session) == {"sent": 2, "due": 2}


def test_a_digest_without_a_successor_is_tried_on(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电", delivery="daily")
    take(service, "a.txt", note("核电项目开工"))
    clock.now = _at("2026-03-17 08:00")
    service.plan()
    _fail(service)
    clock.now = _at("2026-03-18 08:00")
    _deliver(service)
    assert _digests(service) == [("deferred", ("核电项目开工",))]


def test_what_could_not_be_sent_for_a_week_expires(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电", delivery="daily")
    for day in range(9):
        clock.now = _at("2026-03-16 12:00") + dt.timedelta(days=day)
        take(service, f"{day}.txt", note(f"核电{'一二三四五六七八九'[day]}号项目"))
        clock.now = _at("2026-03-17 08:00") + dt.timedelta(days=day)
        service.plan()
        _fail(service)
    with service.database.read() as session:
        assert accounts(session) == {"expired": 1, "deferred": 8, "due": 9}
    assert len(_digests(service)[-1][1]) == 8


def test_a_digest_that_is_on_its_way_does_not_give_way(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电", delivery="daily")
    take(service, "a.txt", note("核电项目开工"))
    clock.now = _at("2026-03-17 08:00")
    service.plan()
    with service.database.write() as session:
        assert claim_messages(session, owner="test", now=clock(), lease=dt.timedelta(days=9), limit=1)
    take(service, "b.txt", note("核电项目并网"))
    clock.now = _at("2026-03-18 08:00")
    _deliver(service)
    assert _digests(service) == [("claimed", ("核电项目开工",)), ("sent", ("核电项目并网",))]


def test_digests_missed_while_the_service_was_down_are_made_by_recover(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电", delivery="daily")
    take(service, "a.txt", note("核电项目开工"))
    clock.forward(days=5)
    service.plan()
    asyncio.run(service.recover())
    assert _digests(service) == [("ready", ("核电项目开工",))]


def test_changed_hours_move_what_waits(on_sqlite: OnSqlite, clock: Clock) -> None:
    service = on_sqlite()
    subscribe(service, "a@example.org", "核电", delivery="daily")
    take(service, "a.txt", note("核电项目开工"))
    _when(service, "a@example.org", digest_hour=18)
    clock.now = _at("2026-03-16 17:59")
    _deliver(service)
    assert mails(service) == []
    clock.now = _at("2026-03-16 18:00")
    _deliver(service)
    assert len(mails(service)) == 1


def test_check_says_when_the_holidays_of_a_year_are_not_known(on_sqlite: OnSqlite, clock: Clock) -> None:
    service = on_sqlite()
    subscribe(service, "a@example.org", "核电")
    clock.now = dt.datetime(max(service.calendar.years) + 1, 3, 1, tzinfo=dt.UTC)
    assert check_calendar(service.database, service.calendar, now=clock()).verdict == "good"  # nobody asks for them
    _when(service, "a@example.org", working_days=True)
    finding = check_calendar(service.database, service.calendar, now=clock())
    assert finding.verdict == "warn"
    assert str(clock.now.year) in finding.zh
    clock.now = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
    assert check_calendar(service.database, service.calendar, now=clock()).verdict == "good"
