"""The same notice on several sites is one; another notice of the same form is another."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.domain import Article
from notifier.matching.sketch import BANDS, bands, same_notice, similarity

BODY = (
    "为贯彻落实创新驱动发展战略，现组织开展2026年度省级科技计划项目申报工作。申报单位应当为在本省注册的企业、高等学校和科研院所，"
    "具有较强的研发能力和良好的信用记录。项目实施期一般为2年，单个项目支持经费不超过100万元。申报时间为2026年3月1日至3月31日，"
    "请各市州科技局按时组织推荐，逾期不予受理。联系人：计划处，电话见附件。"
)
NOTICE = Article(title="关于组织申报2026年度省级科技计划项目的通知", body=BODY)


@pytest.mark.parametrize(
    "other",
    [
        Article(title="转发：关于组织申报2026年度省级科技计划项目的通知", body=BODY),
        Article(title="关于组织申报2026年度省级科技计划项目的通知", body="来源：省科技厅。" + BODY),
        Article(title="關於組織申報２０２６年度省級科技計劃項目的通知", body=BODY.replace("，", "， ")),
        Article(title="关于组织申报2026年度省级科技计划项目的通知", body=BODY.replace("具有较强的研发能力和", "")),
    ],
)
def test_the_same_notice_elsewhere_is_the_same(other: Article) -> None:
    assert same_notice(NOTICE, other)
    assert same_notice(other, NOTICE)
    assert set(bands(NOTICE)) & set(bands(other))


@pytest.mark.parametrize(
    "other",
    [
        Article(title="关于组织申报2025年度省级科技计划项目的通知", body=BODY.replace("2026", "2025")),
        Article(
            title="关于组织申报2026年度省级科技计划项目的通知",
            body=BODY.replace("100万元", "50万元").replace("3月", "9月"),
        ),
        Article(title="关于组织申报2026年度省级科技计划项目的通知", body=BODY[: len(BODY) // 2] + "另有安排。" * 30),
        Article(title="关于公布2026年度省级科技计划项目名单的公告", body="经评审，现予公布。" * 20),
    ],
)
def test_another_notice_of_the_same_form_is_another(other: Article) -> None:
    assert not same_notice(NOTICE, other)
    assert not same_notice(other, NOTICE)


def test_short_texts_are_the_same_only_when_they_are_equal() -> None:
    one = Article(title="值班安排", body="见附件。")
    assert same_notice(one, dataclasses.replace(one, body="见 附件。"))
    assert not same_notice(one, Article(title="停电通知", body="见附件。"))


@given(st.text(max_size=200), st.text(max_size=200))
def test_similarity_is_symmetric_and_one_for_itself(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one)
    assert similarity(one, one) == 1.0


@given(st.text(max_size=300))
def test_a_sketch_depends_on_the_folded_text_alone(body: str) -> None:
    found = bands(Article(title="a", body=body))
    assert found == bands(Article(title="b", body=body))
    assert len(found) in (0, BANDS)
    assert all(0 <= band < 2**63 for band in found)
