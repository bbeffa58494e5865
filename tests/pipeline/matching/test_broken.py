"""A stored rule that can no longer be used stops no other; its owner gets one notice, the operator sees it in check."""

from collections.abc import Callable
from pathlib import Path

import pytest

from notifier.accounts.rules import list_rules, remove_rule, save_rule
from notifier.accounts.subscribers import change_state
from notifier.bootstrap import Service
from notifier.domain import SubscriberState
from notifier.pipeline.explaining.check import check_accounts, check_rules
from pipeline.job import lines, mails, note, put, subscribe, work

TOPIC = 'name = "储能材料"\nterms = ["钒液流"]\n'
BROKEN = "#储能材料 或 四川"


@pytest.fixture
def service_with_broken_rule(on_sqlite: Callable[..., Service], place: Path) -> Service:
    """A service whose subscriber has a good rule and one whose topic has gone since."""
    (place / "topics").mkdir()
    (place / "topics" / "own.toml").write_text(TOPIC, encoding="utf-8")
    service = on_sqlite("[topics]", 'folder = "topics"')
    subscribe(service, "a@example.org", "核电", BROKEN)
    (place / "topics" / "own.toml").unlink()
    return service


def kinds(service: Service) -> list[tuple[str, str]]:
    return [(line.kind, line.state) for line in lines(service)]


def test_the_others_go_on_and_the_owner_is_told_once(service_with_broken_rule: Service) -> None:
    service = service_with_broken_rule
    put(service, "1.txt", note("核电项目开工"))
    work(service)
    assert sorted(kinds(service)) == [("alert", "sent"), ("notice", "sent")]
    put(service, "2.txt", note("核电项目投产"))
    work(service)
    assert sorted(kinds(service)) == [("alert", "sent"), ("alert", "sent"), ("notice", "sent")]
    assert check_accounts(service.database).verdict == "good"


def test_the_notice_names_the_rule_and_why_and_has_nothing_to_unsubscribe_from(
    service_with_broken_rule: Service,
) -> None:
    service = service_with_broken_rule
    put(service, "1.txt", note("水电项目开工"))
    work(service)
    (mail,) = mails(service)
    assert "规则已失效" in str(mail["Subject"])
    assert mail["List-Unsubscribe"] is None
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert BROKEN in text
    assert "没有“储能材料”这个话题" in text


def test_the_operator_sees_it_in_check(service_with_broken_rule: Service) -> None:
    service = service_with_broken_rule
    service.book.refresh(now=service.clock())
    finding = check_rules(service.book)
    assert finding.verdict == "bad"
    assert "储能材料" in finding.zh


def test_a_rule_that_is_written_anew_and_breaks_again_is_told_again(
    service_with_broken_rule: Service, place: Path
) -> None:
    service = service_with_broken_rule
    put(service, "1.txt", note("水电项目开工"))
    work(service)
    (place / "topics" / "own.toml").write_text(TOPIC, encoding="utf-8")
    for rule, _ in list_rules(service.database):
        remove_rule(service.database, rule.rule_id)
    topics = service.library.load()
    save_rule(service.database, "a@example.org", "#储能材料", topics=topics, now=service.clock())
    (place / "topics" / "own.toml").unlink()
    put(service, "2.txt", note("水电项目投产"))
    work(service)
    assert kinds(service) == [("notice", "sent"), ("notice", "sent")]


@pytest.mark.parametrize("state", [SubscriberState.PAUSED, SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED])
def test_who_gets_no_mail_gets_no_notice(service_with_broken_rule: Service, state: SubscriberState) -> None:
    service = service_with_broken_rule
    change_state(service.database, "a@example.org", state, now=service.clock(), why="test")
    put(service, "1.txt", note("水电项目开工"))
    work(service)
    assert kinds(service) == []
