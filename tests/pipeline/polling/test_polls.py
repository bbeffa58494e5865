"""Polls that go on: each source on its own, one that hangs holds up nobody, hosts that refuse are left alone."""

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlmodel import Session

from notifier.domain import Source
from notifier.pipeline.polling.poll import Polled
from notifier.pipeline.polling.polls import Polls, poll_sources
from notifier.sources import Manners
from notifier.storage.database import Database
from notifier.storage.schema import prepare
from notifier.storage.sources import StoredSource, save_source, source_named
from sources.sites import Site, local_fetcher, serving

RSS = (
    "<rss version='2.0'><channel><title>t</title><item><title>通知</title><guid>{0}</guid>"
    "<description>正文{0}</description></item></channel></rss>"
)


class Clock:
    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running_site:
        yield running_site


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    prepare(opened)
    yield opened
    opened.close()


async def local(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def add(database: Database, *sources: Source) -> None:
    with database.write() as session:
        for source in sources:
            save_source(session, source, origin="database", now=Clock().now)


def feed(site: Site, name: str, path: str, **options: Any) -> Source:
    """A source with a host name of its own."""
    return Source(name, "feed", site.url(path, f"{name}.test"), every=dt.timedelta(minutes=10), first="all", **options)


def stored(database: Database, name: str) -> StoredSource:
    with database.read() as session:
        found = source_named(session, name)
    assert found is not None
    return found


def running(database: Database, clock: Callable[[], dt.datetime], work: Callable[[Polls], Any], **options: Any) -> Any:
    """What `work` does with polls that are under way."""

    async def main() -> Any:
        manners = Manners(pause=0.0, robots=False)
        async with local_fetcher(resolver=local, manners=manners, timeout=options.pop("timeout", 5.0)) as fetcher:
            polls = Polls(database, fetcher, clock=clock, rng=random.Random(1), **options)
            try:
                return await work(polls)
            finally:
                await polls.stop()

    return asyncio.run(main())


def test_a_source_that_hangs_holds_up_nobody_and_is_not_started_again(database: Database, site: Site) -> None:
    site.hang("/hang", 2.0)
    site.page("/good", RSS.format(1).encode())
    add(database, feed(site, "hangs", "/hang"), feed(site, "good", "/good"))
    clock, polled = Clock(), list[Polled]()

    async def work(polls: Polls) -> None:
        for turn in range(3):
            await polls.start_due()
            while len(polled) <= turn:
                await asyncio.sleep(0.01)
            clock.now += dt.timedelta(minutes=20)
            assert not await polls.settle(0)

    running(database, clock, work, report=polled.append)
    assert [one.source for one in polled] == ["good"] * 3
    assert [path for path, _ in site.requests].count("/hang") == 1
    assert stored(database, "hangs").polled_at is None


def test_a_pass_that_somebody_waits_for_ends_in_time_and_names_what_it_left(database: Database, site: Site) -> None:
    site.hang("/hang", 2.0)
    add(database, feed(site, "hangs", "/hang"), feed(site, "missing", "/missing"))

    async def main() -> list[Polled]:
        async with local_fetcher(resolver=local) as fetcher:
            return await poll_sources(
                database, fetcher, clock=Clock(), rng=random.Random(1), everything=True, within=1.5
            )

    found = {one.source: one for one in asyncio.run(main())}
    assert "404" in found["missing"].errors[0][1]
    assert "its turn" in found["hangs"].errors[0][1]
    assert stored(database, "hangs").failures == 0


def test_sources_of_many_hosts_and_several_of_one_are_all_polled_once(database: Database, site: Site) -> None:
    many = [feed(site, f"s{number}", "/missing") for number in range(10)]
    same = [Source(f"t{number}", "feed", site.url(f"/missing?{number}", "t.test")) for number in range(10)]
    add(database, *many, *same)
    polled: list[Polled] = []

    async def work(polls: Polls) -> None:
        await polls.start_due()
        assert await polls.settle(60)

    running(database, Clock(), work, report=polled.append)
    assert sorted(one.source for one in polled) == sorted(source.name for source in (*many, *same))
    assert len(site.requests) == len(polled)


def test_a_host_that_refuses_makes_its_other_sources_wait_without_failing(database: Database, site: Site) -> None:
    site.pages["/no"] = lambda handler: handler.reply(403)
    site.page("/good", RSS.format(1).encode())
    one = Source("no", "feed", site.url("/no", "h.test"), first="all")
    other = Source("other", "feed", site.url("/good", "h.test"), first="all")
    add(database, one, other)
    clock = Clock()

    async def work(polls: Polls) -> None:
        await polls.start_due()
        await polls.settle(60)

    running(database, clock, work)
    refused, waits = stored(database, "no"), stored(database, "other")
    assert (refused.failures, waits.failures, waits.error, waits.polled_at) == (1, 0, "", None)
    assert waits.next_poll_at is not None
    assert waits.next_poll_at >= clock.now + dt.timedelta(seconds=59)
    assert [path for path, _ in site.requests] == ["/no"]


def test_a_permanent_move_is_told_once_adopted_and_left_when_it_fails(database: Database, site: Site) -> None:
    site.redirect("/old", "/new", 301)
    site.page("/new", RSS.format(1).encode())
    add(database, feed(site, "f", "/old"))
    clock, told = Clock(), list[tuple[str, str]]()

    def tell(session: Session, source: str, address: str) -> None:
        told.append((source, address))

    async def work(polls: Polls) -> None:
        for _ in range(5):
            await polls.start_due()
            assert await polls.settle(60)
            clock.now += dt.timedelta(hours=1)

    running(database, clock, work, told=tell)
    assert told == [("f", site.url("/new", "f.test"))]
    assert [path for path, _ in site.requests] == ["/old", "/new"] * 3 + ["/new"] * 2
    assert stored(database, "f").source.address == site.url("/old", "f.test")
    del site.pages["/new"]
    site.page("/old", RSS.format(2).encode())
    clock.now += dt.timedelta(days=1)

    async def through_failures(polls: Polls) -> None:
        for _ in range(4):
            await polls.start_due()
            assert await polls.settle(60)
            clock.now += dt.timedelta(days=1)

    running(database, clock, through_failures)
    assert site.requests[-1][0] == "/old"
    assert stored(database, "f").failures == 0


def test_a_source_with_a_reason_to_ignore_robots_txt_is_polled(database: Database, site: Site) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /")
    site.page("/good", RSS.format(1).encode())
    add(database, feed(site, "no", "/good"), feed(site, "yes", "/good", options={"ignore_robots": "已获同意"}))

    async def main() -> list[Polled]:
        async with local_fetcher(resolver=local, manners=Manners(pause=0.0)) as fetcher:
            return await poll_sources(database, fetcher, clock=Clock(), rng=random.Random(1), everything=True)

    found = {one.source: one for one in asyncio.run(main())}
    assert "robots.txt" in found["no"].errors[0][1]
    assert found["yes"].new == 1
