"""Looking up by grams may only drop what no rule matches."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.rules_at_random import TOPICS, articles, rules
from notifier.domain import EVERYTHING, MODES, Article, Fact, Grams, Ways
from notifier.errors import RuleError
from notifier.matching import Topic
from notifier.matching.advice.compare import Written
from notifier.matching.advice.grams import article_grams, rule_ways
from notifier.matching.advice.trial import Trial
from notifier.matching.language.parser import parse_rule
from notifier.matching.prepared import prepare
from notifier.matching.topics import compile_topics

LIBRARY = compile_topics(TOPICS)


def grams_of(article: Article) -> Grams:
    return article_grams(prepare(article))


def found(ways: Ways, grams: Grams) -> bool:
    return any(all(any(one <= grams for one in choice) for choice in way) for way in ways)


def holds(rule: str, article: Article, **topics: Topic) -> bool:
    return found(rule_ways(rule, "standard", compile_topics(topics)), grams_of(article))


@settings(max_examples=400)
@given(rules(), st.sampled_from(MODES), st.lists(articles(), min_size=1, max_size=3))
def test_whatever_a_rule_matches_is_found(text: str, mode: str, some: list[Article]) -> None:
    trial = Trial(TOPICS)
    try:
        rule = Written(parse_rule(text), mode)  # type: ignore[arg-type]
    except RuleError:
        return
    ways = rule_ways(text, rule.mode, LIBRARY)
    for article in some:
        if trial.matches(rule, trial.ready(article)):
            assert found(ways, grams_of(article))


@pytest.mark.parametrize(
    ("rule", "title", "is_found"),
    [
        ("广元", "推广元宇宙", True),  # an accident, which the gate is there for
        ("广元", "四川成都", False),
        ("科技金融", "科技与金融", False),
        ("科技金融", "科技金融", True),
        ("科*金融", "科技与金融", True),
        ("AI 成都", "ＡＩ在成都", True),
        ("核电、核能", "核能", True),
        ("核电 核能", "核能", False),
        ("核电 NOT 核能", "核电与核能", True),
        ("(核电 或 核能) 成都", "成都核能", True),
        ("(核电 或 核能) 成都", "核能", False),
        ("風電", "风电", True),
        ("gene editing", "gene  editing", True),
        ("核电 NEAR/5 成都", "核电", False),
    ],
)
def test_terms_of_two_characters_are_found(rule: str, title: str, is_found: bool) -> None:
    assert holds(rule, Article(title)) is is_found


def test_a_topic_is_found_by_any_of_its_terms_and_those_below_it() -> None:
    topics = {"能源": Topic("能源", ("风电",)), "核电": Topic("核电", ("核能",), parents=("能源",))}
    assert holds("#能源", Article("核能"), **topics)
    assert holds("#能源", Article("风电"), **topics)
    assert not holds("#核电", Article("风电"), **topics)


def test_a_place_is_found_by_what_belongs_to_it() -> None:
    article = Article("通知", facts=(Fact("place", "苍溪", "510824", "title", 0, 2),))
    assert holds("地区:四川", article)
    assert holds("地区:广元市", article)
    assert not holds("地区:成都", article)


@pytest.mark.parametrize("rule", ["来源:科技厅", "刊名:要参", "标题:核", "/第.{1,3}批次/", "核电 OR 来源:科技厅"])
def test_what_cannot_be_looked_up_is_asked_of_everything(rule: str) -> None:
    assert rule_ways(rule, "standard", LIBRARY) == EVERYTHING


def test_a_rule_of_very_many_terms_asks_for_one_of_them_or_for_nothing() -> None:
    terms = [chr(0x4E00 + at) + chr(0x5E00 + at) for at in range(900)]
    assert rule_ways("、".join(terms), "standard", LIBRARY) == EVERYTHING
    (way,) = rule_ways("、".join(terms[:300]), "standard", LIBRARY)
    assert len(way[0]) == 300
    (way,) = rule_ways(" OR ".join(f"({one} 核电)" for one in terms[:300]), "standard", LIBRARY)
    assert way
