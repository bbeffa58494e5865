"""The book of rules follows the tables: at any moment it matches what a book loaded anew would."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifier.accounts.rules import list_rules, remove_rule, save_rule
from notifier.bootstrap import Service
from notifier.domain import Article
from notifier.pipeline.explaining.check import check_index
from notifier.pipeline.matching.rule_book import RuleBook
from pipeline.job import subscribe

ARTICLE = Article("核电在四川", "推广元宇宙。风电与光伏。")
RULES = ("核电", "四川 NOT 风电", "标题:核电", "风电 NEAR/5 光伏", "#核电", "水电")


def keys(book: RuleBook, service: Service) -> list[object]:
    book.refresh(now=service.clock())
    return [match.key for match in book.matcher.match(ARTICLE)]


@pytest.fixture
def subscribed(on_sqlite: Callable[..., Service]) -> Service:
    service = on_sqlite()
    subscribe(service, "a@example.org")
    return service


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["save", "remove"]), st.sampled_from(RULES)), max_size=8))
def test_following_gives_what_loading_anew_gives(subscribed: Service, steps: list[tuple[str, str]]) -> None:
    service = subscribed
    for what, text in steps:
        if what == "save":
            save_rule(service.database, "a@example.org", text, topics=service.library.topics, now=service.clock())
        else:
            for rule, _ in list_rules(service.database):
                if rule.text == text:
                    remove_rule(service.database, rule.rule_id)
        fresh = RuleBook(service.database, service.library)
        assert keys(service.book, service) == keys(fresh, service)


def test_the_operator_sees_the_index_and_what_is_wide(subscribed: Service) -> None:
    service = subscribed
    topics = service.library.topics
    save_rule(service.database, "a@example.org", "核电", topics=topics, now=service.clock())
    service.book.refresh(now=service.clock())
    finding = check_index(service.book)
    assert finding.verdict == "good"
    assert "1 条规则" in finding.zh
    save_rule(service.database, "a@example.org", "核电 NEAR/900 四川", topics=topics, now=service.clock())
    service.book.refresh(now=service.clock())
    finding = check_index(service.book)
    assert finding.verdict == "warn"
    assert "核电 NEAR/900 四川" in finding.zh
