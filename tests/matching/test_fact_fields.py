"""机关, 文号, 地区, 日期 and 截止 in rules: what they find, where the hits stand, and what explain says."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifier.domain import Article, Fact, divisions, is_within, parents_of
from notifier.errors import RuleError
from notifier.matching import Matcher, describe_rule, explain_miss, parse_rule
from notifier.matching.advice.compare import Comparer, Written
from notifier.matching.facts import named_divisions
from notifier.matching.language.dates import Comparison, span_of

TITLE = "苍溪县科技创新十条"
BODY = "四川省科学技术厅印发《办法》（川科发〔2025〕12号）。申报截止时间为2026年3月15日17:00。"


def fact(kind: str, text: str, value: str = "", *, label: str = "") -> Fact:
    field = "title" if text in TITLE else "body"
    start = (TITLE if field == "title" else BODY).index(text)
    return Fact(kind, text, value or text, field, start, start + len(text), label)  # type: ignore[arg-type]


FACTS = (
    fact("issuer", "四川省科学技术厅"),
    fact("docno", "川科发〔2025〕12号"),
    fact("deadline", "2026年3月15日17:00", "2026-03-15T17:00", label="application"),
    fact("place", "苍溪县", "510824"),
)
ARTICLE = Article(TITLE, BODY, facts=FACTS, published_at=dt.datetime(2025, 10, 27, tzinfo=ZoneInfo("Asia/Shanghai")))


def matches(rule: str, article: Article = ARTICLE) -> bool:
    matcher = Matcher()
    matcher.add("rule", rule)
    found = matcher.match(article)
    assert found.errors == ()
    return bool(found)


@pytest.mark.parametrize(
    "rule",
    [
        "地区:苍溪县", "地区:苍溪", "地区:广元", "地区:四川省", "place:四川广元", "地区:“廣元 市”",
        "地区:成都、广元", "地区:(四川 非 成都)", "机关:科学技术厅", "机关:科技厅", "机关:四川省科技厅",
        "issuer:“四川省”", "机关:/科学技术(厅|局)/", "文号:川科发〔2025〕12号", "文号:川科发(2025)12号",
        "文号：川科发【2025】12号", "docno:川科发", "文号:“〔2025〕12号”", "科技 日期>=2025-10-27",
        "科技 日期=2025-10", "科技 日期>2025-09 日期<2025-11", "科技 date<=2025", "科技 -日期<2025-10-27",
        "申报 截止>=2026-03-15", "申报 截止=2026", "申报 截止时间<2026-04",
    ],
)  # fmt: skip
def test_what_an_article_states_is_found(rule: str) -> None:
    assert matches(rule)


@pytest.mark.parametrize(
    "rule",
    [
        "地区:成都", "地区:剑阁县", "地区:苍溪县 -地区:广元", "机关:财政厅", "机关:科技局",
        "文号:川科发〔2025〕13号", "文号:川科发〔2025〕1号", "科技 日期>2025-10-27", "科技 日期<2025-10",
        "申报 截止>2026-03-15", "申报 截止<2026-03", "标题:机关", "机关:十条",
    ],
)  # fmt: skip
def test_what_it_does_not_state_is_not(rule: str) -> None:
    assert not matches(rule)


def test_a_county_is_below_its_city_and_not_the_other_way_round() -> None:
    city = Article("广元的事", facts=(Fact("place", "广元", "510800", "title", 0, 2),))
    assert matches("地区:广元", city)
    assert matches("地区:四川", city)
    assert not matches("地区:苍溪县", city)


def test_an_article_without_facts_is_found_by_none_of_them() -> None:
    bare = Article(TITLE, BODY)
    rules = ["地区:苍溪", "机关:科技厅", "文号:川科发", "科技 日期>=2020", "科技 日期<2030", "申报 截止>=2020"]
    assert [rule for rule in rules if matches(rule, bare)] == []


def test_a_text_finds_no_fact_and_a_fact_no_text() -> None:
    """A bare term looks at the text; its hits are not doubled by what the facts say."""
    matcher = Matcher()
    matcher.add("bare", "科学技术厅")
    matcher.add("place", "地区:广元")
    matcher.add("number", "文号:川科发(2025)12号")
    hits = {match.key: [(hit.field, hit.text, hit.term) for hit in match.hits] for match in matcher.match(ARTICLE)}
    assert hits == {
        "bare": [("body", "科学技术厅", "科学技术厅")],
        "place": [("title", "苍溪县", "广元")],
        "number": [("body", "川科发〔2025〕12号", "川科发(2025)12号")],
    }


def test_a_hit_is_where_the_fact_stands() -> None:
    matcher = Matcher()
    matcher.add("rule", "地区:四川 机关:科技厅 文号:川科发")
    (match,) = matcher.match(ARTICLE)
    assert 0 < match.score <= 1
    for hit in match.hits:
        assert (TITLE if hit.field == "title" else BODY)[hit.start : hit.end] == hit.text


def test_a_place_in_the_title_counts_more_than_one_in_the_text() -> None:
    far = Article("标题", "前言。\n\n苍溪县也参加。", facts=(Fact("place", "苍溪县", "510824", "body", 5, 8),))
    matcher = Matcher()
    matcher.add("rule", "地区:广元")
    assert matcher.match(ARTICLE)[0].score > matcher.match(far)[0].score


def test_a_date_changes_no_score() -> None:
    matcher = Matcher()
    matcher.add("plain", "科技")
    matcher.add("dated", "科技 日期>=2025 截止>=2026-01-01")
    plain, dated = matcher.match(ARTICLE)
    assert plain.score == dated.score
    assert plain.hits == dated.hits


def test_without_a_day_of_publication_the_text_tells_its_own() -> None:
    own = Article("通知", "正文", facts=(Fact("date", "正文", "2026-02-01", "body", 0, 2, "signed"),))
    assert matches("通知 日期=2026-02", own)


def test_a_place_that_may_be_one_of_several_is_found_where_all_of_them_are() -> None:
    either = Article("朝阳区", facts=(Fact("place", "朝阳区", "110105|220104", "title", 0, 3),))
    assert matches("地区:朝阳区", either)
    assert matches("地区:北京、吉林", either) is False  # each of them alone is not certain
    assert not matches("地区:北京", either)


@pytest.mark.parametrize(
    ("typed", "near"), [("地区:广远", "广元"), ("地区:苍西县", "苍溪县"), ("place:四川少", "四川省")]
)
def test_an_unknown_place_names_the_nearest(typed: str, near: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule(typed)
    assert near in caught.value.hint


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("地区:成都", "四川省广元市苍溪县", "四川省广元市苍溪县"),
        ("机关:财政厅", "文章的发文机关是 四川省科学技术厅", "the article's issuing body: 四川省科学技术厅"),
        ("科技 日期>2026", "文章的日期是 2025-10-27", "the article's date is 2025-10-27"),
        ("科技 截止<2026", "文章的截止日期是 2026-03-15", "the article's deadline is 2026-03-15"),
        ("科技 -日期>=2025", "被“非”排除：NOT 日期>=2025", "excluded by NOT 日期>=2025"),
        ("科技 -地区:广元", "“苍溪县”", "“苍溪县”"),
    ],
)
def test_explain_says_what_the_article_states(rule: str, zh: str, en: str) -> None:
    miss = explain_miss(rule, ARTICLE)
    assert miss is not None
    assert zh in miss.zh
    assert en in miss.en
    nothing = explain_miss(rule, Article(TITLE, BODY))
    assert nothing is None or nothing.zh


def test_a_rule_of_facts_in_one_sentence() -> None:
    rule = "地区:广元 日期>=2026-01-01 -截止<2026-03"
    assert describe_rule(rule) == (
        "找这样的文章：所讲的地区（含下级）里有“广元”，并且日期不早于 2026-01-01，并且没有（截止日期早于 2026-03）。"
    )
    assert "the date is 2026-01-01 or later" in describe_rule(rule, "en")


CODES = st.sampled_from(sorted(divisions()))


@given(CODES)
@example("610424")  # 乾县, which folds to 干县
@example("341422")  # 无为县, which was in two cities
@example("350427")
def test_a_division_is_found_by_itself_and_by_each_above_it_only(code: str) -> None:
    division = divisions()[code]
    line = {code, *(above.code for above in parents_of(code))}
    assert {each for each in divisions() if is_within(code, each)} == line
    path = "".join(above.name for above in parents_of(code)) + division.name
    others = [one for one in named_divisions(path) if one != division]
    assert division in named_divisions(path)
    assert all(division.name in one.names for one in others)  # 沙县 is also how the district it has become is called
    assert division in named_divisions(division.name)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
def test_every_operator_agrees_with_the_order_of_days(day: dt.date, other: dt.date) -> None:
    for value in (other.isoformat(), f"{other:%Y-%m}", f"{other:%Y}"):
        first, last = span_of(value)
        assert first <= other <= last
        held = {operator: Comparison("date", operator, value).holds(day) for operator in (">=", "<=", ">", "<", "=")}  # type: ignore[arg-type]
        assert held == {
            ">=": day >= first, "<=": day <= last, ">": day > last, "<": day < first, "=": first <= day <= last
        }  # fmt: skip


@pytest.mark.parametrize(
    ("inner", "outer", "contained"),
    [
        ("地区:苍溪", "地区:广元", True), ("地区:广元", "地区:苍溪", False), ("地区:广元", "地区:广元市", True),
        ("地区:海南", "地区:海南州", False), ("地区:海南州", "地区:海南", False), ("地区:广元", "广元", False),
    ],
)  # fmt: skip
def test_a_place_contains_what_belongs_to_it_not_what_is_spelt_like_it(inner: str, outer: str, contained: bool) -> None:
    comparer = Comparer.of({})
    assert comparer.contained(Written(parse_rule(inner)), Written(parse_rule(outer))) is contained
