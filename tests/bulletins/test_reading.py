"""The room's front door: routing, entries, errors, what articles inherit."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.bulletins import identity, read
from notifier.domain import Bulletin, Document, Paragraph, Point
from notifier.errors import ReadError

UTC = dt.UTC


def _document(content: str | bytes, **facts: object) -> Document:
    raw = content.encode() if isinstance(content, str) else content
    return Document(**({"key": "k", "name": "k.txt", "media_type": "", "content": raw} | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), b"\x89PNG\r\n\x1a\n"],
)
def test_a_format_that_cannot_be_read_is_for_a_person(content: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read(_document(content))
    assert caught.value.needs_person


@pytest.mark.parametrize(
    "content", [b"", b" \r\n\t\n", b"\0\0\0", "\ufeff".encode(), "\u3000\n".encode(), b"<html></html>"]
)
def test_an_empty_file_is_an_error(content: bytes) -> None:
    with pytest.raises(ReadError):
        read(_document(content))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_bulletin_or_a_read_error(content: bytes) -> None:
    with contextlib.suppress(ReadError):
        assert isinstance(read(_document(content)), Bulletin)


PIECES = st.sampled_from(
    [
        *(
            "第52期",
            "2025年10月27日",
            "【动态】",
            "目录",
            "本期要点",
            "主送：",
            "报：甲，乙。",
            "（1）",
            "1. ",
            "一是",
            "一、",
        ),
        *(
            "机密★1年",
            "— 3 —",
            "3",
            "来源：甲",
            "某办公室",
            "印发",
            "...2",
            "● ",
            "近日",
            "正文。",
            "\f",
            "\n",
            "\n\n",
            "　　",
        ),
        *("#", "<p>", "。", "，", "A"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_jumble_of_a_bulletins_parts_gives_a_bulletin_or_a_read_error(text: str) -> None:
    with contextlib.suppress(ReadError):
        assert isinstance(read(_document(text)), Bulletin)


def test_a_text_without_structure_is_one_article_with_its_first_line_as_title() -> None:
    [section] = read(_document("图书室夜间开放\n\n自本月起开放至九时。\n\n欢迎借阅。")).sections
    assert section.name == ""
    assert section.articles[0].title == "图书室夜间开放"
    assert section.articles[0].body == (Paragraph("自本月起开放至九时。"), Paragraph("欢迎借阅。"))


def test_a_first_line_that_is_a_sentence_is_named_by_it_and_stays_in_the_body() -> None:
    text = "图书室自本月起开放至九时。欢迎借阅。\n\n开放首周接待读者二百人次。"
    [article] = read(_document(text)).articles
    assert article.title == "图书室自本月起开放至九时"
    assert article.text == text
    [long] = read(_document("甲乙丙丁" * 40 + "。")).articles
    assert len(long.title) == 60
    assert long.text == "甲乙丙丁" * 40 + "。"


def test_an_entry_with_a_title_is_one_article_and_all_its_text_the_body() -> None:
    content = "<p>第52期</p><p>【动态】</p><p>（1）甲项。内容&amp;更多。</p><script>x()</script>"
    content += "<ul><li>一行</li><li>二行</li></ul>"
    when = dt.datetime(2026, 1, 2, 3, tzinfo=UTC)
    entry = _document(
        content, media_type="text/html", title="标题", url="https://x.org/1", published_at=when, byline="某社"
    )
    bulletin = read(entry)
    [article] = bulletin.articles
    assert (bulletin.title, article.title, article.url, article.published_at, article.byline) == (
        "", "标题", "https://x.org/1", when, "某社",
    )  # fmt: skip
    assert article.body == (
        Paragraph("第52期"), Paragraph("【动态】"), Point(1, "甲项", "内容&更多。"),
        Paragraph("一行"), Paragraph("二行"),
    )  # fmt: skip


def test_an_entry_without_text_is_an_article_without_body() -> None:
    assert read(_document(b"", title="只有标题")).articles[0].text == ""


def test_a_page_is_titled_by_its_heading() -> None:
    page = "<html><head><title>某网站</title></head><body><h1>云岭市发布公告</h1><p>第一段。<br>第二段。</p>"
    page += "<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table></body></html>"
    [article] = read(_document(page, name="p.html")).articles
    assert article.title == "云岭市发布公告"
    assert [block.display() for block in article.body] == ["第一段。", "第二段。", "| 甲 | 1 |\n| 乙 | 2 |"]  # type: ignore[union-attr]


def test_a_page_in_gbk_says_so_itself() -> None:
    page = '<meta charset="gbk"><title>题</title><p>中文网页的内容。</p>'.encode("gbk")
    assert read(_document(page)).articles[0].text == "中文网页的内容。"


def test_deep_nesting_is_read_without_recursion() -> None:
    page = "<div>" * 5_000 + "深处的文字。" + "</div>" * 5_000
    assert read(_document(page)).articles[0].text == "深处的文字。"


def test_markdown_headings_are_titles_and_sections() -> None:
    text = "# 科技周报\n\n第 3 期　2026年1月5日\n\n## 要闻\n\n### 甲市建成**实验室**\n\n"
    text += "实验室[投用](https://x.org)。\n\n- 一项\n- 二项\n"
    bulletin = read(_document(text, name="a.md"))
    assert (bulletin.title, bulletin.issue, bulletin.sections[0].name) == ("科技周报", "3", "要闻")
    assert [(article.title, article.text) for article in bulletin.articles] == [
        ("甲市建成实验室", "实验室投用。\n\n一项\n\n二项")
    ]


def test_the_issue_date_is_midnight_in_shanghai_and_a_stated_time_wins() -> None:
    text = "科技简报\n第3期\n2026年1月5日\n\n【要闻】\n\n甲市建成重点实验室\n\n实验室投用。\n"
    assert str(read(_document(text)).articles[0].published_at) == "2026-01-05 00:00:00+08:00"
    when = dt.datetime(2026, 1, 6, 9, tzinfo=UTC)
    assert read(_document(text, published_at=when)).articles[0].published_at == when


def test_published_on_dates_an_issue_that_states_no_date() -> None:
    text = "科技简报\n第3期\n\n【要闻】\n\n甲市建成重点实验室\n\n实验室投用。\n"
    bulletin = read(_document(text), published_on=dt.date(2026, 2, 3))
    assert bulletin.date == dt.date(2026, 2, 3)


def test_identity_is_the_same_whatever_the_spaces_and_widths() -> None:
    day = dt.date(2025, 10, 27)
    same = {
        identity(Bulletin(title=title, issue=issue, date=day))
        for title, issue in (("要 参 A", "52"), ("要参Ａ", "５２"))
    }
    assert same == {"要参a|52|2025-10-27"}
    assert identity(Bulletin(title="要参")) == identity(Bulletin(issue="52")) == ""


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_file_of_invisible_marks_has_no_text(name: str) -> None:
    with pytest.raises(ReadError, match="没有文字"):
        read(Document(key="k", name=name, media_type="", content="\u200b\ufeff\u200b".encode()))
