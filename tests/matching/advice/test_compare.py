"""Rules compared: what is said of two rules holds of every article."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.domain import Article, Mode
from notifier.matching import Matcher, Topic, parse_rule
from notifier.matching.advice.compare import Comparer, Written, dead_clauses

TOPICS = {
    "核能": Topic("核能", ("核电", "核能"), parents=("能源",)),
    "能源": Topic("能源", ("风电",)),
    "量子": Topic("量子", ("量子计算",), excluded=("量子水",)),
}
COMPARER = Comparer.of(TOPICS)


def rule(text: str, mode: Mode = "standard", min_score: float = 0.0) -> Written:
    return Written(parse_rule(text), mode, min_score)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("核电 四川", "四川 且 核电"),
        ("核电、风电", "风电 OR 核电"),
        ("核电 或 风电 或 核电", "风电 或 核电"),
        ("(核电 四川) 成都", "成都 四川 核电"),
        ("核电 NEAR/5 四川", "四川 NEAR/5 核电"),
        ("非 (非 核电 或 四川)", "核电 -四川"),
        ("標題:核電", "标题:核电"),
        ("标题:(核电 四川)", "标题:核电 标题:四川"),
    ],
)
def test_the_same_said_otherwise_is_the_same(one: str, other: str) -> None:
    assert COMPARER.same(rule(one), rule(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("核电", "“核电”"),
        ("核电 四川", "核电 或 四川"),
        ("标题:核电", "核电"),
        ("核电 NEAR/5 四川", "核电 NEAR/6 四川"),
    ],
)
def test_what_only_looks_alike_is_not_the_same(one: str, other: str) -> None:
    assert not COMPARER.same(rule(one), rule(other))


def test_mode_and_least_score_are_part_of_a_rule() -> None:
    assert not COMPARER.same(rule("核电"), rule("核电", "strict"))
    assert not COMPARER.same(rule("核电"), rule("核电", "standard", 0.5))
    assert COMPARER.contained(rule("核电", "strict"), rule("核电"))
    assert not COMPARER.contained(rule("核电"), rule("核电", "strict"))
    assert not COMPARER.contained(rule("核电"), rule("核电", "standard", 0.5))
    assert not COMPARER.contained(rule("核电 -四川", "strict"), rule("核电 -四川"))  # NOT excludes more in standard


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("核电 四川", "核电"),
        ("核电站", "核电"),
        ("标题:核电", "核电"),
        ("核电", "核电 或 风电"),
        ("核电、风电", "风电、核电、水电"),
        ("核电", "“核电”"),
        ("核电 -广告 -招聘", "核电 -招聘"),
        ("核电 NEAR/5 四川", "核电 四川"),
        ("核能", "#核能"),
        ("#核能", "#能源"),
        ("核电", "#能源"),
    ],
)
def test_a_narrower_rule_is_contained(inner: str, outer: str) -> None:
    assert COMPARER.contained(rule(inner), rule(outer))
    assert not COMPARER.contained(rule(outer), rule(inner))


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("推广元宇宙", "广元"),
        ("“推广元宇宙”", "广元"),
        ("核电", "核电 -广告"),
        ("量子计算", "#量子"),
        ("核电", "标题:核电"),
        ("said", "“ai”"),
    ],
)
def test_what_is_not_sure_is_not_said(inner: str, outer: str) -> None:
    assert not COMPARER.contained(rule(inner), rule(outer))


@pytest.mark.parametrize(
    ("text", "clause", "whole"),
    [
        ("核电 非 核电", "核电", True),
        ("科技金融 非 金融", "科技金融", True),
        ("(核电 或 风电) 非 核电", "核电", False),
        ("核电、风电 非 风电", "风电", False),
        ("核电 非 (核电、风电)", "核电", True),
        ("标题:核电 NEAR/5 正文:四川", "标题:核电 NEAR/5 正文:四川", True),
        ("#核能 非 #能源", "#核能", True),
        ("水电 或 (核电 非 核电)", "核电", False),
        ("核电 标题:四川 非 四川", "标题:四川", True),
    ],
)
def test_a_clause_that_can_never_match_is_found(text: str, clause: str, whole: bool) -> None:
    assert [(one.clause, one.whole) for one in dead_clauses(parse_rule(text), COMPARER)] == [(clause, whole)]


@pytest.mark.parametrize(
    "text", ["核电 非 广告", "核电 非 标题:核电", "推广元宇宙 非 广元", "核电 NEAR/5 标题:四川", "核电 非 核电站"]
)
def test_a_clause_that_can_match_is_left_alone(text: str) -> None:
    assert dead_clauses(parse_rule(text), COMPARER) == []


def test_long_rules_are_compared_in_good_time() -> None:
    many = rule(" OR ".join(f"核电{number}" for number in range(1000)))
    other = rule(" OR ".join(f"核电{number}" for number in range(999)))
    started = time.process_time()
    assert not COMPARER.same(many, other)
    COMPARER.contained(other, many)
    dead_clauses(many.expression, COMPARER)
    assert time.process_time() - started < 5.0


# --- against the matcher ----------------------------------------------------------------------------------

LEAVES = st.sampled_from(
    ["核电", "核电站", "“核电”", "风电", "#核能", "#能源", "标题:核电", "标题:风电", "正文:核电站", "四川"]
)
RULES = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.tuples(below, below).map(lambda two: f"({two[0]} AND {two[1]})"),
        st.tuples(below, below).map(lambda two: f"({two[0]} OR {two[1]})"),
        st.tuples(below, below).map(lambda two: f"({two[0]} AND NOT {two[1]})"),
        st.tuples(LEAVES, LEAVES).map(lambda two: f"({two[0]} NEAR/9 {two[1]})"),
    ),
    max_leaves=5,
)
WORDS = st.lists(
    st.sampled_from(["核电", "核电站", "风电", "四川", "核能", "，", "考核电子政务", "。"]), max_size=5
).map("".join)


@settings(max_examples=150, deadline=None)
@given(RULES, RULES, st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8))
def test_what_is_said_of_two_rules_holds_of_every_article(one: str, other: str, texts: list[tuple[str, str]]) -> None:
    matcher = Matcher(TOPICS)
    matcher.add("one", one)
    matcher.add("other", other)
    contained, same = COMPARER.contained(rule(one), rule(other)), COMPARER.same(rule(one), rule(other))
    dead = any(clause.whole for clause in dead_clauses(parse_rule(one), COMPARER))
    for title, body in texts:
        keys = {match.key for match in matcher.match(Article(title, body))}
        assert not (contained and "one" in keys and "other" not in keys), (title, body)
        assert not same or len(keys) != 1, (title, body)
        assert not (dead and "one" in keys), (title, body)
