"""The index gives what the plain engine gives: the same matches, scores and hits, whatever was added and removed."""

import contextlib
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.rules_at_random import TOPICS, articles, rules
from notifier.domain import MODES, Article
from notifier.errors import RuleError
from notifier.matching import Matcher, Topic


def both() -> tuple[Matcher, Matcher]:
    return Matcher(TOPICS), Matcher(TOPICS, indexed=False)


def assert_equal(indexed: Matcher, plain: Matcher, article: Article) -> None:
    found, expected = indexed.match(article), plain.match(article)
    assert [one.key for one in found] == [one.key for one in expected]
    assert len(found) == len(expected)
    assert [(one.score, one.hits) for one in found] == [(one.score, one.hits) for one in expected]
    assert found.errors == expected.errors == ()


RULES = st.tuples(rules(), st.sampled_from(MODES), st.sampled_from([0.0, 0.0, 0.0, 0.4, 0.9]))


@settings(max_examples=300)
@given(st.lists(RULES, min_size=1, max_size=8), st.lists(articles(), min_size=1, max_size=3))
def test_any_rules_match_any_article_as_the_plain_engine_says(
    written: Sequence[tuple[str, str, float]], given_articles: Sequence[Article]
) -> None:
    indexed, plain = both()
    for key, (text, mode, least) in enumerate(written):
        try:
            plain.add(key, text, mode, least)  # type: ignore[arg-type]
        except RuleError:
            continue
        indexed.add(key, text, mode, least)  # type: ignore[arg-type]
    for article in given_articles:
        assert_equal(indexed, plain, article)


STEPS = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 5), RULES),
    st.tuples(st.just("remove"), st.integers(0, 5), st.none()),
    st.tuples(st.just("rebuild"), st.none(), st.none()),
    st.tuples(st.just("topics"), st.sampled_from(["风电", "核电站*", "“四川”"]), st.none()),
    st.tuples(st.just("match"), articles(), st.none()),
)


@settings(max_examples=150)
@given(st.lists(STEPS, min_size=3, max_size=25))
def test_any_sequence_of_changes_counts_from_the_next_article_on(steps: Sequence[tuple]) -> None:  # type: ignore[type-arg]
    indexed, plain = both()
    for what, first, second in steps:
        if what == "match":
            assert_equal(indexed, plain, first)
            continue
        for matcher in (indexed, plain):
            _change(matcher, what, first, second)


def _change(matcher: Matcher, what: str, first: object, second: object) -> None:
    if what == "add":
        with contextlib.suppress(RuleError):
            matcher.add(first, *second)  # type: ignore[misc]
    elif what == "remove" and first in matcher:
        matcher.remove(first)
    elif what == "rebuild":
        matcher.rebuild()
    elif what == "topics":
        matcher.replace_topics(TOPICS | {"核电": Topic("核电", (str(first),), parents=("能源",))})
