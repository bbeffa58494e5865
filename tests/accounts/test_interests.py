"""A subscriber's own rules: kept as drafts say, resting, dropped, taken back, and out of reach of others."""

import asyncio
import datetime as dt

import pytest

from conftest import NOON, Clock
from notifier.accounts.interests import (
    MOST_RULES,
    Draft,
    asked_of,
    drop_rule,
    dropped_rule,
    own_rule,
    own_rules,
    rest_day,
    save_draft,
    take_back,
    weekly_alerts,
)
from notifier.accounts.rule_files import read_rule_file, write_csv, write_json
from notifier.accounts.rules import import_rules, save_rule
from notifier.bootstrap import Service
from notifier.domain import Schedule, Subscriber
from notifier.errors import InputError, RuleError
from notifier.pipeline.explaining.explain import explain
from notifier.storage.alerts import alerts_of
from notifier.storage.rules import add_rule
from notifier.storage.subscribers import subscriber_row, to_subscriber
from pipeline.job import note, put, subscribe

TODAY = NOON.date()


def person(service: Service, address: str = "li@example.org", *rules: str, groups: tuple[str, ...] = ()) -> Subscriber:
    subscribe(service, address, *rules, groups=groups)
    with service.database.read() as session:
        row = subscriber_row(session, address)
        assert row is not None
        return to_subscriber(row)


def keep(
    service: Service, who: Subscriber, draft: Draft, number: int | None = None, language: str = "zh-CN"
) -> int | None:
    return save_draft(
        service.database, who, draft, number=number, topics=service.library.topics, language=language,
        now=service.clock(),
    )  # fmt: skip


def texts(service: Service, who: Subscriber) -> list[str]:
    return [rule.text for rule in own_rules(service.database, who)]


def arrive(service: Service, title: str) -> int:
    """A new article comes in and is matched; how many alerts there are by now."""
    put(service, f"{title}.txt", note(title))
    asyncio.run(service.poll(everything=True))
    service.process()
    with service.database.read() as session:
        return len(alerts_of(session, 1, 100))


def test_a_draft_becomes_a_rule_and_changes_it(service: Service) -> None:
    who = person(service)
    number = keep(service, who, Draft(" 核电 ", "strict", 0.2, Schedule.DAILY))
    assert number is not None
    rule = own_rule(service.database, who, number)
    assert rule is not None
    assert (rule.text, rule.mode, rule.min_score, rule.delivery) == ("核电", "strict", 0.2, Schedule.DAILY)
    assert keep(service, who, Draft("核能"), number) == number
    changed = own_rule(service.database, who, number)
    assert changed is not None
    assert (changed.text, changed.mode, changed.delivery) == ("核能", "standard", None)
    assert changed.version_id != rule.version_id
    assert keep(service, who, Draft("核能"), number) == number
    same = own_rule(service.database, who, number)
    assert same is not None
    assert same.version_id == changed.version_id
    assert texts(service, who) == ["核能"]


def test_a_draft_that_cannot_stand_is_refused_in_the_readers_language(service: Service) -> None:
    who = person(service)
    with pytest.raises(RuleError) as refused:
        keep(service, who, Draft("核电 AND"), language="en")
    assert refused.value.message.isascii()
    with pytest.raises(InputError, match="十年"):
        keep(service, who, Draft("核电", rests_until=TODAY + dt.timedelta(days=4000)))
    with pytest.raises(InputError):
        keep(service, who, Draft("核电", min_score=2))
    assert texts(service, who) == []


def test_nobody_reaches_a_rule_of_another(service: Service) -> None:
    who, other = person(service, "li@example.org", "核电"), person(service, "wang@example.org")
    (rule,) = own_rules(service.database, who)
    assert own_rule(service.database, other, rule.rule_id) is None
    assert keep(service, other, Draft("风电"), rule.rule_id) is None
    assert not drop_rule(service.database, other, rule.rule_id)
    drop_rule(service.database, who, rule.rule_id)
    assert not take_back(service.database, other, rule.rule_id, now=NOON)
    assert dropped_rule(service.database, other, rule.rule_id) is None
    assert take_back(service.database, who, rule.rule_id, now=NOON)
    assert texts(service, who) == ["核电"]


def test_a_rule_that_is_dropped_matches_no_more_until_it_is_taken_back(service: Service) -> None:
    who = person(service, "li@example.org", "核电")
    (rule,) = own_rules(service.database, who)
    assert arrive(service, "核电一期开工") == 1
    assert drop_rule(service.database, who, rule.rule_id)
    assert not drop_rule(service.database, who, rule.rule_id)
    assert own_rule(service.database, who, rule.rule_id) is None
    assert arrive(service, "核电二期开工") == 1
    assert take_back(service.database, who, rule.rule_id, now=service.clock())
    assert not take_back(service.database, who, rule.rule_id, now=service.clock())
    assert arrive(service, "核电三期开工") == 2


def test_a_rule_that_rests_matches_nothing_and_explain_says_so(service: Service, clock: Clock) -> None:
    who = person(service)
    number = keep(service, who, Draft("核电", rests_until=TODAY + dt.timedelta(days=3)))
    rule = own_rule(service.database, who, number or 0)
    assert rule is not None
    assert rest_day(rule, who, clock()) == TODAY + dt.timedelta(days=3)
    assert arrive(service, "核电一期开工") == 0
    told = explain(service.database, "li@example.org", "核电一期开工")
    assert any("当时已暂停" in link.zh and "paused then" in link.en for link in told.links)
    clock.forward(days=3)
    assert rest_day(rule, who, clock()) is None
    assert arrive(service, "核电二期开工") == 1


def test_a_rest_that_has_passed_or_is_today_is_none(service: Service) -> None:
    who = person(service)
    number = keep(service, who, Draft("核电", rests_until=TODAY))
    rule = own_rule(service.database, who, number or 0)
    assert rule is not None
    assert rule.paused_until is None


def test_there_is_a_most_of_rules(service: Service) -> None:
    who = person(service)
    with service.database.write() as session:
        for at in range(MOST_RULES):
            add_rule(session, who.id, f"核电{at}", now=NOON)
    with pytest.raises(InputError, match="最多"):
        keep(service, who, Draft("光伏"))
    newest = own_rules(service.database, who)[0]
    assert keep(service, who, Draft("光伏"), newest.rule_id) == newest.rule_id


def test_a_draft_is_previewed_for_its_subscriber(service: Service) -> None:
    who = person(service, "li@example.org", "核电", "风电", groups=("内部",))
    save_rule(service.database, who.email, "核能", topics=service.library.topics, now=NOON)
    rules = own_rules(service.database, who)
    asked = asked_of(who, Draft("核电", "loose", delivery=Schedule.WEEKLY), rules, number=rules[-1].rule_id)
    assert (asked.groups, asked.at_once, asked.mode) == (frozenset({"内部"}), False, "loose")
    assert list(asked.others) == ["“核能”", "“风电”"]
    assert asked_of(who, Draft("核电"), rules).at_once


@pytest.mark.parametrize("number", [0, -1, 2**31, 10**30])
def test_a_number_that_no_rule_has_is_no_error(service: Service, number: int) -> None:
    who = person(service, "li@example.org", "核电")
    assert own_rule(service.database, who, number) is None
    assert not drop_rule(service.database, who, number)


def test_a_rule_that_rests_still_does_after_an_export_and_import(service: Service) -> None:
    who, other = person(service), person(service, "wang@example.org")
    keep(service, who, Draft("核电", rests_until=TODAY + dt.timedelta(days=3)))
    (rule,) = own_rules(service.database, who)
    for kind, write in (("csv", write_csv), ("json", write_json)):
        rows = read_rule_file(write([(rule, other.email)]), kind).rows
        import_rules(service.database, rows, topics=service.library.topics, now=NOON)
    (copy,) = own_rules(service.database, other)
    assert copy.wording == rule.wording
    with pytest.raises(InputError):
        import_rules(
            service.database, [{"email": who.email, "rule": "核电", "paused_until": "soon"}],
            topics=service.library.topics, now=NOON,
        )  # fmt: skip


def test_alerts_are_counted_by_rule_and_week_the_last_one_at_the_end(service: Service, clock: Clock) -> None:
    who = person(service, "li@example.org", "核电", "风电")
    person(service, "b@example.org", "核电")
    arrive(service, "核电项目开工")
    clock.forward(weeks=1)
    arrive(service, "核电与风电并网")
    arrive(service, "核电机组检修")
    clock.forward(days=3)
    nuclear, wind = (rule.rule_id for rule in sorted(own_rules(service.database, who), key=lambda one: one.rule_id))
    counts = weekly_alerts(service.database, who, now=clock())
    assert counts == {nuclear: (*[0] * 10, 1, 2), wind: (*[0] * 11, 1)}
    assert weekly_alerts(service.database, who, now=clock.forward(weeks=12)) == {}
