"""A rule's text as tokens, one at a time, each with its column.

Full-width punctuation is half-width first, one character for one, so that columns stay those of the text as typed.
"""

import re
from typing import Literal, NamedTuple

from notifier.errors import RuleError
from notifier.matching.facts import DOCNO_TERM
from notifier.matching.fold import QUOTATION_MARKS, folded, is_invisible, is_word, simplify
from notifier.matching.language.dates import COMPARISON, Comparison, read_comparison
from notifier.matching.language.expression import FIELD_WORDS, FieldName, Link, RuleHint
from notifier.matching.language.refusals import nearest, refusal, rule_hint

Kind = Literal[
    "word",
    "phrase",
    "topic",
    "regex",
    "field",
    "date",
    "and",
    "or",
    "not",
    "plus",
    "near",
    "list",
    "open",
    "close",
    "end",
]
OPERANDS = frozenset({"word", "phrase", "topic", "regex", "field", "date", "open", "not", "plus"})  # what may begin one
FARTHEST = 1000  # characters that NEAR/n may allow

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20} | dict(
    zip(range(0xFF61, 0xFF65), map(ord, "。「」、"), strict=True)
)  # fmt: skip
_CLOSERS = dict.fromkeys('"“”', '"“”') | dict.fromkeys("'‘’", "'‘’") | {"「": "」", "『": "』", "」": "", "』": ""}
_PIECE = re.compile(r"[^\s()|&、" + "".join(_CLOSERS) + "]+")
_FIELD = re.compile(r"([^\W\d_]{1,40}):(?!//)")
_REGEX = re.compile(r"/((?:[^/\\]|\\.)*)/", re.DOTALL)
_NEAR = re.compile(r"(?:NEAR/|邻近)(\d+)")
_SYMBOLS: dict[str, Kind] = {
    "(": "open", ")": "close", "|": "or", "&": "and", "、": "list", "+": "plus", "-": "not", "!": "not"
}  # fmt: skip
_OPERATORS: dict[str, Kind] = {
    "AND": "and", "且": "and", "与": "and", "OR": "or", "或": "or", "NOT": "not", "非": "not", "不含": "not"
}  # fmt: skip
_LINKS = {"同句": Link("sentence"), "同段": Link("block")}
_FIELD_NAMES: dict[str, FieldName] = {name: name for name in FIELD_WORDS} | {
    word: name for name, word in FIELD_WORDS.items()
}
_DATE_STARTS = frozenset("日截dD")
_OPERATOR_STARTS = frozenset("AONE且与與或非不同邻鄰")
_LOWER = re.compile(r"(?:and|or|not|near(?:/\d*)?)", re.IGNORECASE)
_GLUED = re.compile(r"[^\W\d]{2,}(?<!参)(与(?!会)|或(?!者)|(?<![而并尚况])且)[^\W\d]{2,}")
_GLUED_NOT = re.compile(r"(非(?![遗洲法常但凡])|不含).{2,}")
_COMMA = re.compile(r"[^\W_]([,;。!?])")


class Token(NamedTuple):
    kind: Kind
    text: str  # a word, phrase, name or pattern as typed; an operator as typed
    position: int
    link: Link | None = None
    field: FieldName | None = None
    comparison: Comparison | None = None


class Lexer:
    """Hands out the tokens of `text` in turn; RuleError where a token cannot be read."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._half = text.translate(_HALF_WIDTH)
        self.language = language
        self._at = 0
        self._number_at = -1  # where a document number may begin
        self.hints: list[RuleHint] = []

    def refuse(self, code: str, position: int, **values: object) -> RuleError:
        return refusal(code, position, language=self.language, **values)

    def hint(self, code: str, position: int, **values: object) -> None:
        self.hints.append(rule_hint(code, position, **values))

    def hints_near(self, position: int) -> str:
        """What was hinted at right beside `position`, as the beginning of a refusal's hint."""
        near = [hint for hint in self.hints if abs(hint.position - position) <= 1]
        return "".join(f"{hint.zh}；" if self.language.startswith("zh") else f"{hint.en}; " for hint in near)

    def next(self) -> Token:
        half, at = self._half, self._at
        while at < len(half) and (half[at].isspace() or is_invisible(half[at])):
            at += 1
        self._at = at
        if at == len(half):
            return Token("end", "", at)
        character = half[at]
        if character in _SYMBOLS:
            return self._symbol(character, at)
        if character in _CLOSERS:
            return self._phrase(at)
        if character == "/":
            return self._regex(at)
        return self._topic(at) if character == "#" else self._word(at)

    def _take(self, kind: Kind, start: int, end: int) -> Token:
        self._at = end
        return Token(kind, self._text[start:end], start)

    def _symbol(self, character: str, at: int) -> Token:
        half = self._half
        after = half[at + 1 : at + 2]
        doubled = character in "|&" and after == character
        if character == "&" and is_word(after or " ") and at and is_word(half[at - 1]):
            self.hint("ampersand", at, word=self._text[at - 1 : at + 2])
        if character in "-!" and (not after or after.isspace()):
            self.hint("spaced_minus", at, word=self._text[at])
        return self._take(_SYMBOLS[character], at, at + 1 + doubled)

    def _closing(self, at: int) -> int:
        """Where the quotation that opens at `at` ends."""
        found = [end for mark in _CLOSERS[self._half[at]] if (end := self._half.find(mark, at + 1)) >= 0]
        if not found:
            raise self.refuse("quote", at)
        return min(found)

    def _quoted(self, kind: Kind, at: int, quote: int) -> Token:
        closing = self._closing(quote)
        text = self._text[quote + 1 : closing]
        if all(character.isspace() or character in QUOTATION_MARKS or is_invisible(character) for character in text):
            raise self.refuse("empty_phrase", at)
        self._at = closing + 1
        return Token(kind, text, at)

    def _phrase(self, at: int) -> Token:
        token = self._quoted("phrase", at, at)
        piece = _PIECE.match(self._half, self._at)
        if piece and not self._operator(piece[0], self._at):
            self.hint("adjacent", self._at)
        return token

    def _regex(self, at: int) -> Token:
        found = _REGEX.match(self._half, at)
        if not found:
            raise self.refuse("slash", at)
        if _PIECE.match(self._half, found.end()):
            raise self.refuse("after_regex", found.end())
        pattern = self._text[found.start(1) : found.end(1)]
        if any(character.isspace() or character in _CLOSERS for character in pattern):
            self.hint("regex_blank", at)
        self._at = found.end()
        return Token("regex", pattern, at)

    def _topic(self, at: int) -> Token:
        name = _PIECE.match(self._half, at + 1)
        if name:
            self._at = name.end()
            return Token("topic", self._text[at + 1 : name.end()], at)
        if self._half[at + 1 : at + 2] in tuple(_CLOSERS):
            return self._quoted("topic", at, at + 1)
        raise self.refuse("topic_name", at)

    def _word(self, at: int) -> Token:
        date = self._date(at)
        if date:
            return date
        field = self._field(at)
        if field:
            self._at = at + len(field.text)
            self._number_at = self._after_blank(self._at) if field.field == "docno" else -1
            return field
        if at == self._number_at and (number := DOCNO_TERM.match(self._half, at)):
            return self._take("word", at, number.end())  # its round brackets are no group
        piece = _PIECE.match(self._half, at)
        assert piece is not None  # what else can stand here was handled before
        operator = self._operator(piece[0], at)
        if operator:
            self._at = piece.end()
            return operator
        end = self._word_end(piece.end())
        self._word_hints(at, end)
        return self._take("word", at, end)

    def _word_end(self, end: int) -> int:
        """A word goes on through an apostrophe between letters, and through whole quotations."""
        half = self._half
        while end < len(half) and half[end] in _CLOSERS:
            apostrophe = half[end] in "'’" and is_word(half[end - 1]) and is_word(half[end + 1 : end + 2] or " ")
            end = end + 1 if apostrophe else self._closing(end) + 1
            piece = _PIECE.match(half, end)
            end = piece.end() if piece else end
        return end

    def _after_blank(self, at: int) -> int:
        while at < len(self._half) and self._half[at].isspace():
            at += 1
        return at

    def _date(self, at: int) -> Token | None:
        """日期>=2026-01-01 and its like, one token."""
        found = COMPARISON.match(self._half, at) if self._half[at] in _DATE_STARTS else None
        if not found:
            return None
        comparison = read_comparison(found, at)
        if comparison is None:
            raise self.refuse("date_value", found.start("value"), word=self._text[at : found.end()])
        return self._take("date", at, found.end())._replace(comparison=comparison)

    def _field(self, at: int) -> Token | None:
        """标题: and its like. What looks like a field and is none is refused; 12:30 and http:// are no fields."""
        found = _FIELD.match(self._half, at)
        if not found:
            return None
        name = folded(found[1])
        if name not in _FIELD_NAMES:
            near = nearest(name, list(_FIELD_NAMES), language=self.language)
            raise self.refuse("field", at, name=self._text[at : found.end(1)], near=near)
        return Token("field", self._text[at : found.end()], at, field=_FIELD_NAMES[name])

    def _operator(self, piece: str, at: int) -> Token | None:
        """The operator that `piece` is, if it is one: a whole word, delimited on both sides."""
        if piece[0] not in _OPERATOR_STARTS or len(piece) > 12:
            return None
        word, typed = simplify(piece), self._text[at : at + len(piece)]
        if word in _OPERATORS:
            return Token(_OPERATORS[word], typed, at)
        if word in _LINKS:
            return Token("near", typed, at, _LINKS[word])
        number = _NEAR.fullmatch(word)
        if number and int(number[1]) <= FARTHEST:
            return Token("near", typed, at, Link("near", int(number[1])))
        if number or word in ("NEAR", "邻近") or word.startswith("NEAR/"):
            raise self.refuse("near_number", at, word=typed, most=FARTHEST)
        return None

    def _word_hints(self, at: int, end: int) -> None:
        text = self._text[at:end]
        word = self._half[at:end]
        if len(word) > 40 or (len(word) < 5 and word.isalnum() and not word.isascii() and word[0] not in "非不"):
            return
        if word.isascii() and _LOWER.fullmatch(word):
            self.hint("lower", at, word=text)
        glued = _GLUED.fullmatch(simplify(word)) or _GLUED_NOT.fullmatch(simplify(word))
        if glued:
            self.hint("glued", at + glued.start(1), word=glued[1], term=text)
        comma = _COMMA.search(word)
        if comma:
            self.hint("comma", at + comma.start(1), word=comma[1])
        if word.endswith("*") and not is_word(folded(word.rstrip("*"))[-1:] or " "):
            self.hint("star", end - 1)
