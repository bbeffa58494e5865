"""Rules of other programs: what can be said in ours means the same, and what cannot is refused with its line."""

import time
from collections.abc import Callable

import pytest

from notifier.domain import Article
from notifier.errors import InputError
from notifier.matching import Matcher, parse_rule
from notifier.matching.foreign import Converted, read_freshrss, read_lucene, read_miniflux, read_trendradar

WORDS = """\
# 我们自己写的样本
[GLOBAL_FILTER]
标题党
/抽奖|秒杀/

[WORD_GROUPS]
[核能]
核电
华龙一号 => 华龙
+四川
!招聘
@5

/(?<![a-zA-Z])GPT(?![a-zA-Z])/ => 大模型
R&D

+量子
+合肥
"""


def rules(found: Converted) -> list[str]:
    return [one.rule for one in found.rules]


def matched(found: Converted, title: str) -> list[int]:
    """The lines of the rules that match a title."""
    matcher = Matcher()
    for one in found.rules:
        matcher.add(one.line, one.rule)
    return [int(str(match.key)) for match in matcher.match(Article(title))]


# --- TrendRadar -------------------------------------------------------------------------------------------


def test_the_groups_of_trendradar_are_rules() -> None:
    assert rules(read_trendradar(WORDS, exclude="group")) == [
        "(核电 OR 华龙一号) AND 四川 AND NOT 招聘 AND NOT 标题党 AND NOT (“抽奖” OR “秒杀”)",
        "(/(?:^|[^a-zA-Z])GPT(?:[^a-zA-Z]|$)/ OR “R&D”) AND NOT 标题党 AND NOT (“抽奖” OR “秒杀”)",
        "量子 AND 合肥 AND NOT 标题党 AND NOT (“抽奖” OR “秒杀”)",
    ]


@pytest.mark.parametrize(
    ("title", "group", "everywhere"),
    [
        ("四川核电投产", [7], [7]),
        ("广东核电投产", [], []),
        ("四川核电招聘", [], []),
        ("量子中心落户合肥，招聘科研人员", [17], []),
        ("四川核电抽奖", [], []),
        ("GPT新版发布", [14], [14]),
        ("chatGPTs", [], []),
    ],
)
def test_an_exclusion_holds_for_its_group_or_for_all(title: str, group: list[int], everywhere: list[int]) -> None:
    assert matched(read_trendradar(WORDS, exclude="group"), title) == group
    assert matched(read_trendradar(WORDS, exclude="global"), title) == everywhere


def test_it_is_asked_what_an_exclusion_excludes_from_only_where_there_is_one() -> None:
    with pytest.raises(InputError, match=r"第 11 行.*--exclude"):
        read_trendradar(WORDS)
    assert rules(read_trendradar("核电\n风电\n")) == ["核电 OR 风电"]


def test_names_and_limits_are_left_out_and_named() -> None:
    notes = read_trendradar(WORDS, exclude="group").notes
    assert [note.line for note in notes] == [7, 9, 12, 14]
    assert "@5" in notes[2].zh


def test_titles_only_on_demand() -> None:
    assert rules(read_trendradar("核电\n+四川\n", title_only=True)) == ["标题:(核电 AND 四川)"]


def test_a_line_of_blanks_ends_no_group_and_windows_lines_are_lines() -> None:
    assert rules(read_trendradar("\ufeff核电\r\n  \r\n风电\r\n\r\n水电")) == ["核电 OR 风电", "水电"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("核电\n\n/核电(?=站)/\n", 3),
        ("核电\n/(核)\\1电站/\n", 2),
        ("核电\n@许多\n", 2),
        ("核\n", 1),
        ("核电\n\n!广告\n", 3),
        ("[GLOBAL_FILTER]\n!广告\n\n[WORD_GROUPS]\n核电\n", 2),
        ("核电\n+\n", 2),
        ("/第\\d+批/\n", 1),
    ],
)
def test_a_line_of_trendradar_that_cannot_be_said_is_named(text: str, line: int) -> None:
    with pytest.raises(InputError, match=rf"第 {line} 行") as caught:
        read_trendradar(text, exclude="group")
    assert f"line {line}" in caught.value.en
    assert "\n" not in str(caught.value)


# --- Miniflux ---------------------------------------------------------------------------------------------


def test_a_keep_rule_of_miniflux_is_a_rule_without_what_is_blocked() -> None:
    text = "[keep]\nEntryTitle=(?i)核电|风电\nEntryContent=(?i)nuclear power\n[block]\nEntryTitle=广告\n"
    expected = ["标题:(“核电” OR “风电”) AND NOT 标题:“广告”", "正文:/nuclear power/ AND NOT 标题:“广告”"]
    assert rules(read_miniflux(text)) == expected


def test_the_json_of_miniflux_is_read_too() -> None:
    text = '{"block_filter_entry_rules": "EntryTitle=广告", "keep_filter_entry_rules": "EntryTitle=核电"}'
    assert rules(read_miniflux(text)) == ["标题:“核电” AND NOT 标题:“广告”"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("EntryTitle=核电", 1),
        ("[keep]\nEntryURL=核电", 2),
        ("[keep]\nEntryTitle=核电\nEntryDate=future", 3),
        ("[keep]\nEntryTitle=Nuclear", 2),
        ("[keep]\nEntryTitle", 2),
        ("[keep]\nTitle=核电", 2),
        ("[block]\nEntryTitle=广告", 2),
        ("[drop]\nEntryTitle=广告", 1),
        ("[keep]\nEntryTitle=(?i)(a", 2),
    ],
)
def test_a_line_of_miniflux_that_cannot_be_said_is_named(text: str, line: int) -> None:
    with pytest.raises(InputError, match=rf"第 {line} 行"):
        read_miniflux(text)


# --- FreshRSS ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("核电 -广告", "核电 AND NOT 广告"),
        ("intitle:'machine learning' OR 核电", "标题:“machine learning” OR 核电"),
        ("核电 !(招聘 OR 广告)", "核电 AND NOT (招聘 OR 广告)"),
        ("intitle:/^核电/i intext:四川", "标题:/^核电/ AND 正文:四川"),
        ("(核电 四川) OR (风电 甘肃)", "核电 AND 四川 OR 风电 AND 甘肃"),
        ('"华龙一号"', "“华龙一号”"),
        ("核电 且", "核电 AND “且”"),
    ],
)
def test_a_search_of_freshrss_is_a_rule(line: str, expected: str) -> None:
    if line == "核电 且":  # one character, beside another term
        assert rules(read_freshrss(line)) == [expected]
    else:
        assert parse_rule(rules(read_freshrss(line))[0]) == parse_rule(expected)


@pytest.mark.parametrize(
    "line",
    [
        "inurl:gov.cn",
        "author:张三",
        "#标签",
        "date:2026",
        "f:12",
        "/Nuclear/",
        "-广告",
        "(核电",
        "核电)",
        "x:y",
        "/核电/x",
    ],
)
def test_a_line_of_freshrss_that_cannot_be_said_is_named(line: str) -> None:
    with pytest.raises(InputError, match="第 2 行"):
        read_freshrss(f"核电\n{line}\n")


# --- Lucene -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("title:核电 AND (四川 OR 成都) NOT 广告", "标题:核电 AND (四川 OR 成都) AND NOT 广告"),
        ('"科技 金融"~5', "科技 NEAR/5 金融"),
        ("+核电 四川 -广告", "核电 AND NOT 广告"),
        ("核电 四川", "核电 OR 四川"),
        ("核电 && 四川 || 成都", "核电 AND 四川 OR 成都"),
        ("核电 OR NOT 广告", "核电 AND NOT 广告"),
        ("nucl* AND body:(核电 风电)", "nucl* AND 正文:(核电 OR 风电)"),
        ('标题:"华龙一号"', "标题:“华龙一号”"),
        ("科技\\:金融", "“科技:金融”"),
        ("text:核电", "核电"),
        ("来源:科技厅", "来源:科技厅"),
    ],
)
def test_an_expression_of_lucene_is_a_rule(line: str, expected: str) -> None:
    assert rules(read_lucene(f"# 样本\n{line}\n")) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "核电^2", '"核电"^2', "核电~", "[a TO b]", "日期:{a TO b}", "a?b", '"a b"~3', '"核电 四川 成都"~3', "NOT 核电",
        "核电 AND", "((核电)", "nosuch:核电", "*:*", '"核电', "(" * 500 + "核电" + ")" * 500,
    ],
)  # fmt: skip
def test_a_line_of_lucene_that_cannot_be_said_is_named(line: str) -> None:
    with pytest.raises(InputError, match="第 2 行"):
        read_lucene(f"核电\n{line}\n")


def test_what_stands_side_by_side_is_noted() -> None:
    assert [note.line for note in read_lucene("核电\n核电 四川\n+核电 四川\n").notes] == [2]


# --- all of them ------------------------------------------------------------------------------------------

READERS: list[Callable[[str], Converted]] = [read_trendradar, read_miniflux, read_freshrss, read_lucene]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("text", ["", "\n\n", "# 只有注释", "\ufeff"])
def test_a_file_without_a_rule_is_refused(read: Callable[[str], Converted], text: str) -> None:
    with pytest.raises(InputError):
        read(text)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "text",
    ["(" * 10_000, "核电 OR " * 10_000, "!" * 10_000, "/" * 9_999, "\u200b\u202e\U0001f600" * 3_000, "a\\" * 5_000,
     "[" * 9_999, "[keep]\n" + "EntryTitle=(?i)" + "(a+)+" * 2_000, "'" * 9_999, "-(" * 5_000, "核" * 10_000],
)  # fmt: skip
def test_hostile_files_are_refused_in_good_time(read: Callable[[str], Converted], text: str) -> None:
    started = time.process_time()
    with pytest.raises(InputError):
        read(text)
    assert time.process_time() - started < 5.0  # a minute would be an explosion


@pytest.mark.parametrize("read", READERS)
def test_a_file_of_very_many_lines_is_refused(read: Callable[[str], Converted]) -> None:
    with pytest.raises(InputError, match="20000"):
        read("核电\n\n" * 20_000)
