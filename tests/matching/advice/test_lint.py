"""What is remarked on a rule, from its text and from how it fares on articles."""

import datetime as dt
import time

import pytest

from notifier.domain import Article
from notifier.matching import parse_rule
from notifier.matching.advice.compare import Comparer, Written
from notifier.matching.advice.lint import MANY, Estimate, accident_remarks, kinship_remarks, lint_rule, volume_remarks
from notifier.matching.advice.trial import Trial, counted_terms

COMPARER = Comparer()
ARTICLES = [
    Article("推广元宇宙应用", "各地推广元宇宙。"),
    Article("再推广元旦活动", "推广元件国产化。"),
    Article("广元市新闻", "广元召开会议。"),
]


def codes(text: str) -> list[str]:
    return [remark.code for remark in lint_rule(parse_rule(text), COMPARER)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("科技金融", []),
        ("科技与金融", ["hint"]),
        ("标题:核", ["short"]),
        ("核 四川", ["short"]),
        ("核电 非 核电", ["never"]),
        ("(核电 或 风电) 非 核电", ["branch"]),
    ],
)
def test_each_fault_has_its_remark(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        " OR ".join(f"核电{number}" for number in range(1000))[:9_990], "、".join(["核电"] * 1000),
        " NEAR/5 ".join(["核电"] * 900), "(核电 OR " * 99 + "风电" + ")" * 99, "核电 " + "NOT " * 99 + "风电",
        "\u200b核\u200b电", "\u202e核电\u202c", "😀核电😀",
    ],
)  # fmt: skip
def test_long_and_odd_rules_are_looked_at_in_no_time(text: str) -> None:
    expression = parse_rule(text)
    started = time.process_time()
    lint_rule(expression, Comparer())
    assert time.process_time() - started < 5.0  # a minute would be an explosion


def test_a_remark_says_what_and_where_in_both_languages() -> None:
    (remark,) = lint_rule(parse_rule("四川 核电 非 核电"), COMPARER)
    assert remark.position == 3
    assert "永远不会命中" in remark.zh
    assert "never match" in remark.en


def test_a_term_that_is_often_an_accident_is_named_with_sentences() -> None:
    root = parse_rule("广元 或 会议").root
    counts = counted_terms(root)
    trial = Trial()
    for article in ARTICLES:
        trial.count(counts, trial.ready(article))
    (remark,) = accident_remarks(counts, root)
    assert (remark.code, remark.position) == ("accident", 0)
    assert 1 <= len(remark.examples) <= 3
    assert all("[[广元]]" in example for example in remark.examples)
    assert counts[0].raw == 6
    assert counts[0].kept == 2


def test_a_term_that_is_meant_wherever_it_stands_is_not() -> None:
    counts = counted_terms(parse_rule("广元").root)
    trial = Trial()
    trial.count(counts, trial.ready(ARTICLES[2]))
    assert not list(accident_remarks(counts, parse_rule("广元").root))


def test_quoted_terms_pass_no_gate_and_are_not_counted() -> None:
    assert counted_terms(parse_rule("“广元” 或 /第.批次计划/").root) == []


def test_kin_among_a_subscriber_s_rules_are_named() -> None:
    others = {name: Written(parse_rule(name)) for name in ("四川 核电", "核电", "核电 四川 广元", "风电")}
    found = {(one.code, one.zh.split("规则 ")[1].split("说")[0].split("已")[0].split("：")[0].strip()) for one in
             kinship_remarks(Written(parse_rule("核电 四川")), others, COMPARER)}  # fmt: skip
    assert found == {("same", "四川 核电"), ("contained", "核电"), ("contained", "核电 四川 广元")}


def estimate(matched: int, busiest: int = 0, covered: int = 90) -> Estimate:
    return Estimate(1000, matched, 90, covered, dt.date(2026, 3, 16), busiest)


def test_a_rule_that_brings_too_much_at_once_is_asked_for_a_digest() -> None:
    assert [one.code for one in volume_remarks(estimate(900, MANY + 1), at_once=True)] == ["many"]
    assert not list(volume_remarks(estimate(900, MANY + 1), at_once=False))
    assert not list(volume_remarks(estimate(900, MANY), at_once=True))
    assert [one.code for one in volume_remarks(estimate(0), at_once=True)] == ["none"]


def test_the_estimate_is_a_week_s_share_of_what_is_covered_and_of_a_week_at_least() -> None:
    assert estimate(90).per_week == 7
    assert estimate(10, covered=2).per_week == 10
    assert "每周约 7.0 篇" in estimate(90).zh
    assert "about 7.0 a week" in estimate(90).en
