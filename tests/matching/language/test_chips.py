"""Chips and rules say the same, there and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.rules_at_random import rules
from notifier.errors import RuleError
from notifier.matching.advice.compare import Comparer, Written
from notifier.matching.language.chips import Chips, as_item, chips_of, rule_of
from notifier.matching.language.parser import parse_rule

_chip = st.one_of(
    st.sampled_from(
        ["核电", "核能", "#能源", "“核电 站”", "gene editing", "-核电", "或", "A|B", "5G+工业互联网", "核*站"]
    ),
    st.text("核电广元AI5 “”()、|-!NOT非", min_size=0, max_size=6),
)
_chips = st.lists(_chip, max_size=4)


def same(one: str, other: str) -> bool:
    return Comparer().same(Written(parse_rule(one)), Written(parse_rule(other)))


@settings(max_examples=300)
@given(rules())
def test_a_rule_with_chips_says_the_same_when_they_are_written(text: str) -> None:
    try:
        chips = chips_of(text)
    except RuleError:
        return
    if chips is not None:
        assert same(text, rule_of(chips))
        assert chips_of(rule_of(chips)) == chips


@settings(max_examples=300)
@given(_chips, _chips, _chips, _chips)
def test_any_chips_are_a_rule_that_has_chips_or_are_refused(
    any_of: list[str], all_of: list[str], none_of: list[str], sections: list[str]
) -> None:
    chips = Chips.of(any_of=any_of, all_of=all_of, none_of=none_of, sections=sections)
    text = rule_of(chips)
    try:
        back = chips_of(text)
    except RuleError:
        return
    assert back is not None
    assert same(text, rule_of(back))
    assert (back.none_of, back.sections) == (chips.none_of, chips.sections)
    assert set(back.any_of + back.all_of) == set(chips.any_of + chips.all_of)


@given(_chip)
def test_an_item_stays_as_it_is(written: str) -> None:
    assert as_item(as_item(written)) == as_item(written)


@pytest.mark.parametrize(
    ("text", "chips"),
    [
        ("科技金融", Chips(any_of=("科技金融",))),
        ("核电 OR 核能", Chips(any_of=("核电", "核能"))),
        ("核电、核能 四川", Chips(any_of=("核电", "核能"), all_of=("四川",))),
        ("(核电 或 #能源) 且 四川 且 成都 非 招聘", Chips(("核电", "#能源"), ("四川", "成都"), ("招聘",))),
        ("核电 NOT (招聘 OR 招标)", Chips(any_of=("核电",), none_of=("招聘", "招标"))),
        ("“核电 站” 栏目:要闻、动态", Chips(any_of=("“核电 站”",), sections=("要闻", "动态"))),
        ("地区:四川", Chips(places=("四川",))),
    ],
)
def test_rules_as_people_write_them_have_chips(text: str, chips: Chips) -> None:
    assert chips_of(text) == chips


@pytest.mark.parametrize(
    "text",
    [
        "核电 NEAR/5 四川", "标题:核电", "/核电(站|厂)/", "(核电 四川) OR 风电", "核电、核能 风电、光伏", "来源:科技厅",
        "核电 非 标题:招聘", "栏目:要闻 栏目:动态", "核电 日期>=2026",
    ],
)  # fmt: skip
def test_what_the_lists_cannot_say_has_no_chips(text: str) -> None:
    assert chips_of(text) is None


def test_what_is_typed_is_taken_as_it_is_meant() -> None:
    chips = Chips.of(any_of=["gene editing", " 核电 ", "核电", "", "-5"], places=["四川"])
    assert rule_of(chips) == "“gene editing”、核电、“-5” 地区:四川"
    assert not Chips.of(any_of=["", "  "])
    assert rule_of(Chips()) == ""


def test_a_line_is_cut_at_commas_that_are_not_quoted() -> None:
    chips = Chips.typed(any_of="核电、 核能，“甲、乙”;丙", none_of="")
    assert chips == Chips(any_of=("核电", "核能", "“甲、乙”", "丙"))
    assert rule_of(chips) == "核电、核能、“甲、乙”、丙"
