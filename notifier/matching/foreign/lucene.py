"""Expressions such as Lucene's, one a line: field:term AND OR NOT + - "phrase" "a b"~n wildcards /regex/ ( ).

Side by side means OR, as with Lucene; where something must hold (+), what only may is left out: it changes the order
of results, not which there are. AND binds closer than OR. Boosts, fuzzy terms and ranges are refused.
"""

import re
from collections.abc import Sequence
from typing import Literal

from notifier.matching.foreign.query import Kind, Query, Token
from notifier.matching.foreign.sheet import Converted, Sheet, Unsayable, lines_of, phrase, regex, wildcard, word
from notifier.matching.language.expression import FIELD_WORDS, FieldName, Link, Near, Node

_EVERYWHERE = ("text", "_all", "all", "*", "")
_FIELDS: dict[str, FieldName] = {"content": "body", "headline": "title"}
_HAN = re.compile(r"[\u3400-\u9fff]+")
_TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<and>&&)|(?P<or>\|\|)|(?P<regex>/(?:[^/\\]|\\.)+/)"""
    r"""|(?P<quoted>"(?:[^"\\]|\\.)*")(?P<slop>~\d*)?|(?P<range>[\[{])|(?P<sign>[-+!](?=\S))"""
    r"""|(?P<field>[^\W\d][\w.*]*):(?=\S)|(?P<word>(?:\\.|[^\s()"\\:\[\]{}^~]|(?<=\d):(?=\d))+)(?P<tail>[~^][\d.]*)?)"""
)
_WORDS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not"}


def read_lucene(text: str) -> Converted:
    """A rule a line; lines that begin with # are comments. InputError names the lines that cannot be said."""
    sheet = Sheet()
    for number, line in enumerate(lines_of(text), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        query: list[Query] = []
        node = sheet.attempt(number, lambda line=line, query=query: _parse(line, query))  # type: ignore[misc]
        if node is not None:
            sheet.add(number, node)
        if query and query[0].guessed:
            sheet.note(
                number, "没有运算符的并列按 OR 理解（Lucene 的默认），而这里的空格是“且”",
                "what stands side by side was taken for OR, as Lucene does; here a space means AND",
            )  # fmt: skip
    return sheet.done()


def _parse(line: str, query: list[Query]) -> Node:
    query.append(Query(line, _Lucene()))
    return query[0].parse()


class _Lucene:
    beside: Literal["and", "or"] = "or"

    def tokens(self, line: str) -> Sequence[Token]:
        found: list[Token] = []
        at = 0
        while line[at:].strip():
            match = _TOKEN.match(line, at)
            if match is None:
                raise Unsayable(f"第 {at + 1} 个字读不懂", f"column {at + 1} cannot be read")
            found.append(_token(match))
            at = match.end()
            if line[at : at + 1] == "^":
                raise Unsayable("^ 加权不能用：得分不由规则决定", "boosts with ^ cannot be used: rules set no scores")
        return found

    def field(self, name: str) -> FieldName | None:
        if name.lower() in _EVERYWHERE:
            return None
        asked = name.lower()
        ours = next((field for field, said in FIELD_WORDS.items() if asked in (field, said)), None)
        found = ours or _FIELDS.get(asked)
        if found is None:
            raise Unsayable(f"没有 {name}: 这个字段", f"there is no field {name}:")
        return found

    def operand(self, token: Token) -> Node:
        if token.kind == "regex":
            return regex(token.text, ignore_case=False)
        if token.kind == "phrase":
            return _sloppy(token) if token.tail else phrase(token.text)
        if token.tail:
            raise Unsayable(
                f"{token.tail[0]} 不能用：没有模糊匹配和加权", f"no {token.tail[0]}: neither fuzzy terms nor boosts"
            )
        if token.raw:
            return phrase(token.text)
        if "?" in token.text:
            raise Unsayable("? 通配一个字不能用，请用 * 或正则", "? for one character cannot be used: use * or a regex")
        return wildcard(token.text) if "*" in token.text else word(token.text)


def _sloppy(token: Token) -> Node:
    """“a b”~n: at most n characters between two words. Of Chinese, a position is a character; of Latin, a word."""
    parts = token.text.split()
    distance = token.tail[1:]
    if len(parts) != 2 or not distance or not all(_HAN.fullmatch(part) for part in parts):
        raise Unsayable(
            "“…”~n 只能用于两个中文词（邻近按字数算）", '"…"~n takes two Chinese words here: nearness counts characters'
        )
    return Near((word(parts[0]), word(parts[1])), (Link("near", int(distance)),))


def _token(match: re.Match[str]) -> Token:
    if match["range"]:
        raise Unsayable("区间 [ ] { } 不能用", "ranges with [ ] and { } cannot be used")
    if match["sign"]:
        return Token("plus" if match["sign"] == "+" else "not")
    if match["quoted"]:
        return Token("phrase", re.sub(r"\\(.)", r"\1", match["quoted"][1:-1]), match["slop"] or "")
    if match["regex"]:
        return Token("regex", match["regex"][1:-1])
    if match["word"]:
        meant = re.sub(r"\\(.)", r"\1", match["word"])
        operator = _WORDS.get(match["word"])
        return Token(operator) if operator else Token("word", meant, match["tail"] or "", raw=meant != match["word"])
    kinds: tuple[Kind, ...] = ("open", "close", "and", "or", "field")
    kind = next(kind for kind in kinds if match[kind])
    return Token(kind, match[kind])
