"""Other channels through the same tables and states as mail: nothing lost, the same message once, a broken one told."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text

from conftest import Clock
from delivery.receivers import Got, Receiver
from delivery.returned import dsn
from notifier.accounts.channels import add_channel, drop_channel, enable_channel, list_channels
from notifier.accounts.subscribers import change_state, set_groups, unsubscribe
from notifier.bootstrap import Service
from notifier.delivery.webhook import signature
from notifier.domain import SubscriberState
from notifier.errors import InputError
from notifier.pipeline.explaining.check import check_accounts
from notifier.pipeline.explaining.explain import explain
from notifier.pipeline.sending.deliver import deliver_messages
from notifier.storage.subscribers import subscriber_row
from pipeline.job import lines, note, put, subscribe, take

Open = Callable[..., Service]
LOCAL = '[fetch]\nallow_private = ["127.0.0.0/8"]'
LI = "li@example.org"


@contextlib.asynccontextmanager
async def _hooked(on_sqlite: Open, *more: str) -> AsyncIterator[tuple[Service, Receiver, str]]:
    """A service whose subscriber li has a webhook at this receiver; the secret."""
    async with Receiver().running() as receiver:
        service = on_sqlite(LOCAL, *more)
        subscribe(service, LI, "核电")
        added = add_channel(service.database, LI, receiver.url, now=service.clock())
        take(service, "a.txt", note("核电项目开工", "核电项目今日开工。"))
        yield service, receiver, added.secret


def _states(service: Service, channel: str = "webhook", kind: str = "alert") -> list[str]:
    assert check_accounts(service.database).verdict == "good"
    return [line.state for line in lines(service) if (line.channel, line.kind) == (channel, kind)]


def _notices(service: Service) -> list[tuple[str, str]]:
    return [(line.subscriber, line.channel) for line in lines(service) if line.kind == "notice"]


def _key(got: Got) -> tuple[str, bytes]:
    return got.headers["webhook-id"], got.body


def test_an_alert_goes_by_mail_and_by_webhook_signed_and_once_each(on_sqlite: Open) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite) as (service, receiver, secret):
            await service.deliver()
            await service.deliver()
            assert (_states(service), _states(service, "email")) == (["sent"], ["sent"])
            (got,) = receiver.got
            made = signature(
                secret,
                message_id=got.headers["webhook-id"],
                timestamp=int(got.headers["webhook-timestamp"]),
                content=got.body,
            )
            assert got.headers["webhook-signature"] == made
            said = json.loads(got.body)
            assert said["type"] == "message.alert"
            (article,) = said["data"]["articles"]
            assert (article["title"], article["reasons"][0]["rule"]) == ("核电项目开工", "核电")
            assert LI not in got.body.decode()

    asyncio.run(run())


def test_what_is_not_taken_comes_again_for_three_days_the_same_bytes_and_then_ends(
    on_sqlite: Open, clock: Clock
) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite) as (service, receiver, _):
            receiver.script = [(500, "")] * 99
            started = clock()
            while _states(service) != ["dead"]:
                await service.deliver()
                clock.forward(hours=3)
                assert (clock() - started).days < 4
            assert len(receiver.got) > 10
            assert len({_key(got) for got in receiver.got}) == 1
            assert len({got.headers["webhook-timestamp"] for got in receiver.got}) > 10

    asyncio.run(run())


def test_a_message_that_was_taken_in_the_end_clears_the_channels_sheet(on_sqlite: Open, clock: Clock) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite) as (service, receiver, _):
            receiver.script = [(503, "Retry-After: 7200")]
            await service.deliver()
            assert _states(service) == ["deferred"]
            assert list_channels(service.database, LI)[0].reason
            clock.forward(minutes=119)
            await service.deliver()
            assert _states(service) == ["deferred"]  # it asked for two hours
            clock.forward(minutes=1)
            await service.deliver()
            assert _states(service) == ["sent"]
            assert not list_channels(service.database, LI)[0].reason
            assert _notices(service) == []

    asyncio.run(run())


def test_410_switches_the_channel_off_and_its_owner_hears_of_it_by_mail(on_sqlite: Open, clock: Clock) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite) as (service, receiver, _):
            receiver.script = [(410, "")]
            await service.deliver()
            assert _states(service) == ["bounced"]
            assert not list_channels(service.database, LI)[0].active
            assert _notices(service) == [(LI, "email")]
            take(service, "b.txt", note("核电项目并网"))
            await service.deliver()
            assert _states(service) == ["bounced"]  # nothing is planned for it any more
            enable_channel(service.database, LI, "webhook", now=clock())
            take(service, "c.txt", note("核电项目投产"))
            await service.deliver()
            assert _states(service) == ["bounced", "sent"]

    asyncio.run(run())


def test_a_channel_that_fails_for_a_day_is_told_once_and_after_five_days_switched_off(
    on_sqlite: Open, clock: Clock
) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite) as (service, receiver, _):
            receiver.script = [(500, "")] * 999
            told = []
            for day in range(7):
                take(service, f"{day}.txt", note(f"核电项目第{day}期", f"第{day}天的核电消息。"))
                for _hours in range(2):
                    await service.deliver()
                    clock.forward(hours=12)
                told.append(len(_notices(service)))
            assert told[:5] == [0, 1, 1, 1, 1]
            assert told[-1] == 2
            assert not list_channels(service.database, LI)[0].active
            assert {line.state for line in lines(service) if line.channel == "webhook"} <= {"dead", "suppressed"}

    asyncio.run(run())


def test_where_mail_is_the_broken_one_it_is_told_by_the_webhook(on_sqlite: Open) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite, '[bounces]\naddress = "bounces@example.org"') as (service, receiver, _):
            await service.deliver()
            (mail,) = [line for line in lines(service) if line.channel == "email"]
            assert service.verp is not None
            service.take_bounce(dsn(service.verp.address_for(mail.message_id) or ""))
            take(service, "b.txt", note("核电项目并网"))
            await service.deliver()
            kinds = [json.loads(got.body)["type"] for got in receiver.got]
            assert sorted(kinds) == ["message.alert", "message.alert", "message.notice"]
            assert _states(service, "email") == ["bounced", "suppressed"]

    asyncio.run(run())


def test_who_unsubscribes_gets_nothing_by_any_channel(on_sqlite: Open) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite) as (service, receiver, _):
            with service.database.read() as session:
                row = subscriber_row(session, LI)
            assert row is not None
            assert row.id is not None
            unsubscribe(service.database, row.id, row.token_version, now=service.clock())
            await service.deliver()
            assert (receiver.got, _states(service)) == ([], ["suppressed"])

    asyncio.run(run())


def test_a_suppressed_address_still_gets_its_webhooks(on_sqlite: Open) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite) as (service, _, _):
            change_state(service.database, LI, SubscriberState.SUPPRESSED, now=service.clock(), why="operator")
            await service.deliver()
            assert (_states(service), _states(service, "email")) == (["sent"], ["suppressed"])

    asyncio.run(run())


def test_a_removed_channel_gets_nothing_that_was_planned(on_sqlite: Open) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite) as (service, receiver, _):
            drop_channel(service.database, LI, "webhook", now=service.clock())
            await service.deliver()
            assert (receiver.got, _states(service)) == ([], ["suppressed"])
            with pytest.raises(InputError):
                drop_channel(service.database, LI, "webhook", now=service.clock())

    asyncio.run(run())


def test_a_removed_channel_reminds_of_nothing(on_sqlite: Open, clock: Clock) -> None:
    """Nobody is left waiting for it: what it was to remind of has ended, and explain says so."""
    call = note("关于组织申报低空物流项目的通知", "现组织申报核电项目。请于2026年3月25日17时前申报。")

    async def run() -> None:
        async with _hooked(on_sqlite) as (service, _, _):
            take(service, "call.txt", call)
            drop_channel(service.database, LI, "webhook", now=clock())
            told = explain(service.database, LI, "低空物流")
            assert "（webhook） 不再提醒：suppressed（webhook was removed）" in "".join(link.zh for link in told.links)

    asyncio.run(run())


def test_restricted_articles_reach_no_webhook_of_who_has_left_the_group(on_sqlite: Open) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite) as (service, receiver, _):
            set_groups(service.database, LI, ["内部"], now=service.clock())
            put(service, "s.txt", note("核电内部动态"), folder="restricted")
            await service.poll(everything=True)
            await asyncio.to_thread(service.process)
            set_groups(service.database, LI, [], now=service.clock())
            await service.deliver()
            assert all("内部动态" not in got.body.decode() for got in receiver.got)
            assert _states(service) == ["sent", "suppressed"]

    asyncio.run(run())


def test_a_slow_receiver_holds_up_no_mail(on_sqlite: Open) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite) as (service, receiver, _):
            async with service.outbox() as outbox:
                assert await deliver_messages(outbox) == {"sent": 1}
            assert receiver.got == []
            assert _states(service, "email") == ["sent"]

    asyncio.run(run())


def test_a_digest_goes_by_webhook_once_a_local_date(on_sqlite: Open, clock: Clock) -> None:
    async def run() -> None:
        async with Receiver().running() as receiver:
            service = on_sqlite(LOCAL)
            subscribe(service, LI, "核电", delivery="daily")
            add_channel(service.database, LI, receiver.url, now=clock())
            take(service, "a.txt", note("核电项目开工"))
            await service.deliver()
            assert receiver.got == []
            clock.forward(days=1)
            await service.deliver()
            (got,) = receiver.got
            assert json.loads(got.body)["type"] == "message.digest"

    asyncio.run(run())


def test_an_interrupted_webhook_is_sent_again_with_the_same_id(on_sqlite: Open, clock: Clock) -> None:
    async def run() -> None:
        async with _hooked(on_sqlite) as (service, receiver, _):
            await service.deliver()
            with service.database.write() as session:  # as if it had died before the answer was recorded
                died = "state = 'committing', lease_owner = 'x', lease_until = '2000-01-01 00:00:00'"
                session.execute(text(f"UPDATE message SET {died} WHERE channel = 'webhook'"))
            await service.recover()
            await service.deliver()
            assert _states(service) == ["sent"]
            assert len(receiver.got) == 2
            assert len({_key(got) for got in receiver.got}) == 1

    asyncio.run(run())


def test_a_hub_is_told_of_news_in_all_formats_of_the_feed(on_sqlite: Open) -> None:
    async def run() -> None:
        async with Receiver().running() as receiver:
            service = on_sqlite(LOCAL)
            subscribe(service, LI, "核电")
            add_channel(service.database, LI, receiver.url, kind="websub", now=service.clock())
            take(service, "a.txt", note("核电项目开工"))
            await service.deliver()
            (got,) = receiver.got
            assert got.headers["content-type"] == "application/x-www-form-urlencoded"
            assert got.body.count(b"hub.url=") == 3
            assert b"hub.mode=publish" in got.body
            assert _states(service, "websub") == ["sent"]

    asyncio.run(run())


def test_channels_on_both_databases(service: Service) -> None:
    async def run() -> None:
        async with Receiver().running() as receiver:
            subscribe(service, LI, "核电")
            subscribe(service, "wang@example.org", "核电")
            add_channel(service.database, LI, receiver.url, now=service.clock())
            take(service, "a.txt", note("核电项目开工"))
            receiver.script = [(410, "")]
            await service.deliver()
            assert _states(service) == ["bounced"]
            assert _states(service, "email") == ["sent", "sent"]
            assert _notices(service) == [(LI, "email")]

    asyncio.run(run())
