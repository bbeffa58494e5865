import datetime as dt

import pytest

from notifier.bulletins.lines import Line
from notifier.bulletins.structure.bylines import author, byline, is_meta, signature_behind
from notifier.bulletins.structure.facts import find_date, find_issue, find_marking, number


@pytest.mark.parametrize(
    "text",
    [
        "2025年10月27日",
        "2025-10-27",
        "2025.10.27",
        "2025/10/27",
        "２０２５年１０月２７日",
        "2025 年 10 月 27 日",
        "二〇二五年十月二十七日",
        "二○二五年十月二十七日",
        "2 0 2 5 年 1 0 月 2 7 日",
        "October 27, 2025",
        "27 Oct 2025",
        "某某办公室 2025年10月27日印发",
    ],
)
def test_date_forms(text: str) -> None:
    assert find_date(text) == dt.date(2025, 10, 27)


@pytest.mark.parametrize("text", ["", "2025年13月27日", "2025年10月", "10月27日", "12025-10-27", "4.4亿度"])
def test_no_date(text: str) -> None:
    assert find_date(text) is None


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("第52期", "52"),
        ("第 52 期", "52"),
        ("第 5 2 期", "52"),
        ("第五十二期", "52"),
        ("第一百二十六期", "126"),
        ("第一二六期", "126"),
        ("２０２６年第８期（总第126期）", "8"),
        ("2026年第8期(总第126期)", "8"),
        ("（总第126期）2026年第8期", "8"),
        ("总第126期", "126"),
        ("Vol. 3, No. 12", "12"),
        ("第052期", "52"),
        ("第十期", "10"),
        ("第二十期", "20"),
        ("第一百零六期", "106"),
        ("〔2026〕12号", "12"),
        ("2026-08期", "8"),
        ("2026年8月刊", "8"),
        ("Vol. 3", "3"),
        ("208期 2026年7月21日", "208"),
        ("（增刊）", "增刊"),
        ("第三卷 增刊", "增刊"),
        ("川科发〔2026〕12号", ""),
        ("要参", ""),
    ],
)
def test_issue_forms(text: str, issue: str) -> None:
    assert find_issue(text) == issue


def test_numbers() -> None:
    assert [number(text) for text in ("十", "十二", "二十", "一百二十六", "⑦", "（3）", "x", "")] == [
        10, 12, 20, 126, 7, 3, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "marking"),
    [
        ("机密★1年", "机密"),
        ("秘 密", "秘密"),
        ("绝密", "绝密"),
        ("密级：秘密", "秘密"),
        ("秘密★长期", "秘密"),
        ("机密 ★ 一年  000123", "机密"),
        ("【秘密】", "秘密"),
        ("内部资料 注意保存", "内部"),
        ("内部资料，注意保存", "内部"),
        ("（内部刊物）", "内部"),
        ("内部使用，不得外传", "内部"),
        ("创新要参（机密）", "机密"),
        ("秘密  第52期", "秘密"),
        ("关于加强国家秘密管理的通知", ""),
        ("国家秘密", ""),
        ("保护商业秘密", ""),
        ("秘密花园开园", ""),
        ("内部控制制度建设", ""),
        ("机密技术展", ""),
    ],
)
def test_a_marking_is_all_that_its_line_says(text: str, marking: str) -> None:
    assert find_marking([Line(text)]) == marking


def test_the_strongest_marking_wins_and_running_text_ends_the_head() -> None:
    assert find_marking([Line("内部资料"), Line("机密★1年")]) == "机密"
    assert find_marking([Line("要" * 50 + "。"), Line("机密")]) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("来源：科技日报", "科技日报"),
        ("来源: 科技日报  作者：张三", "科技日报"),
        ("（来源：科技日报）", "科技日报"),
        ("作者：张三", ""),
        ("来源：科技日报 | 编辑：李四", "科技日报"),
        ("资金来源：省级财政。", ""),
        ("正文结束。（来源：川观新闻）", "川观新闻"),
    ],
)
def test_bylines(text: str, name: str) -> None:
    assert byline(text) == name


@pytest.mark.parametrize(
    ("line", "name", "person"),
    [
        ("科技日报记者 张某某", "科技日报", "张某某"),
        ("□ 本报记者　张某　通讯员　李某", "", "张某 李某"),
        ("记者：李某", "", "李某"),
        ("本报评论员", "", "本报评论员"),
        ("文/林某 周某", "", "林某 周某"),
        ("高某某  石某", "", "高某某 石某"),
        ("（市科技局  孙某某）", "市科技局", "孙某某"),
        (">> 来源：中国人民银行", "中国人民银行", ""),
        ("文／林某　图／周某", "", "林某"),
        ("□ 蒋某远　白某", "", "蒋某远 白某"),
        ("北礁镇　吴某生", "北礁镇", "吴某生"),
        ("黄某　桐川市第三中学", "桐川市第三中学", "黄某"),
        ("〔英〕J. 哈珀 等　　杨某海 编译", "", "杨某海"),
        ("（整理：罗某）", "", "罗某"),
    ],
)
def test_lines_that_say_who_wrote_an_article(line: str, name: str, person: str) -> None:
    assert is_meta(line)
    assert (byline(line), author(line)) == (name, person)


@pytest.mark.parametrize(
    "line",
    [
        "通讯员培训班开班",
        "记者站建成投用",
        "（试行）",
        "张江科学城",
        "高新区 经开区",
        "《要情》3月5日刊发",
        "王者归来",
        "机器翻译",
        "江边的村 晨雾",
    ],
)
def test_lines_that_only_look_so(line: str) -> None:
    assert not is_meta(line)


@pytest.mark.parametrize(
    ("note", "name", "person"),
    [
        ("（来源：新华社）", "新华社", ""),
        ("（市科技局供稿）", "市科技局", ""),
        ("（香溪镇 蒋某）", "香溪镇", "蒋某"),
        ("（据《经济日报》）", "经济日报", ""),
        ("（新华社）", "新华社", ""),
        ("（本报记者 王某）", "", "王某"),
    ],
)
def test_a_note_behind_the_last_sentence_names_its_source(note: str, name: str, person: str) -> None:
    text, signed = signature_behind(f"平台建成投用。{note}")
    assert (text, signed.byline, signed.author) == ("平台建成投用。", name, person)


@pytest.mark.parametrize(
    "text", ["平台建成（一期）。", "平台建成。（以上数据均为初步核算数）", "平台建成投用（来源：新华社）"]
)
def test_other_words_in_brackets_stay(text: str) -> None:
    assert signature_behind(text)[0] == text
