"""Folding: the same for a reader is the same for a rule, and every character knows where it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.matching.fold import fold, folded, is_invisible, simplify

TRANSPARENT = ["", " ", "\n", "\r\n", "\t", "　", "\u200b", "“", "”", '"', "「", "』", " \n “"]


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("ＡＩ", "ai"),
        ("傳統產業", "传统产业"),
        ("科\r\n技 金　融", "科技金融"),
        ("“华龙一号”", "华龙一号"),
        (" 11 个方面", "11个方面"),
        ("e\u0301cole", "école"),
        ("nu\u200bclear", "nuclear"),
        ("ｶﾞ", "ガ"),
        ("（１）", "(1)"),
        ("㎡", "m2"),
    ],
)
def test_what_reads_the_same_folds_the_same(typed: str, same: str) -> None:
    assert folded(typed) == same


@pytest.mark.parametrize("text", ["nuclear power", "nuclear\n power", "“nuclear” power", "5G 15"])
def test_a_gap_between_latin_words_stays_one_space(text: str) -> None:
    assert folded(text).count(" ") == 1


def test_a_circled_number_does_not_join_the_number_after_it() -> None:
    assert folded("①2025年") == "1 2025年"


def test_document_name_marks_are_not_transparent() -> None:
    assert folded("《方案》") == "《方案》"


def test_simplifying_twice_is_simplifying_once() -> None:
    every = "".join(chr(code) for code in range(0x3400, 0xA000))
    assert simplify(simplify(every)) == simplify(every)


def test_a_lone_surrogate_becomes_something_that_can_be_encoded() -> None:
    assert folded("\ud800").encode() == "\ufffd".encode()


@given(st.text())
def test_offsets_are_in_order_and_inside_the_text(text: str) -> None:
    result = fold(text)
    assert len(result.starts) == len(result.ends) == len(result.text)
    assert list(result.starts) == sorted(result.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(result.starts, result.ends, strict=True))


@given(st.text(), st.data())
def test_the_fold_of_an_original_span_contains_the_folded_span(text: str, data: st.DataObject) -> None:
    result = fold(text)
    if not result.text.strip():
        return
    start = data.draw(st.integers(0, len(result.text) - 1))
    end = data.draw(st.integers(start + 1, len(result.text)))
    low, high = result.original(start, end)
    assert result.text[start:end].strip() in folded(text[low:high])


@given(st.text("科技金融核电", min_size=1), st.lists(st.sampled_from(TRANSPARENT), min_size=1))
def test_nothing_transparent_between_chinese_characters_is_seen(text: str, gaps: list[str]) -> None:
    spread = "".join(character + gaps[at % len(gaps)] for at, character in enumerate(text))
    result = fold(spread)
    assert result.text == text
    assert [spread[start] for start in result.starts] == list(text)


def test_invisible_is_not_white_space() -> None:
    assert is_invisible("\u200b")
    assert not is_invisible("\n")
