"""Twenty-four hours in a small world: outages, restarts, redirects, edits, moved items. Each bulletin is found once."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest

from conftest import Clock
from notifier.bootstrap import Service
from notifier.config import Settings
from notifier.domain import Source
from notifier.storage.sources import list_sources, save_source
from sources.sites import Site, serving

from .entries import stored_articles
from .job import note, put, subscribe, titles_sent

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = dt.datetime(2026, 3, 16, 0, 0, tzinfo=ZONE)
STEP = dt.timedelta(hours=1)
LISTS = {"乙局": "yi", "乙局二栏": "yi2", "丙委": "bing"}
LISTING = {"item": "ul.list li", "title": "a", "link": "a@href", "date": "span", "pages": {"next": "a.next@href"}}
PAGE = 6  # items that a list shows


@dataclass(frozen=True)
class Item:
    """A notice on a site. Every title holds 公告, which is what the subscriber wants."""

    title: str
    path: str
    day: dt.date
    text: str = "现将有关情况予以公告，请社会各界监督，如有异议请在期限内以书面形式反映。"
    guid: str = ""
    docno: str = ""

    @property
    def html(self) -> str:
        return "".join(f"<p>{part}</p>" for part in (self.docno, self.text, f"（{self.title}）") if part)


def notice(number: int, *, ago: int = 0, **more: str) -> Item:
    day = MIDNIGHT.date() - dt.timedelta(days=ago)
    return Item(f"关于第{number}号项目申报的公告", f"tzgg/{number}.shtml", day, **more)


@dataclass
class World:
    """What stands on the sites. Lists are the newest first, as sites show them, each in pages."""

    site: Site
    lists: dict[str, list[Item]] = field(default_factory=dict)
    entries: list[Item] = field(default_factory=list)

    def add(self, *names: str, items: list[Item]) -> None:
        """New items on top of these lists."""
        for item in items:
            self.show_page(item)
        for name in names:
            self.lists[name] = [*reversed(items), *self.lists.get(name, [])]
            self.show_list(name)

    def remove(self, name: str, path: str) -> None:
        """From the list; its page stays, as on most sites."""
        self.lists[name] = [item for item in self.lists[name] if item.path != path]
        self.show_list(name)

    def show_page(self, item: Item) -> None:
        page = f"<html><head><title>{item.title}</title></head><body><h1>{item.title}</h1>{item.html}</body></html>"
        self.site.page(f"/{item.path}", page.encode(), Content_Type="text/html; charset=utf-8")

    def show_list(self, name: str) -> None:
        pages = [self.lists[name][at : at + PAGE] for at in range(0, len(self.lists[name]), PAGE)]
        for number, items in enumerate(pages):
            rows = "".join(f'<li><a href="/{item.path}">{item.title}</a><span>{item.day}</span></li>' for item in items)
            after = f'<a class="next" href="{_page(name, number + 1)}">下一页</a>' if items is not pages[-1] else ""
            page = f"<html><body><ul class=list>{rows}</ul>{after}</body></html>"
            self.site.page(_page(name, number), page.encode(), Content_Type="text/html; charset=utf-8")

    def fail(self, *names: str) -> None:
        """Lists, until they are shown again."""
        for name in names:
            self.site.pages[_page(name, 0)] = lambda handler: handler.reply(503)

    def show_feed(self, path: str = "/feed.xml", *, entries: list[Item] | None = None) -> None:
        """The feed's newest ten."""
        rows = "".join(map(_as_rss, (self.entries if entries is None else entries)[:10]))
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>甲厅</title>{rows}</channel></rss>'
        self.site.page(path, body.encode(), Content_Type="application/rss+xml")


def _page(name: str, number: int) -> str:
    return f"/{LISTS[name]}/index{number or ''}.html"


def _as_rss(item: Item) -> str:
    date = format_datetime(dt.datetime.combine(item.day, dt.time(9), ZONE))
    return (
        f'<item><guid isPermaLink="false">{item.guid or item.path}</guid><title>{item.title}</title>'
        f"<link>https://jia.example.cn/{item.path}</link><pubDate>{date}</pubDate>"
        f"<description><![CDATA[{item.html}]]></description></item>"
    )


@pytest.fixture
def world() -> Iterator[World]:
    with serving() as site:
        yield World(site)


@dataclass
class Day:
    """The service in that world; `restart` is what a crash or an upgrade does to it."""

    service: Service
    settings: Settings
    clock: Clock
    open_services: Callable[..., Service]

    def restart(self) -> None:
        self.service.database.close()
        self.service = self.open_services(self.settings, clock=self.clock)

    def until(self, hour: float, *, crash: bool = False) -> None:
        """Let the service work until then, every hour; with a crash right after the first poll."""
        while self.clock.now < MIDNIGHT + dt.timedelta(hours=hour):
            self.clock.now += STEP
            asyncio.run(self.service.poll(everything=False))
            if crash:
                self.restart()
                crash = False
            self.service.process()
            self.service.judge_sources()


@pytest.fixture
def day(settings: Settings, world: World, open_services: Callable[..., Service]) -> Day:
    """Folders, a feed, and three lists, two of them columns of one site."""
    clock = Clock(MIDNIGHT)
    service = open_services(settings, clock=clock)
    every = dt.timedelta(minutes=10)
    sources = [Source("甲厅", "feed", world.site.url("/feed.xml"), every=every)]
    sources += [Source(name, "listing", world.site.url(_page(name, 0)), every=every, options=LISTING) for name in LISTS]
    with service.database.write() as session:
        for source in sources:
            save_source(session, source, origin="database", now=clock.now)
    subscribe(service, "a@example.org", "公告", delivery="immediate")
    return Day(service, settings, clock, open_services)


OLD = [notice(n, ago=40 - n) for n in range(1, 9)]
SETTLED = [notice(n, ago=60 - n) for n in (51, 52, 53)]
PINNED = notice(99, ago=300)
OUTAGE = [notice(n) for n in range(110, 119)]
NEWS = {notice(n).title for n in [*range(100, 104), *range(110, 119), 120, 31, 32, 33, 34]} | {
    f"收件{n}号公告" for n in "一二三"
}


def _night(day: Day, world: World) -> None:
    """What is there at the start is old; then the first news, under two columns, one of which is edited soon after
    behind its row, and one that bears an earlier date."""
    world.add("乙局", items=[*OLD[:5], PINNED])
    world.add("乙局二栏", items=OLD[5:])
    world.add("丙委", items=SETTLED)
    world.entries = [notice(n, ago=30) for n in (21, 22, 23)]
    world.show_feed()
    day.until(1)
    world.add("乙局", "乙局二栏", items=[notice(n) for n in range(100, 103)])
    put(day.service, "a.txt", note("收件一号公告", "正文一。"))
    day.until(3)
    world.show_page(replace(notice(101), text="现将有关情况予以更正，请社会各界继续监督，如有异议请以书面形式反映。"))
    world.add("丙委", items=[notice(103, ago=7)])
    world.entries = [notice(31), *world.entries]
    world.show_feed()
    day.until(4, crash=True)


def _outage(day: Day, world: World) -> None:
    """More than a page comes meanwhile; by the end the longest wait after a failure is over."""
    world.add("乙局", items=OUTAGE)
    world.fail("乙局", "丙委")
    world.site.pages["/feed.xml"] = lambda handler: handler.reply(503)
    day.until(8)
    world.show_list("乙局")
    world.show_list("丙委")
    world.entries = [notice(32), notice(33, docno="川科发〔2026〕33号"), *world.entries]
    world.show_feed()
    day.restart()
    day.until(14)


def _afternoon(day: Day, world: World) -> None:
    """An edit, an item that is pinned no more, a file that moves, an older page from a cache, a feed that moves."""
    edited = replace(world.entries[0], text="现将有关情况予以公告，期限延长五日，请社会各界继续监督。")
    world.entries = [edited, *world.entries[1:]]
    world.show_feed()
    world.remove("乙局", PINNED.path)
    folder = day.service.settings.folder / "inbox"
    (folder / "2026").mkdir()
    (folder / "a.txt").rename(folder / "2026" / "a-final.txt")
    put(day.service, "b.txt", note("收件二号公告", "正文二。"))
    day.until(16)
    world.show_feed(entries=world.entries[2:])
    day.until(17)
    moved = replace(world.entries[1], path="zwgk/33.html", guid="new-33")
    world.entries = [notice(34), world.entries[0], moved, *world.entries[2:]]
    world.show_feed("/new.xml")
    world.site.redirect("/feed.xml", "/new.xml", 302)
    day.until(19)


def _evening(day: Day, world: World) -> None:
    """撤稿, a file with other words, an old notice under a new address, and the last news."""
    world.remove("乙局", OUTAGE[5].path)
    put(day.service, "b.txt", note("收件二号公告", "正文二，有改动。"))
    world.add("丙委", items=[replace(SETTLED[1], path="zwgk/moved.html")])
    day.until(21, crash=True)
    world.add("乙局", "乙局二栏", items=[notice(120)])
    put(day.service, "c.txt", note("收件三号公告", "正文三。"))
    day.until(24)


def test_every_bulletin_of_a_day_is_found_once_and_alerted_once(day: Day, world: World) -> None:
    for part in (_night, _outage, _afternoon, _evening):
        part(day, world)
    asyncio.run(day.service.deliver())
    stored = stored_articles(day.service)
    assert Counter(one.article.title for one in stored if not one.old) == Counter(NEWS)
    assert Counter(titles_sent(day.service)["a@example.org"]) == Counter(NEWS)
    old = Counter(one.article.title for one in stored if one.old)
    assert set(old.values()) == {1}
    assert len(old) == len([*OLD, *SETTLED, PINNED]) + 3
    assert {one.article.title for one in stored if one.ended} == {OUTAGE[5].title}
    texts = {one.article.title: one.article.text for one in stored}
    assert "延长五日" in texts[notice(32).title]
    assert "予以更正" in texts[notice(101).title]
    with day.service.database.read() as session:
        assert not any(source.failures for source in list_sources(session))
