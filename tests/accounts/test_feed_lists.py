"""What of a list of feeds becomes a source, and under which name."""

from notifier.accounts.feed_lists import choose, listed
from notifier.domain import Source
from notifier.sources.feed.opml import Listed


def names(*feeds: Listed, existing: dict[str, str] | None = None) -> list[object]:
    return [row["name"] for row in choose(feeds, existing or {}).rows]


def test_what_is_a_source_already_or_stands_twice_is_passed_over() -> None:
    feeds = [Listed("a", "http://a/1"), Listed("b", "http://a/2"), Listed("again", "http://a/2")]
    chosen = choose(feeds, {"mine": "http://a/1"})
    assert chosen.rows == ({"name": "b", "kind": "feed", "url": "http://a/2", "category": ""},)
    assert chosen.known == (feeds[0], feeds[2])


def test_a_name_that_is_taken_gets_its_folder_its_host_or_a_number() -> None:
    feeds = [
        Listed("要闻", "http://a.org/1"),
        Listed("要闻", "http://b.org/2", "部委/科技"),
        Listed("要闻", "http://b.org/3", "科技"),
        Listed("要闻", "http://b.org/4"),
    ]
    assert names(*feeds) == ["要闻", "要闻（科技）", "要闻（b.org）", "要闻（b.org） 2"]
    assert names(feeds[0], existing={"要闻": "inbox"}) == ["要闻（a.org）"]


def test_only_feeds_are_listed() -> None:
    sources = [Source("a", "folder", "in"), Source("b", "feed", "http://b/", options={"category": "x/y"})]
    assert listed(sources) == [Listed("b", "http://b/", "x/y")]
