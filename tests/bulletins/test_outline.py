"""Headings that the format declares, without masthead and contents list: of an issue, or within one article."""

import pytest

from notifier.bulletins import read
from notifier.domain import Bulletin, Document

TEXT = "近日，省科技厅会同有关部门推进平台建设，完善配套政策。"
OTHER = "下一步将抓好落实，定期开展跟踪问效。"


def _markdown(text: str) -> Bulletin:
    return read(Document(key="k", name="a.md", media_type="", content=text.encode()))


def _page(body: str, title: str = "") -> Bulletin:
    page = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return read(Document(key="k", name="a.html", media_type="", content=page.encode()))


def _outline(bulletin: Bulletin) -> list[tuple[str, list[str]]]:
    return [(section.name, [article.title for article in section.articles]) for section in bulletin.sections]


def _under(*heads: str) -> str:
    """Markdown: every title with text below it, sections without."""
    return "\n\n".join(head if head.endswith("!") else f"{head}\n\n{TEXT}" for head in heads).replace("!", "")


TWO = [("", ["全省创新大会召开", "市里建设算力平台"])]
ISSUES = {
    "sections and titles": (
        _under("# 云岭参考!", "## 要闻!", "### 全省创新大会召开", "## 地方!", "### 市里建设算力平台", "### 县里种树"),
        ("云岭参考", [("要闻", ["全省创新大会召开"]), ("地方", ["市里建设算力平台", "县里种树"])]),
    ),
    "titles alone": (_under("## 全省创新大会召开", "## 市里建设算力平台"), ("", TWO)),
    "titles of the first level": (_under("# 全省创新大会召开", "# 市里建设算力平台"), ("", TWO)),
    "underlined": (
        f"全省创新大会召开\n====\n\n{TEXT}\n\n---\n\n市里建设算力平台\n======\n\n{TEXT}\n",
        ("", TWO),
    ),
    "a periodical": (_under("# 一周科技动态!", "## 全省创新大会召开", "## 市里建设算力平台"), ("一周科技动态", TWO)),
    "with headings within": (
        _under("# 创新简报!", "## 全省创新大会召开", "### 一、背景", "### 二、经过", "## 市里建设算力平台"),
        ("创新简报", TWO),
    ),
    "in English": (
        _under("# Fusion weekly!", "## Magnets reach twenty tesla", "## A new lab opens"),
        ("Fusion weekly", [("", ["Magnets reach twenty tesla", "A new lab opens"])]),
    ),
}
ARTICLES = {
    "numbered": _under("# 量子计算离我们还有多远", "## 一、背景", "## 二、现状"),
    "plain": _under("# 量子计算离我们还有多远", "## 纠错之难", "## 产业前景"),
    "no lead": _under("# 量子计算离我们还有多远!", "## 纠错之难", "## 产业前景"),
    "two levels": _under(
        "# 科技创新行动方案!", "## 一、总体要求!", "### （一）指导思想", "## 二、重点任务!", "### （一）平台"
    ),
    "common parts": _under("# 深海采矿调研报告!", "## 背景", "## 主要做法", "## 结论"),
    "only parts": _under("## 背景", "## 现状", "## 建议"),
    "one heading": _under("# 全省创新大会召开"),
    "an annual report": _under("# 2025年政府信息公开年报", "## 主动公开政府信息", "## 收到和处理申请"),
    "text first": f"{OTHER}\n\n" + _under("## 全省创新大会召开", "## 市里建设算力平台"),
}


@pytest.mark.parametrize("name", ISSUES)
def test_an_issue_is_told_by_its_headings(name: str) -> None:
    text, (title, outline) = ISSUES[name]
    bulletin = _markdown(text)
    assert (bulletin.title, _outline(bulletin)) == (title, outline)
    assert all(TEXT in article.text for article in bulletin.articles)


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_with_headings_within_stays_one(name: str) -> None:
    bulletin = _markdown(ARTICLES[name])
    [article] = bulletin.articles
    assert bulletin.title == ""
    heads = [line.lstrip("# ") for line in ARTICLES[name].split("\n") if line.startswith("##")]
    assert all(head in article.title + article.text for head in heads if head[0] not in "一二（")


def test_the_date_below_the_title_is_that_of_the_issue() -> None:
    text = _under("# 一周科技动态!", "2026年3月5日!", "## 全省创新大会召开", "## 市里建设算力平台")
    bulletin = _markdown(text)
    assert (str(bulletin.date), bulletin.date_inherited, len(bulletin.articles)) == ("2026-03-05", False, 2)


def test_the_page_of_one_article_stays_one() -> None:
    body = f"<h1>量子计算离我们还有多远</h1><p>{TEXT}</p><h2>纠错之难</h2><p>{TEXT}</p><h2>产业前景</h2><p>{TEXT}</p>"
    [article] = _page(body, "量子计算离我们还有多远").articles
    assert len(article.body) == 5
    [article] = _page(body.replace("h1", "div"), "量子计算离我们还有多远").articles
    assert len(article.body) == 5


def test_the_page_of_an_issue_is_its_articles() -> None:
    titles = "".join(f"<h3>{title}</h3><p>{TEXT}</p>" for title in ("全省创新大会召开", "市里建设算力平台"))
    bulletin = _page(f"<h1>云岭参考</h1><h2>要闻</h2>{titles}<h2>地方</h2>{titles}", "云岭参考")
    assert bulletin.title == "云岭参考"
    assert _outline(bulletin) == [(name, ["全省创新大会召开", "市里建设算力平台"]) for name in ("要闻", "地方")]


def test_a_page_whose_only_headings_are_within_it_is_one_article() -> None:
    body = f"<h2>纠错之难</h2><p>{TEXT}</p><h2>产业前景</h2><p>{TEXT}</p>"
    [article] = _page(body, "量子计算离我们还有多远").articles
    assert article.title == "量子计算离我们还有多远"
