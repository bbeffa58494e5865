"""What changed is told by its sentences, and never at a length that nobody reads."""

from hypothesis import given
from hypothesis import strategies as st

from notifier.bulletins.difference import LONGEST, MOST, difference
from notifier.domain import Article

TEXTS = st.text(alphabet="甲乙丙12。；\n ", max_size=60)


def test_sentences_that_came_and_went() -> None:
    found = difference(
        Article("通知", "申报截止3月20日。材料一式两份。"), Article("通知", "申报截止3月25日。材料一式两份。")
    )
    assert (found.added, found.removed, found.titles) == (("申报截止3月25日。",), ("申报截止3月20日。",), None)


def test_a_title_that_changed() -> None:
    assert difference(Article("核电项日", "一"), Article("核电项目", "一")).titles == ("核电项日", "核电项目")


def test_white_space_and_order_are_no_difference() -> None:
    assert not difference(Article("通 知", "甲。乙。"), Article("通知", "乙。\n\n甲 。"))


def test_a_sentence_that_stands_once_more_is_added() -> None:
    found = difference(Article("t", "甲。"), Article("t", "甲。甲。"))
    assert (found.added, found.removed) == (("甲。",), ())


def test_it_is_bounded_and_says_how_much_there_is() -> None:
    text = "".join(f"第{number}条，{'长' * LONGEST}。" for number in range(MOST * 3))
    found = difference(Article("t", ""), Article("t", text))
    assert (len(found.added), found.added_count) == (MOST, MOST * 3)
    assert max(map(len, found.added)) == LONGEST


@given(TEXTS, TEXTS)
def test_there_and_back_is_the_same_difference(one: str, other: str) -> None:
    there, back = difference(Article("t", one), Article("t", other)), difference(Article("t", other), Article("t", one))
    assert (there.added, there.removed) == (back.removed, back.added)
    assert not difference(Article("t", one), Article("t", one))
