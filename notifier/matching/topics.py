"""The topic library: named, shared lists of terms in TOML files, one topic a file.

A topic matches where one of its `terms` hits and none of its `excluded` terms hits anywhere in the article's
title, section or body; and where a topic matches that names it among its `parents`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from notifier.errors import RuleError, TopicError
from notifier.matching.engine.plain import TopicTerms
from notifier.matching.language.expression import Node, Phrase, Term
from notifier.matching.language.parser import parse_rule
from notifier.matching.language.terms import topic_key

KEYS = ("name", "description", "terms", "excluded", "parents", "related", "hits", "misses")
LISTS = ("terms", "excluded", "parents", "related", "hits", "misses")
LANGUAGES = ("zh", "en")
_FORBIDDEN_IN_NAMES = re.compile("[\\s\"'“”‘’「」『』()（）|｜&＆、､#＃]")


@dataclass(frozen=True, slots=True)
class Topic:
    """A named list of terms. `hits` and `misses` are sample texts that it must and must not match."""

    name: str
    terms: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""
    hits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


class Topics(dict[str, Topic]):
    """Topics by name. `origins` says which file each came from."""

    def __init__(self) -> None:
        super().__init__()
        self.origins: dict[str, Path] = {}

    def find(self, name: str) -> Topic | None:
        """By name, however it is written (traditional, full width)."""
        key = topic_key(name)
        return next((topic for topic in self.values() if topic_key(topic.name) == key), None)


def parse_items(term: str) -> Node:
    """A topic's term as a node. RuleError unless it is one item: 词, 词*, 词*词 or “短语”."""
    node = parse_rule(term).root
    if not isinstance(node, Term | Phrase):
        raise RuleError("话题里的每一项只能是一个词或“短语”", 0, "有空格或运算符的请加引号，或分成几项")
    return node


def compile_topics(topics: Mapping[str, Topic]) -> dict[str, TopicTerms]:
    """Topics as the engine needs them. RuleError if a term is no item; a cycle of parents is cut."""
    children: dict[str, list[str]] = {topic_key(name): [] for name in topics}
    for name, topic in topics.items():
        for parent in topic.parents:
            if topic_key(parent) in children and not _is_ancestor(topics, name, of=parent):
                children[topic_key(parent)].append(topic_key(name))
    return {
        topic_key(name): TopicTerms(
            tuple(map(parse_items, topic.terms)),
            tuple(map(parse_items, topic.excluded)),
            tuple(dict.fromkeys(children[topic_key(name)])),
        )
        for name, topic in topics.items()
    }


def _is_ancestor(topics: Mapping[str, Topic], name: str, *, of: str) -> bool:
    """Is `name` the topic `of`, or above it?"""
    seen: set[str] = set()
    waiting = [of]
    while waiting:
        key = topic_key(waiting.pop())
        if key == topic_key(name):
            return True
        if key not in seen:
            seen.add(key)
            waiting += [parent for one in topics if topic_key(one) == key for parent in topics[one].parents]
    return False


# --- files ------------------------------------------------------------------------------------------------


def load_topics(folders: Sequence[Path]) -> Topics:
    """Every *.toml of the folders; a topic in a later folder replaces one of that name in an earlier.

    A folder that does not exist is empty. TopicError names file and line of what is wrong.
    """
    topics = Topics()
    for folder in folders:
        seen: dict[str, Path] = {}
        for path in sorted(Path(folder).glob("*.toml")):
            topic = _File(path).topic()
            _add(topics, topic, path=path, seen=seen)
    for topic in topics.values():
        _check_relations(topics, topic)
    return topics


def _add(topics: Topics, topic: Topic, *, path: Path, seen: dict[str, Path]) -> None:
    key = topic_key(topic.name)
    if key in seen:
        raise _File(path).error(
            "name", f"话题“{topic.name}”在 {seen[key].name} 里已有，请改名或合并",
            f"topic {topic.name} is already in {seen[key].name}; rename or merge one of them",
        )  # fmt: skip
    seen[key] = path
    earlier = topics.find(topic.name)
    if earlier:
        del topics[earlier.name]
    topics[topic.name] = topic
    topics.origins[topic.name] = path


def _check_relations(topics: Topics, topic: Topic) -> None:
    file = _File(topics.origins[topic.name])
    for key in ("parents", "related"):
        for name in getattr(topic, key):
            if topics.find(name) is None:
                zh, en = _nearest(name, topics)
                raise file.error(key, f"没有“{name}”这个话题{zh}", f"there is no topic {name}{en}")
    for parent in topic.parents:
        if _is_ancestor(topics, topic.name, of=parent):
            raise file.error(
                "parents", f"上级话题绕成了圈：{topic.name} 与 {parent} 互为上级，请去掉一个",
                f"parents form a cycle: {topic.name} and {parent} are above one another; remove one",
            )  # fmt: skip


def _nearest(word: str, known: Iterable[str]) -> tuple[str, str]:
    close = get_close_matches(word, list(known), n=1, cutoff=0.4)
    return (f"，是不是“{close[0]}”？", f"; did you mean {close[0]}?") if close else ("", "")


class _File:
    """One TOML file, and the lines of its keys."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self._text = ""
            raise self.error("", f"读不了这个文件：{error}", f"this file cannot be read: {error}") from error

    def error(self, key: str, zh: str, en: str, *, inside: str = "") -> TopicError:
        """A TopicError at the line of `key`, or of `inside` at or after it."""
        return TopicError(zh, en, file=str(self._path), line=self._line(key, inside))

    def _line(self, key: str, inside: str) -> int:
        lines = self._text.splitlines()
        starts = (n for n, line in enumerate(lines, 1) if re.match(rf"\s*\"?{re.escape(key)}\"?\s*[=.]", line))
        line = next(starts, 1) if key else 1
        after = (n for n, text in enumerate(lines[line - 1 :], line) if inside in text)
        return next(after, line) if inside else line

    def topic(self) -> Topic:
        data = self._data()
        for key in data:
            if key not in KEYS:
                zh, en = _nearest(key, KEYS)
                raise self.error(key, f"没有“{key}”这一项{zh}", f"unknown key {key}{en}")
        name = self._name(data)
        lists = {key: self._strings(data, key) for key in LISTS}
        if not lists["terms"]:
            raise self.error("terms", "话题里没有词，请写上 terms", "the topic has no terms; add terms")
        self._check_terms(lists)
        self._check_excluded(lists)
        zh, en = self._description(data)
        return Topic(name=name, zh=zh, en=en, **lists)

    def _data(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            last = self._text.count("\n") + 1
            line = int(found[1]) if found else last
            raise TopicError(
                f"不是正确的 TOML：{error}", f"not TOML: {error}", file=str(self._path), line=line
            ) from error

    def _name(self, data: dict[str, Any]) -> str:
        name = data.get("name")
        if not isinstance(name, str) or not topic_key(name) or _FORBIDDEN_IN_NAMES.search(name):
            raise self.error(
                "name", "话题要有名字 name，其中没有空白、引号、括号或运算符",
                "a topic needs a name without white space, quotes, brackets or operators",
            )  # fmt: skip
        return name

    def _strings(self, data: dict[str, Any], key: str) -> tuple[str, ...]:
        value = data.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
            return tuple(value)
        raise self.error(key, f"{key} 要写成字串的列表，且没有空的一项", f"{key} is a list of strings, none empty")

    def _check_terms(self, lists: dict[str, tuple[str, ...]]) -> None:
        for key, term in _terms(lists):
            try:
                parse_items(term)
            except RuleError as error:
                zh = f"“{term}”不能作为话题里的词：{error.message}。{error.hint}"
                raise self.error(
                    key, zh, f"{term} cannot be a topic's term: one term or “phrase”", inside=term
                ) from error

    def _check_excluded(self, lists: dict[str, tuple[str, ...]]) -> None:
        terms = {topic_key(term) for term in lists["terms"]}
        for term in lists["excluded"]:
            if topic_key(term) in terms:
                raise self.error(
                    "excluded", f"“{term}”又在 terms 里又在 excluded 里，请去掉一处",
                    f"{term} is among both terms and excluded: remove one", inside=term,
                )  # fmt: skip

    def _description(self, data: dict[str, Any]) -> tuple[str, str]:
        value = data.get("description", {})
        texts = isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
        if not texts or set(value) - set(LANGUAGES):
            raise self.error(
                "description", '说明要写成 description = { zh = "…", en = "…" }',
                'write description = { zh = "…", en = "…" }',
            )  # fmt: skip
        return value.get("zh", ""), value.get("en", "")


def _terms(lists: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for key in ("terms", "excluded"):
        yield from ((key, term) for term in lists[key])
