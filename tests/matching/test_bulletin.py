"""The real bulletin: which of its five articles each rule finds."""

import json
from pathlib import Path

import pytest

from notifier.domain import Article, body_from_list
from notifier.matching import Matcher, load_topics
from notifier.resources import resource

MINISTRIES, BEIJING, SERVICES, GUANGYUAN, REACTOR = range(5)


@pytest.fixture(scope="module")
def articles(shared: Path) -> list[Article]:
    data = json.loads((shared / "bulletins" / "52.gold.json").read_text(encoding="utf-8"))
    return [
        Article(
            title=item["title"],
            body=body_from_list(item["body"]),
            section=section["name"],
            bulletin=data["title"],
        )
        for section in data["sections"]
        for item in section["articles"]
    ]


def found(rule: str, articles: list[Article]) -> list[int]:
    matcher = Matcher()
    matcher.add("rule", rule)
    return [index for index, article in enumerate(articles) if matcher.match(article)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("科技金融", [BEIJING, SERVICES, GUANGYUAN]),
        ("广元", [GUANGYUAN]),
        ("核电", [REACTOR]),
        ("科技型企业", [BEIJING, GUANGYUAN]),
        ("创新积分制", [GUANGYUAN]),
        ("核电 AND 广元", []),
        ("华龙一号", [REACTOR]),
        ('"华龙一号"', [REACTOR]),
        ("“华龙一号”", [REACTOR]),
        ("最大“华龙一号”基地", [REACTOR]),
        ("11个方面", [SERVICES]),
        ("6个方面", [SERVICES]),
        ("5G+工业互联网", [MINISTRIES]),
        ("标题:四川", [REACTOR]),
        ("刊名:创新驱动要参 栏目:省内要情 科技金融", [SERVICES, GUANGYUAN]),
        ("4.4", [REACTOR]),
        ("科技金融体制有力支撑", [BEIJING]),
    ],
)
def test_a_rule_finds_these_articles_of_issue_52(rule: str, expected: list[int], articles: list[Article]) -> None:
    assert found(rule, articles) == expected


def test_numbers_are_found_with_and_without_spaces_around_them(articles: list[Article]) -> None:
    matcher = Matcher()
    matcher.add("rule", "11个方面")
    assert [hit.text for hit in matcher.match(articles[SERVICES])[0].hits] == ["11个方面", "11 个方面"]


def test_the_shipped_topics_find_their_articles(articles: list[Article]) -> None:
    matcher = Matcher(load_topics([resource("rules")]))
    for name in ("核电", "清洁能源", "科技金融", "广元", "新能源汽车"):
        matcher.add(name, f"#{name}")
    keys = [[match.key for match in matcher.match(article)] for article in articles]
    assert keys == [["新能源汽车"], ["科技金融"], ["科技金融"], ["科技金融", "广元"], ["核电", "清洁能源"]]
