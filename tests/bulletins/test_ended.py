"""Which documents an article ends, told from those that it only names."""

import pytest

from notifier.bulletins import article_facts, find_ended, is_taken_back
from notifier.domain import Article


def _ended(title: str, body: str) -> list[tuple[str, str]]:
    article = Article(title, body)
    facts = article_facts(article)
    return [(one.number or one.name, one.how) for one in find_ended(Article(title, body, facts=facts))]


ONE, TWO, THREE = "川科发〔2010〕1号", "川科发〔2011〕2号", "川科规〔2012〕3号"
TITLE = "关于印发科技计划管理办法的通知"

REPEALS = [
    (f"本办法自2026年4月1日起施行，《旧办法》（{ONE}）同时废止。", [ONE]),
    (f"本办法自印发之日起施行。原《甲办法》（{ONE}）、《乙办法》（{TWO}）同时废止。", [ONE, TWO]),
    (f"经研究，决定废止《甲办法》（{ONE}）。", [ONE]),
    (f"按照{TWO}要求，现将《甲办法》（{ONE}）予以废止。", [ONE]),
    (f"《甲办法》（{ONE}），自本通知印发之日起停止执行。", [ONE]),
    (f"下列文件宣布失效：\n\n1.《甲办法》（{ONE}）\n\n2.《乙办法》（{TWO}）", [ONE, TWO]),
    (f"一、予以废止的文件\n\n1.《甲办法》（{ONE}）\n\n二、继续有效的文件\n\n1.《乙办法》（{TWO}）", [ONE]),
]
OTHERS = [
    f"根据《甲办法》（{ONE}）制定本办法，自印发之日起施行。",
    f"《甲办法》（{ONE}）继续有效，有关收费规定废止。",
    f"请各单位按照《甲办法》（{ONE}）要求组织申报。",
    f"现将《乙办法》（{TWO}）转发给你们，请遵照执行。过期票据作废。",
]


@pytest.mark.parametrize(("body", "numbers"), REPEALS)
def test_numbers_that_are_repealed(body: str, numbers: list[str]) -> None:
    assert _ended(TITLE, body) == [(number, "repealed") for number in numbers]


@pytest.mark.parametrize("body", OTHERS)
def test_numbers_that_are_only_named(body: str) -> None:
    assert _ended(TITLE, body) == []


def test_a_notice_that_takes_back_another_by_number_or_by_name() -> None:
    assert _ended("撤稿说明", f"我厅发布的《申报通知》（{ONE}）因有误现予撤回。") == [(ONE, "withdrawn")]
    assert _ended("关于撤回《2026年度申报通知》的公告", "请以后续通知为准。") == [("2026年度申报通知", "withdrawn")]
    assert _ended("关于废止部分文件的决定", f"1.《丙办法》（{THREE}）") == [(THREE, "repealed")]


def test_a_page_that_only_says_that_it_was_taken_back() -> None:
    assert is_taken_back(Article("关于组织申报的通知", "该文已撤稿。"))
    assert is_taken_back(Article("【撤稿】关于组织申报的通知", ""))
    assert not is_taken_back(Article("撤回行政许可的若干规定", "第一条 为规范行政许可的撤回，制定本规定。"))
