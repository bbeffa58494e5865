"""The values that pass between the stages."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.domain import (
    END_STATES,
    PENDING_STATES,
    PUBLIC,
    Article,
    Bulletin,
    Paragraph,
    Point,
    QuietHours,
    Schedule,
    State,
    body_from_list,
    body_to_list,
    may_see,
    sentence_span,
)

BLOCKS = st.lists(
    st.builds(Paragraph, st.text()) | st.builds(Point, number=st.integers(1, 99), heading=st.text(), text=st.text())
).map(tuple)


@given(BLOCKS)
def test_a_body_comes_back_from_its_json(body: tuple[Paragraph | Point, ...]) -> None:
    assert body_from_list(body_to_list(body)) == body


def test_a_body_that_is_a_text_ends_its_blocks_at_blank_lines() -> None:
    assert [block["text"] for block in body_to_list("一\n行\n\n\n二\n\n")] == ["一\n行", "二"]


def test_an_article_shows_its_blocks_joined_by_blank_lines() -> None:
    article = Article("t", [Paragraph("前言。"), Point(1, "要点", "说明。"), Point(2, "", "无题。")])  # type: ignore[arg-type]
    assert article.text == "前言。\n\n（1）要点。说明。\n\n（2）无题。"
    assert hash(article)


@pytest.mark.parametrize(
    ("marking", "held"), [("绝密", True), ("机密", True), ("秘密", True), ("内部", False), ("", False)]
)
def test_what_is_marked_secret_is_restricted(marking: str, held: bool) -> None:
    assert Bulletin(marking=marking).restricted is held


def test_every_state_is_pending_or_an_end_and_none_is_both() -> None:
    assert set(State) == PENDING_STATES | END_STATES
    assert not PENDING_STATES & END_STATES


@given(st.sets(st.sampled_from("甲乙丙")), st.lists(st.sampled_from(["甲", "乙", "丙", PUBLIC]), min_size=1))
def test_who_may_see_a_source(groups: set[str], audience: list[str]) -> None:
    assert may_see(tuple(audience), frozenset(groups)) == (PUBLIC in audience or bool(groups & set(audience)))


def test_urgency_runs_from_urgent_to_monthly() -> None:
    assert [one.value for one in sorted(Schedule, key=lambda one: one.urgency)] == [
        "urgent",
        "immediate",
        "daily",
        "weekly",
        "monthly",
    ]


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("22:00-07:00", ("22:00", "23:59", "00:00", "06:59"), ("07:00", "21:59", "12:00")),
        ("12:30-13:45", ("12:30", "13:44"), ("12:29", "13:45", "00:00")),
        ("0:00-8:00", ("00:00", "07:59"), ("08:00", "23:59")),
        ("20:00-0:00", ("20:00", "23:59"), ("00:00", "19:59")),
    ],
)
def test_quiet_hours_cover_their_start_and_not_their_end(
    text: str, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    quiet = QuietHours.parse(text)
    assert [quiet.cover(dt.time.fromisoformat(time)) for time in inside] == [True] * len(inside)
    assert [quiet.cover(dt.time.fromisoformat(time)) for time in outside] == [False] * len(outside)
    assert QuietHours.parse(str(quiet)) == quiet


@pytest.mark.parametrize(
    "text", ["", "22", "22:00", "22:00-", "22-7", "24:00-7:00", "7:60-8:00", "8:00-08:00", "a:b-c:d"]
)
def test_what_is_no_span_of_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        QuietHours.parse(text)


@given(st.text(alphabet="一二。！？；，\n "), st.data())
def test_the_sentence_of_a_span_holds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = sentence_span(text, start, end)
    assert 0 <= first <= start
    assert end <= last <= len(text)
