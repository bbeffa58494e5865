"""The rule language: what parses to what, and what is refused where and in which words."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.errors import RuleError
from notifier.matching import Expression, format_rule, parse_rule
from notifier.matching.language.refusals import HINTS, REFUSALS


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("核电 广元", "核电 AND 广元"),
        ("核电 且 广元 与 成都", "核电 AND 广元 AND 成都"),
        ("核电&广元|成都", "核电 AND 广元 OR 成都"),
        ("核电 && 广元 || 成都", "核电 AND 广元 OR 成都"),
        ("核电 或 广元 非 成都", "核电 OR 广元 AND NOT 成都"),
        ("+核电 -广元 !成都 不含 绵阳", "核电 AND NOT 广元 AND NOT 成都 AND NOT 绵阳"),
        ("（核电｜风电）　＆　四川", "(核电 OR 风电) AND 四川"),
        ("核电、风电 AND 四川", "核电、风电 AND 四川"),
        ("核电 、风电", "核电、风电"),
        ("NOT 核电 邻近5 广元 四川", "NOT 核电 NEAR/5 广元 AND 四川"),
        ("核电 同句 广元 同段 四川", "核电 同句 广元 同段 四川"),
        ("(核电 同句 广元) 同段 四川", "(核电 同句 广元) 同段 四川"),
        ("標題：傳統", "标题:傳統"),
        ("Title:四川、成都", "标题:四川、成都"),
        ("来源: 科技厅", "来源:科技厅"),
        ("标题:(四川 或 成都)", "标题:(四川 OR 成都)"),
        ("“核电”或'广元'", "“核电” OR “广元”"),
        ("“核电\"", "“核电”"),
        ("「他说“好”」", "「他说“好”」"),
        ("＃核电、#广元", "#核电、#广元"),
        ("#“科技 金融”", "#“科技 金融”"),
        ("/第.{1,3}批次/", "/第.{1,3}批次/"),
        ("((核电))", "核电"),
        ("5G+工业互联网", "5G+工业互联网"),
        ("don't panic", "don't AND panic"),
        ("12:30 http://a.cn/b", "12:30 AND http://a.cn/b"),
        ("科技*金融 nuclear*", "科技*金融 AND nuclear*"),
        ("核 四川", "核 AND 四川"),
        ("标题:核", "标题:核"),
        ("核 NEAR/5 电站", "核 NEAR/5 电站"),
        ("NOT (NOT 核电 OR 广元)", "NOT (NOT 核电 OR 广元)"),
        ("Issuer:科技厅 發文", "机关:科技厅 AND 發文"),
        ("docno:川科发（2025）12号 OR 文号:川科发〔2025〕12号", "文号:川科发（2025）12号 OR 文号:川科发〔2025〕12号"),
        ("地区:广元、苍溪县", "地区:广元、苍溪县"),
        ("place:(四川 非 广元)", "地区:(四川 AND NOT 广元)"),
        ("核电 日期 ＞＝ 2026年1月1日", "核电 AND 日期>=2026-01-01"),
        ("核电 日期：2026/1", "核电 AND 日期=2026-01"),
        ("核电 DATE≤2026 且 deadline<2026.3.15", "核电 AND 日期<=2026 AND 截止<2026-03-15"),
        ("核电 -截止日期>2026-01-01", "核电 AND NOT 截止>2026-01-01"),
        ("日期 核电 截止", "日期 AND 核电 AND 截止"),
    ],
)  # fmt: skip
def test_a_rule_is_understood_as_its_canonical_form(typed: str, canonical: str) -> None:
    expression = parse_rule(typed)
    assert format_rule(expression) == canonical
    assert parse_rule(canonical) == expression


@pytest.mark.parametrize(
    ("typed", "position", "code"),
    [
        ("", 0, "empty"),
        (" \u200b\n", 0, "empty"),
        ("-核电", 0, "negative"),
        (" NOT 核电 非 广元", 1, "negative"),
        ("核电 OR NOT 广元", 6, "negative"),
        ("标题:(非 核电)", 4, "negative"),
        ("*", 0, "wildcard"),
        ("四川 *电", 3, "leading"),
        ("a1*b2*c3*d4*e5", 0, "wildcards"),
        ("核", 0, "short"),
        ("核电 或 水", 5, "short"),
        ("核、电站", 0, "short"),
        ("核*电", 0, "short"),
        ("R&D", 0, "short"),
        ("四川 ，。", 3, "marks"),
        ("核电 “广元", 3, "quote"),
        ("核电”", 2, "quote"),
        ("四川 “ ”", 3, "empty_phrase"),
        ("四川 (核电", 3, "open"),
        ("四川 (", 3, "open"),
        ("核电)", 2, "close"),
        ("四川 ()", 3, "brackets"),
        ("四川 /abc", 3, "slash"),
        ("/核电站/i", 5, "after_regex"),
        ("/核电站(/", 0, "regex"),
        ("四川 /.*/", 3, "regex_literal"),
        ("/第.*批/", 0, "regex_literal"),
        ("/核电|a/", 0, "regex_literal"),
        ("/(核电)?/", 0, "regex_literal"),
        ("四川 标提:核电", 3, "field"),
        ("标题:", 0, "field_word"),
        ("标题:-核电", 0, "field_word"),
        ("标题:(栏目:核电)", 4, "field_never"),
        ("四川 # 核电", 3, "topic_name"),
        ("日期>=2026-01-01", 0, "date_only"),
        ("核电 OR 截止<2026", 6, "date_only"),
        ("NOT 地区:广元", 7, "negative"),
        ("核电 日期>=明天", 7, "date_value"),
        ("核电 日期>=2026-02-30", 7, "date_value"),
        ("核电 日期>=", 7, "date_value"),
        ("标题:日期>=2026", 3, "field_date"),
        ("标题:(四川 日期>=2026)", 7, "field_date"),
        ("地区:广远", 3, "place"),
        ("四川 地区:(北京 或 “火星”)", 12, "place"),
        ("地区:#核电", 3, "place_word"),
        ("地区:/核电站/", 3, "place_word"),
        ("地区:四川*广元", 3, "place"),
        ("核电 邻近5 地区:广元", 7, "near_fact"),
        ("核电 同句 (四川 日期>2026)", 10, "near_fact"),
        ("地区:(标题:四川)", 4, "field_never"),
        ("核电 AND", 3, "after"),
        ("核电 或", 3, "after"),
        ("核电、", 2, "after"),
        ("(核电 AND) 广元", 4, "after"),
        ("AND 核电", 0, "before"),
        ("核电 AND OR 广元", 7, "before"),
        ("、核电", 0, "before"),
        ("核电、(广元)", 2, "list"),
        ("(广元)、核电", 4, "list"),
        ("核电 NEAR 广元", 3, "near_number"),
        ("核电 邻近 广元", 3, "near_number"),
        ("核电 NEAR/x 广元", 3, "near_number"),
        ("核电 NEAR/5000 广元", 3, "near_number"),
        ("核电 NEAR/5 NOT 广元", 10, "near_negative"),
        ("核" * 201, 0, "long_term"),
        ("核电 " * 1001, 3000, "many"),
        ("(" * 101 + "核电" + ")" * 101, 100, "deep"),
        ("核" * 10_001, 10_000, "long"),
    ],
)
def test_a_refusal_names_the_column_and_what_to_do(typed: str, position: int, code: str) -> None:
    for language, words in (("zh-CN", 0), ("en", 1)):
        with pytest.raises(RuleError) as caught:
            parse_rule(typed, language=language)
        assert caught.value.position == position
        assert caught.value.message[:6] == REFUSALS[code][words].split("{")[0][:6] or "{" in REFUSALS[code][words][:6]
        assert caught.value.hint


def test_an_unknown_field_names_the_nearest() -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule("标提:核电")
    assert "是不是“标题”" in caught.value.hint
    with pytest.raises(RuleError) as caught:
        parse_rule("titel:nuclear", language="en")
    assert "did you mean title?" in caught.value.hint


@pytest.mark.parametrize(
    ("typed", "code", "position"),
    [
        ("科技与金融", "glued", 2),
        ("非广告宣传 四川", "glued", 0),
        ("核电 or 广元", "lower", 3),
        ("核电，广元", "comma", 2),
        ("四川 科技金融。", "comma", 7),
        ("研究R&D中心", "ampersand", 3),
        ("核电*", "star", 2),
        ("核电 - 广元", "spaced_minus", 3),
        ("“核电”基地", "adjacent", 4),
        ("/核电 站/", "regex_blank", 0),
    ],
)
def test_what_may_be_meant_otherwise_gets_a_hint(typed: str, code: str, position: int) -> None:
    hints = parse_rule(typed).hints
    assert [hint.position for hint in hints] == [position]
    assert hints[0].en.split("}")[-1][-10:] == HINTS[code].en[-10:]


@pytest.mark.parametrize(
    "typed", ["核电 且 广元", "参与方案", "非遗保护", "非洲市场", "5G+工业互联网", "并且如此", "或者不是"]
)
def test_ordinary_words_get_no_hint(typed: str) -> None:
    assert parse_rule(typed).hints == ()


def parsed_or_refused(text: str) -> Expression | RuleError:
    try:
        return parse_rule(text)
    except RuleError as error:
        return error


ATOMS = st.sampled_from(
    ["核电", "科技*金融", "nuclear*", "5G+工业互联网", "“华龙一号”", "「说“好”」", "#广元", "/第.{1,3}批次/", "12:30",
     "广元、四川", "地区:广元、苍溪县", "机关:“科技厅”", "文号:川科发(2025)12号", "日期>=2026-01-01",
     "截止=2026-3", "date<2026",
     "标题:核", "来源:科技厅", "刊名:“要参”、内参", "最大“华龙”基地"]
)  # fmt: skip
RULES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(
            inner, st.sampled_from([" ", " 且 ", "&", " OR ", "｜", " 邻近3 ", " 同句 ", " 同段 ", " -", " 非 "]), inner
        ).map("".join),
        inner.map("（{}）".format),
        inner.map("标题:({})".format),
        inner.map("! {}".format),
    ),
    max_leaves=12,
)


@given(RULES)
def test_parsing_the_printed_rule_gives_it_back(rule: str) -> None:
    expression = parsed_or_refused(rule)
    if isinstance(expression, RuleError):
        return
    assert parse_rule(format_rule(expression)) == expression
    assert format_rule(parse_rule(format_rule(expression))) == format_rule(expression)


SYNTAX = st.text(
    st.sampled_from(
        "核电广元四川aB5 \n><=≥日期截止地区()（）|&、+-!*/#:：\"“”'「」，。与或非且不含ANDORNOTNEAR/邻近同句段标题"
        "\\{}[]?"
    )
)


@given(st.one_of(st.text(), SYNTAX))
@settings(max_examples=400)
def test_any_text_is_a_rule_or_refused_at_a_column_of_it(text: str) -> None:
    parsed = parsed_or_refused(text)
    if isinstance(parsed, RuleError):
        assert 0 <= parsed.position <= len(text)
        assert parsed.message
    else:
        assert parse_rule(format_rule(parsed)) == parsed
        assert all(0 <= hint.position < len(text) for hint in parsed.hints)


@pytest.mark.parametrize(
    "text",
    [
        " OR ".join(f"核电{at:05}" for at in range(10_000)),
        "|".join(chr(0x4E00 + at) + "电" for at in range(3_000)),
        " ".join(chr(0x4E00 + at) + "电" for at in range(1_000)),
        "(" * 10_000, "-" * 10_000, "“" * 10_000, "“a" * 5_000, "*" * 10_000, "a*" * 5_000, "/" * 10_000,
        "标题:" * 3_000,         "核" * 10_000, "核" + "\u0301" * 9_999, "\u200b" * 10_000,
        ":" * 10_000, "#a " * 3_333, "a\n" * 5_000,
        "/" + "(a+)+" * 1_999 + "/", "/核电站/ " * 999, "".join(map(chr, range(0x100, 0x100 + 10_000))),
    ],
    ids=str.__len__,
)  # fmt: skip
def test_no_ten_thousand_characters_explode(text: str) -> None:
    """A second of processor time would be an explosion; the figures are in benchmarks/rules.py."""
    begun = time.process_time()
    parsed_or_refused(text)
    assert time.process_time() - begun < 5.0
