"""Hits on running text: marks stand where the hits are, and no text is lost, moved or made up."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from notifier.domain import Article, Hit, Paragraph, Point
from notifier.rendering import passages
from notifier.rendering.passages import Marked, Segment, Span

TEXTS = st.text("广元核电。，；\n 1a", max_size=120)
BODIES = TEXTS | st.lists(
    st.builds(Paragraph, TEXTS) | st.builds(Point, st.integers(1, 20), TEXTS, TEXTS), max_size=5
).map(tuple)
RANGES = st.lists(
    st.tuples(st.integers(0, 120), st.integers(0, 120), st.sampled_from(["certain", "likely"])), max_size=8
)


def hits_of(text: str, ranges: list[tuple[int, int, str]]) -> list[Hit]:
    return [Hit("body", a, b, text[a:b], "x", certainty) for a, b, certainty in ranges]  # type: ignore[arg-type]


@given(BODIES, RANGES)
def test_a_character_is_marked_exactly_where_a_hit_covers_it(body: object, ranges: list[tuple[int, int, str]]) -> None:
    article = Article("t", body=body)  # type: ignore[arg-type]
    text = article.text
    covered = {at for a, b, _ in ranges if a < b <= len(text) for at in range(a, b)}
    marked = Marked.of(text, hits_of(text, ranges))
    for span in passages.block_spans(article):
        segments = marked.segments(span)
        assert "".join(segment.text for segment in segments) == text[span.start : span.end]
        shown = [bool(segment.mark) for segment in segments for _ in segment.text]
        assert shown == [at in covered for at in range(span.start, span.end)]


@given(BODIES)
def test_blocks_are_all_of_the_text_but_blank_space(body: object) -> None:
    article = Article("t", body=body)  # type: ignore[arg-type]
    spans = passages.block_spans(article)
    assert "".join("".join(article.text[s.start : s.end].split()) for s in spans) == "".join(article.text.split())
    assert all(left.end <= right.start for left, right in pairwise(spans))


@given(st.text("广元核电。\n", max_size=3000), RANGES, st.integers(0, 2000))
def test_an_excerpt_is_a_part_of_the_text_in_order_and_bounded(text: str, ranges: object, limit: int) -> None:
    article = Article("t", body=text)
    marked = Marked.of(text, hits_of(text, ranges))  # type: ignore[arg-type]
    shown = passages.excerpt(marked, passages.block_spans(article), limit)
    parts = ["".join(segment.text for segment in passage.segments) for passage in shown]
    at = 0
    for part in parts:
        at = text.index(part, at) + len(part)
    assert sum(len(part.encode()) for part in parts[1:]) <= limit
    assert all(len(part) <= passages.WINDOW for part in parts)


def test_a_hit_that_does_not_fit_its_text_is_not_marked() -> None:
    assert Marked.of("广元", [Hit("body", 0, 2, "核电", "核电"), Hit("body", 1, 9, "元", "元")]).marks == ()


def test_where_a_certain_and_a_likely_hit_overlap_it_is_certain() -> None:
    hits = [Hit("body", 0, 3, "科技金", "a", "likely"), Hit("body", 2, 4, "金融", "b", "certain")]
    assert Marked.of("科技金融", hits).marks == ((0, 4, "certain"),)


def test_the_heading_of_a_point_is_strong_and_may_hold_a_mark() -> None:
    article = Article("t", body=(Point(1, "强化科技金融", "设立基金。"),))
    start = article.text.index("科技金融")
    marked = Marked.of(article.text, [Hit("body", start, start + 4, "科技金融", "科技金融")])
    assert marked.segments(passages.block_spans(article)[0]) == (
        Segment("（1）强化", strong=True),
        Segment("科技金融", "certain", True),
        Segment("。", strong=True),
        Segment("设立基金。"),
    )


def test_an_excerpt_says_where_text_was_left_out() -> None:
    text = "\n\n".join(["无关。"] * 3 + ["核电一。", "无关。", "核电二。", "核电三。"])
    marked = Marked.of(
        text, [Hit("body", at, at + 2, "核电", "x") for at in range(len(text)) if text[at : at + 2] == "核电"]
    )
    shown = passages.excerpt(marked, passages.block_spans(Article("t", body=text)), 1000)
    assert [passage.gap for passage in shown] == [True, True, False]


def test_a_sentence_that_is_too_long_is_shortened_around_its_hit() -> None:
    text = "甲" * 300 + "核电" + "乙" * 300 + "。丙。"
    shown = passages.quote(Marked.of(text, []), Hit("body", 300, 302, "核电", "核电"), Span(0, len(text)))
    assert "核电" in shown[1].text
    assert len(shown[1].text) == passages.QUOTE
    assert shown[0].text == shown[-1].text == "……"
