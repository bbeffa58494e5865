"""Feeds as readers read them: well formed, complete, stable."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.domain import Article, Entry, Fact, Feed, Reason
from notifier.errors import RenderError
from notifier.rendering import STYLESHEET, Renderer, feed_content_type
from notifier.resources import resource

from .fiction import ENTRIES, FEED, FORMATS, NOW, SECOND, THIRD

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
RENDERER = Renderer(resource("templates"))
DIRTY = st.text(st.characters(codec=None), max_size=60)


def rss(feed: Feed = FEED) -> ET.Element:
    return ET.fromstring(RENDERER.feed(feed, "rss"))


def atom(feed: Feed = FEED) -> ET.Element:
    return ET.fromstring(RENDERER.feed(feed, "atom"))


def one(article: Article, **facts: object) -> Feed:
    return replace(FEED, entries=(Entry("x y", article, (Reason("规则", (), 1.0),), **facts),))  # type: ignore[arg-type]


@pytest.mark.parametrize("format", ["rss", "atom"])
def test_a_feed_reader_finds_no_fault(format: str) -> None:  # noqa: A002
    said = {"content-type": feed_content_type(format)}
    parsed = feedparser.parse(RENDERER.feed(FEED, format), response_headers=said, sanitize_html=False)
    assert not parsed.bozo
    assert parsed.version == {"rss": "rss20", "atom": "atom10"}[format]
    assert [entry.id for entry in parsed.entries] == [entry.id for entry in (*ENTRIES[1:], ENTRIES[0])]
    assert all("<mark" in entry.content[0].value for entry in parsed.entries)


def test_rss_has_what_its_rules_require() -> None:
    """RSS 2.0 and the best practices profile: self link, one guid that is no link, RFC 822 dates, no empty text."""
    channel = rss().find("channel")
    assert channel is not None
    assert all((channel.findtext(name) or "").strip() for name in ("title", "link", "description", "lastBuildDate"))
    own = channel.find(f"{ATOM}link")
    assert own is not None
    assert own.attrib == {"rel": "self", "type": "application/rss+xml", "href": FEED.self_url}
    for item in channel.findall("item"):
        guid = item.find("guid")
        assert guid is not None
        assert guid.get("isPermaLink") == "false"
        assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo is not None
        assert all((item.findtext(name) or "").strip() for name in ("title", "description", CONTENT))


def test_atom_has_what_its_rules_require() -> None:
    """RFC 4287, 4.1.1 and 4.1.2."""
    feed = atom()
    assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} == {"self", "alternate"}
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        assert all((part.findtext(ATOM + name) or "").strip() for name in ("title", "id", "updated"))
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated") or "").tzinfo is not None
        assert (part.findtext(f"{ATOM}author/{ATOM}name") or "").strip()
    contents = [entry.find(f"{ATOM}content") for entry in feed.findall(f"{ATOM}entry")]
    assert all(content is not None and content.get("type") == "html" for content in contents)


def test_json_feed_has_what_its_rules_require() -> None:
    document = json.loads(RENDERER.feed(FEED, "json"))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == FEED.self_url
    assert [item["id"] for item in document["items"]] == [entry.id for entry in (*ENTRIES[1:], ENTRIES[0])]
    assert all(item["content_html"] and item["title"] for item in document["items"])
    assert ["url" in item for item in document["items"]] == [False, True, False]


def test_a_link_exists_only_where_there_is_a_web_address() -> None:
    assert [item.find("link") is not None for item in rss().iter("item")] == [False, True, False]
    links = [entry.find(f"{ATOM}link") is not None for entry in atom().findall(f"{ATOM}entry")]
    assert links == [False, True, False]


def test_an_id_that_is_no_iri_becomes_one_and_stays_the_same() -> None:
    feed = one(SECOND)
    assert atom(feed).findtext(f"{ATOM}entry/{ATOM}id") == atom(feed).findtext(f"{ATOM}entry/{ATOM}id")
    assert (atom(feed).findtext(f"{ATOM}entry/{ATOM}id") or "").startswith("urn:uuid:")
    assert rss(feed).findtext("channel/item/guid") == "x y"


def test_newest_alerts_come_first_and_dates_never_come_from_the_clock() -> None:
    late = replace(ENTRIES[2], id="late", alerted_at=NOW + timedelta(hours=1))
    never = replace(ENTRIES[2], id="never", alerted_at=None)
    guids = [item.findtext("guid") for item in rss(replace(FEED, entries=(never, *ENTRIES, late))).iter("item")]
    assert guids[0] == "late"
    assert guids[-1] == "never"
    assert rss(one(THIRD)).findtext("channel/item/pubDate") == "Mon, 05 May 2031 09:30:00 +0800"


@settings(deadline=None)
@given(DIRTY, DIRTY, st.sampled_from(FORMATS))
def test_any_text_at_all_gives_a_well_formed_feed(one_text: str, another: str, format: str) -> None:  # noqa: A002
    article = Article(one_text, body=another, section=another, bulletin=one_text, byline=another, url=one_text)
    entries = (Entry(one_text, article, (Reason(another, (), 1.0),), issue=one_text, original=another),)
    content = RENDERER.feed(replace(FEED, id=one_text, title=another, entries=entries), format)
    if format == "json":
        assert json.loads(content)["items"][0]["title"]
    else:
        assert ET.fromstring(content) is not None


def test_markup_in_an_article_is_escaped_twice() -> None:
    html = rss(one(Article("<b>题</b>", body="<script>alert(1)</script>"))).findtext(f"channel/item/{CONTENT}") or ""
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_feed_without_entries_is_a_feed() -> None:
    empty = replace(FEED, entries=())
    assert not feedparser.parse(RENDERER.feed(empty, "atom")).bozo
    assert json.loads(RENDERER.feed(empty, "json"))["items"] == []


def test_the_stylesheet_is_named_and_there() -> None:
    for format in ("rss", "atom"):  # noqa: A001
        assert f'<?xml-stylesheet type="text/css" href="{STYLESHEET}"?>'.encode() in RENDERER.feed(FEED, format)
    assert b"entry > summary" in RENDERER.asset(STYLESHEET.rsplit("/", 1)[1])


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(RenderError):
        RENDERER.feed(FEED, "xml")
    with pytest.raises(RenderError):
        feed_content_type("html")


@pytest.mark.parametrize("format", FORMATS)
def test_a_deadline_stands_in_the_content_of_an_entry(format: str) -> None:  # noqa: A002
    facts = (Fact("deadline", "5月20日", "2031-05-20", "body", 0, 5, "registration"),)
    feed = one(Article("报名通知", "5月20日前报名。", facts=facts))
    assert "报名截止：2031年5月20日" in RENDERER.feed(feed, format).decode()
