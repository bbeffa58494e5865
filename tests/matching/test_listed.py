"""A passing mention in a list of many things is told from a subject."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from notifier.domain import Article, body_from_list
from notifier.matching import Matcher

INDUSTRIES = "集成电路、新型显示、生物医药、航空航天、轨道交通、新能源、新材料、绿色食品、智能装备、核电装备、现代物流"


def _score(body: str, rule: str = "核电") -> float:
    matcher = Matcher()
    matcher.add("rule", rule)
    return next((match.score for match in matcher.match(Article(title="通知", body=f"引言。\n\n{body}"))), 0.0)


def test_one_of_forty_industries_scores_less_than_a_sentence_about_it() -> None:
    passing = _score(f"支持发展{INDUSTRIES}等产业。")
    subject = _score("支持发展核电装备产业。")
    assert 0 < passing < subject


def test_the_list_ends_with_its_clause() -> None:
    assert _score(f"支持发展{INDUSTRIES.replace('核电装备', '储能')}等产业，其中核电装备优先。") == _score(
        "其中核电装备优先。"
    )


def test_a_rule_can_leave_passing_mentions_out() -> None:
    matcher = Matcher()
    matcher.add("rule", "核电", min_score=0.2)
    assert not list(matcher.match(Article(title="通知", body=f"引言。\n\n支持发展{INDUSTRIES}等产业。")))


def test_in_bulletin_52_the_service_industry_names_science_finance_in_passing(shared: Path) -> None:
    gold = json.loads((shared / "bulletins" / "52.gold.json").read_text(encoding="utf-8"))
    articles = [
        Article(title=article["title"], body=body_from_list(article["body"]))
        for section in gold["sections"]
        for article in section["articles"]
    ]
    matcher = Matcher()
    matcher.add("rule", "科技金融")
    scores = {article.title[:4]: match.score for article in articles for match in matcher.match(article)}
    assert scores["北京加快"] > scores["广元出台"] > scores["我省加快"] > 0


@given(st.lists(st.sampled_from(["核电", "风电", "，", "、", "。", "装备"]), max_size=60))
def test_a_hit_more_never_lowers_the_score(words: list[str]) -> None:
    body = "".join(words)
    assert _score(f"{body}。\n\n核电项目开工。", "“核电”") >= _score("核电项目开工。", "“核电”")
