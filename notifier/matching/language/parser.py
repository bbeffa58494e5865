"""The rule language: text -> Expression, by recursive descent. Grammar and binding are in docs/rules.md.

or    := and ("OR" and)*                       unary := "NOT" unary | "+" unary | near
and   := unary (["AND"] unary)*                near  := atom (("NEAR/n" | "同句" | "同段") atom)*
atom  := field ":" atom | "(" or ")" | item ("、" item)*      item := term | “phrase” | #topic | /regex/
atom  := ... | ("日期" | "截止") (">=" | "<=" | ">" | "<" | "=") day
"""

import re
import unicodedata
from collections.abc import Callable

from notifier.errors import RuleError
from notifier.matching.language.dates import Comparison
from notifier.matching.language.expression import (
    And,
    AnyOf,
    Expression,
    Field,
    Item,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    Term,
    TopicRef,
    children_of,
    normal_form,
    position_of,
)
from notifier.matching.language.fields import misplaced
from notifier.matching.language.lexer import OPERANDS, Kind, Lexer, Token
from notifier.matching.language.regex import compile_regex, lacks_literal
from notifier.matching.language.terms import MOST_WILDCARDS, phrase_pattern, term_pattern

LONGEST_RULE = 10_000  # code points
MOST_TERMS = 1_000
MOST_REGEXES = 20
LONGEST_TERM = 200  # code points
DEEPEST = 100  # brackets, negations and fields within one another

_ITEMS = frozenset({"word", "phrase", "topic", "regex"})
_ORDINARY = re.compile("[0-9A-Za-z\u4e00-\u9fff]{1,100}")  # nothing to check: most terms
# These stay two characters when folded: no need to look closer.
_LONG_ENOUGH = re.compile("[0-9A-Za-z\u00c0-\u024f\u0370-\u04ff\u4e00-\u9fff]{2}")


def parse_rule(text: str, *, language: str = "zh-CN") -> Expression:
    """Parse a rule. RuleError(message, position, hint) says, in `language`, where it stops making sense.

    Topics are not looked up here: that happens where there is a library, in Matcher.add.
    """
    lexer = Lexer(text, language)
    if len(text) > LONGEST_RULE:
        raise lexer.refuse("long", LONGEST_RULE, most=LONGEST_RULE)
    return Expression(_Parser(lexer).parse(), text, tuple(lexer.hints))


class _Parser:
    """One token of look-ahead over a lexer."""

    def __init__(self, lexer: Lexer) -> None:
        self._lexer = lexer
        self._refuse: Callable[..., RuleError] = lexer.refuse
        self._token = lexer.next()
        self._depth = 0
        self._terms = 0
        self._regexes = 0

    def parse(self) -> Node:
        if self._is("end"):
            raise self._refuse("empty", 0)
        root = self._or()
        if not self._is("end"):
            raise self._unexpected()
        for problem in misplaced(root, language=self._lexer.language):
            raise self._refuse(problem.code, problem.position, **problem.values)
        self._check_findable(normal_form(root))
        return root

    # --- the grammar ---

    def _advance(self) -> Token:
        token, self._token = self._token, self._lexer.next()
        return token

    def _is(self, kind: Kind) -> bool:
        return self._token.kind == kind

    def _or(self) -> Node:
        children = [self._and()]
        while self._is("or"):
            operator = self._advance()
            self._need_operand(operator)
            children.append(self._and())
        return children[0] if len(children) == 1 else Or(tuple(children))

    def _and(self) -> Node:
        children = [self._unary()]
        while self._is("and") or self._token.kind in OPERANDS:
            if self._is("and"):
                self._need_operand(self._advance())
            children.append(self._unary())
        return children[0] if len(children) == 1 else And(tuple(children))

    def _unary(self) -> Node:
        if self._token.kind not in ("not", "plus"):
            return self._near()
        operator = self._advance()
        self._need_operand(operator)
        self._deepen(operator.position)
        child = self._unary()
        self._depth -= 1
        return Not(child, operator.position) if operator.kind == "not" else child

    def _near(self) -> Node:
        operands, links = [self._atom()], []
        while self._is("near"):
            operator = self._advance()
            self._need_operand(operator, also=("near",))
            assert operator.link is not None
            links.append(operator.link)
            operands.append(self._atom())
        return Near(tuple(operands), tuple(links)) if links else operands[0]

    def _atom(self) -> Node:
        if self._is("field"):
            return self._field()
        if self._is("open"):
            return self._group()
        if self._token.kind in _ITEMS:
            return self._items()
        if self._is("date"):
            return self._comparison()
        raise self._unexpected()

    def _field(self) -> Node:
        token = self._advance()
        if self._is("date"):
            raise self._refuse("field_date", self._token.position, word=self._token.text)
        if self._token.kind not in _ITEMS | {"open", "field"}:
            raise self._refuse("field_word", token.position)
        self._deepen(token.position)
        child = self._atom()
        self._depth -= 1
        assert token.field is not None
        return Field(token.field, child, token.position)

    def _comparison(self) -> Node:
        comparison = self._advance().comparison
        assert comparison is not None
        return comparison

    def _group(self) -> Node:
        opening = self._advance()
        if self._is("close"):
            raise self._refuse("brackets", opening.position)
        self._deepen(opening.position)
        child = self._or() if not self._is("end") else None
        self._depth -= 1
        if child is None or self._is("end"):
            raise self._refuse("open", opening.position)
        if not self._is("close"):
            raise self._unexpected()
        self._advance()
        return child

    def _items(self) -> Node:
        items = [self._item()]
        while self._is("list"):
            operator = self._advance()
            self._need_operand(operator, also=("list",))
            if self._token.kind not in _ITEMS:
                raise self._refuse("list", operator.position)
            items.append(self._item())
        return items[0] if len(items) == 1 else AnyOf(tuple(items))

    def _item(self) -> Item:
        token = self._advance()
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise self._refuse("many", token.position, most=MOST_TERMS)
        if token.kind == "word":
            return self._term(token)
        if token.kind == "phrase":
            self._check_text(token)
            return Phrase(token.text, token.position)
        if token.kind == "topic":
            return TopicRef(token.text, token.position)
        return self._regex(token)

    # --- what cannot stand ---

    def _deepen(self, position: int) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._refuse("deep", position, most=DEEPEST)

    def _need_operand(self, operator: Token, *, also: tuple[str, ...] = ()) -> None:
        """After an operator something to find must follow; where nothing does, the operator is at fault."""
        if self._token.kind in ("end", "close"):
            raise self._refuse("after", operator.position, word=operator.text)
        if self._token.kind not in OPERANDS:
            raise self._unexpected()
        if also and self._token.kind in ("not", "plus"):
            code = "near_negative" if "near" in also else "list"
            raise self._refuse(code, self._token.position)

    def _unexpected(self) -> RuleError:
        if self._is("close"):
            return self._refuse("close", self._token.position)
        code = "list" if self._is("list") and self._terms else "before"
        return self._refuse(code, self._token.position, word=self._token.text)

    def _term(self, token: Token) -> Term:
        if _ORDINARY.fullmatch(token.text):
            return Term(token.text, token.position)
        self._check_text(token)
        starred = token.text.replace("＊", "*")
        if starred.startswith("*"):
            raise self._refuse("leading" if starred.strip("*") else "wildcard", token.position)
        if len(list(filter(None, starred.split("*")))) > MOST_WILDCARDS + 1:
            raise self._refuse("wildcards", token.position, most=MOST_WILDCARDS)
        return Term(token.text, token.position)

    def _check_text(self, token: Token) -> None:
        """Not too long, and something in it to look for. Folding comes later, when it is used."""
        if len(token.text) > LONGEST_TERM:
            raise self._refuse("long_term", token.position, most=LONGEST_TERM)
        marks = token.text.strip("*＊")
        if marks and all(unicodedata.category(character)[0] in "PZCM" for character in marks):
            raise self._refuse("marks", token.position, word=token.text)

    def _regex(self, token: Token) -> Regex:
        self._regexes += 1
        if self._regexes > MOST_REGEXES:
            raise self._refuse("many", token.position, most=MOST_REGEXES)
        compiled = compile_regex(token.text)
        if isinstance(compiled, str):
            raise self._refuse("regex", token.position, reason=compiled)
        if lacks_literal(token.text):
            raise self._refuse("regex_literal", token.position)
        return Regex(token.text, token.position)

    def _check_findable(self, node: Node, *, in_field: bool = False) -> None:
        """Every branch needs something to find: of two characters or more, but in a field any."""
        culprit = _unfindable(node, in_field=in_field)
        if culprit is None:
            return
        position = position_of(culprit)
        if isinstance(culprit, Term | Phrase):
            hints = self._lexer.hints_near(position)
            raise self._refuse("short", position, word=culprit.text, near=hints)
        code = "date_only" if isinstance(culprit, Comparison) else "negative"
        raise self._refuse(code, position)


def _unfindable(node: Node, *, in_field: bool) -> Node | None:
    """The branch of a rule in normal form that has no positive literal, or None where every branch has one."""
    match node:
        case Not() | Comparison():
            return node
        case Field():
            return _unfindable(node.child, in_field=True)
        case Term() | Phrase():
            return None if in_field or _long_enough(node) else node
    culprits = [_unfindable(child, in_field=in_field) for child in children_of(node)]
    failed = [culprit for culprit in culprits if culprit]
    negative = any(isinstance(culprit, Not) for culprit in failed)
    one_is_enough = isinstance(node, And) or (isinstance(node, Near) and not negative)
    if not failed or (one_is_enough and len(failed) < len(culprits)):
        return None
    short = [culprit for culprit in failed if not isinstance(culprit, Not)]
    return short[0] if short and one_is_enough else failed[0]


def _long_enough(node: Term | Phrase) -> bool:
    if _LONG_ENOUGH.search(node.text):
        return True
    pattern = term_pattern(node.text) if isinstance(node, Term) else phrase_pattern(node.text)
    return len(pattern.longest) >= 2
