"""A source that gives out only titles (内部): its text is matched, and stands in no mail, feed, page or chat."""

import datetime as dt
from collections.abc import Callable

import pytest

from conftest import Clock
from notifier.accounts.catch import Previewer
from notifier.accounts.my_alerts import deadlines_ahead
from notifier.accounts.reading import read_article
from notifier.accounts.rule_help import Asked
from notifier.accounts.sources import add_sources
from notifier.bootstrap import Service
from notifier.config import Settings
from notifier.domain import Source, Subscriber
from notifier.pipeline.planning.entries import load_entries
from notifier.rendering.reading import reading_view
from notifier.storage.alerts import alerts_of
from notifier.storage.subscribers import get_subscriber, to_subscriber
from pipeline.job import mails, note, put, subscribe, work

SECRET = "保密正文讲到核电机组的细节"
TEXT = note("低空物流项目申报通知", f"{SECRET}。", "请于2026年3月25日17时前申报。")


@pytest.fixture
def inner(service: Service, settings: Settings) -> Service:
    """A service with a source 内部简报 that gives out only titles, and what it brought to somebody."""
    folder = settings.folder / "inner"
    folder.mkdir()
    source = Source("内部简报", "folder", str(folder), first="all", display="title")
    add_sources(service.database, [source], now=service.clock())
    return service


def _reader(service: Service, who: int) -> Subscriber:
    with service.database.read() as session:
        row = get_subscriber(session, who)
        assert row is not None
        return to_subscriber(row)


def test_the_title_goes_out_and_the_text_does_not(inner: Service, clock: Clock) -> None:
    who = subscribe(inner, "a@example.org", "核电")
    put(inner, "a.txt", TEXT, folder="inner")
    work(inner)
    (mail,) = mails(inner)
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    assert all("低空物流项目申报通知" in part and "此来源只提供标题" in part for part in parts)
    assert not any("保密" in part or "细节" in part for part in parts)
    for kind in ("rss", "atom", "json"):
        content = inner.renderer.feed(inner.feeds.by_email("a@example.org", kind), kind).decode()
        assert "低空物流项目申报通知" in content
        assert "保密" not in content
    reading = read_article(inner.database, 1, _reader(inner, who))
    assert reading is not None
    view = reading_view(reading.entry, "zh-CN")
    assert (view.blocks, view.head.withheld, reading.issue.shareable) == ((), True, False)


def test_what_any_message_is_made_of_has_the_title_only(inner: Service) -> None:
    subscribe(inner, "a@example.org", "核电")
    put(inner, "a.txt", TEXT, folder="inner")
    work(inner)
    with inner.database.read() as session:
        (alert,) = alerts_of(session, 1, 10)
        (entry,) = load_entries(session, {alert.id or 0: alert.article_id}).values()
    assert entry.article.text == ""
    assert [hit for reason in entry.reasons for hit in reason.hits] == []


def test_its_deadline_is_reminded_of_without_the_sentence(
    inner: Service, clock: Clock, run_until: Callable[[dt.datetime], None]
) -> None:
    who = subscribe(inner, "a@example.org", "核电")
    put(inner, "a.txt", TEXT, folder="inner")
    work(inner)
    ((_, deadline),) = deadlines_ahead(inner.database, _reader(inner, who), now=clock()).found
    assert (deadline.fact.value, deadline.fact.sentence) == ("2026-03-25T17:00", "")
    run_until(dt.datetime(2026, 3, 23, 4, 0, tzinfo=dt.UTC))
    (reminder,) = (mail for mail in mails(inner) if "申报截止" in str(mail["Subject"]))
    texts = [part.get_content() for part in reminder.walk() if part.get_content_maintype() == "text"]
    assert not any("17时前申报" in text for text in texts)


@pytest.fixture
def run_until(inner: Service, clock: Clock) -> Callable[[dt.datetime], None]:
    def go(moment: dt.datetime) -> None:
        clock.now = moment
        work(inner)

    return go


def test_where_a_public_source_has_it_too_all_is_shown(inner: Service) -> None:
    subscribe(inner, "a@example.org", "核电")
    put(inner, "a.txt", TEXT, folder="inner")
    work(inner)
    put(inner, "a.txt", TEXT)
    work(inner)
    reading = read_article(inner.database, 1, None)
    assert reading is not None
    assert SECRET in reading.entry.article.text
    assert reading.issue.shareable


def test_the_preview_of_a_rule_tells_the_title_and_quotes_nothing(inner: Service, clock: Clock) -> None:
    put(inner, "a.txt", TEXT, folder="inner")
    work(inner)
    previewer = Previewer(inner.database, lambda: inner.library.topics, timezone="Asia/Shanghai")
    found = previewer.catch(Asked("核电", groups=frozenset()), language="zh-CN", now=clock())
    (caught,) = found.caught
    assert caught.entry.article.title == "低空物流项目申报通知"
    assert (caught.entry.article.text, [hit for one in caught.entry.reasons for hit in one.hits]) == ("", [])
    assert not any("细节" in example for remark in found.remarks for example in remark.examples)
