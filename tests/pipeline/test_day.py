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
from notifier.domain import Document, Glance, PollResult, PollState, SeenItem, Source
from notifier.errors import SourceError
from notifier.sources import POLLERS, Fetcher
from notifier.storage.sources import list_sources, save_source
from sources.sites import Site, serving

from .entries import stored_articles
from .job import note, put, subscribe, titles_sent

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = dt.datetime(2026, 3, 16, 0, 0, tzinfo=ZONE)
STEP = dt.timedelta(hours=1)
HOSTS = {"乙局": "yi.example.cn", "乙局二栏": "yi.example.cn", "丙委": "bing.example.cn"}
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

    def url(self, host: str, scheme: str = "https") -> str:
        return f"{scheme}://{host}/{self.path}"

    @property
    def html(self) -> str:
        return "".join(f"<p>{part}</p>" for part in (self.docno, self.text, f"（{self.title}）") if part)


def notice(number: int, *, ago: int = 0, **more: str) -> Item:
    day = MIDNIGHT.date() - dt.timedelta(days=ago)
    return Item(f"第{number}号项目公告", f"tzgg/{number}.shtml", day, **more)


@dataclass
class World:
    """What stands on the sites. Lists are the newest first, as sites show them."""

    site: Site
    lists: dict[str, list[Item]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    entries: list[Item] = field(default_factory=list)

    def add(self, *names: str, items: list[Item]) -> None:
        """New items on top of these lists."""
        for name in names:
            self.lists[name] = [*reversed(items), *self.lists.get(name, [])]

    def remove(self, name: str, path: str) -> None:
        self.lists[name] = [item for item in self.lists[name] if item.path != path]

    def show_feed(self, path: str = "/feed.xml", *, entries: list[Item] | None = None) -> None:
        """The feed's newest ten."""
        rows = "".join(map(_as_rss, (self.entries if entries is None else entries)[:10]))
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>甲厅</title>{rows}</channel></rss>'
        self.site.page(path, body.encode(), Content_Type="application/rss+xml")

    async def poll_list(self, source: Source, state: PollState, *, now: dt.datetime, fetcher: Fetcher) -> PollResult:
        """As list pages are polled: from the first page back to where all is known."""
        if source.name in self.down:
            raise SourceError(f"连不上 {source.address}", "cannot connect")
        known, all_items = set(state.cursor.get("known", ())), self.lists[source.name]
        pages = [all_items[at : at + PAGE] for at in range(0, len(all_items), PAGE)]
        found: list[Item] = []
        for page in pages:
            fresh = [item for item in page if item.path not in known]
            found += fresh
            if not fresh or not known:
                break
        seen = tuple(SeenItem(item.url(source.address), item.day, True, True) for item in pages[0])
        documents = tuple(_as_document(item, source.address) for item in reversed(found))
        cursor = {"known": sorted(known | {item.path for item in found})}
        return PollResult(documents, PollState(cursor=cursor), glance=Glance(seen))


def _as_rss(item: Item) -> str:
    date = format_datetime(dt.datetime.combine(item.day, dt.time(9), ZONE))
    return (
        f'<item><guid isPermaLink="false">{item.guid or item.path}</guid><title>{item.title}</title>'
        f"<link>{item.url('jia.example.cn')}</link><pubDate>{date}</pubDate>"
        f"<description><![CDATA[{item.html}]]></description></item>"
    )


def _as_document(item: Item, host: str) -> Document:
    published = dt.datetime.combine(item.day, dt.time(), ZONE)
    url = item.url(host)
    return Document(url, item.title, "text/html", item.html.encode(), item.title, url, published, encoding="utf-8")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with serving() as site:
        made = World(site)
        monkeypatch.setitem(POLLERS, "list", made.poll_list)
        yield made


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
    kinds = {"甲厅": ("feed", world.site.url("/feed.xml"))}
    kinds |= {name: ("list", host) for name, host in HOSTS.items()}
    with service.database.write() as session:
        for name, (kind, address) in kinds.items():
            source = Source(name, kind, address, every=dt.timedelta(minutes=10))
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
    """What is there at the start is old; then the first news, under two columns, and one that bears an earlier date."""
    world.add("乙局", items=[*OLD[:5], PINNED])
    world.add("乙局二栏", items=OLD[5:])
    world.add("丙委", items=SETTLED)
    world.entries = [notice(n, ago=30) for n in (21, 22, 23)]
    world.show_feed()
    day.until(1)
    world.add("乙局", "乙局二栏", items=[notice(n) for n in range(100, 103)])
    put(day.service, "a.txt", note("收件一号公告", "正文一。"))
    day.until(3)
    world.add("丙委", items=[notice(103, ago=7)])
    world.entries = [notice(31), *world.entries]
    world.show_feed()
    day.until(4, crash=True)


def _outage(day: Day, world: World) -> None:
    """More than a page comes meanwhile; by the end the longest wait after a failure is over."""
    world.down = {"乙局", "丙委"}
    world.add("乙局", items=OUTAGE)
    world.site.pages["/feed.xml"] = lambda handler: handler.reply(503)
    day.until(8)
    world.down = set()
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
    edited = next(one for one in stored if one.article.title == notice(32).title)
    assert "延长五日" in edited.article.text
    with day.service.database.read() as session:
        assert not any(source.failures for source in list_sources(session))
