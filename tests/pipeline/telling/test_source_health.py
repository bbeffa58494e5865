"""Conditions of sources: they begin and end in the tables, and the operator hears of each once, never by the dozen."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlmodel import col, select

from conftest import Clock
from notifier.bootstrap import Service
from notifier.domain import Glance, PollResult, SeenItem, Source
from notifier.errors import SourceError
from notifier.pipeline.explaining.check import check_sources
from notifier.pipeline.polling.intake import keep_failure, keep_result
from notifier.storage.ledger import ledger
from notifier.storage.source_health import list_conditions
from notifier.storage.sources import list_sources, record_failure, record_poll, remove_sources, save_source
from notifier.storage.tables import ContentRow

DOWN = SourceError("连不上 a.example", "cannot connect to a.example")


@pytest.fixture
def desk(on_sqlite: Callable[..., Service]) -> Service:
    """A service with six sources on the network, beside its folders."""
    service = on_sqlite()
    with service.database.write() as session:
        for number in range(6):
            source = Source(f"厅{number}", "feed", f"https://{number}.example/")
            save_source(session, source, origin="database", now=service.clock())
    return service


def poll_all(service: Service, *failing: str, items: int = 5) -> None:
    """Each source on the network is polled; some fail."""
    now = service.clock()
    seen = tuple(SeenItem(f"k{n}", None, True, True) for n in range(items))
    with service.database.write() as session:
        for stored in list_sources(session):
            if stored.source.kind != "feed":
                continue
            if stored.source.name in failing:
                keep_failure(session, stored, DOWN, now=now)
                record_failure(session, stored.id, str(DOWN), now=now, next_poll_at=now)
            else:
                keep_result(session, stored, PollResult(glance=Glance(seen)), now=now)
                record_poll(session, stored.id, stored.state, now=now, next_poll_at=now)


def hours(service: Service, clock: Clock, count: float, *failing: str) -> None:
    """So many hours of polls every quarter, judged as the service does."""
    for _ in range(int(count * 4)):
        clock.forward(minutes=15)
        poll_all(service, *failing)
        service.judge_sources()


def notices(service: Service) -> list[str]:
    """Subjects of the notices to the operator, in order."""
    return [subject for subject, _ in contents(service)]


def contents(service: Service) -> list[tuple[str, str]]:
    with service.database.read() as session:
        rows = session.exec(select(ContentRow).order_by(col(ContentRow.id)))
        return [(row.subject, row.text) for row in rows]


def kinds(service: Service, **options: bool) -> list[tuple[str, str]]:
    with service.database.read() as session:
        return [(one.source, one.condition.kind) for one in list_conditions(session, **options)]


def test_a_source_that_fails_is_told_once_when_it_begins_and_once_when_it_is_over(desk: Service, clock: Clock) -> None:
    poll_all(desk)
    hours(desk, clock, 6, "厅1")
    assert kinds(desk) == [("厅1", "failing")]
    assert notices(desk) == ["来源：1 项新问题"]
    assert any("厅1" in found.zh for found in check_sources(desk.database))
    hours(desk, clock, 6)
    assert kinds(desk) == []
    assert notices(desk) == ["来源：1 项新问题", "来源：1 项已恢复"]
    assert kinds(desk, past=True) == [("厅1", "failing")]
    with desk.database.read() as session:
        assert {line.kind for line in ledger(session)} == {"notice"}


def test_our_network_down_is_one_notice_whoever_fails(desk: Service, clock: Clock) -> None:
    names = [f"厅{n}" for n in range(6)]
    poll_all(desk)
    hours(desk, clock, 8, *names)
    assert ("", "network") in kinds(desk)
    assert notices(desk) == ["来源：1 项新问题"]
    hours(desk, clock, 3)
    assert kinds(desk) == []
    assert notices(desk) == ["来源：1 项新问题", "来源：1 项已恢复"]


def test_who_still_fails_when_the_network_is_back_is_told(desk: Service, clock: Clock) -> None:
    poll_all(desk)
    hours(desk, clock, 3, *(f"厅{n}" for n in range(6)))
    hours(desk, clock, 3, "厅4")
    assert kinds(desk) == [("厅4", "failing")]
    assert sum("厅4" in text for _, text in contents(desk)) == 1


def test_many_that_begin_within_the_hour_are_told_together(desk: Service, clock: Clock) -> None:
    poll_all(desk)
    for number in range(1, 4):  # half of them, one after the other
        hours(desk, clock, 0.25, *(f"厅{n}" for n in range(number)))
    hours(desk, clock, 4, *(f"厅{n}" for n in range(3)))
    assert len(kinds(desk)) == 3
    assert len(notices(desk)) == 2


def test_a_source_that_was_removed_is_told_no_more(desk: Service, clock: Clock) -> None:
    poll_all(desk)
    hours(desk, clock, 2, "厅1")
    with desk.database.write() as session:
        remove_sources(session, ["厅1"])
    hours(desk, clock, 2)
    assert (kinds(desk), len(notices(desk))) == ([], 1)


def test_other_settings_are_judged_anew(desk: Service, clock: Clock) -> None:
    poll_all(desk, items=20)
    poll_all(desk, items=20)
    poll_all(desk, items=20)
    with desk.database.write() as session:
        moved = Source("厅1", "feed", "https://new.example/")
        save_source(session, moved, origin="database", now=clock() + dt.timedelta(hours=1))
    for _ in range(3):
        poll_all(desk, items=2)
    desk.judge_sources()
    assert kinds(desk) == [(f"厅{n}", "layout") for n in (0, 2, 3, 4, 5)]
