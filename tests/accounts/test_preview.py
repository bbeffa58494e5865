"""A preview shows what would go out now, and touches nothing of it."""

import asyncio
import datetime as dt
from collections.abc import Callable

import pytest

from conftest import Clock
from notifier.accounts.preview import Preview, preview, send_test, trial
from notifier.accounts.rules import save_rule
from notifier.accounts.subscribers import change_state, set_groups, unsubscribe
from notifier.bootstrap import Service, open_transport
from notifier.domain import Schedule, SubscriberState
from notifier.errors import InputError
from notifier.storage.events import events_of
from pipeline.job import lines, mails, note, put, subscribe, take, work

CALL = note("低空物流项目申报通知", "现组织申报低空物流项目。请于2026年3月25日17时前申报。")


@pytest.fixture
def previewed(service: Service) -> Callable[..., Preview]:
    def one(kind: str = "", address: str = "a@example.org") -> Preview:
        return preview(service.database, service.renderer, service.mail, address, kind=kind, now=service.clock())

    return one


Previewed = Callable[..., Preview]


def test_what_waits_is_shown_as_it_then_goes_out(service: Service, clock: Clock, previewed: Previewed) -> None:
    subscribe(service, "a@example.org", "核电", delivery="daily")
    take(service, "a.txt", note("核电项目开工"))
    take(service, "b.txt", note("核电项目并网"))
    found = previewed()
    assert (found.kind, found.origin) == ("digest", "waiting")
    assert found.titles == ("核电项目开工", "核电项目并网")
    before = lines(service)
    assert previewed().frozen == found.frozen
    assert lines(service) == before
    clock.now = dt.datetime(2026, 3, 17, 0, 0, tzinfo=dt.UTC)  # its hour
    later = previewed()
    asyncio.run(service.deliver())
    (mail,) = mails(service)
    assert str(mail["Subject"]) == later.frozen.subject
    sent = mail.get_body(("html",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert sent.split('class="foot"')[0] == later.html.split('class="foot"')[0]


def test_each_kind_that_waits_can_be_asked_for(service: Service, clock: Clock, previewed: Previewed) -> None:
    subscribe(service, "a@example.org", "物流", delivery="weekly")
    take(service, "a.txt", CALL)
    save_rule(
        service.database,
        "a@example.org",
        "核电",
        topics=service.library.topics,
        delivery=Schedule.IMMEDIATE,
        now=clock(),
    )
    change_state(service.database, "a@example.org", SubscriberState.PAUSED, now=clock(), why="test")
    take(service, "b.txt", note("核电项目开工"))
    assert [previewed(kind).titles for kind in ("alert", "digest", "reminder")] == [
        ("核电项目开工",),
        ("低空物流项目申报通知",),
        ("低空物流项目申报通知",),
    ]
    assert previewed().kind == "alert"
    assert previewed("reminder").frozen.calendar.startswith("BEGIN:VCALENDAR")


def test_where_nothing_waits_it_is_an_example(service: Service, previewed: Previewed) -> None:
    subscribe(service, "a@example.org", "物流")
    assert [previewed(kind).origin for kind in ("", "alert", "digest", "reminder")] == ["sample"] * 4
    assert [previewed(kind).kind for kind in ("", "digest")] == ["alert", "digest"]
    put(service, "a.txt", CALL)
    work(service)
    assert [(previewed(kind).kind, previewed(kind).origin) for kind in ("", "alert", "digest")] == [
        ("reminder", "waiting"),
        ("alert", "latest"),
        ("digest", "latest"),
    ]


def test_what_they_may_not_see_any_more_is_not_shown(service: Service, clock: Clock, previewed: Previewed) -> None:
    subscribe(service, "a@example.org", "物流", delivery="daily", groups=["内部"])
    put(service, "a.txt", CALL, folder="restricted")
    work(service)
    assert previewed().origin == "waiting"
    set_groups(service.database, "a@example.org", [], now=clock())
    assert [previewed(kind).origin for kind in ("", "alert", "digest", "reminder")] == ["sample"] * 4


def test_its_links_are_valid_for_nobody(service: Service, clock: Clock, previewed: Previewed) -> None:
    number = subscribe(service, "a@example.org", "核电")
    found = previewed()
    token = found.recipient.unsubscribe_url.rsplit("/", 1)[1]
    verified = service.tokens.verify("unsubscribe", token)
    assert verified is not None
    assert verified[0] == number
    assert not unsubscribe(service.database, *verified, now=clock())
    assert service.feeds.find(found.recipient.feed_url.rsplit("/", 1)[1].removesuffix(".rss"), "rss") is None
    assert found.recipient.unsubscribe_url in found.html


def test_an_unknown_kind_or_person_is_named(service: Service, previewed: Previewed) -> None:
    subscribe(service, "a@example.org", "核电")
    with pytest.raises(InputError, match="alert, digest, reminder"):
        previewed("letter")
    with pytest.raises(InputError, match=r"b@example\.org"):
        previewed("", "b@example.org")


def test_a_test_is_sent_once_says_so_and_is_in_the_events(service: Service, previewed: Previewed) -> None:
    number = subscribe(service, "a@example.org", "核电", delivery="daily")
    take(service, "a.txt", note("核电项目开工"))

    async def send() -> None:
        transport = open_transport(service.settings)
        envelope = trial(previewed(), service.mail, to="boss@example.org", list_id=service.list_id, sign=service.sign)
        await send_test(service.database, transport, envelope, subscriber="a@example.org", now=service.clock())
        await transport.close()

    asyncio.run(send())
    (mail,) = mails(service)
    assert (str(mail["To"]), str(mail["Subject"])) == ("boss@example.org", "【测试】【日报】3月16日 核电项目开工")
    with service.database.read() as session:
        (event,) = [one for one in events_of(session, "subscriber", number) if one.name == "message.tested"]
    assert event.data["to"] == "boss@example.org"
    assert [line.state for line in lines(service)] == ["waiting"]


def test_no_test_goes_to_who_has_left(service: Service, clock: Clock, previewed: Previewed) -> None:
    subscribe(service, "a@example.org", "核电")
    change_state(service.database, "a@example.org", SubscriberState.SUPPRESSED, now=clock(), why="test")

    async def send() -> None:
        transport = open_transport(service.settings)
        envelope = trial(previewed(), service.mail, to="a@example.org", list_id=service.list_id, sign=service.sign)
        await send_test(service.database, transport, envelope, subscriber="a@example.org", now=service.clock())

    with pytest.raises(InputError, match="stopped"):
        asyncio.run(send())
    assert mails(service) == []
