"""The ledger: every message in the order it was planned, and after them what has none."""

import asyncio
import datetime as dt

from conftest import Clock
from notifier.bootstrap import Service
from notifier.storage.ledger import ledger
from pipeline.job import lines, note, put, subscribe, work


def test_messages_stand_in_order_and_what_waits_comes_after(service: Service, clock: Clock) -> None:
    subscribe(service, "b@example.org", "核电")
    subscribe(service, "a@example.org", "核电", delivery="daily")
    put(service, "a.txt", note("核电项目开工"))
    work(service)
    clock.forward(hours=1)
    put(service, "b.txt", note("核电项目并网"))
    work(service)
    found = [(line.subscriber[0], line.kind, line.articles, line.state) for line in lines(service)]
    assert found == [
        ("b", "alert", ("核电项目开工",), "sent"),
        ("b", "alert", ("核电项目并网",), "sent"),
        ("a", "digest", ("核电项目开工",), "waiting"),
        ("a", "digest", ("核电项目并网",), "waiting"),
    ]


def test_since_leaves_out_what_was_planned_before(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note("核电项目开工"))
    work(service)
    later = clock.forward(hours=1)
    put(service, "b.txt", note("核电项目并网"))
    work(service)
    with service.database.read() as session:
        assert [line.articles for line in ledger(session, since=later)] == [("核电项目并网",)]
        assert list(ledger(session, since=later + dt.timedelta(seconds=1))) == []


def test_a_line_has_every_attempt_with_its_reply(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note("核电项目开工"))
    mail = service.settings.resolve(service.settings.mail.path)
    mail.write_text("in the way")
    work(service)
    mail.unlink()
    clock.forward(minutes=5)
    asyncio.run(service.deliver())
    (line,) = lines(service)
    told = line.to_dict()
    assert {"subscriber", "channel", "kind", "articles", "state", "attempts"} <= told.keys()
    assert [attempt["outcome"] for attempt in told["attempts"]] == ["deferred", "sent"]
    assert all(attempt["reply"] for attempt in told["attempts"])
