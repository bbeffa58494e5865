"""Adding and importing people: all or nothing, every bad line named, nobody revived by a file."""

import pytest

from notifier.accounts.people_files import read_people
from notifier.accounts.rules import import_rules, list_rules, rule_to_dict, save_rule
from notifier.accounts.subscribers import (
    Added,
    NewSubscriber,
    add_subscribers,
    change_state,
    new_subscriber,
    unsubscribe,
)
from notifier.bootstrap import Service
from notifier.domain import Schedule, Subscriber, SubscriberState
from notifier.errors import InputError, RuleError
from notifier.storage.subscribers import list_subscribers


def _read(service: Service, text: str, *rules: str, delivery: str = "") -> list[NewSubscriber]:
    return read_people(text, rules, topics=service.library.topics, delivery=delivery)


def _import(service: Service, text: str, *rules: str) -> Added:
    people = _read(service, text, *rules)
    return add_subscribers(service.database, people, service.defaults, now=service.clock(), revive=False)


def _people(service: Service) -> dict[str, Subscriber]:
    with service.database.read() as session:
        return {one.email: one for one in list_subscribers(session)}


def _rules(service: Service, email: str = "") -> list[str]:
    return [rule.text for rule, _ in list_rules(service.database, email)]


def test_one_address_a_line_with_comments_and_blank_lines(service: Service) -> None:
    found = _read(service, "\ufeff# people\r\n\r\nA@Example.org\r\n b@example.org \r\n", "核电")
    assert [(one.email, one.rules) for one in found] == [("a@example.org", ("核电",)), ("b@example.org", ("核电",))]


def test_csv_in_any_order_of_columns_with_unknown_ones_passed_over(service: Service) -> None:
    text = (
        "\ufeffname,Rules,EMAIL,delivery,groups\n"
        '"李, 明",核电;“广 元”,a@example.org,daily,内部; 厅领导\n'
        ",,b@example.org,,\n"
    )
    first, second = _read(service, text, "量子", delivery="weekly")
    assert (first.rules, first.delivery, first.groups) == (
        ("核电", "“广 元”", "量子"),
        Schedule.DAILY,
        frozenset({"内部", "厅领导"}),
    )
    assert (second.rules, second.delivery) == (("量子",), Schedule.WEEKLY)


def test_an_address_on_two_lines_gets_the_rules_of_both(service: Service) -> None:
    (one,) = _read(service, "email,rule\na@example.org,核电\nA@EXAMPLE.ORG,广元\na@example.org,核电\n")
    assert one.rules == ("核电", "广元")


def test_every_bad_line_is_named_and_nothing_is_imported(service: Service) -> None:
    text = (
        "email,rule,delivery\na@example.org,核电,\nnobody,核电,\nb@example.org,NOT 核电,\nc@example.org,核电,hourly\n"
    )
    with pytest.raises(InputError) as caught:
        _import(service, text)
    for line in ("第 3 行", "第 4 行", "第 5 行"):
        assert line in caught.value.zh
    assert "第 2 行" not in caught.value.zh
    assert "3 bad lines" in caught.value.en
    assert "\n" not in str(caught.value)
    assert _people(service) == {}


@pytest.mark.parametrize("row", ["核电", ",a@example.org", "核电,"])
def test_a_row_without_an_address_is_a_bad_line(service: Service, row: str) -> None:
    with pytest.raises(InputError, match="第 3 行"):
        _read(service, f"rule,delivery,email\n核电,,b@example.org\n{row}\n")


def test_a_hundred_bad_lines_are_counted_and_the_first_twenty_named(service: Service) -> None:
    with pytest.raises(InputError) as caught:
        _read(service, "bad\n" * 100)
    assert "第 20 行" in caught.value.zh
    assert "另有 80 行" in caught.value.zh


def test_a_cell_with_a_line_break_keeps_the_line_numbers_right(service: Service) -> None:
    with pytest.raises(InputError, match="第 4 行"):
        _read(service, 'email,name\na@example.org,"two\nlines"\nbad,x\n')


def test_importing_again_adds_what_is_new_alone(service: Service) -> None:
    assert _import(service, "a@example.org", "核电") == Added(new=1)
    assert _import(service, "a@example.org\nb@example.org", "核电", "广元") == Added(new=1, known=1)
    assert _rules(service, "a@example.org") == ["核电", "广元"]


@pytest.mark.parametrize("state", [SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED])
def test_an_import_revives_nobody_who_left_but_the_operator_can(service: Service, state: SubscriberState) -> None:
    _import(service, "a@example.org", "核电")
    change_state(service.database, "a@example.org", state, now=service.clock(), why="test")
    assert _import(service, "a@example.org\nb@example.org", "广元") == Added(new=1, left=1)
    assert _people(service)["a@example.org"].state is state
    assert _rules(service, "a@example.org") == ["核电"]
    person = new_subscriber("a@example.org", [], topics=service.library.topics)
    add_subscribers(service.database, [person], service.defaults, now=service.clock())
    assert _people(service)["a@example.org"].state is SubscriberState.ACTIVE


def test_a_paused_one_stays_paused(service: Service) -> None:
    _import(service, "a@example.org", "核电")
    change_state(service.database, "a@example.org", SubscriberState.PAUSED, now=service.clock(), why="test")
    _import(service, "a@example.org", "广元")
    assert _people(service)["a@example.org"].state is SubscriberState.PAUSED


def test_a_bad_rule_shows_its_column(service: Service) -> None:
    with pytest.raises(RuleError) as caught:
        new_subscriber("a@example.org", ["核电 AND ("], topics=service.library.topics)
    assert "column" in str(caught.value)
    with pytest.raises(RuleError):
        new_subscriber("a@example.org", ["#没有这个话题"], topics=service.library.topics)


def test_unsubscribing_is_idempotent_and_a_revoked_version_does_nothing(service: Service) -> None:
    _import(service, "a@example.org", "核电")
    number = _people(service)["a@example.org"].id
    assert not unsubscribe(service.database, number, 2, now=service.clock())
    assert not unsubscribe(service.database, number + 1, 1, now=service.clock())
    assert _people(service)["a@example.org"].state is SubscriberState.ACTIVE
    assert unsubscribe(service.database, number, 1, now=service.clock())
    assert unsubscribe(service.database, number, 1, now=service.clock())
    assert _people(service)["a@example.org"].state is SubscriberState.UNSUBSCRIBED


def test_rules_exported_and_imported_elsewhere_are_the_same(service: Service) -> None:
    _import(service, "a@example.org\nb@example.org")
    for email, text, mode, score, delivery in (
        ("a@example.org", "核电 NEAR/5 “三代”", "strict", 0.25, Schedule.DAILY),
        ("a@example.org", "标题:广元", "loose", 0.0, None),
        ("b@example.org", "/CAP\\d{4}/ 与 核电", "standard", 1.0, Schedule.WEEKLY),
    ):
        save_rule(
            service.database, email, text, topics=service.library.topics, mode=mode, min_score=score,  # type: ignore[arg-type]
            delivery=delivery, now=service.clock(),
        )  # fmt: skip
    exported = [rule_to_dict(rule, owner) for rule, owner in list_rules(service.database)]
    assert import_rules(service.database, exported, topics=service.library.topics, now=service.clock()) == 0
    change_all = [{**row, "email": "b@example.org" if row["email"][0] == "a" else "a@example.org"} for row in exported]  # type: ignore[index]
    assert import_rules(service.database, change_all, topics=service.library.topics, now=service.clock()) == 3
    again = [rule_to_dict(rule, owner) for rule, owner in list_rules(service.database)]
    assert [{**row, "id": 0} for row in again[3:]] == [{**row, "id": 0} for row in change_all]


@pytest.mark.parametrize(
    "bad",
    [
        {"rule": "核电"},
        {"email": "a@example.org"},
        {"email": "a@example.org", "rule": "NOT 核电"},
        {"email": "a@example.org", "rule": "核电", "mode": "fuzzy"},
        {"email": "a@example.org", "rule": "核电", "delivery": "hourly"},
        {"email": "a@example.org", "rule": "核电", "min_score": 2},
        {"email": "a@example.org", "rule": "核电", "min_score": "nan"},
        {"email": "a@example.org", "rule": "核电", "min_score": "much"},
        {"email": "nobody@example.org", "rule": "核电"},
    ],
)
def test_one_bad_rule_and_none_is_imported(service: Service, bad: dict[str, object]) -> None:
    _import(service, "a@example.org")
    rows = [{"email": "a@example.org", "rule": "广元"}, bad]
    with pytest.raises(InputError) as caught:
        import_rules(service.database, rows, topics=service.library.topics, now=service.clock())
    assert "\n" not in str(caught.value)
    assert _rules(service) == []
