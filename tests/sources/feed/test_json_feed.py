"""JSON Feed 1.0 and 1.1, from a real server."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from notifier.errors import SourceError
from notifier.sources.feed.poller import hub_of
from notifier.sources.feed.websub import Hub

from ..sites import Site
from .test_feed import keys, polled


def feed(*items: dict[str, Any], version: str = "1.1", **more: Any) -> bytes:
    whole = {"version": f"https://jsonfeed.org/version/{version}", "title": "f", "items": items, **more}
    return json.dumps(whole, ensure_ascii=False).encode()


def test_an_item_becomes_a_document_with_all_that_it_says(site: Site) -> None:
    item = {
        "id": "a-1",
        "url": "/1.html",
        "title": "科技金融 <试点>",
        "content_html": "<p onclick=x>全文 <a href='more'>更多</a></p><script>x</script>",
        "content_text": "全文",
        "date_published": "2026-09-15T10:00:00+08:00",
        "authors": [{"name": "科技厅"}],
        "attachments": [{"url": "f/1.pdf", "mime_type": "application/pdf", "title": "申报指南"}],
    }
    found = polled(site.page("/feed", feed(item), Content_Type="application/feed+json")).documents[0]
    assert (found.key, found.title, found.url) == ("a-1", "科技金融 <试点>", site.url("/1.html"))
    assert (found.byline, found.published_at) == ("科技厅", datetime(2026, 9, 15, 2, tzinfo=UTC))
    content = found.content.decode()
    assert f'href="{site.url("/more")}"' in content
    assert f'<p>附件：<a href="{site.url("/f/1.pdf")}">申报指南.pdf</a></p>' in content
    assert "script" not in content
    assert "onclick" not in content


def test_1_0_has_one_author_and_ids_may_be_numbers(site: Site) -> None:
    items = [
        {"id": 7, "content_text": "a < b\n\nc", "author": {"name": "李"}},
        {"url": "http://e.org/8", "summary": "s"},
    ]
    result = polled(site.page("/feed", feed(*items, version="1", author={"name": "编辑部"})))
    by_key = {one.key: one for one in result.documents}
    assert (by_key["7"].content, by_key["7"].media_type) == (b"a < b\n\nc", "text/plain")
    assert [by_key[key].byline for key in ("7", "http://e.org/8")] == ["李", "编辑部"]


def test_values_of_the_wrong_kind_break_nothing(site: Site) -> None:
    wrong: list[Any] = [None, 3, {"id": {}, "title": [], "content_html": 1, "authors": 5, "attachments": [1, {}]}]
    result = polled(site.page("/feed", feed(*wrong, {"id": True, "url": "http://e.org/1", "authors": [3]})))
    assert keys(result) == ["http://e.org/1"]
    assert len(result.errors) == 1


def test_changed_items_come_again_and_the_hub_is_kept(site: Site) -> None:
    more = {"hubs": [{"type": "rssCloud", "url": "http://r/"}, {"type": "WebSub", "url": "http://hub.org/"}]}
    one = {"id": "1", "title": "a"}
    first = polled(site.page("/feed", feed(one, **more, feed_url="http://e.org/feed.json")))
    assert hub_of(first.state) == Hub("http://hub.org/", "http://e.org/feed.json")
    site.page("/feed", feed(one | {"title": "b"}, {"id": "2", "title": "c"}))
    assert sorted(keys(polled(site.url("/feed"), first.state))) == ["1", "2"]


@pytest.mark.parametrize("body", [b'{"items": []}', b'{"version": "x", "items": [{"id": "1"}]}', b"[" * 100_000, b"{"])
def test_other_json_is_no_feed(site: Site, body: bytes) -> None:
    with pytest.raises(SourceError, match="not a feed"):
        polled(site.page("/feed", body))


def test_json_that_nests_without_end_is_refused(site: Site) -> None:
    with pytest.raises(SourceError):
        polled(site.page("/feed", b'{"version": ' + b"[" * 200_000))
