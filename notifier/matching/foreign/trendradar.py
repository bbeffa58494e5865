"""TrendRadar's frequency_words.txt.

Groups are cut by empty lines. In a group a plain line is a word, any of which will do; +word must be there; !word
must not (whatever the group: `exclude` says whether that is kept); @n limits how many are shown; [name] and => name
only show. Words under [GLOBAL_FILTER] exclude everywhere, until [WORD_GROUPS]. # begins a comment. TrendRadar looks
at titles, and at characters; a rule of ours looks at titles, sections and bodies, and at mentions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from notifier.errors import InputError
from notifier.matching.foreign.sheet import Converted, Sheet, Unsayable, all_of, lines_of, one_of, regex, without, word
from notifier.matching.language.expression import Field, Node

EXCLUSIONS = ("group", "global")
_REGEX = re.compile(r"/(.+)/[a-z]*")
_SECTIONS = ("GLOBAL_FILTER", "WORD_GROUPS")
Line = tuple[int, str]


@dataclass(slots=True)
class _Group:
    """One group: its first line, and what it says."""

    line: int
    words: list[Node] = field(default_factory=list)
    required: list[Node] = field(default_factory=list)
    excluded: list[Node] = field(default_factory=list)


def read_trendradar(text: str, *, exclude: str = "", title_only: bool = False) -> Converted:
    """A rule a group. InputError names the lines that cannot be said, or asks for `exclude` where it is needed."""
    paragraphs = list(_paragraphs(lines_of(text)))
    marked = next((line for lines in paragraphs for line, text in lines if text.startswith("!")), 0)
    if marked and exclude not in EXCLUSIONS:
        raise InputError(
            f"第 {marked} 行有 !：请用 --exclude 说明：group 只排除本组，global 排除所有组（TrendRadar 的做法）",
            f"line {marked} has !: say --exclude group (this group only) or --exclude global (all, as TrendRadar does)",
        )
    return _Reader(exclude, title_only).read(paragraphs)


def _paragraphs(lines: list[str]) -> Iterator[list[Line]]:
    """The lines between empty lines, each with its number; a line of blanks is no empty line."""
    found: list[Line] = []
    for number, line in enumerate([*lines, ""], 1):
        if line:
            found.append((number, line.strip()))
        elif found:
            yield [(at, text) for at, text in found if text and not text.startswith("#")]
            found = []


class _Reader:
    def __init__(self, exclude: str, title_only: bool) -> None:
        self._exclude = exclude
        self._title_only = title_only
        self._sheet = Sheet()
        self._everywhere: list[Node] = []  # what excludes in every group

    def read(self, paragraphs: list[list[Line]]) -> Converted:
        section, groups = "WORD_GROUPS", []
        for lines in paragraphs:
            if lines and _bracketed(lines[0][1]).upper() in _SECTIONS:
                section, lines = _bracketed(lines[0][1]).upper(), lines[1:]
            if not lines:
                continue
            if section == "GLOBAL_FILTER":
                self._filters(lines)
            else:
                groups.append(self._group(lines))
        for group in groups:
            self._add(group)
        return self._sheet.done()

    def _filters(self, lines: list[Line]) -> None:
        for number, text in lines:
            if text[0] in "!+@":
                self._sheet.refuse(number, Unsayable(
                    "[GLOBAL_FILTER] 里只能写词，不能以 ! + @ 开头（TrendRadar 会忽略这一行）",
                    "only words stand under [GLOBAL_FILTER], without ! + @ (TrendRadar ignores this line)",
                ))  # fmt: skip
                continue
            self._append(self._everywhere, number, text)

    def _group(self, lines: list[Line]) -> _Group:
        group = _Group(lines[0][0])
        if _bracketed(lines[0][1]):
            self._say_name(*lines[0])
            lines = lines[1:]
        for number, text in lines:
            if text.startswith("@"):
                self._limit(number, text)
            elif text.startswith("!"):
                self._append(group.excluded if self._exclude == "group" else self._everywhere, number, text[1:])
            elif text.startswith("+"):
                self._append(group.required, number, text[1:])
            else:
                self._append(group.words, number, text)
        return group

    def _append(self, nodes: list[Node], number: int, text: str) -> None:
        node = self._sheet.attempt(number, lambda: self._word(number, text))
        if node is not None:
            nodes.append(node)

    def _word(self, number: int, text: str) -> Node:
        text, arrow, alias = text.partition("=>")
        if arrow and alias.strip():
            self._say_name(number, alias.strip())
        found = _REGEX.fullmatch(text.strip())
        return regex(found[1], ignore_case=True) if found else word(text)

    def _say_name(self, number: int, name: str) -> None:
        self._sheet.note(
            number, f"显示名称 {name} 略去，不影响命中", f"the name {name} is left out: it changes no match"
        )

    def _limit(self, number: int, text: str) -> None:
        if not text[1:].isdecimal():
            self._sheet.refuse(number, Unsayable(f"{text} 不是条数", f"{text} is no number"))
            return
        self._sheet.note(
            number, f"{text} 只限制显示的条数，这里没有，已略去；可用摘要代替",
            f"{text} limits how many are shown; there is no such limit here, so it is left out: take a digest",
        )  # fmt: skip

    def _add(self, group: _Group) -> None:
        if not group.words and not group.required:
            if not group.excluded:  # a group of nothing but a name, a limit or what was refused
                return
            self._sheet.refuse(group.line, Unsayable(
                "这一组只有 !，没有要找的词；请用 --exclude global，或移到 [GLOBAL_FILTER]",
                "this group only excludes: say --exclude global, or move it under [GLOBAL_FILTER]",
            ))  # fmt: skip
            return
        wanted = [one_of(group.words)] if group.words else []
        node = without(all_of([*wanted, *group.required]), [*group.excluded, *self._everywhere])
        self._sheet.add(group.line, Field("title", node) if self._title_only else node)


def _bracketed(text: str) -> str:
    return text[1:-1].strip() if text.startswith("[") and text.endswith("]") else ""
