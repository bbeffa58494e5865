"""Disks fill, databases lock, feeds break: one clear line, everything else goes on, nothing half-stored."""

import asyncio
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from email.utils import format_datetime

import pytest
from sqlalchemy import event, text

from conftest import Clock
from notifier.bootstrap import Service
from notifier.errors import NotifierError, StorageError
from notifier.pipeline.explaining.check import check_accounts, check_database
from notifier.pipeline.polling.poll import Polled
from notifier.storage.bulletins import find_articles, get_articles
from notifier.storage.sources import StoredSource, source_named
from pipeline.job import lines, mails, note, put, subscribe, titles_sent, work
from sources.sites import Handler, Site, serving

Open = Callable[..., Service]
TITLE = "核电项目开工"


def _poll(service: Service, *, everything: bool = True) -> dict[str, Polled]:
    return {one.source: one for one in asyncio.run(service.poll(everything=everything))}


def _count(service: Service, table: str) -> int:
    with service.database.read() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def _whole(service: Service) -> bool:
    return {check_accounts(service.database).verdict, check_database(service.database).verdict} == {"good"}


# --- the database ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spare", [0, 1, 2, 4, 8, 16])
def test_a_disk_that_fills_at_any_stage_leaves_nothing_half_stored(on_sqlite: Open, spare: int) -> None:
    """The database may grow by so many pages; then there is room again, and all goes on from where it was."""
    service = on_sqlite()
    subscribe(service, "a@example.org", "核电")
    for number in range(3):
        put(service, f"{number}.txt", note(f"核电项目第{number}号开工", "核电项目今日开工。" * 400))
    service.database.close()
    with sqlite3.connect(service.settings.folder / "notifier.db") as plain:
        pages = plain.execute("PRAGMA page_count").fetchone()[0]
    plain.close()
    limited = _limited(service, pages + spare)
    failed = []
    for stage in (lambda: _poll(service), service.process, lambda: asyncio.run(service.deliver())):
        try:
            result = stage()
            failed += [line for one in (result.values() if isinstance(result, dict) else ()) for _, line in one.errors]
        except StorageError as error:
            failed.append(str(error))
    assert failed or spare == 16
    assert all("磁盘已满" in line and "\n" not in line for line in failed)
    limited.clear()
    service.database.close()
    work(service)
    assert sorted(titles_sent(service)["a@example.org"]) == [f"核电项目第{number}号开工" for number in range(3)]
    assert sum(len(line.articles) for line in lines(service)) == 3
    assert _whole(service)


def _limited(service: Service, pages: int) -> list[int]:
    """While the list holds a number, new connections may not let the file grow beyond it."""
    limits = [pages]

    @event.listens_for(service.database.engine, "connect")
    def _limit(connection: sqlite3.Connection, _record: object) -> None:
        for most in limits:
            connection.execute(f"PRAGMA max_page_count = {most}")

    return limits


def test_a_database_that_others_hold_is_one_line_and_then_all_goes_on(on_sqlite: Open) -> None:
    service = on_sqlite(busy_timeout=50)
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note(TITLE))
    other = sqlite3.connect(service.settings.folder / "notifier.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    (error,) = _poll(service)["要参"].errors
    assert error[0] == ""
    assert "数据库正被占用" in error[1]
    other.execute("ROLLBACK")
    assert _poll(service)["要参"].new == 1
    for stage in (service.process, lambda: asyncio.run(service.deliver())):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked"):
            stage()
        other.execute("ROLLBACK")
        assert mails(service) == []
    work(service)
    assert titles_sent(service) == {"a@example.org": [TITLE]}
    assert _whole(service)
    other.close()


def test_what_cannot_be_recorded_after_the_send_is_found_by_its_evidence(on_sqlite: Open) -> None:
    """The database locks when the file is in the Maildir already: it is not delivered twice."""
    service = on_sqlite()
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note(TITLE))
    work(service)
    with service.database.write() as session:
        session.execute(
            text("UPDATE message SET state = 'committing', lease_owner = 'nohost:1:1', lease_until = dated")
        )
    assert asyncio.run(service.recover()) == {"sent": 1}
    asyncio.run(service.deliver())
    assert len(mails(service)) == 1
    assert _whole(service)


# --- sources -----------------------------------------------------------------------------------------------


def _rss(*items: tuple[str, str, str]) -> bytes:
    """A feed of (guid, title, date)."""
    rows = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>http://x.example.org/{guid}</link>"
        f"<pubDate>{date}</pubDate><description>说明。</description></item>"
        for guid, title, date in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>f</title>{rows}</channel></rss>".encode()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def _feed(name: str, url: str, **more: str) -> str:
    rows = "".join(f'{key} = "{value}"\n' for key, value in more.items())
    return f'[[sources]]\nname = "{name}"\nkind = "feed"\nurl = "{url}"\n{rows}'


LOCAL = '[fetch]\nallow_private = ["127.0.0.0/8"]'


def _stored(service: Service, name: str) -> StoredSource:
    with service.database.read() as session:
        found = source_named(session, name)
    assert found is not None
    return found


def test_sources_that_fail_in_every_way_are_one_line_each_and_the_good_ones_go_on(
    on_sqlite: Open, clock: Clock, site: Site
) -> None:
    def drop(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"<rss")
        handler.close_connection = True

    site.pages["/500"] = lambda handler: handler.reply(500, b"oops")
    site.pages["/drop"] = drop
    site.pages["/busy"] = lambda handler: handler.reply(503, b"", Retry_After="7200")
    site.page("/html", b"<html><body>not a feed</body></html>", Content_Type="text/html")
    site.page("/broken", _rss(("1", TITLE, ""))[:60])
    site.page("/good", _rss(("1", TITLE, "Mon, 16 Mar 2026 03:00:00 GMT")))
    names = ("missing", "500", "drop", "busy", "html", "broken", "good")
    feeds = [_feed(name, site.url(f"/{name}"), first="all") for name in names]
    nobody = _feed("nobody", "http://127.0.0.1:1/rss.xml")
    service = on_sqlite(LOCAL, *feeds, nobody)
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note("核电项目并网"))
    polled = _poll(service)
    bad = set(names) - {"good"} | {"nobody"}
    assert {name for name, one in polled.items() if one.errors} == bad
    for name in bad:
        ((key, line),) = polled[name].errors
        assert key == ""
        assert "\n" not in line
        stored = _stored(service, name)
        assert (stored.failures, stored.error, stored.primed) == (1, line, False)
        assert stored.next_poll_at is not None
        assert stored.next_poll_at > clock()
    assert _stored(service, "busy").next_poll_at >= clock() + dt.timedelta(hours=2)  # type: ignore[operator]
    assert _count(service, "document") == 2
    work(service)
    assert sorted(titles_sent(service)["a@example.org"]) == ["核电项目并网", TITLE]


def test_a_source_that_goes_on_failing_is_asked_less_and_less_and_at_once_well_again(
    on_sqlite: Open, clock: Clock, site: Site
) -> None:
    service = on_sqlite(LOCAL, _feed("f", site.url("/rss"), every="10m"))
    waits = []
    for _ in range(5):
        _poll(service, everything=False)
        stored = _stored(service, "f")
        assert stored.next_poll_at is not None
        waits.append(stored.next_poll_at - clock())
        clock.now = stored.next_poll_at
    assert _stored(service, "f").failures == 5
    assert waits[-1] > 2 * waits[0]
    site.page("/rss", _rss(("1", TITLE, "")))
    _poll(service, everything=False)
    stored = _stored(service, "f")
    assert (stored.failures, stored.error, stored.primed) == (0, "", True)
    assert stored.next_poll_at - clock() < dt.timedelta(minutes=15)  # type: ignore[operator]


def test_first_new_alerts_on_nothing_old_and_then_on_the_next_entry(on_sqlite: Open, clock: Clock, site: Site) -> None:
    old = [(str(number), f"核电旧闻{number}", "") for number in range(3)]
    site.page("/rss", _rss(*old))
    service = on_sqlite(LOCAL, _feed("f", site.url("/rss")))
    subscribe(service, "a@example.org", "核电")
    work(service)
    work(service)
    assert mails(service) == []
    site.page("/rss", _rss(("9", "核电新闻", ""), *old))
    clock.forward(hours=1)
    work(service)
    work(service)
    assert titles_sent(service) == {"a@example.org": ["核电新闻"]}


def test_a_source_that_failed_at_first_still_tells_old_from_new(on_sqlite: Open, clock: Clock, site: Site) -> None:
    service = on_sqlite(LOCAL, _feed("f", site.url("/rss")))
    subscribe(service, "a@example.org", "核电")
    work(service)
    site.page("/rss", _rss(("1", "核电旧闻", "")))
    work(service)
    assert mails(service) == []


@pytest.mark.parametrize("title", [TITLE, "核电项目正式开工"])
def test_an_entry_that_was_changed_is_no_second_alert(on_sqlite: Open, clock: Clock, site: Site, title: str) -> None:
    site.page("/rss", _rss(("1", TITLE, "")))
    service = on_sqlite(LOCAL, _feed("f", site.url("/rss"), first="all"))
    subscribe(service, "a@example.org", "核电")
    work(service)
    site.page("/rss", _rss(("1", title, "")).replace("说明。".encode(), "说明改正。".encode()))
    clock.forward(hours=1)
    assert [one.alerts for one in work(service).matched] == [0]
    assert titles_sent(service)["a@example.org"] == [title]
    assert len(mails(service)) == 1
    with service.database.read() as session:
        assert len(find_articles(session, "核电")) == 1


def test_an_unchanged_feed_is_asked_for_with_its_tag_and_answers_304(on_sqlite: Open, clock: Clock, site: Site) -> None:
    site.versioned("/rss", _rss(("1", TITLE, "")), '"v1"')
    service = on_sqlite(LOCAL, _feed("f", site.url("/rss"), first="all"))
    assert [_poll(service)["f"].new for _ in range(3)] == [1, 0, 0]
    asked = [headers.get("if-none-match") for path, headers in site.requests if path == "/rss"]
    assert asked == [None, '"v1"', '"v1"']
    stored = _stored(service, "f")
    assert (stored.state.etag, stored.failures, stored.polled_at) == ('"v1"', 0, clock())


def test_a_date_without_a_zone_is_read_in_the_sources(on_sqlite: Open, site: Site) -> None:
    site.page("/rss", _rss(("1", TITLE, "2026-03-16 01:30:00")))
    service = on_sqlite(LOCAL, _feed("f", site.url("/rss"), first="all", timezone="Asia/Shanghai"))
    work(service)
    with service.database.read() as session:
        ((number, _),) = find_articles(session, TITLE)
        (stored,) = get_articles(session, [number])
        kept = session.execute(text("SELECT published_at FROM document")).scalar()
    assert str(kept).startswith("2026-03-15 17:30")
    assert stored.date in (None, dt.date(2026, 3, 16))


def test_a_date_with_a_zone_keeps_it(on_sqlite: Open, site: Site) -> None:
    moment = dt.datetime(2026, 3, 16, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    site.page("/rss", _rss(("1", TITLE, format_datetime(moment))))
    service = on_sqlite(LOCAL, _feed("f", site.url("/rss"), first="all", timezone="Asia/Shanghai"))
    work(service)
    with service.database.read() as session:
        assert str(session.execute(text("SELECT published_at FROM document")).scalar()).startswith("2026-03-16 06:30")


# --- documents ---------------------------------------------------------------------------------------------


def test_a_file_that_is_no_text_is_marked_and_the_others_go_on(on_sqlite: Open) -> None:
    service = on_sqlite()
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", bytes(range(256)) * 40)
    put(service, "b.txt", b"")
    put(service, "c.txt", note(TITLE))
    processed = work(service)
    assert {read.name: read.state for read in processed.read}["c.txt"] == "read"
    assert all("\n" not in read.error for read in processed.read)
    assert titles_sent(service) == {"a@example.org": [TITLE]}
    assert work(service).read == []


def test_a_file_whose_copy_is_marked_secret_goes_no_further(on_sqlite: Open, clock: Clock) -> None:
    """Planned, not yet sent, when the marked copy comes: the message stops, and so does the feed."""
    issue = "内部情况\n\n第 3 期\n\n2026年3月1日\n\n核电项目进展\n\n核电项目进展顺利。\n"
    service = on_sqlite()
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", issue)
    _poll(service)
    service.process()
    put(service, "b.txt", "机密★1年\n\n" + issue)
    _poll(service)
    assert [read.state for read in service.process().read] == ["held"]
    asyncio.run(service.deliver())
    assert mails(service) == []
    assert service.feeds.by_email("a@example.org", "rss").entries == ()
    assert _whole(service)


def test_a_broken_topic_file_stops_no_running_service(on_sqlite: Open) -> None:
    service = on_sqlite('[topics]\nfolder = "topics"')
    subscribe(service, "a@example.org", "#核电")
    file = service.settings.folder / "topics" / "x.toml"
    file.parent.mkdir()
    file.write_text("name = ", encoding="utf-8")
    put(service, "a.txt", note(TITLE))
    work(service)
    assert titles_sent(service) == {"a@example.org": [TITLE]}
    with pytest.raises(NotifierError, match=r"x\.toml:1"):
        on_sqlite('[topics]\nfolder = "topics"')
