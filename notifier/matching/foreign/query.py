"""One line of a search language as a rule: brackets, OR, AND, NOT, fields. What its words mean, a Dialect says.

or   := and ("OR" and)*          unary := ("NOT" | "-" | "!" | "+") unary | atom
and  := unary (["AND"] unary)*   atom  := field atom | "(" or ")" | word | phrase | regex
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, Protocol, TypeVar

from notifier.matching.foreign.sheet import Unsayable, all_of, one_of, without
from notifier.matching.language.expression import Field, FieldName, Node, Not

DEEPEST = 100
_Read = TypeVar("_Read")

Kind = Literal["word", "phrase", "regex", "field", "and", "or", "not", "plus", "open", "close", "end"]


class Token(NamedTuple):
    """`text`: a word or pattern as meant; `tail`: what follows it at once (flags of a regex, ~n of a phrase)."""

    kind: Kind
    text: str = ""
    tail: str = ""
    raw: bool = False  # a word with an escape: its characters are meant


class Dialect(Protocol):
    """How one program's words are read. `beside` says what two clauses with nothing between them are."""

    beside: Literal["and", "or"]

    def tokens(self, line: str) -> Sequence[Token]: ...
    def field(self, name: str) -> FieldName | None: ...
    def operand(self, token: Token) -> Node: ...


class Clause(NamedTuple):
    """What stands between two operators, and whether it must hold (plus), must not (not), or may."""

    kind: Literal["may", "plus", "not"]
    node: Node


class Query:
    """The parser of one line; Unsayable where it cannot be said here."""

    def __init__(self, line: str, dialect: Dialect) -> None:
        self._dialect = dialect
        self._tokens = [*dialect.tokens(line), Token("end")]
        self._at = 0
        self._depth = 0
        self.guessed = False  # two clauses stood side by side and were taken for alternatives

    def parse(self) -> Node:
        if self._is("end"):
            raise Unsayable("没有可找的字", "there is nothing to look for")
        node = self._or()
        if not self._is("end"):
            raise Unsayable("多出一个右括号", "a closing bracket too many")
        return node

    def _is(self, *kinds: Kind) -> bool:
        return self._tokens[self._at].kind in kinds

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _or(self) -> Node:
        clauses, said = [self._and()], True
        while not self._is("close", "end"):
            if self._is("or"):
                self._next()
            else:
                said = False
            clauses.append(self._and())
        self.guessed |= not said and [one.kind for one in clauses].count("may") > 1
        return _joined(clauses)

    def _and(self) -> Clause:
        """Clauses joined by AND (or by nothing, where that means AND)."""
        found = [self._unary()]
        while self._is("and") or (self._dialect.beside == "and" and not self._is("or", "close", "end")):
            if self._is("and"):
                self._next()
            found.append(self._unary())
        if len(found) == 1:
            return found[0]
        return Clause("may", all_of([Not(one.node) if one.kind == "not" else one.node for one in found]))

    def _unary(self) -> Clause:
        if not self._is("not", "plus"):
            return Clause("may", self._atom())
        sign = self._next().kind
        inner = self._deeper(self._unary)
        if sign == "plus":
            return inner if inner.kind == "not" else Clause("plus", inner.node)
        return Clause("may", inner.node) if inner.kind == "not" else Clause("not", inner.node)

    def _deeper(self, read: Callable[[], _Read]) -> _Read:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unsayable(f"嵌套超过 {DEEPEST} 层", f"it nests deeper than {DEEPEST}")
        found = read()
        self._depth -= 1
        return found

    def _atom(self) -> Node:
        token = self._next()
        if token.kind == "field":
            name = self._dialect.field(token.text)
            if not self._is("open", "word", "phrase", "regex"):
                raise Unsayable(f"{token.text}: 后面没有词", f"nothing follows {token.text}:")
            node = self._deeper(self._atom)
            return Field(name, node) if name else node
        if token.kind == "open":
            node = self._deeper(self._or)
            if self._next().kind != "close":
                raise Unsayable("括号没有成对", "unpaired bracket")
            return node
        if token.kind in ("word", "phrase", "regex"):
            return self._dialect.operand(token)
        raise Unsayable("运算符旁边少了词", "an operator lacks a word beside it")


def _joined(clauses: Sequence[Clause]) -> Node:
    """Those that must hold; where none must, any of those that may; and none of those that must not."""
    must = [one.node for one in clauses if one.kind == "plus"]
    may = [one.node for one in clauses if one.kind == "may"]
    never = [one.node for one in clauses if one.kind == "not"]
    if not must and not may:
        return all_of([Not(node) for node in never])
    return without(all_of(must) if must else one_of(may), never)
