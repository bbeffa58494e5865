"""Reminders of deadlines: planned with the alert, once, to those who may still see the article."""

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from conftest import Clock
from delivery.receivers import Receiver
from notifier.accounts.channels import add_channel
from notifier.accounts.subscribers import change_state, set_groups
from notifier.accounts.when import When, set_when
from notifier.bootstrap import Service
from notifier.domain import SubscriberState
from notifier.pipeline.explaining.check import check_accounts
from notifier.pipeline.explaining.explain import explain
from pipeline.job import lines, mails, note, put, subscribe, take, titles_sent, work

OnSqlite = Callable[..., Service]
CALL = "关于组织申报2026年度低空物流项目的通知"
TEXT = note(CALL, "现组织申报低空物流项目。请于2026年3月25日17时前申报。", "联系人：王某。")


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def _deliver(service: Service) -> None:
    asyncio.run(service.deliver())


def _reminders(service: Service) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(line.subscriber, line.state, line.articles) for line in lines(service) if line.kind == "reminder"]


def test_an_open_call_reminds_once_three_days_before_with_a_calendar_file(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "低空物流")
    put(service, "call.txt", TEXT)
    work(service)
    clock.now = _at("2026-03-22 07:59")
    _deliver(service)
    assert _reminders(service) == []
    told = explain(service.database, "a@example.org", CALL)
    assert any(link.step == "reminder" and "2026-03-22 08:00" in link.zh for link in told.links)
    for _ in range(6):
        clock.now = max(clock.now, _at("2026-03-22 08:00"))
        _deliver(service)
        clock.forward(hours=12)
    assert _reminders(service) == [("a@example.org", "sent", (CALL,))]
    mail = next(one for one in mails(service) if "提醒" in str(one["Subject"]))
    assert str(mail["Subject"]) == f"【提醒】还有 3 天申报截止：{CALL}"
    (attachment,) = mail.iter_attachments()
    (event,) = icalendar.Calendar.from_ical(attachment.get_content()).walk("VEVENT")
    assert event.decoded("dtstart") == dt.datetime(2026, 3, 25, 9, 0, tzinfo=dt.UTC)
    assert check_accounts(service.database).verdict == "good"
    assert any("状态 sent" in link.zh for link in explain(service.database, "a@example.org", CALL).links)


@pytest.mark.parametrize(
    "stated", ["2026年3月25日24:00", "2026年3月25日24时", "9999年12月31日", "2026年3月25日上午9点半"]
)
def test_whatever_hour_and_year_are_stated_the_article_is_alerted(
    on_sqlite: OnSqlite, clock: Clock, stated: str
) -> None:
    service = on_sqlite()
    subscribe(service, "a@example.org", "低空物流")
    take(service, "a.txt", TEXT.replace("2026年3月25日17时", stated))
    clock.now = _at("2026-03-22 08:00")
    _deliver(service)
    assert len(_reminders(service)) == ("9999" not in stated)
    assert titles_sent(service)["a@example.org"][0] == CALL


def test_several_deadlines_of_a_morning_are_one_reminder(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "低空物流")
    take(service, "a.txt", TEXT)
    take(
        service,
        "b.txt",
        note("低空物流标准公开征求意见", "请于2026年3月25日前反馈意见，征求意见截止时间为2026年3月25日。"),
    )
    clock.now = _at("2026-03-22 08:00")
    _deliver(service)
    ((_, state, articles),) = _reminders(service)
    assert state == "sent"
    assert sorted(articles) == sorted([CALL, "低空物流标准公开征求意见"])


@pytest.mark.parametrize("state", [SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED])
def test_who_has_left_is_not_reminded(service: Service, clock: Clock, state: SubscriberState) -> None:
    subscribe(service, "a@example.org", "低空物流")
    take(service, "a.txt", TEXT)
    change_state(service.database, "a@example.org", state, now=clock(), why="test")
    clock.now = _at("2026-03-22 08:00")
    _deliver(service)
    assert _reminders(service) == []


def test_who_is_paused_is_reminded_after_it_or_not_at_all_where_it_is_too_late(service: Service, clock: Clock) -> None:
    people = ("early@example.org", "late@example.org")
    for address in people:
        subscribe(service, address, "低空物流")
    take(service, "a.txt", TEXT)
    for address in people:
        change_state(service.database, address, SubscriberState.PAUSED, now=clock(), why="test")
    clock.now = _at("2026-03-24 09:00")
    change_state(service.database, "early@example.org", SubscriberState.ACTIVE, now=clock(), why="test")
    _deliver(service)
    clock.now = _at("2026-03-26 09:00")
    change_state(service.database, "late@example.org", SubscriberState.ACTIVE, now=clock(), why="test")
    _deliver(service)
    assert [(who, state) for who, state, _ in _reminders(service)] == [("early@example.org", "sent")]


def test_who_loses_the_group_is_not_reminded_of_what_it_may_see(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "低空物流", groups=["内部"])
    put(service, "a.txt", TEXT, folder="restricted")
    work(service)
    set_groups(service.database, "a@example.org", [], now=clock())
    clock.now = _at("2026-03-22 08:00")
    _deliver(service)
    assert _reminders(service) == []


def test_a_group_lost_between_planning_and_sending_stops_that_reminder_alone(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "物流", groups=["内部"])
    put(service, "a.txt", TEXT, folder="restricted")
    put(service, "b.txt", TEXT.replace("低空物流", "海底物流"))
    work(service)
    clock.now = _at("2026-03-22 08:00")
    service.plan()
    set_groups(service.database, "a@example.org", [], now=clock())
    _deliver(service)
    sent = [articles for _, state, articles in _reminders(service) if state == "sent"]
    assert sent == [(CALL.replace("低空物流", "海底物流"),)]


def test_who_wants_no_reminders_any_more_gets_none(on_sqlite: OnSqlite, clock: Clock) -> None:
    service = on_sqlite()
    subscribe(service, "a@example.org", "低空物流")
    take(service, "a.txt", TEXT)
    set_when(service.database, "a@example.org", When(remind_days=0), calendar=service.calendar, now=clock())
    clock.now = _at("2026-03-22 08:00")
    _deliver(service)
    assert _reminders(service) == []
    told = explain(service.database, "a@example.org", CALL)
    assert any(link.step == "reminder" and "not wanted" in link.en for link in told.links)


def test_a_reminder_that_is_late_waits_for_the_end_of_quiet_hours(on_sqlite: OnSqlite, clock: Clock) -> None:
    service = on_sqlite()
    subscribe(service, "a@example.org", "低空物流")
    set_when(service.database, "a@example.org", When(quiet="22:00-07:00"), calendar=service.calendar, now=clock())
    take(service, "a.txt", TEXT)
    clock.now = _at("2026-03-22 23:00")
    _deliver(service)
    assert _reminders(service) == []
    clock.now = _at("2026-03-23 07:00")
    _deliver(service)
    assert len(_reminders(service)) == 1


def test_a_deadline_that_is_put_off_is_reminded_of_and_the_old_one_is_not(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "低空物流")
    put(service, "call.txt", TEXT)
    work(service)
    put(service, "call.txt", TEXT.replace("请于2026年3月25日17时前申报", "申报截止时间延长至2026年4月15日17时"))
    work(service)
    clock.now = _at("2026-03-22 08:00")
    _deliver(service)
    assert _reminders(service) == []
    clock.now = _at("2026-04-12 08:00")
    _deliver(service)
    assert _reminders(service) == [("a@example.org", "sent", (CALL,))]


def test_a_setting_of_the_service_is_what_new_subscribers_have(on_sqlite: OnSqlite, clock: Clock) -> None:
    service = on_sqlite("[service]", "remind_days = 7")
    subscribe(service, "a@example.org", "低空物流")
    take(service, "a.txt", TEXT)
    clock.now = _at("2026-03-18 08:00")
    _deliver(service)
    assert titles_sent(service)["a@example.org"] == [CALL, CALL]
    assert len(_reminders(service)) == 1


async def _hooked(service: Service, clock: Clock) -> tuple[set[tuple[str, str, str]], list[dict[str, Any]]]:
    """A subscriber with a webhook, whose address is suppressed half way, hears of a deadline there alone."""
    async with Receiver().running() as receiver:
        subscribe(service, "a@example.org", "低空物流")
        subscribe(service, "b@example.org", "低空物流")
        for address in ("a@example.org", "b@example.org"):
            add_channel(service.database, address, receiver.url, now=clock())
            add_channel(service.database, address, receiver.url, kind="websub", now=clock())
        take(service, "call.txt", TEXT)
        await service.deliver()
        change_state(service.database, "b@example.org", SubscriberState.SUPPRESSED, now=clock(), why="test")
        receiver.got.clear()
        clock.now = _at("2026-03-22 08:00")
        for _ in range(2):
            await service.deliver()
        told = {(line.subscriber[0], line.channel, line.state) for line in lines(service) if line.kind == "reminder"}
        return told, [json.loads(got.body) for got in receiver.got]


def test_a_deadline_is_reminded_of_by_every_channel_that_carries_words(service: Service, clock: Clock) -> None:
    told, said = asyncio.run(_hooked(service, clock))
    assert told == {("a", "email", "sent"), ("a", "webhook", "sent"), ("b", "webhook", "sent")}
    assert [one["type"] for one in said] == ["message.reminder"] * 2
    (article,) = said[0]["data"]["articles"]
    assert [(one["label"], one["date"]) for one in article["deadlines"]] == [("application", "2026-03-25T17:00")]
    assert check_accounts(service.database).verdict == "good"
