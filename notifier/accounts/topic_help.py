"""Topics that learn from people: terms proposed from the stored articles, and taken into the operator's own file."""

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from notifier.accounts.rule_help import Shelf, written
from notifier.accounts.topics import change_topic, write_topic
from notifier.errors import InputError, RuleError
from notifier.matching import Topic, Topics
from notifier.matching.advice.suggest import Suggester, Suggestion
from notifier.matching.advice.trial import Trial
from notifier.matching.fold import folded
from notifier.matching.prepared import PreparedArticle
from notifier.matching.topics import parse_items

MOST_INSIDE = 500  # articles of the topic that are learned from
MOST_OUTSIDE = 1_000  # others that they are weighed against
_TERMS = re.compile(r"^terms\s*=\s*\[", re.MULTILINE)
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|\]')


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Proposed terms, and how many articles of the topic and how many others they were counted in."""

    name: str
    terms: tuple[Suggestion, ...]
    inside: int
    outside: int


def suggest_terms(name: str, shelf: Shelf, *, topics: Topics, most: int = 20) -> Suggestions:
    """Terms for a topic, or for a word. RuleError where it is neither."""
    topic = topics.find(name.removeprefix("#"))
    rule = written(f"#“{topic.name}”" if topic else name, topics)
    own = (*topic.terms, *topic.excluded) if topic else (name,)
    suggester, trial = Suggester(folded(term.strip('“”"')) for term in own), Trial(topics)
    others: list[PreparedArticle] = []
    for stored, _ in shelf.articles(None):
        article = trial.ready(stored.article)
        if not trial.matches(rule, article):
            others += [article] if len(others) < MOST_OUTSIDE else []
        elif suggester.inside < MOST_INSIDE:
            suggester.learn(article)
    for article in others:
        suggester.weigh(article)
    found = tuple(suggester.best(most))
    return Suggestions(topic.name if topic else name, found, suggester.inside, suggester.outside)


def accept_terms(folder: Path, name: str, terms: Sequence[str], *, topics: Topics, shipped: Sequence[Path]) -> Path:
    """Write these terms into the topic's file in the operator's own folder, and return it.

    A topic that ships is copied there first; a name that is no topic becomes one. Nothing is written where the
    library would then be wrong: InputError or TopicError say why.
    """
    fresh = _fresh(terms)
    topic = topics.find(name.removeprefix("#"))
    if topic is None:
        return write_topic(folder, name, terms=list(dict.fromkeys([name, *fresh])), shipped=shipped)
    missing = [term for term in fresh if folded(term) not in {folded(one) for one in topic.terms}]
    source = topics.origins[topic.name]
    text = source.read_text(encoding="utf-8-sig")
    own = folder / source.name
    if own.exists() and own != source:
        raise InputError(
            f"{own} 已是别的话题，请先改它的文件名", f"{own} is another topic: give that file another name first"
        )
    return change_topic(folder, own.name, add_terms(text, topic, missing).encode(), shipped=shipped)


def _fresh(terms: Sequence[str]) -> list[str]:
    for term in terms:
        try:
            parse_items(term)
        except RuleError as error:
            raise InputError(
                f"“{term}”不能作为话题里的词：{error.message}。{error.hint}",
                f"{term} cannot be a topic's term: one term or “phrase”",
            ) from error
    return list(dict.fromkeys(term.strip() for term in terms))


def add_terms(text: str, topic: Topic, terms: Sequence[str]) -> str:
    """The TOML of a topic with these terms added at the end of its `terms`; all else stays as it was written.

    InputError where the file is written in a way that this does not understand.
    """
    found = _last_of_terms(text)
    quoted = ", ".join(json.dumps(term, ensure_ascii=False) for term in terms)
    if found and terms:
        last, end, comma = found
        lines = "\n" in text[last:end]
        text = text[:last] + ("" if comma else ",") + text[last:end].rstrip() + (
            f"\n    {quoted},\n" if lines else f" {quoted}"
        ) + text[end:]  # fmt: skip
    try:
        right = tomllib.loads(text).get("terms") == [*topic.terms, *terms]
    except tomllib.TOMLDecodeError:
        right = False
    if not right:
        raise InputError(
            f"话题“{topic.name}”的文件不好改，请直接编辑它的 terms",
            "the topic's file is hard to change: edit its terms",
        )
    return text


def _last_of_terms(text: str) -> tuple[int, int, bool] | None:
    """Where the last of `terms` ends, where the bracket after it stands, and whether a comma is between them."""
    begin = _TERMS.search(text)
    at = last = begin.end() if begin else len(text)
    while (token := _TOKEN.search(text, at)) is not None:
        at = token.end()
        if token[0] == "]":
            between = re.sub(r"#[^\n]*", "", text[last : token.start()])
            return last, token.start(), "," in between
        if token[0][0] != "#":
            last = at
    return None
