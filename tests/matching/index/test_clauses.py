"""Rules as clauses: simple ones without parsing, explosive ones bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.domain import MODES, Mode
from notifier.errors import RuleError
from notifier.matching.index.clauses import Clause, Clauses, Late, normal_rule, rule_clauses

WORDS = st.sampled_from(["核电", "廣元", "科技金融", "同句", "不含", "邻近", "非凡", "与会", "日期", "标题"])
JOINTS = st.sampled_from([" ", " AND ", " OR ", " NOT ", " AND NOT ", " OR NOT "])


@given(WORDS, st.lists(st.tuples(JOINTS, WORDS), max_size=5), st.sampled_from(MODES))
def test_plain_words_have_the_clauses_that_parsing_gives(first: str, rest: list[tuple[str, str]], mode: Mode) -> None:
    text = first + "".join(joint + word for joint, word in rest)
    try:
        parsed = Clauses(mode).of(normal_rule(text), None)
    except RuleError:
        with pytest.raises(RuleError):
            rule_clauses(text, mode)
        return
    if not any(isinstance(atom, Late) for clause in parsed for atom, _ in clause):
        assert {clause for clause in rule_clauses(text, mode) if possible(clause)} == set(parsed)


def possible(clause: Clause) -> bool:
    return not any((atom, not wanted) in clause for atom, wanted in clause)


@pytest.mark.parametrize(
    "rule",
    [
        " ".join(f"({' OR '.join(f'核电{part}{at}站' for at in range(30))})" for part in range(20)),
        " ".join(f"({' OR '.join(f'(核电{part}{at}站 四川{at})' for at in range(8))})" for part in range(8)),
        " OR ".join(f"核电{at}站" for at in range(900)),
        " NEAR/9 ".join(f"({' OR '.join(f'{word}{at}站' for at in range(300))})" for word in ("核电", "四川")),
    ],
)
def test_what_would_multiply_is_bounded(rule: str) -> None:
    clauses = rule_clauses(rule, "standard")
    assert len(clauses) <= 900
    assert sum(map(len, clauses)) <= 2_000
