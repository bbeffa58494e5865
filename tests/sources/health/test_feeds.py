"""What a poll of a feed tells of the source's health."""

import asyncio
import datetime as dt

import pytest

from notifier.domain import PollResult, PollState, SeenItem, Source
from notifier.errors import SourceError
from notifier.sources import poll
from sources.sites import Site, local_fetcher, serving

NOW = dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)
FEED = b"""<rss version="2.0"><channel><title>c</title>
<item><guid>https://a.example/2</guid><title>two</title><link>https://a.example/2</link>
<pubDate>2026-03-16 01:00</pubDate></item>
<item><guid isPermaLink="false">1</guid><description>one</description></item></channel></rss>"""


def _polled(site: Site, path: str, state: PollState | None = None) -> PollResult:
    async def scene() -> PollResult:
        async with local_fetcher() as fetcher:
            source = Source("s", "feed", site.url(path))
            return await poll(source, state or PollState(), now=NOW, fetcher=fetcher)

    return asyncio.run(scene())


def test_all_entries_are_seen_with_what_they_have_and_nothing_where_nothing_changed() -> None:
    with serving() as site:
        site.page("/feed", FEED)
        first = _polled(site, "/feed")
        again = _polled(site, "/feed", first.state)
    assert first.glance is not None
    two, one = first.glance.items or ()
    assert two == SeenItem("https://a.example/2", dt.date(2026, 3, 16), True, True)
    assert (one.day, one.titled, one.linked) == (None, False, False)
    assert first.glance.served_at is not None
    assert again.not_modified
    assert again.glance is not None
    assert again.glance.items is None


def test_a_challenge_with_status_200_is_named_and_no_silence() -> None:
    with serving() as site:
        site.page("/feed", "<html><title>访问验证页面</title></html>".encode(), Content_Type="text/html")
        with pytest.raises(SourceError) as caught:
            _polled(site, "/feed")
    assert caught.value.symptom == "challenge"
    assert "要求验证" in caught.value.zh
