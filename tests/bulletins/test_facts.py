import datetime as dt

import pytest

from notifier.bulletins.lines import Line
from notifier.bulletins.structure.bylines import byline
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
