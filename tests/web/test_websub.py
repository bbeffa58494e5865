"""A feed that names a hub, from the first poll to the last: a real feed, a real hub, our real web part."""

import asyncio
import datetime as dt
from collections.abc import Iterator

import httpx2
import pytest

from conftest import Clock
from notifier.accounts.sources import add_sources, remove_source
from notifier.bootstrap import Service
from notifier.domain import Source
from notifier.pipeline.polling.hubs import keep_leases
from notifier.storage.leases import Lease, list_leases
from notifier.storage.sources import StoredSource, source_named
from sources.feed.test_feed import item, rss
from sources.sites import Site, serving

from .hubs import Hub, hub_running

NAME = "科技部"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def hub() -> Iterator[Hub]:
    with hub_running() as running:
        yield running


def publish(site: Site, hub_url: str, *names: str) -> str:
    link = f'<{hub_url}>; rel="hub", <{site.url("/feed")}>; rel="self"'
    return site.page("/feed", rss(*map(item, names)), Link=link)


@pytest.fixture
def feed(service: Service, site: Site, hub: Hub) -> Source:
    source = Source(NAME, "feed", publish(site, hub.url, "a"), first="all")
    add_sources(service.database, [source], now=service.clock())
    poll(service)
    return source


def poll(service: Service) -> int:
    return sum(one.new for one in asyncio.run(service.poll(everything=False)) if one.source == NAME)


def keep(service: Service, client: httpx2.Client) -> int:
    async def scene() -> int:
        base = str(client.base_url).rstrip("/")
        async with service.fetcher() as fetcher:
            return await keep_leases(
                service.database, fetcher.post, callback=lambda token: f"{base}/websub/{token}", clock=service.clock
            )

    return asyncio.run(scene())


def leases(service: Service) -> list[Lease]:
    with service.database.read() as session:
        return list_leases(session)


def stored(service: Service) -> StoredSource:
    with service.database.read() as session:
        found = source_named(session, NAME)
    assert found is not None
    return found


def test_a_push_makes_the_feed_due_at_once(
    service: Service, client: httpx2.Client, clock: Clock, site: Site, hub: Hub, feed: Source
) -> None:
    assert keep(service, client) == 1
    (lease,) = leases(service)
    assert (lease.state, lease.topic) == ("active", site.url("/feed"))
    assert len(lease.secret) > 30
    clock.forward(minutes=1)
    publish(site, hub.url, "b", "a")
    assert poll(service) == 0, "it is not due yet"
    assert hub.tell(b"<rss/>") == 202
    assert poll(service) == 1
    assert keep(service, client) == 0, "the lease is young"


def test_a_push_that_is_not_the_hubs_changes_nothing(
    service: Service, client: httpx2.Client, clock: Clock, hub: Hub, feed: Source
) -> None:
    keep(service, client)
    due = stored(service).next_poll_at
    clock.forward(minutes=1)
    assert hub.tell(b"<rss/>", secret="guessed") == 202, "nobody learns by trying"
    (lease,) = leases(service)
    assert client.post(f"/websub/{lease.token}", content=b"x").status_code == 202
    assert client.post(f"/websub/{lease.token}", content=b"x" * (4 * 1024 * 1024 + 1)).status_code == 413
    assert client.post("/websub/unknown", content=b"x").status_code == 410
    assert stored(service).next_poll_at == due


def test_a_lease_is_renewed_before_it_ends_under_the_same_address(
    service: Service, client: httpx2.Client, clock: Clock, hub: Hub, feed: Source
) -> None:
    keep(service, client)
    clock.forward(minutes=47)
    assert keep(service, client) == 0
    clock.forward(minutes=2)
    assert keep(service, client) == 1
    (lease,) = leases(service)
    assert lease.expires_at == clock.now + dt.timedelta(hours=1)
    assert hub.asked[0]["hub.callback"] == hub.asked[1]["hub.callback"]


def test_nobody_else_confirms_or_ends_what_we_asked_for(
    service: Service, client: httpx2.Client, hub: Hub, feed: Source
) -> None:
    hub.asks_back = False
    keep(service, client)
    (form,) = hub.asked
    assert leases(service)[0].state == "asked"
    assert not hub.ask_back(form, **{"hub.topic": "http://other.org/"})
    assert not hub.ask_back(form, **{"hub.mode": "unsubscribe"})
    assert not hub.ask_back(form | {"hub.callback": form["hub.callback"] + "x"})
    assert hub.ask_back(form)
    assert leases(service)[0].state == "active"


def test_a_hub_that_refuses_or_stays_silent_is_asked_ever_more_rarely(
    service: Service, client: httpx2.Client, clock: Clock, hub: Hub, feed: Source
) -> None:
    hub.status = 500
    waits = []
    for _ in range(4):
        assert keep(service, client) == 1
        (lease,) = leases(service)
        waits.append((lease.next_at - clock.now).total_seconds() / 60)
        clock.now = lease.next_at
    assert waits == [10, 20, 40, 80]
    hub.status = 202
    assert keep(service, client) == 1
    assert hub.ask_back(hub.asked[-1], **{"hub.mode": "denied", "hub.reason": "full"})
    (lease,) = leases(service)
    assert (lease.state, (lease.next_at - clock.now).days) == ("denied", 1)


def test_who_is_removed_or_names_another_hub_leaves_the_first(
    service: Service, client: httpx2.Client, clock: Clock, site: Site, hub: Hub, feed: Source
) -> None:
    keep(service, client)
    with hub_running() as other:
        publish(site, other.url, "b")
        clock.forward(hours=0.5)
        poll(service)
        assert keep(service, client) == 1  # the new one; the old one is left at the next pass
        assert keep(service, client) == 1
        assert [one.hub for one in leases(service)] == [other.url]
        assert (hub.members, len(other.members)) == ({}, 1)
        remove_source(service.database, NAME)
        keep(service, client)
        keep(service, client)
        assert (leases(service), other.members) == ([], {})


def test_a_hub_that_is_gone_is_left_in_the_end(
    service: Service, client: httpx2.Client, clock: Clock, hub: Hub, feed: Source
) -> None:
    keep(service, client)
    hub.status = 503
    remove_source(service.database, NAME)
    for _ in range(8):
        keep(service, client)
        clock.forward(hours=3)
    assert leases(service) == []


def test_a_hub_may_send_us_on_and_one_that_is_private_is_not_asked(
    service: Service, client: httpx2.Client, clock: Clock, site: Site, hub: Hub, feed: Source
) -> None:
    hub.moved_to = "/there"
    keep(service, client)
    assert leases(service)[0].state == "active"
    publish(site, "http://192.168.1.1/", "b")
    clock.forward(hours=1)
    poll(service)
    keep(service, client)
    private = leases(service)[-1]
    assert (private.hub, private.state, private.asked) == ("http://192.168.1.1/", "asked", 1)
