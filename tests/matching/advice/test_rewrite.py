"""Topics that have a rule's term are proposed, with the rule as it would then be."""

import pytest

from notifier.matching import Topic, parse_rule
from notifier.matching.advice.rewrite import proposals, said_otherwise
from notifier.matching.language.expression import TopicRef
from notifier.matching.language.parser import parse_rule as parse

TOPICS = {
    "核电": Topic("核电", ("核电站", "核能", "“小型堆”"), zh="核能发电"),
    "能源": Topic("能源", ("风电", "光伏", "核能", "储能", "煤电", "水电", "油气", "电网")),
}


def said(rule: str, term: str, name: str = "核电") -> str:
    return said_otherwise(parse_rule(rule).root, term, [TopicRef(name)])


def test_a_topic_of_that_name_is_proposed_with_its_terms() -> None:
    (one,) = proposals(parse_rule("核电"), TOPICS)
    assert (one.term, one.topic.name, one.with_topic) == ("核电", "核电", "#核电")
    assert one.related == (("核电站", "核电、核电站"), ("核能", "核电、核能"), ("“小型堆”", "核电、“小型堆”"))


def test_the_topic_with_the_fewest_terms_comes_first() -> None:
    assert [one.topic.name for one in proposals(parse_rule("核能 四川"), TOPICS)] == ["核电", "能源"]


def test_what_the_rule_has_already_is_not_proposed() -> None:
    assert proposals(parse_rule("#核电 或 成都"), TOPICS) == []
    (one,) = proposals(parse_rule("风电、光伏"), TOPICS)
    assert "光伏" not in dict(one.related)
    assert dict(one.related)["储能"] == "风电、储能、光伏"


@pytest.mark.parametrize(
    ("rule", "then"),
    [
        ("核电 四川", "#核电 AND 四川"),
        ("核电、风电", "#核电、风电"),
        ("标题:核电 NOT 招聘", "标题:#核电 AND NOT 招聘"),
        ("(核电 OR 风电) 四川", "(#核电 OR 风电) AND 四川"),
        ("核电 NEAR/5 四川", "#核电 NEAR/5 四川"),
        ("风电", "风电"),
    ],
)
def test_a_term_is_said_otherwise_wherever_it_stands(rule: str, then: str) -> None:
    assert said(rule, "核电") == then
    assert parse(then)


def test_what_would_be_refused_is_left_as_it_is() -> None:
    assert said_otherwise(parse_rule("地区:四川").root, "四川", [TopicRef("核电")]) == "地区:四川"
