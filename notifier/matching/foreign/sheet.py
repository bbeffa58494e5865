"""What a converter hands over, and the words, regexes and whole rules that all converters write alike."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from notifier.errors import InputError, RuleError
from notifier.matching.language.expression import And, Node, Not, Or, Phrase, Regex, Term, format_node
from notifier.matching.language.parser import parse_rule

MOST_LINES = 20_000
_MOST_SHOWN = 20  # bad lines that one error names
_BESIDE = "标题:核电"  # something that a word can stand beside while it is tried
_HAN = re.compile(r"[\u3400-\u9fff]+")
_SYNTAX = re.compile(r"[\\.\[\](){}*+?^$]")  # of regexes, but for |
_LOOK_BEHIND = re.compile(r"\(\?<!\[([^\]\\^]+)\]\)")
_LOOK_AHEAD = re.compile(r"\(\?!\[([^\]\\^]+)\]\)$")
_UNESCAPED_SLASH = re.compile(r"(?<!\\)((?:\\\\)*)/")


class ForeignRule(NamedTuple):
    """A rule of ours, and the line that it came from."""

    rule: str
    line: int


class Note(NamedTuple):
    """Something that a line says and that changes no match: a name, a limit of what is shown."""

    line: int
    zh: str
    en: str


@dataclass(slots=True)
class Converted:
    """Rules and notes, in the order of the file."""

    rules: list[ForeignRule] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


class Unsayable(Exception):
    """Our language has no words for it; `zh` and `en` say what and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


class Sheet:
    """Collects what a file says, line by line, and all that cannot be said."""

    def __init__(self) -> None:
        self.converted = Converted()
        self._bad: dict[int, tuple[str, str]] = {}

    def note(self, line: int, zh: str, en: str) -> None:
        self.converted.notes.append(Note(line, zh, en))

    def refuse(self, line: int, error: Unsayable) -> None:
        self._bad.setdefault(line, (error.zh, error.en))

    def attempt(self, line: int, make: Callable[[], Node]) -> Node | None:
        """What `make` makes of the line; None where it cannot be said, which is then noted."""
        try:
            return make()
        except Unsayable as error:
            self.refuse(line, error)
            return None

    def add(self, line: int, node: Node) -> None:
        """A whole rule, checked as if it had been typed."""
        text = format_node(node)
        try:
            parse_rule(text)
        except RuleError as error:
            self.refuse(line, Unsayable(f"{error.message}：{error.hint}", "it makes no rule of ours"))
        except RecursionError:
            self.refuse(line, Unsayable("嵌套太深", "it nests too deep"))
        else:
            self.converted.rules.append(ForeignRule(text, line))

    def done(self) -> Converted:
        """InputError that names every line that cannot be said, or that there is no rule at all."""
        if self._bad:
            bad = sorted(self._bad.items())
            more = f"；另有 {len(bad) - _MOST_SHOWN} 行" if len(bad) > _MOST_SHOWN else ""
            zh = "；".join(f"第 {line} 行：{zh}" for line, (zh, _) in bad[:_MOST_SHOWN])
            en = "; ".join(f"line {line}: {en}" for line, (_, en) in bad[:_MOST_SHOWN])
            raise InputError(f"{zh}{more}。什么也没有导入", f"{en}; nothing was imported")
        if not self.converted.rules:
            raise InputError("文件里没有规则", "there is no rule in the file")
        return self.converted


def lines_of(text: str) -> list[str]:
    """The lines of a file. InputError where there are too many."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MOST_LINES:
        raise InputError(
            f"文件有 {len(lines)} 行，超过 {MOST_LINES} 行，请拆开", f"over {MOST_LINES} lines: split the file"
        )
    return lines


# --- words ------------------------------------------------------------------------------------------------


def word(text: str) -> Node:
    """A plain word: a bare term where it can stand as one, else its characters in quotes."""
    text = text.strip()
    if "*" in text or "＊" in text:
        return phrase(text)
    bare = _tried(text)
    return bare if isinstance(bare, Term) and bare.text == text else phrase(text)


def phrase(text: str) -> Node:
    node = Phrase(text)
    if not text.strip():
        raise Unsayable("没有可找的字", "there is nothing to look for")
    if _tried(format_node(node)) != node:
        raise Unsayable(f"“{text[:40]}”里没有可找的字，或用尽了各种引号", "it has no text, or every kind of quotes")
    return node


def wildcard(text: str) -> Node:
    """A word with *, as our own wildcard."""
    node = _tried(text)
    if isinstance(node, Term) and node.text == text:
        return node
    raise Unsayable(f"“{text[:40]}”不能作为带 * 的词", f"{text[:40]} is no term with * here")


def _tried(text: str) -> Node | None:
    """The item that `text` is beside another one; None where it is more than one, or none."""
    try:
        root = parse_rule(f"{_BESIDE} {text}").root
    except RuleError:
        return None
    return root.children[1] if isinstance(root, And) and len(root.children) == 2 else None


def regex(pattern: str, *, ignore_case: bool) -> Node:
    """A regex as ours: RE2, case ignored, searched for anywhere."""
    if pattern.startswith("(?i)"):
        pattern, ignore_case = pattern[4:], True
    if not ignore_case and any(char.isascii() and char.isalpha() for char in re.sub(r"\\.", "", pattern)):
        raise Unsayable(
            "这里的正则不分大小写，而它分；若不必分，请加上 (?i) 或 i",
            "regexes here ignore case and this one does not: add (?i) or i if that is all right",
        )
    parts = pattern.split("|")
    if not _SYNTAX.search(pattern) and all(part.strip() for part in parts):
        return one_of([_literal(part) for part in parts])
    return _checked_regex(_without_looks(pattern))


def _literal(text: str) -> Node:
    """A regex without syntax: Chinese as a phrase; Latin letters too few for our regexes (AI) as a word."""
    if _HAN.fullmatch(text):
        return phrase(text)
    try:
        return _checked_regex(text)
    except Unsayable:
        return phrase(text)


def _without_looks(pattern: str) -> str:
    """(?<![a-z])x(?![a-z]) says in RE2 (?:^|[^a-z])x(?:[^a-z]|$), as far as whether it matches goes."""
    behind = _LOOK_BEHIND.match(pattern)
    if behind:
        pattern = f"(?:^|[^{behind[1]}]){pattern[behind.end() :]}"
    return _LOOK_AHEAD.sub(lambda found: f"(?:[^{found[1]}]|$)", pattern)


def _checked_regex(pattern: str) -> Node:
    escaped = _UNESCAPED_SLASH.sub(r"\1\\/", pattern)
    try:
        root = parse_rule(f"/{escaped}/").root
    except RuleError as error:
        raise Unsayable(f"{error.message}：{error.hint}", "this regex cannot be used: see docs/rules.md") from error
    if not isinstance(root, Regex):
        raise Unsayable("正则不完整", "the regex is not whole")
    return root


# --- joining ----------------------------------------------------------------------------------------------


def one_of(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


def all_of(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def without(node: Node, excluded: Iterable[Node]) -> Node:
    """The rule, and none of these."""
    wanted = node.children if isinstance(node, And) else (node,)
    return all_of([*wanted, *(Not(one) for one in excluded)])
