"""From sites that edit, take away and put back their pages, and feeds that bring files, to mails and the history."""

from collections.abc import Callable, Iterator

import pytest

from bulletins.word import made
from conftest import Clock
from notifier.bootstrap import Service
from notifier.pipeline.explaining.explain import explain
from notifier.pipeline.reading.changes import changes_of, told
from pipeline.job import subscribe, titles_sent, work
from sources.sites import Handler, Site, serving

from ..entries import stored_articles

SOURCE = """
[fetch]
allow_private = ["127.0.0.0/8"]
[[sources]]
name = "科技厅"
kind = "{kind}"
url = "{url}"
first = "all"
every = "1h"
"""
TITLE = "关于组织申报重点专项的通知"
LIST = f'<html><body><ul class="list">{{}}<li><a href="/1.html">{TITLE}</a><i>2026-03-01</i></li></ul></body></html>'


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


def show(site: Site, *paragraphs: str) -> None:
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    page = f"<html><title>{TITLE}</title><body><h1>{TITLE}</h1>{text}</body></html>"
    site.page("/1.html", page.encode(), Content_Type="text/html; charset=utf-8")


def history(service: Service) -> list[str]:
    (stored,) = [one for one in stored_articles(service) if one.article.title == TITLE]
    with service.database.read() as session:
        return [told(one)[1].split(":")[0] for one in changes_of(session, stored)]


@pytest.fixture
def desk(on_sqlite: Callable[..., Service], site: Site) -> Service:
    """A list with a declared layout, and two subscribers."""
    listed = 'item = ".list li"\ntitle = "a"\nlink = "a@href"\ndate = "i"\n'
    service = on_sqlite(SOURCE.format(kind="listing", url=site.url("/list.html")) + listed)
    site.page("/list.html", LIST.format("").encode(), Content_Type="text/html; charset=utf-8")
    subscribe(service, "all@example.org", "重点专项")
    subscribe(service, "late@example.org", "核电")
    return service


def test_an_edit_reaches_whom_only_the_new_text_interests(desk: Service, site: Site, clock: Clock) -> None:
    first = "各有关单位：现组织开展重点专项申报工作，请认真准备材料，按期报送。"
    show(site, first)
    work(desk)
    show(site, first, "支持方向包括核电装备。")
    work(desk)
    clock.forward(hours=2)
    work(desk)
    assert titles_sent(desk) == {"all@example.org": [TITLE], "late@example.org": [TITLE]}
    assert history(desk) == ["revised"]
    work(desk)
    assert history(desk) == ["revised"]


def test_a_deadline_that_was_put_off_is_explained_as_what_it_is(desk: Service, site: Site, clock: Clock) -> None:
    show(site, "各有关单位：现组织开展重点专项申报工作，申报截止日期为2026年4月20日。")
    work(desk)
    show(site, "各有关单位：现组织开展重点专项申报工作，申报截止日期为2026年4月30日。")
    clock.forward(hours=2)
    work(desk)
    said = [link.zh for link in explain(desk.database, "all@example.org", TITLE).links if link.step == "reminder"]
    assert [one.split("（")[0] for one in said] == [
        "截止 2026-04-20 已改，不再提醒",
        "截止 2026-04-30，将于 2026-04-27 08:00",
    ]


def test_a_page_taken_away_is_withdrawn_and_back_when_it_is_there_again(
    desk: Service, site: Site, clock: Clock
) -> None:
    show(site, "各有关单位：现组织开展重点专项申报工作，请认真准备材料，按期报送。")
    work(desk)
    page = site.pages.pop("/1.html")
    seen = []
    for _ in range(3):
        clock.forward(hours=2)
        work(desk)
        seen.append(history(desk))
    assert seen == [[], ["withdrawn"], ["withdrawn"]]
    site.pages["/1.html"] = page
    for _ in range(4):
        clock.forward(hours=4)
        work(desk)
    assert history(desk) == ["withdrawn", "it is there again"]
    assert titles_sent(desk) == {"all@example.org": [TITLE]}


def test_a_feeds_file_is_matched_also_when_it_comes_late(
    on_sqlite: Callable[..., Service], site: Site, clock: Clock
) -> None:
    service = on_sqlite(SOURCE.format(kind="feed", url=site.url("/feed.xml")))
    subscribe(service, "a@example.org", "重点专项")
    subscribe(service, "b@example.org", "核电")
    enclosure = '<enclosure url="/指南.docx" type="application/octet-stream" length="1"/>'
    entry = f"<item><title>{TITLE}</title><guid>1</guid>{enclosure}</item>"
    feed = f"<rss version='2.0'><channel><title>t</title>{entry}</channel></rss>"
    site.page("/feed.xml", feed.encode(), Content_Type="application/rss+xml")
    file = "/%E6%8C%87%E5%8D%97.docx"
    site.pages[file] = _busy
    work(service)
    assert titles_sent(service) == {"a@example.org": [TITLE]}
    word = made(lambda document: document.add_paragraph("指南：支持核电装备攻关。"))
    site.page(file, word.content)
    clock.forward(hours=2)
    work(service)
    assert titles_sent(service) == {"a@example.org": [TITLE], "b@example.org": [TITLE]}


def _busy(handler: Handler) -> None:
    handler.reply(503, b"", Retry_After="60")
