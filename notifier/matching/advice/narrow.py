"""Narrower forms of a rule that do not match one article any more, for who found that article irrelevant. Pure.

Each leaves something out of what the rule says; which of them is worth it, its other articles tell.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notifier.domain import Mode
from notifier.errors import RuleError
from notifier.matching.advice.compare import Written
from notifier.matching.advice.suggest import title_terms
from notifier.matching.language.expression import Or, quoted
from notifier.matching.language.parser import parse_rule
from notifier.matching.prepared import PreparedArticle
from notifier.matching.topics import parse_items

STEP = 0.05  # of a least score
MOST_EXCLUDED = 12  # words of the title that are tried


@dataclass(frozen=True, slots=True)
class Narrower:
    """A rule as it would be, and what was changed. `kind`: word, field, title, mode or score."""

    kind: str
    text: str
    rule: Written
    zh: str
    en: str


def narrower(
    text: str, rule: Written, article: PreparedArticle, *, score: float, terms: Sequence[str]
) -> list[Narrower]:
    """All forms to be tried, the ones that say most first. `score` is the article's, `terms` what was hit in it."""
    found = [
        *_words(text, rule, article, terms=terms),
        *_fields(text, rule, article),
        *_in_title(text, rule),
        *_stricter(text, rule),
        *_higher(text, rule, score),
    ]
    return [one for one in found if one is not None]


def _changed(kind: str, text: str, rule: Written, zh: str, *, en: str) -> Narrower | None:
    """None where the language does not take it, as a field within a field."""
    try:
        return Narrower(kind, text, Written(parse_rule(text), rule.mode, rule.min_score), zh, en)
    except RuleError:
        return None


def _without(text: str, rule: Written, excluded: str) -> str:
    whole = f"({text})" if isinstance(rule.expression.root, Or) else text
    return f"{whole} NOT {excluded}"


def _fields(text: str, rule: Written, article: PreparedArticle) -> Iterator[Narrower | None]:
    for zh, en, value in (
        ("栏目", "section", article.texts["section"]),
        ("来源", "source", article.texts["source"]),
        ("刊名", "bulletin", article.texts["bulletin"]),
    ):
        if value.strip():
            excluded = f"{zh}:{quoted(value.strip())}"
            said = f"不要{zh}“{value}”的"
            yield _changed("field", _without(text, rule, excluded), rule, said, en=f"nothing of the {en} {value}")


def _words(text: str, rule: Written, article: PreparedArticle, *, terms: Sequence[str]) -> Iterator[Narrower | None]:
    """Words of the title that have nothing to do with what was looked for."""
    wanted = [term.strip("*“”\"'").casefold() for term in terms if term]
    strange = [
        word
        for word in title_terms(article)
        if not any(term in word.casefold() or word.casefold() in term for term in wanted)
    ]
    for word in strange[:MOST_EXCLUDED]:
        excluded = _without(text, rule, _item(word))
        yield _changed("word", excluded, rule, f"不要提到“{word}”的", en=f"nothing that mentions {word}")


def _item(word: str) -> str:
    try:
        parse_items(word)
    except RuleError:
        return quoted(word)
    return word


def _in_title(text: str, rule: Written) -> Iterator[Narrower | None]:
    yield _changed("title", f"标题:({text})", rule, "只看标题", en="look at titles only")


def _stricter(text: str, rule: Written) -> Iterator[Narrower | None]:
    if rule.mode != "strict":
        mode: Mode = "strict"
        yield Narrower(
            "mode", text, rule._replace(mode=mode), "改为“精确”：只收确定在说它的", "strict: only what is certain"
        )


def _higher(text: str, rule: Written, score: float) -> Iterator[Narrower | None]:
    least = round(math.floor(score / STEP + 1) * STEP, 2)
    if rule.min_score < least <= 1.0:
        said = f"只收相关度 {least} 以上的", f"only with a score of {least} or more"
        yield Narrower("score", text, rule._replace(min_score=least), *said)
