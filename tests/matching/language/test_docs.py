"""docs/rules.md says all there is, in both languages."""

from pathlib import Path

import pytest

from notifier.matching import parse_rule, topics
from notifier.matching.language import lexer, regex, terms
from notifier.matching.language.dates import DATE_WORDS
from notifier.matching.language.expression import FIELD_WORDS, QUOTE_PAIRS
from notifier.matching.language.parser import DEEPEST, LONGEST_RULE, LONGEST_TERM, MOST_REGEXES, MOST_TERMS

DOCS = (Path(__file__).resolve().parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
CHINESE, ENGLISH = DOCS.split("\n## English\n")


@pytest.mark.parametrize("half", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_every_operator_is_documented(half: str) -> None:
    operators = [*lexer._OPERATORS, *lexer._LINKS, *lexer._SYMBOLS, "NEAR/", "邻近", "*", "#", "/", ":"]
    assert [operator for operator in operators if operator not in half] == []


def test_every_field_is_documented() -> None:
    assert [name for name in FIELD_WORDS if f"{name}:" not in ENGLISH] == []
    assert [word for word in FIELD_WORDS.values() if f"{word}:" not in CHINESE] == []
    assert [name for name in DATE_WORDS if f"{name}>=" not in ENGLISH] == []
    assert [word for word in DATE_WORDS.values() if f"{word}>=" not in CHINESE] == []


@pytest.mark.parametrize("half", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_every_quotation_mark_and_limit_is_documented(half: str) -> None:
    assert [pair[0] for pair in QUOTE_PAIRS if pair[0] not in half] == []
    limits = [DEEPEST, LONGEST_RULE, LONGEST_TERM, MOST_REGEXES, MOST_TERMS, lexer.FARTHEST, regex.LONGEST_PATTERN]
    assert [limit for limit in limits if f"{limit:,}" not in half and str(limit) not in half] == []
    assert terms.WILDCARD_REACH == 10
    assert terms.MOST_WILDCARDS == 3


def test_every_key_of_a_topic_file_is_documented() -> None:
    assert [key for key in topics.KEYS if f"\n{key} = " not in CHINESE] == []


def test_every_example_in_the_first_table_parses() -> None:
    rows = [row for row in CHINESE.splitlines() if row.startswith("| `")]
    assert len(rows) >= 17
    for row in rows:
        for example in row.replace("\\|", "｜").split("|")[1].split("`")[1::2]:
            assert parse_rule(example).root
