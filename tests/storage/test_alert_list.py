"""A subscriber's alerts on both databases: what is listed, marked, and by which words it is found."""

import pytest

from conftest import Clock
from notifier.bootstrap import Service
from notifier.matching.advice.grams import words_ways
from notifier.storage.alert_list import (
    Mark,
    Wanted,
    carried_by,
    list_alerts,
    listed_alert,
    set_mark,
)
from pipeline.job import note, subscribe, take

TITLES = ("核电项目开工", "核电站并网", "核电与科技金融")


@pytest.fixture
def reader(service: Service) -> int:
    """Somebody with three alerts, by two rules; and another with as many."""
    who = subscribe(service, "a@example.org", "核电", "科技金融")
    subscribe(service, "b@example.org", "核电")
    for number, title in enumerate(TITLES):
        take(service, f"{number}.txt", note(title))
    return who


def _titles(service: Service, who: int, wanted: Wanted, limit: int = 10) -> list[str]:
    with service.database.read() as session:
        found = list_alerts(session, who, wanted, limit=limit)
    return [TITLES[one.article_id - 1] for one in found]


def test_the_newest_come_first_a_page_at_a_time(service: Service, reader: int) -> None:
    assert _titles(service, reader, Wanted()) == list(reversed(TITLES))
    with service.database.read() as session:
        (newest,) = list_alerts(session, reader, Wanted(), limit=1)
    assert _titles(service, reader, Wanted(before=newest.id)) == [TITLES[1], TITLES[0]]


def test_of_one_rule_and_with_all_words(service: Service, reader: int) -> None:
    with service.database.read() as session:
        numbers = {rule.text: rule.rule_id for rule in _rules(service, reader)}
        assert len(list_alerts(session, reader, Wanted(), limit=10)) == 3
    assert _titles(service, reader, Wanted(rule_id=numbers["科技金融"])) == [TITLES[2]]
    assert _titles(service, reader, Wanted(ways=words_ways(("核电", "项目")))) == [TITLES[0]]
    assert _titles(service, reader, Wanted(ways=words_ways(("风电", "核电")))) == []


def _rules(service: Service, who: int) -> list:  # type: ignore[type-arg]
    from notifier.storage.rules import rules_of

    with service.database.read() as session:
        return rules_of(session, [who])


def test_marks_are_kept_and_taken_away(service: Service, clock: Clock, reader: int) -> None:
    with service.database.read() as session:
        first, second, third = list_alerts(session, reader, Wanted(), limit=10)
    with service.database.write() as session:
        set_mark(session, first.id, Mark.READ, since=clock())
        set_mark(session, second.id, Mark.IRRELEVANT, since=clock())
        set_mark(session, first.id, Mark.SAVED, since=clock())
    with service.database.read() as session:
        found = listed_alert(session, reader, first.id)
        assert found is not None
        assert found.marks == {Mark.READ, Mark.SAVED}
        assert [one.id for one in list_alerts(session, reader, Wanted(unread=True), limit=10)] == [third.id]
        assert [one.id for one in list_alerts(session, reader, Wanted(mark=Mark.SAVED), limit=10)] == [first.id]
    with service.database.write() as session:
        set_mark(session, first.id, Mark.SAVED, since=None)
    with service.database.read() as session:
        assert list_alerts(session, reader, Wanted(mark=Mark.SAVED), limit=10) == []


def test_nobody_has_the_alert_of_another(service: Service, reader: int) -> None:
    with service.database.read() as session:
        (mine, *_) = list_alerts(session, reader, Wanted(), limit=10)
        assert listed_alert(session, reader + 1, mine.id) is None


def test_each_alert_says_which_channel_carried_it_and_how_far(service: Service, reader: int) -> None:
    with service.database.read() as session:
        found = list_alerts(session, reader, Wanted(), limit=10)
        carried = carried_by(session, [one.id for one in found])
    assert [carried[one.id] for one in found] == [[("email", "ready")]] * 3
