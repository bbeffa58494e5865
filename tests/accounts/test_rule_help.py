"""The rule's helper on stored articles: what it estimates, what it remarks, what a change gains and loses."""

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest

from accounts import stored
from notifier.accounts.rule_help import DAYS, Asked, Shelf, asked_by, help_with, replay, written
from notifier.accounts.rules import save_rule
from notifier.accounts.sources import add_sources
from notifier.accounts.subscribers import add_subscribers, new_subscriber
from notifier.bootstrap import Service
from notifier.domain import Schedule, Source
from notifier.errors import RuleError

Put = Callable[..., None]


@pytest.fixture
def put(service: Service) -> Put:
    """Stores articles (title, body) that were published so many days ago, in a bulletin of their own."""
    return partial(stored.put, service)


def shelf(service: Service, **options: int) -> Shelf:
    return Shelf(service.database, now=service.clock(), timezone="Asia/Shanghai", **options)


def ask(service: Service, text: str, **options: object):  # type: ignore[no-untyped-def]
    return help_with(Asked(text, **options), shelf(service), topics=service.library.topics)  # type: ignore[arg-type]


def test_a_rule_is_estimated_over_ninety_days(service: Service, put: Put) -> None:
    put(("核电开工", "正文"), ("风电开工", "正文"), ago=1)
    put(("核电投产", "正文"), ago=30)
    put(("核电旧闻", "正文"), ago=DAYS)
    found = ask(service, "核电")
    assert (found.estimate.matched, found.estimate.articles, found.estimate.days) == (2, 3, DAYS)
    assert found.estimate.covered == 31
    assert found.titles == ("核电投产", "核电开工")
    assert found.estimate.per_week == pytest.approx(14 / 31)


def test_where_all_is_older_the_days_end_with_the_newest(service: Service, put: Put) -> None:
    put(("核电开工", "正文"), ago=500)
    put(("核电投产", "正文"), ago=400)
    found = ask(service, "核电")
    assert found.estimate.matched == 1
    assert found.estimate.last == (service.clock() - dt.timedelta(days=400)).date()


def test_only_the_newest_are_looked_at_and_that_is_said(service: Service, put: Put) -> None:
    put(*((f"核电第{number}期", "正文") for number in range(10)))
    few = Shelf(service.database, now=service.clock(), timezone="Asia/Shanghai", newest=4)
    found = help_with(Asked("核电"), few, topics=service.library.topics)
    assert (found.estimate.articles, found.estimate.matched, found.estimate.limited) == (4, 4, True)
    assert "最新的 4 篇" in found.estimate.zh
    assert "newest 4" in found.estimate.en


def test_an_empty_store_estimates_nothing_and_fails_not(service: Service) -> None:
    found = ask(service, "核电")
    assert (found.estimate.matched, found.estimate.articles) == (0, 0)
    assert found.remarks == ()


def test_what_is_held_is_never_tried(service: Service, put: Put) -> None:
    put(("核电机密", "正文"), marking="机密")
    assert ask(service, "核电").estimate.articles == 0


def test_a_subscriber_s_rule_is_tried_on_what_they_may_see(service: Service, put: Put) -> None:
    put(("核电内参", "正文"), source="内参")
    assert ask(service, "核电").estimate.matched == 1
    assert ask(service, "核电", groups=frozenset()).estimate.matched == 0
    assert ask(service, "核电", groups=frozenset({"内部"})).estimate.matched == 1


def test_accidents_are_measured_on_the_stored_articles(service: Service, put: Put) -> None:
    put(("推广元宇宙", "再推广元件。"), ("广元新闻", "推广元旦活动。"))
    (remark,) = [one for one in ask(service, "广元").remarks if one.code == "accident"]
    assert "75%" in remark.zh
    assert len(remark.examples) == 2


def test_over_thirty_a_day_asks_for_a_digest(service: Service, put: Put) -> None:
    put(*((f"核电第{number}号", "正文") for number in range(31)))
    assert "many" in {one.code for one in ask(service, "核电").remarks}
    assert "many" not in {one.code for one in ask(service, "核电", at_once=False).remarks}
    assert "many" not in {one.code for one in ask(service, "核电第1号").remarks}


def test_a_subscriber_s_other_rules_are_looked_at(service: Service) -> None:
    topics, now = service.library.topics, service.clock()
    person = new_subscriber("a@example.org", [], topics=topics, delivery="daily")
    add_subscribers(service.database, [person], service.defaults, now=now)
    first = save_rule(service.database, "a@example.org", "核电 四川", topics=topics, now=now)
    second = save_rule(service.database, "a@example.org", "四川 核电", topics=topics, now=now)
    asked = asked_by(service.database, "a@example.org", Asked("四川 核电"), delivery=None, number=second)
    assert list(asked.others) == [f"{first}（核电 四川）"]
    assert not asked.at_once
    assert asked_by(service.database, "a@example.org", asked, delivery=Schedule.IMMEDIATE).at_once
    assert [one.code for one in help_with(asked, shelf(service), topics=topics).remarks] == ["same"]


def test_a_broken_rule_is_refused_with_its_column(service: Service) -> None:
    with pytest.raises(RuleError, match="column 4"):
        ask(service, "核电 (四川")


def test_a_replay_shows_what_is_gained_and_lost(service: Service, put: Put) -> None:
    put(("核电开工", "在四川的核电。"), ("风电开工", "四川风电。"), ("水电开工", "云南。"))
    topics = service.library.topics
    new, old = written("四川 风电", topics), written("四川 核电 或 水电", topics)
    found = replay(new, old, shelf(service), topics=topics)
    assert [one.title for one in found.gained] == ["风电开工"]
    assert [one.title for one in found.lost] == ["水电开工", "核电开工"]
    assert "[[" in found.gained[0].sentence
    assert (found.both, found.articles) == (0, 3)


def test_a_replay_of_a_rule_against_itself_changes_nothing(service: Service, put: Put) -> None:
    put(("核电开工", "正文"))
    rule = written("核电", service.library.topics)
    found = replay(rule, rule, shelf(service, days=1), topics=service.library.topics)
    assert (found.gained, found.lost, found.both) == ((), (), 1)


def test_source_of_the_shelf_s_articles_is_no_matter(service: Service, put: Put) -> None:
    """A source that was added later is looked at like any other."""
    add_sources(service.database, [Source(name="新", kind="feed", address="http://x.example/f")], now=service.clock())
    put(("核电开工", "正文"), source="新")
    assert ask(service, "来源:新").estimate.matched == 1
