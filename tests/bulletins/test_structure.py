"""Parts of an issue, one fact a test: masthead, contents list, points, pages, distribution, imprint."""

import datetime as dt

import pytest

from notifier.bulletins import read
from notifier.domain import Bulletin, Document, Paragraph, Point

HEAD = "科技简报\n第3期\n云岭市科学技术局\n2026年1月5日\n\n"
LONG = "市科技局会同有关部门推进平台建设，完善配套政策，支持企业牵头组建创新联合体，推动成果转化"


def _read(text: str) -> Bulletin:
    return read(Document(key="k", name="k.txt", media_type="text/plain", content=text.encode()))


def _body(text: str) -> list[Paragraph | Point]:
    [article] = _read(f"{HEAD}【要闻】\n\n平台建设取得新进展\n\n{text}").articles
    assert isinstance(article.body, tuple)
    return list(article.body)


@pytest.mark.parametrize(
    "head",
    [
        "创新驱动要参\n\n第52期\n\n甲省科技厅\n\n2025年10月27日",
        "创 新 驱 动 要 参\n2025年第52期（总第126期）\n甲省科技厅　　　2025年10月27日",
        "创新驱动要参\n（第五十二期）\n甲省科技厅编　　二〇二五年十月二十七日",
        "甲省科技厅\n\n创新驱动要参\n\n第52期\n2025-10-27",
        "《创新驱动要参》\n第 52 期    2025.10.27\n主办：甲省科技厅\n责任编辑：王某",
        "创新驱动要参 第52期\n甲省科技厅\t2025年10月27日",
    ],
)
def test_masthead_forms(head: str) -> None:
    for listed in ("", "\n\n目录\n平台建设取得新进展\n产业园区完成新一轮扩容\n"):
        text = f"{head}{listed}\n\n平台建设取得新进展\n\n{LONG}。\n\n产业园区完成新一轮扩容\n\n{LONG}。"
        bulletin = _read(text)
        assert (bulletin.title, bulletin.issue, bulletin.date) == ("创新驱动要参", "52", dt.date(2025, 10, 27))
        assert bulletin.publishers == ("甲省科技厅",)
        assert [article.title for article in bulletin.articles] == ["平台建设取得新进展", "产业园区完成新一轮扩容"]


def test_an_article_that_mentions_an_issue_has_no_masthead() -> None:
    bulletin = _read(f"《求索》2025年第8期刊发重要文章\n\n{LONG}。")
    assert (bulletin.title, bulletin.issue) == ("", "")
    assert bulletin.articles[0].title == "《求索》2025年第8期刊发重要文章"


@pytest.mark.parametrize("marker", ["（{}）", "({})", "{}.", "{}. ", "{}．", "{}、"])
def test_point_markers(marker: str) -> None:
    text = "\n\n".join(f"{marker.format(n)}加强领导。{LONG}。" for n in (1, 2))
    points = _body(f"{LONG}。\n\n{text}")[1:]
    expected = [Point(n, "加强领导", f"{LONG}。") for n in (1, 2)]
    assert points == expected


@pytest.mark.parametrize("markers", ["①②", ("一是", "二是"), ("第一，", "第二，"), ("（一）", "（二）")])
def test_point_markers_in_words(markers: tuple[str, str]) -> None:
    points = _body(f"{LONG}。\n\n" + "\n\n".join(f"{marker}加强领导。{LONG}。" for marker in markers))[1:]
    assert points == [Point(n, "加强领导", f"{LONG}。") for n in (1, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "1.5亿元资金到位。",
        "3、4月份为宣传期。",
        "一是加强领导；二是落实责任。",
        "2025年10月启动。",
        "第一季度增长。",
        "（一）中所列事项除外；（二）中事项保留。",
    ],
)
def test_a_sentence_that_begins_like_a_point_stays_a_paragraph(text: str) -> None:
    assert _body(f"{LONG}。\n\n{text}\n\n{LONG}。")[1] == Paragraph(text)


def test_a_point_whose_heading_is_a_line_of_its_own_is_not_glued_to_its_text() -> None:
    body = _body(f"{LONG}。\n\n（1）加强领导\n\n{LONG}。\n\n（2）落实责任\n\n{LONG}。")
    assert body[1:] == [
        Point(1, "加强领导", ""),
        Paragraph(f"{LONG}。"),
        Point(2, "落实责任", ""),
        Paragraph(f"{LONG}。"),
    ]


def test_a_heading_within_an_article_is_not_glued_to_its_text() -> None:
    assert _body(f"{LONG}。\n\n一、主要做法\n\n{LONG}。")[1:] == [Paragraph("一、主要做法"), Paragraph(f"{LONG}。")]


@pytest.mark.parametrize(
    "mark", ["— 3 —", "- 3 -", "－３－", "第3页", "第 3 页 共 8 页", "3/8", "\f", "- 3 -\n\f科技简报 第3期"]
)
def test_a_page_break_leaves_no_trace(mark: str) -> None:
    text = f"{LONG}。{LONG}"
    assert _body(f"{LONG}，{LONG[:20]}\n\n{mark}\n\n{LONG[20:]}。\n\n{text}。") == [
        Paragraph(f"{LONG}，{LONG}。"),
        Paragraph(f"{text}。"),
    ]


def test_bare_numbers_that_count_pages_go_and_others_stay() -> None:
    pages = "\n\n".join(f"{LONG}。\n\n{LONG}。\n\n{LONG}。\n\n{page}" for page in (1, 2, 3))
    assert all(block == Paragraph(f"{LONG}。") for block in _body(pages))
    assert Paragraph("42") in _body(f"{LONG}。\n\n42\n\n{LONG}。")


def test_two_latin_words_are_joined_with_a_space_and_chinese_with_nothing() -> None:
    assert _body(f"{LONG}，采用 open\n\nsource 软件，提升效\n\n率。") == [
        Paragraph(f"{LONG}，采用 open source 软件，提升效率。")
    ]


@pytest.mark.parametrize(
    ("tail", "to", "cc"),
    [
        ("主送：甲局长、副局长，乙局。\n抄送：丙局；丁局。", ("甲局长、副局长", "乙局"), ("丙局", "丁局")),
        ("主送: 甲局\n抄送: 丙局", ("甲局",), ("丙局",)),
        ("报：甲局。\n送：丙局。\n发：丁局。", ("甲局",), ("丙局", "丁局")),
        ("报：甲局。送：丙局。发：丁局。", ("甲局",), ("丙局", "丁局")),
        ("报  送：甲局，\n乙（含丙，丁）局。\n抄  送：戊局", ("甲局", "乙（含丙，丁）局"), ("戊局",)),
        ("报：市委、市政府办公室\n发至：各乡镇党委、政府", ("市委、市政府办公室",), ("各乡镇党委、政府",)),
    ],
)
@pytest.mark.parametrize(
    ("imprint", "issuer"),
    [
        ("", ""),
        ("\n\n甲省科技厅办公室\n\n2026年1月5日印发", "甲省科技厅办公室"),
        ("\n甲省科技厅办公室　　　2026年1月5日印发\n（共印80份）", "甲省科技厅办公室"),
        ("\n2026年1月5日印发", ""),
        ("\n印发单位：甲省科技厅办公室　2026年1月5日", "甲省科技厅办公室"),
    ],
)
def test_distribution_and_imprint_forms(
    tail: str, to: tuple[str, ...], cc: tuple[str, ...], imprint: str, issuer: str
) -> None:
    bulletin = _read(f"{HEAD}【要闻】\n\n平台建设取得新进展\n\n{LONG}。\n\n{tail}{imprint}")
    assert (bulletin.distribution.to, bulletin.distribution.cc) == (to, cc)
    assert bulletin.imprint.issuer == issuer
    assert bulletin.imprint.date == (dt.date(2026, 1, 5) if imprint else None)
    assert bulletin.articles[0].text == f"{LONG}。"


def test_what_a_masthead_lacks_the_foot_may_say() -> None:
    foot = "编制：甲省能源研究中心\n发布日期：2026年6月5日"
    bulletin = _read(f"能源观察\n第3期\n\n【要闻】\n\n平台建设取得新进展\n\n{LONG}。\n\n{foot}")
    assert (bulletin.publishers, bulletin.date) == (("甲省能源研究中心",), dt.date(2026, 6, 5))
    assert bulletin.articles[0].text == f"{LONG}。"


def test_most_articles_end_with_where_they_come_from_whatever_it_is_called() -> None:
    notes = ("党风室", "派驻三组", "石门")
    text = "".join(f"◆平台建设取得新进展之{note}\n\n{LONG}。（{note}）\n\n" for note in notes)
    articles = _read(f"{HEAD}【要闻】\n\n{text}").articles
    assert [(article.byline, article.text) for article in articles] == [(note, f"{LONG}。") for note in notes]


def test_sections_that_only_the_contents_list_names_are_kept() -> None:
    text = f"{HEAD}目录\n要闻……1\n●平台建设取得新进展\n动态……2\n●产业园区完成新一轮扩容"
    text += f"\n\n平台建设取得新进展\n\n{LONG}。\n\n产业园区完成新一轮扩容\n\n{LONG}。"
    assert [(section.name, len(section.articles)) for section in _read(text).sections] == [("要闻", 1), ("动态", 1)]


def test_a_title_worded_a_little_differently_in_the_list_is_still_found() -> None:
    text = f"{HEAD}目录\n●平台建设取得新的进展……1\n●产业园区完成扩容……2"
    text += f"\n\n平台建设取得新进展\n\n{LONG}。\n\n产业园区完成扩容\n\n{LONG}。"
    assert [article.title for article in _read(text).articles] == ["平台建设取得新进展", "产业园区完成扩容"]
