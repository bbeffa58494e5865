"""What is wrong with a source, by its polls: each condition begins with its evidence, and is over with it."""

import datetime as dt
import json

import pytest

from notifier.domain import SYMPTOMS
from notifier.sources.health import Memory, judge_together, memory_from_dict, memory_to_dict
from notifier.sources.health.memory import ARRIVALS, LOOKS, SETTLED

from .polls import START, Life, items


def usual(count: int = 20, polls: int = 5) -> Life:
    life = Life()
    for _ in range(polls):
        life.sees(items(count)).wait(hours=1)
    return life


def test_a_source_that_is_as_usual_is_well() -> None:
    assert usual().wrong == {}
    assert Life().wrong == {}


def test_a_burst_of_failures_is_none_and_lasting_ones_are() -> None:
    assert usual().fails(4, minutes=5).wrong == {}
    life = usual()
    began = life.now
    failing = life.fails(4, "证书不可信").wrong["failing"]
    assert (failing.since, failing.evidence) == (began, "证书不可信")
    assert life.sees(items(20)).wrong == {}


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_a_failure_that_says_what_the_page_shows_is_that(symptom: str) -> None:
    assert list(usual().fails(4, symptom=symptom).wrong) == [symptom]


def test_no_items_where_there_always_were_some() -> None:
    life = usual().sees([])
    began = life.now
    assert life.wrong == {}  # one page may have broken off
    empty = life.wait(hours=1).sees([]).wrong["empty"]
    assert empty.since == began
    assert "20" in empty.evidence
    assert life.sees(items(20)).wrong == {}


def test_an_empty_page_that_stays_as_it_is_counts_as_seen_again() -> None:
    assert list(usual().sees([]).sees(None).wrong) == ["empty"]


def test_a_list_that_began_empty_may_be_so_again_and_one_that_always_was_is_not_well() -> None:
    life = Life().sees([]).sees(items(2)).sees([]).sees([])
    assert life.wrong == {}
    assert list(Life().sees([]).sees([]).sees([]).wrong) == ["empty"]


@pytest.mark.parametrize(("lost", "said"), [("dated", "日期"), ("linked", "链接"), ("titled", "标题")])
def test_a_layout_that_changed_shows_by_what_is_found_no_more(lost: str, said: str) -> None:
    changed = items(20, **{lost: False})
    life = usual().sees(changed).wait(hours=1)
    assert life.wrong == {}
    assert said in life.sees(changed).wrong["layout"].evidence
    assert life.sees(items(20)).wrong == {}


def test_a_full_page_of_which_hardly_anything_is_found() -> None:
    assert list(usual(20).sees(items(2)).sees(items(2)).wrong) == ["layout"]
    assert usual(4).sees(items(1)).sees(items(1)).wrong == {}
    assert usual(20).sees(items(12)).sees(items(12)).wrong == {}


def test_what_never_had_dates_is_no_change_and_what_lasts_is_how_it_is_now() -> None:
    life = Life()
    for _ in range(6):
        life.sees(items(10, dated=False))
    assert life.wrong == {}
    life = usual()
    for _ in range(SETTLED + 2):
        life.sees(items(20, dated=False)).wait(hours=1)
    assert life.wrong == {}


def _publishing(days: list[dt.date]) -> Life:
    life = Life()
    for day in days:
        life.now = dt.datetime(day.year, day.month, day.day, 10, 0, tzinfo=START.tzinfo)
        life.sees(items(5), new=[day])
    return life


WORKDAYS = [dt.date(2026, 1, 19) + dt.timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]


def test_a_daily_source_is_silent_after_three_working_days_without_anything() -> None:
    life = _publishing(WORKDAYS)  # until Friday, January 30th
    began = life.now
    assert life.wait(days=5).sees(items(5)).wrong == {}  # Wednesday: Monday and Tuesday are over
    silent = life.wait(days=1).sees(items(5)).wrong["silent"]
    assert silent.since == began
    assert "3 个工作日" in silent.evidence
    assert life.sees(items(5), new=[None]).wrong == {}


def test_the_spring_festival_is_no_silence() -> None:
    days = [dt.date(2026, 2, 2) + dt.timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
    life = _publishing(days)  # until Friday, February 13th; the 15th to the 23rd are off
    life.now = dt.datetime(2026, 2, 24, 9, 0, tzinfo=START.tzinfo)
    assert life.sees(items(5)).wrong == {}


def test_a_weekly_source_has_time_and_a_new_one_no_rhythm() -> None:
    weekly = [dt.date(2026, 1, 5) + dt.timedelta(weeks=n) for n in range(5)]
    assert _publishing(weekly).wait(days=60).sees(items(5)).wrong == {}
    weekly.append(dt.date(2026, 2, 9))
    life = _publishing(weekly)
    assert life.wait(days=14).sees(items(5)).wrong == {}
    assert list(life.wait(days=20).sees(items(5)).wrong) == ["silent"]


def test_who_cannot_be_reached_is_not_silent() -> None:
    assert list(_publishing(WORKDAYS).wait(days=10).fails(4).wrong) == ["failing"]
    assert _publishing(WORKDAYS).wait(days=10).wrong == {}  # we were not there


def test_the_dates_of_what_is_there_at_the_start_tell_the_rhythm() -> None:
    life = Life(now=dt.datetime(2026, 1, 30, 10, 0, tzinfo=START.tzinfo))
    life.sees(items(10), new=[*WORKDAYS, dt.date(2001, 1, 1), dt.date(2031, 1, 1)])
    assert list(life.memory.arrivals) == WORKDAYS
    assert list(life.wait(days=7).sees(items(10)).wrong) == ["silent"]


def test_a_source_that_is_added_late_is_watched_before_it_is_called_silent() -> None:
    """Its newest item is three weeks old; it may have been asleep for long before we knew it."""
    life = Life(now=dt.datetime(2026, 3, 2, 10, 0, tzinfo=START.tzinfo)).sees(items(10), new=WORKDAYS)
    assert life.wrong == {}
    assert life.wait(days=3).sees(items(10)).wrong == {}
    assert list(life.wait(days=1).sees(items(10)).wrong) == ["silent"]
    assert life.sees(items(10), new=[dt.date(2026, 2, 3)]).wrong == {}  # an old date, and news all the same


def test_a_clock_is_wrong_when_it_is_so_each_time() -> None:
    life = Life()
    for _ in range(3):
        assert life.wrong == {}
        life.wait(hours=1).sees(items(5), served_at=life.now + dt.timedelta(hours=8))
    assert "8" in life.wrong["clock"].evidence or "480" in life.wrong["clock"].evidence
    assert life.sees(items(5), served_at=life.now).wrong == {}


def test_an_item_from_the_future() -> None:
    life = Life()
    (item,) = items(1)
    tomorrow, later = (item.__class__("x", START.date() + dt.timedelta(days=n), True, True) for n in (1, 40))
    assert life.sees([item, tomorrow]).wrong == {}
    assert "2026-04-11" in life.sees([item, later]).wrong["clock"].evidence
    assert life.sees([item]).wrong == {}


def test_a_certificate_that_ends_soon_until_it_is_renewed() -> None:
    life = Life().sees(items(5), certificate_ends=START + dt.timedelta(days=20))
    assert life.wrong == {}
    assert "2026-03-22" in life.wait(days=7).sees(None).wrong["certificate"].evidence
    assert life.sees(None, certificate_ends=START + dt.timedelta(days=90)).wrong == {}


def test_attachments_that_stopped() -> None:
    life = Life()
    for number in range(8):
        life.sees(items(5), new=[None], attached=number % 4 != 0).wait(hours=1)
    for _ in range(6):
        assert life.wrong == {}
        life.sees(items(5), new=[None]).wait(hours=1)
    assert list(life.wrong) == ["attachments"]
    assert life.sees(items(5), new=[None], attached=True).wrong == {}


def _others(failing: int, well: int) -> list[Life]:
    return [Life().fails() for _ in range(failing)] + [Life().sees(items(5)) for _ in range(well)]


@pytest.mark.parametrize(("failing", "well", "network"), [(5, 0, True), (9, 1, True), (2, 0, False), (3, 3, False)])
def test_nearly_all_at_once_is_our_network(failing: int, well: int, network: bool) -> None:
    found = judge_together([life.case for life in _others(failing, well)], known=False)
    assert [one.kind for one in found] == ["network"] * network


def test_our_network_is_back_when_most_are_reached_and_folders_say_nothing_of_it() -> None:
    back = judge_together([life.case for life in _others(2, 3)], known=True)
    assert back == ()
    asleep = [Life().fails().wait(hours=5).case for _ in range(4)]
    assert [one.kind for one in judge_together(asleep, known=True)] == ["network"]  # nobody was asked since
    folders = [Life(source=life.source.__class__("f", "folder", "/x")).fails().case for life in _others(4, 0)]
    assert judge_together(folders, known=False) == ()


def test_where_all_clocks_but_ours_agree_ours_is_wrong() -> None:
    lives = [Life() for _ in range(4)]
    for life in lives:
        for _ in range(3):
            life.sees(items(5), served_at=life.now + dt.timedelta(hours=1))
    (found,) = judge_together([life.case for life in lives], known=False)
    assert found.kind == "own_clock"
    assert "慢 60 分钟" in found.evidence


def test_the_memory_is_bounded_and_survives_as_json() -> None:
    life = Life()
    for number in range(400):
        new = [life.now.date()]
        life.sees(items(300, start=number), new=new, served_at=life.now, certificate_ends=life.now).wait(days=1)
    life.fails(2, "x")
    data = json.dumps(memory_to_dict(life.memory))
    assert len(data) < 16_000
    assert memory_from_dict(json.loads(data)) == life.memory
    assert memory_from_dict({}) == Memory()
    assert (len(life.memory.looks), len(life.memory.arrivals)) == (LOOKS, ARRIVALS)
