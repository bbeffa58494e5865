"""Terms proposed from articles: what marks the topic's, also where no dictionary has it; nothing the topic has."""

import pytest

from notifier.domain import Article
from notifier.matching.advice.suggest import Suggester, Suggestion, log_likelihood
from notifier.matching.prepared import prepare

INSIDE = (
    "支持科技金融专营机构。设立创投母基金，玲龙一号贷款贴息。",
    "科技金融政策出台，创投母基金扩容。",
    "科技金融：并购重组，创投母基金落地。",
    "科技金融助力企业，玲龙一号项目获得AI算力支持。",
    "科技金融支持AI企业，玲龙一号装备交付。",
)
OUTSIDE = ("旅游旺季到来，企业服务提升。", "春耕备耕开展，支持农业。", "学校开展体育比赛。", "企业服务专区上线。") * 3


def best(
    inside: tuple[str, ...] = INSIDE, outside: tuple[str, ...] = OUTSIDE, known: tuple[str, ...] = ("科技金融",)
) -> list[Suggestion]:
    suggester = Suggester(known)
    for text in inside:
        suggester.learn(prepare(Article("新闻", text)))
    for text in outside:
        suggester.weigh(prepare(Article("新闻", text)))
    return suggester.best()


def test_what_marks_the_topic_is_proposed_with_counts_and_a_sentence() -> None:
    found = {one.term: one for one in best()}
    assert found["创投母基金"][1:3] == (3, 0)
    assert "[[创投母基金]]" in found["创投母基金"].sentence
    assert "企业" not in found
    assert found["创投母基金"].score > 3.84


def test_a_name_that_no_dictionary_has_is_found() -> None:
    assert "玲龙一号" in {one.term for one in best()}


def test_a_latin_term_is_proposed_as_it_was_written() -> None:
    assert "AI" in {one.term for one in best()}


def test_nothing_that_the_topic_has_is_proposed() -> None:
    found = {one.term for one in best(known=("科技金融", "母基金"))}
    assert not any("母基金" in term or term in "科技金融" for term in found)


def test_no_proposal_is_a_part_of_another_that_stands_for_it() -> None:
    terms = [one.term for one in best()]
    assert not any(one != other and one in other for one in terms for other in terms)


def test_few_articles_give_no_reason_and_none_at_all_no_error() -> None:
    assert best(inside=INSIDE[:1]) == []
    assert best(inside=()) == []
    assert best(inside=(), outside=()) == []


def test_without_others_what_is_frequent_is_proposed() -> None:
    assert "创投母基金" in {one.term for one in best(outside=())}


@pytest.mark.parametrize(("a", "b", "expected"), [(110, 111, 270.72), (10, 10, 0.0), (0, 0, 0.0)])
def test_the_ratio_is_dunning_s(a: int, b: int, expected: float) -> None:
    """The first is the worked example of “the swiss” in Dunning's paper, its four cells as counts of articles."""
    inside, outside = (2552, 29225) if a == 110 else (100, 100)
    assert log_likelihood(a, b, inside=inside, outside=outside) == pytest.approx(expected, abs=0.01)
