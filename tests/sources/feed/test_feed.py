"""Feeds of every make, from a real server: what becomes of them, what is new, and what is not a feed."""

import asyncio
import contextlib
import hashlib
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from notifier.domain import Document, PollResult, PollState, Source
from notifier.errors import SourceError
from notifier.sources import Response, poll
from notifier.sources.feed.decoding import decode_feed
from notifier.sources.feed.process import read_feed
from notifier.sources.feed.readers import FeedReaders

from ..sites import Site, local_fetcher

FEEDS = Path(__file__).parents[2] / "data" / "feeds"
EMPTY = PollState()
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def polled(url: str, state: PollState = EMPTY, **options: Any) -> PollResult:
    source = Source("s", "feed", url, **options)

    async def scene() -> PollResult:
        async def resolver(host: str, port: int) -> Sequence[str]:
            return ["127.0.0.1"]

        async with local_fetcher(resolver=resolver) as fetcher:
            return await poll(source, state, now=NOW, fetcher=fetcher)

    return asyncio.run(scene())


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>c</title>{"".join(items)}</channel></rss>'.encode()


def item(name: str, text: str = "x", **tags: str) -> str:
    rest = "".join(f"<{tag}>{value}</{tag}>" for tag, value in tags.items())
    guid = f'<guid isPermaLink="false">{name}</guid>'
    return f"<item>{guid}<title>{name}</title><description>{text}</description>{rest}</item>"


def keys(result: PollResult) -> list[str]:
    return [document.key for document in result.documents]


def shown(document: Document) -> dict[str, Any]:
    published = document.published_at.isoformat() if document.published_at else None
    return {
        "key": document.key,
        "title": document.title,
        "url": document.url,
        "published_at": published,
        "byline": document.byline,
        "media_type": document.media_type,
        "content": document.content.decode(),
    }


@pytest.mark.parametrize("name", ["people", "atom", "rdf", "broken"])
def test_a_feed_becomes_the_documents_beside_it(site: Site, name: str) -> None:
    """Golden pairs: x.xml as served at the url in x.json, and its documents, oldest first."""
    expected = json.loads((FEEDS / f"{name}.json").read_text(encoding="utf-8"))
    host, path = expected["url"].split("/", 3)[2:]
    site.page(f"/{path}", (FEEDS / f"{name}.xml").read_bytes(), Content_Type="text/xml")
    result = polled(site.url(f"/{path}", host))
    served = f"{host}:{site.port}"
    got = json.loads(json.dumps([shown(document) for document in result.documents]).replace(served, host))
    assert got == expected["documents"]
    assert [key for key, _ in result.errors] == expected["errors"]


def test_the_same_feed_brings_nothing_again_by_304_or_by_its_bytes(site: Site) -> None:
    first = polled(site.versioned("/feed", rss(item("a")), '"1"'))
    assert (keys(first), first.state.etag) == (["a"], '"1"')
    again = polled(site.url("/feed"), first.state)
    assert (again.documents, again.not_modified, again.state) == ((), True, first.state)
    site.page("/feed", rss(item("a")))
    by_bytes = polled(site.url("/feed"), again.state)
    assert (by_bytes.documents, by_bytes.not_modified) == ((), True)


def test_only_new_and_changed_entries_come_and_the_state_survives_json(site: Site) -> None:
    state = polled(site.page("/feed", rss(item("b"), item("a")))).state
    stored = PollState(state.etag, state.last_modified, json.loads(json.dumps(state.cursor, sort_keys=True)))
    site.page("/feed", rss(item("c"), item("b", "other text"), item("a")))
    result = polled(site.url("/feed"), stored)
    assert keys(result) == ["b", "c"]
    site.page("/feed", rss(item("c"), item("b"), item("a")))
    assert keys(polled(site.url("/feed"), result.state)) == ["b"]


def test_an_entry_that_left_the_feed_and_comes_back_is_not_new(site: Site) -> None:
    state = polled(site.page("/feed", rss(item("b"), item("a")))).state
    site.page("/feed", rss(item("b")))
    state = polled(site.url("/feed"), state).state
    site.page("/feed", rss(item("b"), item("a")))
    assert keys(polled(site.url("/feed"), state)) == []


def test_what_is_remembered_is_bounded(site: Site) -> None:
    state = PollState()
    for round_ in range(4):
        site.page("/feed", rss(*(item(f"{round_}-{number}") for number in range(100))))
        state = polled(site.url("/feed"), state).state
    assert len(state.cursor["seen"]) == 300


def test_oldest_first_with_undated_entries_in_their_place(site: Site) -> None:
    dated = [item("new", pubDate="2026-11-03"), item("undated"), item("old", pubDate="2026-11-01")]
    assert keys(polled(site.page("/feed", rss(*dated)))) == ["old", "undated", "new"]
    oldest_on_top = [item("old", pubDate="2026-11-01"), item("new", pubDate="2026-11-03")]
    assert keys(polled(site.page("/up", rss(*oldest_on_top)))) == ["old", "new"]


def test_a_naive_date_is_in_the_sources_zone_and_a_future_one_is_kept(site: Site) -> None:
    url = site.page("/feed", rss(item("a", pubDate="2030-01-01 00:00:00")))
    assert polled(url).documents[0].published_at == datetime(2029, 12, 31, 16, tzinfo=UTC)
    assert polled(url, timezone="Europe/London").documents[0].published_at == datetime(2030, 1, 1, tzinfo=UTC)
    with pytest.raises(SourceError, match="time zone"):
        polled(url, timezone="Mars/Olympus")


def test_an_entry_without_id_and_link_is_known_by_its_title_and_date(site: Site) -> None:
    bare = "<item><title>t</title><pubDate>2026-11-01</pubDate></item>"
    first = polled(site.page("/feed", rss(bare)))
    assert keys(first)[0].startswith("sha256:")
    assert keys(polled(site.page("/feed2", rss(bare)))) == keys(first)


def test_an_entry_that_says_nothing_is_an_error_and_a_bare_link_is_none(site: Site) -> None:
    bare = ["<item><author>x</author></item>", "<item><link>/only.html</link></item>"]
    result = polled(site.page("/feed", rss(*bare, item("a"))))
    assert sorted(keys(result)) == ["a", site.url("/only.html")]
    assert len(result.errors) == 1


@pytest.mark.parametrize("date", ["00", "0000", "0000-00-00 00:00:00", "0000:T00", "Mon, 00 Jan 0000 00:00:00 +0000"])
def test_a_date_of_no_calendar_takes_no_entry_with_it(site: Site, date: str) -> None:
    result = polled(site.page("/feed", rss(item("a", pubDate=date), item("b"))))
    assert (sorted(keys(result)), result.errors) == (["a", "b"], ())


def test_enclosures_of_what_is_old_stay_links_in_the_text(site: Site) -> None:
    tag = '<enclosure url="/f/%E9%99%84%E4%BB%B6.pdf" type="application/pdf" length="1"/>'
    plain = "<entry><id>i</id><title>t</title><link rel='enclosure' href='/a.zip' title='资料'/></entry>"
    result = polled(site.page("/feed", rss(f"<item><title>t</title><description>x</description>{tag}</item>")))
    assert (
        f'附件：<a href="{site.url("/f/%E9%99%84%E4%BB%B6.pdf")}">附件.pdf</a>' in result.documents[0].content.decode()
    )
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom">{plain}</feed>'.encode()
    assert polled(site.page("/atom", atom)).documents[0].content.decode() == f"\n附件：资料.zip {site.url('/a.zip')}"


SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("<ttl>90</ttl>", 5_400),
        (f"<sy:updatePeriod {SY}>daily</sy:updatePeriod><sy:updateFrequency {SY}>4</sy:updateFrequency>", 21_600),
        (f"<sy:updatePeriod {SY}> hourly </sy:updatePeriod>", 3_600),
        ("<ttl>soon</ttl>", None),
        ("", None),
    ],
)
def test_how_long_a_feed_stays_as_it_is_is_told_also_when_it_is_the_same(
    site: Site, said: str, seconds: float | None
) -> None:
    first = polled(site.page("/feed", rss(said, item("a"))))
    assert first.ttl == seconds
    assert polled(site.url("/feed"), first.state).ttl == seconds


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("a &lt; b 且 c &gt; d", "a < b 且 c > d"),
        ("关于&lt;br&gt;印发", "关于印发"),
        ("&lt;b&gt;核电&lt;/b&gt; &amp;amp; 风电", "核电 & 风电"),
        ("the &lt;blink182&gt; tour", "the <blink182> tour"),
    ],
)
def test_a_title_is_text_whatever_its_feed_takes_it_for(site: Site, title: str, shown: str) -> None:
    assert polled(site.page("/feed", rss(f"<item><title>{title}</title></item>"))).documents[0].title == shown


def test_a_plain_title_of_atom_is_literal(site: Site) -> None:
    entry = "<entry><id>i</id><title type='text'>History of the &lt;b&gt; tag</title></entry>"
    body = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode()
    assert polled(site.page("/feed", body)).documents[0].title == "History of the <b> tag"


def test_at_most_two_thousand_entries_are_taken(site: Site) -> None:
    assert len(polled(site.page("/feed", rss(*(item(str(number)) for number in range(2_100))))).documents) == 2_000


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"<!DOCTYPE html><html><head><title>x</title></head><body><p>hello</body></html>", "web page"),
        (b"", "nothing"),
        (b'{"items": []}', "JSON"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"just some words", "something else"),
        (b'<rss version="2.0"><channel><title>cut', "breaks off"),
    ],
)
def test_what_is_no_feed_is_named(site: Site, body: bytes, word: str) -> None:
    with pytest.raises(SourceError) as caught:
        polled(site.page("/feed", body, Content_Type="text/html"))
    assert word in caught.value.en


def test_an_empty_feed_is_a_feed(site: Site) -> None:
    result = polled(site.page("/feed", rss()))
    assert (result.documents, result.errors) == ((), ())


def test_links_are_joined_to_the_base_that_they_stand_in_of_every_feed_anew() -> None:
    """feedparser's joins are remembered from one element, and from one feed, to the next."""
    inner = '<entry xml:base="b/"><id>i</id><title>b</title><link href="x"/></entry>'
    outer = '<entry><id>o</id><title>a</title><link href="x"/></entry>'
    entries = f"{outer}{inner}{outer.replace('o<', 'p<')}"
    body = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/a/">{entries}</feed>'.encode()
    for host in ("one.test", "two.test", "one.test"):
        read = read_feed(body, url=f"http://{host}/feed", media_type="application/atom+xml")
        links = [entry["link"] for entry in read["entries"]]
        assert links == [f"http://{host}/a/x", f"http://{host}/a/b/x", f"http://{host}/a/x"]


GEO = "xmlns:georss='http://www.georss.org/georss'"


@pytest.mark.parametrize(
    "broken",
    [
        "&#999999999;",
        "&#xD800;",
        "<georss:line xmlns:georss='http://www.georss.org/georss'>1</georss:line>",
        "</width>",
    ],
)
def test_what_feedparser_stumbles_over_costs_no_entry(site: Site, broken: str) -> None:
    rest = f"<item><title>b {broken}</title><link>/b</link></item>"
    assert len(polled(site.page("/feed", rss(item("a"), rest, item("c")))).documents) == 3


def test_no_mark_up_that_acts_gets_through(site: Site) -> None:
    acts = (
        '<img src=x onerror=alert(1)><svg onload=alert(1)><a href="jAvaScript:alert(1)">a</a>'
        '<a href="data:text/html,x">b</a>'
        '<iframe srcdoc="x"></iframe><form action="/x"><input></form><style>*{}</style>'
        '<p style="x">text</p><base href="//e">'
    )
    title = "T&lt;script&gt;alert(1)&lt;/script&gt;\u2028 &#x1b;[31m  x&#13;&#10;Bcc: a@b"
    document = polled(
        site.page("/feed", rss(f"<item><title>{title}</title><description><![CDATA[{acts}]]></description></item>"))
    ).documents[0]
    assert document.title == "T [31m x Bcc: a@b"
    content = document.content.decode().lower()
    for word in ("onerror", "onload", "script", "data:", "iframe", "form", "style", "<svg", "<base"):
        assert word not in content
    assert "text" in content


# --- encodings (sources.md, 18): declarations are late or wrong

CHINESE = '<?xml version="1.0" encoding="{}"?>' + rss("<item><title>科技金融</title></item>").decode()


@pytest.mark.parametrize(
    ("written", "declared", "media_type"),
    [
        ("utf-8", "utf-8", "text/xml"),
        ("utf-8", "gb2312", "text/xml; charset=gb2312"),
        ("utf-8-sig", "utf-8", ""),
        ("gb18030", "gb2312", "application/xml"),
        ("gbk", "utf-8", "text/xml"),
        ("gbk", "GBK", "text/xml; charset=utf-8"),
        ("big5", "big5", "text/xml"),
        ("big5", "utf-8", "text/xml; charset=big5"),
        ("utf-16", "utf-16", "text/xml"),
        ("utf-16-le", "utf-16", "text/xml"),
    ],
)
def test_text_is_read_whatever_is_declared(written: str, declared: str, media_type: str) -> None:
    content = CHINESE.format(declared).encode(written)
    assert "科技金融" in (decode_feed(content, media_type) or "")
    assert read_feed(content, url="http://e.org/", media_type=media_type)["entries"][0]["title"] == "科技金融"


def test_an_encoding_that_does_not_exist_breaks_nothing() -> None:
    content = b"<rss><channel><item><title>\xff\xfe\x00x</title></item></channel></rss>"
    assert decode_feed(content, "text/xml; charset=base64") is None
    assert read_feed(content, url="http://e.org/", media_type="text/xml; charset=base64")["entries"]


# --- hostile feeds: the reader is a process that can be stopped


def lol() -> bytes:
    lines = ['<!ENTITY lol "lol">'] + [f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(2, 12)]
    head = "\n".join(['<?xml version="1.0"?>', "<!DOCTYPE lolz [", '<!ENTITY lol1 "&lol;">', *lines, "]>"])
    return (head + '<rss version="2.0"><channel><item><title>x &lol11;</title></item></channel></rss>').encode()


@pytest.mark.parametrize(
    "body",
    [
        lol(),
        b"<rss><channel>" + b"<item>" * 3_000,
        b"<rss>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</rss>",
        b"<rss><item><title>&#99999999999;</title>",
        b"<rss><item><title>&#xD800;</title>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + rss("<item><title>&e;</title></item>"),
        b"<rss><channel><item><title>" + b"&" * 20_000,
    ],
    ids=["laughs", "open items", "deep", "huge character", "surrogate", "external entity", "ampersands"],
)
def test_a_hostile_feed_ends_soon_and_tells_nothing(site: Site, body: bytes) -> None:
    began = time.monotonic()
    with contextlib.suppress(SourceError):
        for document in polled(site.page("/feed", body)).documents:
            assert "root:" not in document.title
            assert len(document.title) <= 2_000
    assert time.monotonic() - began < 8


def test_a_feed_that_would_take_hours_is_stopped() -> None:
    """300 KB of nested formatting cost the HTML cleaner minutes; no thread of ours is held meanwhile."""
    nested = "".join(f"<p><b id=a{number}>" for number in range(20_000))
    body = rss(f"<item><title>x</title><description><![CDATA[{nested}]]></description></item>")
    with pytest.raises(SourceError, match="cannot be read"):
        FeedReaders(seconds=1.0).read_now(Response(200, "http://example.org/feed", content=body))


def test_a_process_that_was_stopped_harms_no_other_feed(site: Site) -> None:
    """It is kept for the next feed; one that died meanwhile is replaced."""
    readers = FeedReaders(1)
    answer = Response(200, "http://example.org/feed", content=rss(item("a")))
    assert readers.read_now(answer)["entries"][0]["id"] == "a"
    free = readers._children._free
    kept = free[0]
    assert readers.read_now(answer)["entries"]
    assert free == [kept]
    kept.kill()
    kept.wait()
    assert readers.read_now(answer)["entries"]
    assert free != [kept]


def test_a_kind_that_is_not_known_names_those_that_are() -> None:
    async def scene() -> None:
        async with local_fetcher() as fetcher:
            await poll(Source("s", "pigeon", "x"), PollState(), now=NOW, fetcher=fetcher)

    with pytest.raises(SourceError, match="feed, folder"):
        asyncio.run(scene())


def test_the_document_is_what_its_hash_is_of(site: Site) -> None:
    url = site.page("/feed", rss(item("a")))
    one, two = polled(url).documents[0], polled(url).documents[0]
    assert hashlib.sha256(one.content).digest() == hashlib.sha256(two.content).digest()
    assert (one.encoding, one.name) == ("utf-8", "a")
