"""The promises of the design, each on both databases."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from conftest import Clock
from notifier.accounts.rules import save_rule
from notifier.accounts.subscribers import change_state, set_groups, unsubscribe
from notifier.bootstrap import Service
from notifier.bulletins import Opened
from notifier.domain import Article, Bulletin, Document, Section, SubscriberState
from notifier.errors import StorageError
from notifier.pipeline.explaining.check import check_accounts
from notifier.pipeline.matching.match import match_one
from notifier.pipeline.reading.read import read_documents
from notifier.pipeline.reading.reader import Reader
from notifier.pipeline.sending.deliver import deliver_messages
from notifier.storage.alerts import accounts
from notifier.storage.bulletins import get_articles, unmatched_articles
from notifier.storage.database import Database
from notifier.storage.documents import documents_by_state
from pipeline.job import lines, mails, note, put, subscribe, titles_sent, work


def _balanced(service: Service) -> dict[str, int]:
    finding = check_accounts(service.database)
    assert finding.verdict == "good", finding.zh
    with service.database.read() as session:
        return accounts(session)


def test_an_alert_is_planned_in_the_transaction_that_stamps_the_article(service: Service) -> None:
    """Where the alerts cannot be stored, the article stays unmatched and its turn comes again: nothing is lost."""
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note("核电项目开工"))
    asyncio.run(service.poll(everything=True))
    with service.database.write() as session:
        session.execute(text("ALTER TABLE delivery RENAME TO delivery_away"))
    with pytest.raises(StorageError):
        service.process()
    with service.database.write() as session:
        session.execute(text("ALTER TABLE delivery_away RENAME TO delivery"))
        assert session.execute(text("SELECT count(*) FROM alert")).scalar() == 0
        assert len(unmatched_articles(session)) == 1
    work(service)
    assert titles_sent(service) == {"a@example.org": ["核电项目开工"]}


def test_the_tables_themselves_refuse_a_second_alert_delivery_and_digest(service: Service) -> None:
    subscribe(service, "a@example.org", "核电", delivery="daily")
    put(service, "a.txt", note("核电项目开工"))
    work(service)
    service.clock.forward(days=1)  # type: ignore[attr-defined]
    asyncio.run(service.deliver())
    copies = {
        "alert": "subscriber_id, article_id, schedule, created_at",
        "delivery": "alert_id, subscriber_id, channel, schedule, due_at, state, reason",
        "message": "subscriber_id, channel, kind, local_date, content_id, sender, address, dated, unsubscribe_url, "
        "feed_url, planned_at, state, reason, next_at, tries, lease_owner, header_id",
    }
    for table, columns in copies.items():
        values = columns.replace("header_id", "header_id || 'x'")
        with pytest.raises(IntegrityError), service.database.engine.begin() as connection:
            connection.execute(text(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}"))


def test_a_rule_counts_from_the_next_article_after_it_was_saved(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "广元")
    put(service, "a.txt", note("核电项目开工"))
    work(service)
    save_rule(service.database, "a@example.org", "核电", topics=service.library.topics, now=clock.forward(minutes=1))
    work(service)
    put(service, "b.txt", note("核电项目并网"))
    work(service)
    assert titles_sent(service) == {"a@example.org": ["核电项目并网"]}


def test_the_most_urgent_schedule_wins(service: Service) -> None:
    subscribe(service, "a@example.org", "核电", delivery="weekly")
    save_rule(
        service.database, "a@example.org", "项目", topics=service.library.topics, delivery=None, now=service.clock()
    )
    subscribe(service, "a@example.org", "开工", delivery="immediate")
    put(service, "a.txt", note("核电项目开工"))
    work(service)
    assert [(line.kind, line.state) for line in lines(service)] == [("alert", "sent")]


def test_a_restricted_source_reaches_only_its_audience(service: Service) -> None:
    subscribe(service, "in@example.org", "核电", groups=["内部"])
    subscribe(service, "out@example.org", "核电")
    put(service, "a.txt", note("核电内参"), folder="restricted")
    work(service)
    assert titles_sent(service) == {"in@example.org": ["核电内参"]}
    assert service.feeds.by_email("out@example.org", "rss").entries == ()


def test_a_restricted_bulletin_that_is_published_reaches_the_others_then(service: Service) -> None:
    subscribe(service, "in@example.org", "核电", groups=["内部"])
    subscribe(service, "out@example.org", "核电")
    put(service, "a.txt", note("核电内参"), folder="restricted")
    work(service)
    put(service, "a.txt", note("核电内参"))
    work(service)
    assert titles_sent(service) == {"in@example.org": ["核电内参"], "out@example.org": ["核电内参"]}


def test_who_loses_a_group_gets_nothing_more_of_it_by_any_way_out(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电", groups=["内部"], delivery="daily")
    put(service, "a.txt", note("核电内参"), folder="restricted")
    put(service, "b.txt", note("核电公开消息"))
    work(service)
    set_groups(service.database, "a@example.org", [], now=clock())
    clock.forward(days=1)
    asyncio.run(service.deliver())
    assert titles_sent(service) == {"a@example.org": ["核电公开消息"]}
    assert [e.article.title for e in service.feeds.by_email("a@example.org", "rss").entries] == ["核电公开消息"]
    assert _balanced(service)["suppressed"] == 1


def test_a_group_lost_between_planning_and_sending_stops_that_article_alone(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电", groups=["内部"])
    put(service, "a.txt", note("核电内参"), folder="restricted")
    put(service, "b.txt", note("核电公开消息"))
    asyncio.run(service.poll(everything=True))
    service.process()  # the message is planned and frozen
    set_groups(service.database, "a@example.org", [], now=clock())
    asyncio.run(service.deliver())
    asyncio.run(service.deliver())
    assert titles_sent(service) == {"a@example.org": ["核电公开消息"]}
    (mail,) = mails(service)
    assert "内参" not in mail.as_string()
    assert "核电内参" not in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    _balanced(service)


def test_who_unsubscribed_gets_nothing_not_even_what_was_planned(service: Service, clock: Clock) -> None:
    number = subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note("核电项目开工"))
    asyncio.run(service.poll(everything=True))
    service.process()
    assert unsubscribe(service.database, number, 1, now=clock())
    put(service, "b.txt", note("核电项目并网"))
    work(service)
    assert mails(service) == []
    assert _balanced(service) == {"suppressed": 1, "due": 1}


def test_who_is_paused_gets_everything_after_the_pause(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    change_state(service.database, "a@example.org", SubscriberState.PAUSED, now=clock(), why="test")
    put(service, "a.txt", note("核电项目开工"))
    work(service)
    assert mails(service) == []
    assert _balanced(service) == {"waiting": 1, "due": 1}
    change_state(service.database, "a@example.org", SubscriberState.ACTIVE, now=clock(), why="test")
    asyncio.run(service.deliver())
    assert len(mails(service)) == 1


def test_a_suppressed_address_gets_no_mail_but_its_feed_goes_on(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    change_state(service.database, "a@example.org", SubscriberState.SUPPRESSED, now=clock(), why="test")
    put(service, "a.txt", note("核电项目开工"))
    work(service)
    assert mails(service) == []
    assert [e.article.title for e in service.feeds.by_email("a@example.org", "rss").entries] == ["核电项目开工"]
    assert _balanced(service) == {"suppressed": 1, "due": 1}


def test_a_digest_goes_out_at_the_local_hour_once_and_never_empty(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电", delivery="daily")
    subscribe(service, "b@example.org", "广元", delivery="daily")
    put(service, "a.txt", note("核电项目开工"))
    put(service, "b.txt", note("核电项目并网"))
    work(service)
    assert mails(service) == []
    clock.now = dt.datetime(2026, 3, 17, 7, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    asyncio.run(service.deliver())
    assert mails(service) == []
    clock.forward(minutes=1)
    asyncio.run(service.deliver())
    asyncio.run(service.deliver())
    clock.forward(days=1)
    asyncio.run(service.deliver())
    assert [(line.kind, line.articles) for line in lines(service)] == [("digest", ("核电项目开工", "核电项目并网"))]


def test_a_weekly_digest_waits_for_its_day(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电", delivery="weekly")
    put(service, "a.txt", note("核电项目开工"))
    for _ in range(6):  # it is Monday noon: until Sunday noon
        work(service)
        clock.forward(days=1)
    assert mails(service) == []
    clock.forward(days=1)
    work(service)
    assert len(mails(service)) == 1


def test_digests_missed_while_the_service_was_down_come_as_one(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电", delivery="daily")
    put(service, "a.txt", note("核电项目开工"))
    work(service)
    clock.forward(days=4)
    put(service, "b.txt", note("核电项目并网"))
    work(service)
    clock.forward(days=1)
    work(service)
    assert [line.articles for line in lines(service)] == [("核电项目开工",), ("核电项目并网",)]


def test_matching_an_article_again_alerts_nobody_again(service: Service) -> None:
    """Two processes that take the same article: the stamp and UNIQUE(subscriber, article) let one through."""
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note("核电项目开工"))
    asyncio.run(service.poll(everything=True))
    with service.database.read() as session:
        assert unmatched_articles(session) == []
    service.process()
    with service.database.read() as session:
        (article,) = get_articles(session, [1])
    again = match_one(service.database, service.book, article, now=service.clock(), calendar=service.calendar)
    assert again is not None
    assert again.alerts == 0
    with service.database.write() as session:
        session.execute(text("UPDATE article SET matched_at = NULL"))
    work(service)
    assert len(mails(service)) == 1


@pytest.mark.parametrize(
    ("folder", "then", "text"),
    [("inbox", "inbox", "核电项目今日正式开工。"), ("restricted", "inbox", "水电项目今日开工。")],
    ids=["revised", "opened to more people"],
)
def test_what_changes_while_it_is_being_matched_is_matched_as_it_is_now(
    service: Service, folder: str, then: str, text: str
) -> None:
    """Another process reads the next version, or meets it at a public source, between the look and the stamp."""
    subscribe(service, "a@example.org", "核电" if text.startswith("核电") else "水电")
    put(service, "a.txt", ISSUE.format("水电项目今日开工。"), folder=folder)
    _read(service)
    with service.database.read() as session:
        (stored,) = get_articles(session, unmatched_articles(session))
    put(service, "a.txt", ISSUE.format(text), folder=then)
    _read(service)
    service.book.refresh(now=service.clock())
    assert match_one(service.database, service.book, stored, now=service.clock(), calendar=service.calendar) is None
    work(service)
    assert titles_sent(service) == {"a@example.org": ["项目进展"]}


ISSUE = "工作情况\n\n第 3 期\n\n2026年3月1日\n\n项目进展\n\n{}\n"


def _read(service: Service) -> None:
    asyncio.run(service.poll(everything=True))
    read_documents(service.database, service.reader, clock=service.clock)


def test_a_document_that_two_processes_read_is_stored_by_the_first(service: Service) -> None:
    """`run` and a command by hand: the slower one changes nothing."""
    put(service, "a.txt", note("核电项目开工"))
    asyncio.run(service.poll(everything=True))
    states = [one.state for one in read_documents(service.database, _Slower(service), clock=service.clock)]
    with service.database.read() as session:
        assert (states, documents_by_state(session)) == (["known"], {"read": 1})


class _Slower(Reader):
    """A reader that another process overtakes."""

    def __init__(self, service: Service) -> None:
        super().__init__()
        self._service = service

    def open(self, document: Document, *, published_on: dt.date | None = None) -> Opened:
        read_documents(self._service.database, self._service.reader, clock=self._service.clock)
        return self._service.reader.open(document, published_on=published_on)


def test_a_reading_that_cannot_be_stored_stops_no_other(service: Service) -> None:
    for name in ("a.txt", "b.txt"):
        put(service, name, note(f"核电项目 {name}"))
    asyncio.run(service.poll(everything=True))
    states = [one.state for one in read_documents(service.database, _Surrogates(), clock=service.clock)]
    assert states == ["failed", "read"]


class _Surrogates(Reader):
    """A reader that makes half a character, which no database takes, of one document."""

    def open(self, document: Document, *, published_on: dt.date | None = None) -> Opened:
        words = "\ud800" if document.name == "a.txt" else "正文"
        return Opened(Bulletin(sections=(Section("", (Article(document.name, words),)),)))


def test_a_message_that_another_process_has_taken_keeps_what_it_carries(service: Service) -> None:
    """One process claims it and sleeps; another one sends it; then the first sees that an article is hidden now."""
    subscribe(service, "a@example.org", "核电", groups=["内部"])
    put(service, "a.txt", note("核电项目开工"))
    put(service, "b.txt", note("核电项目并网"), folder="restricted")
    asyncio.run(service.poll(everything=True))
    service.process()
    set_groups(service.database, "a@example.org", [], now=service.clock())
    taken = _TakenMeanwhile(service.database)

    async def deliver() -> None:
        async with service.outbox() as outbox:
            await deliver_messages(dataclasses.replace(outbox, database=taken))

    asyncio.run(deliver())
    taken.close()
    assert service.plan() == 0
    assert [line.state for line in lines(service)] == ["sent"]
    assert _balanced(service) == {"sent": 2, "due": 2}


class _TakenMeanwhile(Database):
    """Before it reads, another process sends all that is claimed."""

    def __init__(self, other: Database) -> None:
        super().__init__(other.url)
        self._other = other

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        with self._other.write() as session:
            session.execute(text("UPDATE message SET state = 'sent', lease_owner = '' WHERE state = 'claimed'"))
        with super().read() as session:
            yield session


def test_what_was_frozen_gives_the_same_bytes_at_every_try(service: Service, clock: Clock) -> None:
    """The relay is down, then a day passes and a template changes: the same message goes out all the same."""
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note("核电项目开工"))
    mail = service.settings.resolve(service.settings.mail.path)
    mail.write_text("not a folder")
    work(service)
    assert [(line.state, len(line.attempts)) for line in lines(service)] == [("deferred", 1)]
    with service.database.read() as session:
        before = session.execute(text("SELECT header_id, dated, subject, html FROM message, content")).one()
    mail.unlink()
    clock.forward(days=1)
    asyncio.run(service.deliver())
    (sent,) = mails(service)
    assert sent["Message-ID"] == f"<{before.header_id}>"
    assert "16 Mar 2026 04:00" in sent["Date"]
    assert [(line.state, len(line.attempts)) for line in lines(service)] == [("sent", 2)]


def test_the_accounting_equation_sees_an_unknown_state(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note("核电项目开工"))
    work(service)
    _balanced(service)
    with service.database.write() as session:
        session.execute(text("UPDATE message SET state = 'vanished'"))
    assert check_accounts(service.database).verdict == "bad"


def test_sqlite_keeps_what_it_acknowledged(service: Service) -> None:
    """WAL with synchronous=FULL: NORMAL forgets commits in a power cut."""
    if not service.database.is_sqlite:
        assert service.database.engine.dialect.name == "postgresql"
        return
    with service.database.read() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert session.execute(text("PRAGMA synchronous")).scalar() == 2
    assert sqlite3.threadsafety in (1, 3)
