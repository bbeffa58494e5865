"""Manners towards hosts, with a clock of the test's own, and robots.txt from a real server."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import pytest

from notifier.errors import SourceError
from notifier.sources import Fetcher, Manners, host_of
from notifier.sources.http.complaints import bad_status

from ..sites import Site, local_fetcher

A, B = "http://a.test/", "http://b.test/"


class Hand:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def refused(manners: Manners, url: str, status: int, retry_after: float | None = None) -> None:
    with contextlib.suppress(SourceError):
        async with manners.turn(url):
            raise bad_status(url, status, retry_after)


async def rest_of(manners: Manners, url: str) -> float:
    """Seconds that the host still rests; 0 where it is asked."""
    try:
        async with manners.turn(url):
            return 0.0
    except SourceError as error:
        return (error.retry_after or 0.0) if error.postponed else -1.0


@pytest.mark.parametrize("status", [403, 412, 429])
def test_a_host_that_refuses_is_left_alone_for_longer_and_longer(status: int) -> None:
    async def main() -> None:
        clock = Hand()
        manners = Manners(pause=0, clock=clock)
        for seconds in (60, 300, 1800, 1800):
            await refused(manners, A, status)
            assert await rest_of(manners, A) == seconds
            assert await rest_of(manners, B) == 0
            clock.now += seconds
        assert await rest_of(manners, A) == 0
        await refused(manners, A, status)
        assert await rest_of(manners, A) == 60

    asyncio.run(main())


def test_a_host_may_ask_for_more_rest_up_to_a_day_and_other_errors_are_none() -> None:
    async def main() -> None:
        manners = Manners(pause=0, clock=Hand())
        await refused(manners, A, 429, 1000.0)
        assert await rest_of(manners, A) == 1000
        await refused(manners, B, 429, 10.0**9)
        assert await rest_of(manners, B) == 86400
        for status in (404, 500, 503):
            await refused(manners, "http://c.test/", status, 100.0)
        assert await rest_of(manners, "http://c.test/") == 0

    asyncio.run(main())


def test_one_request_at_a_time_for_a_host_with_a_pause_and_a_limit_in_all() -> None:
    under_way: dict[str, int] = {}
    most: dict[str, int] = {"all": 0}
    ended: list[float] = []

    async def request(manners: Manners, url: str) -> None:
        async with manners.turn(url):
            if url == A and ended:
                assert asyncio.get_running_loop().time() - ended[-1] >= 0.049
            under_way[url] = under_way.get(url, 0) + 1
            most[url] = max(most.get(url, 0), under_way[url])
            most["all"] = max(most["all"], sum(under_way.values()))
            await asyncio.sleep(0.01)
            under_way[url] -= 1
            if url == A:
                ended.append(asyncio.get_running_loop().time())

    async def main() -> None:
        manners = Manners(at_once=2, pause=0.05)
        await asyncio.gather(*(request(manners, url) for url in [A, B, "http://c.test/", "http://d.test/"] * 3))

    asyncio.run(main())
    assert most == {"all": 2, A: 1, B: 1, "http://c.test/": 1, "http://d.test/": 1}
    assert len(ended) == 3


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://a.test/x", "a.test"),
        ("http://A.test:8080/x", "a.test:8080"),
        ("https://jxt.sc.gov.cn/", "sc.gov.cn"),
        ("https://sc.gov.cn/", "sc.gov.cn"),
        ("https://nosc.gov.cn/", "nosc.gov.cn"),
        ("https://x.kjt.sc.gov.cn/", "kjt.sc.gov.cn"),
        ("/folder", ""),
        ("http://[", ""),
    ],
)
def test_who_takes_turns_as_one(url: str, host: str) -> None:
    assert host_of(url, ["sc.gov.cn", "kjt.sc.gov.cn"]) == host


# --- robots.txt


async def local(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def polite(**options: Any) -> Fetcher:
    return local_fetcher(resolver=local, manners=Manners(**{"pause": 0.0} | options))


def outcomes(fetcher: Fetcher, *urls: str, robots: bool = True) -> list[object]:
    """The status of each, or the error."""

    async def main() -> list[object]:
        found: list[object] = []
        async with fetcher as client:
            for url in urls:
                try:
                    found.append((await client.visit(robots=robots).get(url)).status)
                except SourceError as error:
                    found.append(error)
        return found

    return asyncio.run(main())


def paths(site: Site) -> list[str]:
    return [path for path, _ in site.requests]


def test_robots_txt_is_asked_once_and_obeyed(site: Site) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /no")
    yes, no = site.page("/yes", b"x"), site.page("/no", b"x")
    first, second, third = outcomes(polite(), yes, no, yes)
    assert (first, third) == (200, 200)
    assert "robots.txt forbids" in str(second)
    assert paths(site) == ["/robots.txt", "/yes", "/yes"]


def test_a_redirect_leads_nowhere_that_robots_txt_forbids(site: Site) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /no")
    site.page("/no", b"x")
    assert "forbids" in str(outcomes(polite(), site.redirect("/yes", "/no"))[0])
    assert "/no" not in paths(site)


@pytest.mark.parametrize("options", [{"robots": False}, {}])
def test_an_operator_with_a_reason_is_not_held_up_by_it(site: Site, options: dict[str, bool]) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /")
    assert outcomes(polite(**options), site.page("/a", b"x"), robots=bool(options)) == [200]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 412])
def test_a_site_without_robots_txt_allows_all_and_need_not_rest(site: Site, status: int) -> None:
    site.pages["/robots.txt"] = lambda handler: handler.reply(status)
    url = site.page("/a", b"x")
    assert outcomes(polite(), url, url) == [200, 200]
    assert paths(site).count("/robots.txt") == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_site_that_fails_to_say_allows_nothing_for_now(site: Site, status: int) -> None:
    site.pages["/robots.txt"] = lambda handler: handler.reply(status)
    url = site.page("/a", b"x")
    first, second = outcomes(polite(), url, url)
    assert isinstance(first, SourceError)
    assert isinstance(second, SourceError)
    assert paths(site) == ["/robots.txt"]
    assert second.retry_after is not None
    assert second.retry_after > 50


def test_what_was_allowed_yesterday_is_while_the_site_fails_to_say(site: Site) -> None:
    clock = Hand()
    url = site.page("/a", b"x")
    site.page("/robots.txt", b"User-agent: *\nDisallow: /no")

    async def main() -> None:
        async with polite(clock=clock) as client:
            await client.get(url)
            clock.now += 25 * 3600
            site.pages["/robots.txt"] = lambda handler: handler.reply(500)
            await client.get(url)
            with pytest.raises(SourceError, match="forbids"):
                await client.get(site.url("/no"))

    asyncio.run(main())
    assert paths(site).count("/robots.txt") == 2


def test_robots_txt_behind_a_redirect_counts_and_a_loop_is_none(site: Site) -> None:
    site.redirect("/robots.txt", "/other")
    site.page("/other", b"User-agent: *\nDisallow: /")
    assert "forbids" in str(outcomes(polite(), site.page("/a", b"x"))[0])
    site.redirect("/robots.txt", "/robots.txt")
    assert outcomes(polite(), site.url("/a")) == [200]


def test_a_crawl_delay_is_kept_up_to_a_bound(site: Site) -> None:
    site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 0.2")
    url = site.page("/a", b"x")

    async def main() -> float:
        async with polite() as client:
            await client.get(url)
            started = asyncio.get_running_loop().time()
            await client.get(url)
            return asyncio.get_running_loop().time() - started

    assert asyncio.run(main()) >= 0.15
