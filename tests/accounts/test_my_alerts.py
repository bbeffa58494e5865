"""What a subscriber was alerted of: listed with its reasons, marked, and its deadlines ahead."""

import datetime as dt

import pytest

from conftest import Clock
from notifier.accounts.my_alerts import (
    deadline_letter,
    deadlines_ahead,
    my_alert,
    my_alerts,
    note_alert,
    words_of,
)
from notifier.accounts.reading import read_article, read_issue
from notifier.accounts.subscribers import set_groups
from notifier.bootstrap import Service
from notifier.domain import Subscriber
from notifier.errors import InputError
from notifier.rendering.calendars import calendar_file
from notifier.storage.alert_list import Mark, Wanted
from notifier.storage.subscribers import get_subscriber, to_subscriber
from pipeline.job import note, put, subscribe, take, work

CALL = note("低空物流项目申报通知", "现组织申报低空物流项目。请于2026年3月25日17时前申报。")
PAST = note("低空物流项目公示", "低空物流项目名单公示。请于2026年2月1日前申报。")


def _reader(service: Service, who: int) -> Subscriber:
    with service.database.read() as session:
        row = get_subscriber(session, who)
        assert row is not None
        return to_subscriber(row)


@pytest.fixture
def reader(service: Service) -> Subscriber:
    return _reader(service, subscribe(service, "a@example.org", "物流", groups=["内部"]))


def test_an_alert_says_why_and_how_it_came(service: Service, reader: Subscriber) -> None:
    put(service, "a.txt", CALL)
    work(service)
    (found,) = my_alerts(service.database, reader, Wanted()).alerts
    assert found.entry.article.title == "低空物流项目申报通知"
    assert [reason.rule for reason in found.entry.reasons] == ["物流"]
    assert found.carried == (("email", "sent"),)


def test_pages_follow_one_another_without_gap_or_overlap(service: Service, reader: Subscriber) -> None:
    for number in range(5):
        take(service, f"{number}.txt", note(f"低空物流项目进展之{number}"))
    seen: list[str] = []
    older = 0
    while True:
        page = my_alerts(service.database, reader, Wanted(before=older), limit=2)
        seen += [one.entry.article.title for one in page.alerts]
        older = page.older
        if not older:
            break
    assert seen == [f"低空物流项目进展之{number}" for number in reversed(range(5))]


def test_what_they_may_not_see_any_more_is_gone_from_every_list(
    service: Service, reader: Subscriber, clock: Clock
) -> None:
    put(service, "a.txt", CALL, folder="restricted")
    work(service)
    assert len(my_alerts(service.database, reader, Wanted()).alerts) == 1
    assert read_article(service.database, 1, reader) is not None
    set_groups(service.database, "a@example.org", [], now=clock())
    left = _reader(service, reader.id)
    assert my_alerts(service.database, left, Wanted()).alerts == ()
    assert deadlines_ahead(service.database, left, now=clock()).found == ()
    assert read_article(service.database, 1, left) is None
    assert read_issue(service.database, 1, None) is None
    with pytest.raises(InputError):
        my_alert(service.database, left, 1)


def test_a_mark_is_noted_for_ones_own_alert_only(service: Service, reader: Subscriber, clock: Clock) -> None:
    other = _reader(service, subscribe(service, "b@example.org", "核电"))
    take(service, "a.txt", CALL)
    note_alert(service.database, reader, 1, Mark.SAVED, on=True, now=clock())
    assert my_alert(service.database, reader, 1).listed.marks == {Mark.SAVED}
    note_alert(service.database, reader, 1, Mark.SAVED, on=False, now=clock())
    assert my_alert(service.database, reader, 1).listed.marks == frozenset()
    with pytest.raises(InputError):
        note_alert(service.database, other, 1, Mark.SAVED, on=True, now=clock())


def test_deadlines_ahead_are_listed_until_they_have_passed(service: Service, reader: Subscriber, clock: Clock) -> None:
    take(service, "a.txt", CALL)
    take(service, "b.txt", PAST)
    ((entry, deadline),) = deadlines_ahead(service.database, reader, now=clock()).found
    assert (entry.article.title, deadline.fact.value) == ("低空物流项目申报通知", "2026-03-25T17:00")
    letter, _ = deadline_letter(service.database, reader, "要参速递", now=clock())
    assert "DTSTART:20260325T090000Z" in calendar_file(letter, 100)
    take(service, "c.txt", note("低空物流项目征求意见", "低空物流办法公开征求意见。请于2026年3月20日前反馈意见。"))
    soonest = deadlines_ahead(service.database, reader, now=clock(), most=1)
    assert ([one.day for _, one in soonest.found], soonest.more) == ([dt.date(2026, 3, 20)], 1)
    clock.now = dt.datetime(2026, 3, 25, 9, 0, tzinfo=dt.UTC)
    assert deadlines_ahead(service.database, reader, now=clock()).found == ()
    assert "VEVENT" not in calendar_file(deadline_letter(service.database, reader, "要参速递", now=clock())[0], 100)


def test_who_was_alerted_sees_why_on_the_page_and_others_see_the_article(service: Service, reader: Subscriber) -> None:
    take(service, "a.txt", CALL)
    mine, anybody = read_article(service.database, 1, reader), read_article(service.database, 1, None)
    assert mine is not None
    assert anybody is not None
    assert mine.alert is not None
    assert [reason.rule for reason in mine.entry.reasons] == ["物流"]
    assert (anybody.alert, anybody.entry.reasons) == (None, ())
    assert anybody.issue.shareable
    assert [one.title for one in anybody.issue.contents] == ["低空物流项目申报通知"]
    assert read_article(service.database, 99, None) is None


def test_what_is_sought_must_stand_in_what_is_shown(service: Service, reader: Subscriber) -> None:
    take(service, "a.txt", CALL)
    take(service, "b.txt", note("物流枢纽开工", "申请报告已经批准。"))

    def titles(text: str) -> list[str]:
        found = my_alerts(service.database, reader, Wanted(), words=words_of(text)).alerts
        return [one.entry.article.title for one in found]

    assert titles("申报") == ["低空物流项目申报通知"]
    assert titles("組織 申報") == ["低空物流项目申报通知"]
    assert titles("申请报告") == ["物流枢纽开工"]
    assert titles("请报") == titles("请 报")[:1] == ["物流枢纽开工"]
    assert titles("枢纽申报") == []


def test_the_words_of_a_search_are_few() -> None:
    assert words_of("  核电  广元　核电 ") == ("核电", "广元")
    assert len(words_of(" ".join(map(str, range(99))))) == 8
