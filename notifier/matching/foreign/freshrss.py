"""FreshRSS's searches, one a line: word 'two words' intitle:x intext:x -x !x OR ( ) /regex/i.

What stands side by side must all hold. Tags, authors, addresses, dates, labels and feeds have no field here.
"""

import re
from collections.abc import Sequence
from typing import Literal

from notifier.matching.foreign.query import Kind, Query, Token
from notifier.matching.foreign.sheet import Converted, Sheet, Unsayable, lines_of, phrase, regex, word
from notifier.matching.language.expression import FieldName, Node

_FIELDS: dict[str, FieldName] = {"intitle": "title", "intext": "body"}
_UNSAID = frozenset(
    "inurl author f c date pubdate userdate mdate l label labels e s search intags".split()
)  # in lower case
_TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<regex>/(?:[^/\\]|\\.)+/[a-zA-Z]*)|(?P<quoted>"[^"]*"|'[^']*')"""
    r"""|(?P<not>[-!](?=\S))|(?P<field>[A-Za-z]+):(?=\S)|(?P<word>(?:\\.|[^\s()\\])+))"""
)


def read_freshrss(text: str) -> Converted:
    """A rule a line. InputError names the lines that cannot be said."""
    sheet = Sheet()
    for number, line in enumerate(lines_of(text), 1):
        if line.strip():
            node = sheet.attempt(number, lambda line=line: Query(line, _FreshRSS()).parse())  # type: ignore[misc]
            if node is not None:
                sheet.add(number, node)
    return sheet.done()


class _FreshRSS:
    beside: Literal["and", "or"] = "and"

    def tokens(self, line: str) -> Sequence[Token]:
        found: list[Token] = []
        at = 0
        while line[at:].strip():
            match = _TOKEN.match(line, at)
            if match is None:
                raise Unsayable(f"第 {at + 1} 个字读不懂", f"column {at + 1} cannot be read")
            found.append(_token(match))
            at = match.end()
        return found

    def field(self, name: str) -> FieldName | None:
        if name.lower() in _FIELDS:
            return _FIELDS[name.lower()]
        if name.lower() in _UNSAID:
            raise Unsayable(f"这里的规则没有 {name}: 这个字段", f"rules here have no field {name}:")
        raise Unsayable(
            f"没有 {name}: 这个字段；若是普通文字，请加引号", f"no such field {name}: (quote it if it is text)"
        )

    def operand(self, token: Token) -> Node:
        if token.kind == "regex":
            if set(token.tail) - {"i", "m"}:
                raise Unsayable(
                    f"正则的标志 {token.tail} 不能用", f"the flags {token.tail} of the regex cannot be used"
                )
            multiline = "(?m)" if "m" in token.tail else ""
            return regex(multiline + token.text, ignore_case="i" in token.tail)
        if token.kind == "phrase":
            return phrase(token.text)
        if token.text.startswith("#"):
            raise Unsayable(f"这里没有标签 {token.text}", f"there are no tags such as {token.text} here")
        return phrase(token.text) if token.raw else word(token.text)


def _token(match: re.Match[str]) -> Token:
    kind, text = str(match.lastgroup), match[str(match.lastgroup)]
    if kind == "quoted":
        return Token("phrase", text[1:-1])
    if kind == "regex":
        pattern, _, flags = text[1:].rpartition("/")
        return Token("regex", pattern, flags)
    if kind == "word":
        meant = re.sub(r"\\(.)", r"\1", text)
        return Token("or") if text == "OR" else Token("word", meant, raw=meant != text)
    kinds: dict[str, Kind] = {"open": "open", "close": "close", "not": "not", "field": "field"}
    return Token(kinds[kind], text)
