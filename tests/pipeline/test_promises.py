"""The promises of the design, each on both databases."""

import asyncio
import datetime as dt
import sqlite3
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from conftest import Clock
from notifier.accounts.rules import save_rule
from notifier.accounts.subscribers import change_state, set_groups, unsubscribe
from notifier.bootstrap import Service
from notifier.domain import SubscriberState
from notifier.errors import StorageError
from notifier.pipeline.check import check_accounts
from notifier.pipeline.match import match_one
from notifier.storage.alerts import accounts
from notifier.storage.bulletins import get_articles, unmatched_articles
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
    assert (
        match_one(service.database, service.book, article, now=service.clock(), calendar=service.calendar).alerts == 0
    )
    with service.database.write() as session:
        session.execute(text("UPDATE article SET matched_at = NULL"))
    work(service)
    assert len(mails(service)) == 1


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
