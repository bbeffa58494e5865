"""A rule as a tree of frozen values, its normal form, and its canonical text.

Positions are offsets in the rule as typed; they do not count in comparison.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from notifier.matching.language.dates import Comparison

FieldName = Literal["title", "body", "section", "source", "bulletin", "issuer", "docno", "place"]
LinkKind = Literal["near", "sentence", "block"]

FIELD_WORDS: dict[FieldName, str] = {
    "title": "标题", "body": "正文", "section": "栏目", "source": "来源", "bulletin": "刊名", "issuer": "机关",
    "docno": "文号", "place": "地区",
}  # fmt: skip
FACT_FIELDS: frozenset[FieldName] = frozenset({"issuer", "docno", "place"})  # they look at what an article states
# (opening, closing, all that close): straight and curly ones mix, and full-width forms count as half-width ones.
QUOTE_PAIRS = (("“", "”", '"“”＂'), ("「", "」", "」｣"), ("『", "』", "』"), ("‘", "’", "'‘’＇"))
_BARE_NAME = re.compile(r"[^\s()（）|｜&＆、､\"'“”‘’「」『』｢｣＂＇]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A bare term, as typed: a mention. A * in it is a wildcard."""

    text: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A quoted term: its characters, wherever they stand."""

    text: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TopicRef:
    """#话题: a reference to the topic library by name."""

    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Regex:
    """/re2/: `pattern` as typed, without the slashes."""

    pattern: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """items joined by 、: any of them, counted as one."""

    items: "tuple[Item, ...]"


@dataclass(frozen=True, slots=True)
class Link:
    """How two operands of a near chain stand together; `distance` in folded characters, for "near" only."""

    kind: LinkKind
    distance: int = 0


@dataclass(frozen=True, slots=True)
class Near:
    """operands[i] and operands[i + 1] are joined by links[i]."""

    operands: "tuple[Node, ...]"
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Not:
    child: "Node"
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Field:
    """字段:atom. Within another field, only what both name."""

    name: FieldName
    child: "Node"
    position: int = field(default=0, compare=False)


Item = Term | Phrase | TopicRef | Regex
Node = Item | AnyOf | Near | Not | And | Or | Field | Comparison


@dataclass(frozen=True, slots=True)
class RuleHint:
    """Something legal that may not be what was meant. It refuses nothing."""

    position: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed rule. Two expressions are equal when they say the same, however they were typed."""

    root: Node
    text: str = field(default="", compare=False)
    hints: tuple[RuleHint, ...] = field(default=(), compare=False)


def children_of(node: Node) -> tuple[Node, ...]:
    match node:
        case And() | Or():
            return node.children
        case AnyOf():
            return node.items
        case Near():
            return node.operands
        case Not() | Field():
            return (node.child,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text."""
    yield node
    for child in children_of(node):
        yield from walk(child)


def looks_at_facts(expression: Expression) -> bool:
    """Does the rule ask for what an article states: its issuers, number, places, date or deadlines?"""
    return any(
        isinstance(node, Comparison) or (isinstance(node, Field) and node.name in FACT_FIELDS)
        for node in walk(expression.root)
    )


def position_of(node: Node) -> int:
    """Where the node begins, as near as its leaves know."""
    if isinstance(node, Term | Phrase | TopicRef | Regex | Field | Not | Comparison):
        return node.position
    return min(position_of(child) for child in children_of(node))


def normal_form(node: Node, *, negated: bool = False, position: int | None = None) -> Node:
    """The same rule with every NOT pushed down to a leaf, an item list or a near chain (De Morgan).

    `position` is that of the NOT which negates the node, where it stands right before it.
    """
    match node:
        case Not():
            return normal_form(node.child, negated=not negated, position=node.position)
        case Field():
            return Field(node.name, normal_form(node.child, negated=negated), node.position)
        case And() | Or():
            children = tuple(normal_form(child, negated=negated) for child in node.children)
            return And(children) if isinstance(node, And) != negated else Or(children)
        case Near():
            node = Near(tuple(map(normal_form, node.operands)), node.links)
    return Not(node, position_of(node) if position is None else position) if negated else node


# --- canonical text ---------------------------------------------------------------------------------------

_ATOMS = (Term, Phrase, TopicRef, Regex, AnyOf, Field, Comparison)


def quoted(text: str) -> str:
    """`text` between the first quotation marks that do not occur in it."""
    for opening, closing, closers in QUOTE_PAIRS:
        if not set(closers) & set(text):
            return f"{opening}{text}{closing}"
    return f"「{text}」"


def _bracketed(node: Node, *allowed: type) -> str:
    text = format_node(node)
    return text if isinstance(node, (*_ATOMS, *allowed)) else f"({text})"


def _format_link(link: Link) -> str:
    words = {"sentence": "同句", "block": "同段", "near": f"NEAR/{link.distance}"}
    return words[link.kind]


def _format_near(node: Near) -> str:
    parts = [_bracketed(node.operands[0])]
    for link, operand in zip(node.links, node.operands[1:], strict=True):
        parts += [_format_link(link), _bracketed(operand)]
    return " ".join(parts)


def format_node(node: Node) -> str:
    """Canonical text of one node: NOT, AND, OR, NEAR/n in capitals, fields in Chinese."""
    match node:
        case Term():
            return node.text
        case Phrase():
            return quoted(node.text)
        case TopicRef():
            return f"#{node.name}" if _BARE_NAME.fullmatch(node.name) else f"#{quoted(node.name)}"
        case Regex():
            return f"/{node.pattern}/"
        case Comparison():
            return node.text()
        case AnyOf():
            return "、".join(map(format_node, node.items))
        case Near():
            return _format_near(node)
        case Not():
            return f"NOT {_bracketed(node.child, Not, Near)}"
        case And():
            return " AND ".join(_bracketed(child, Not, Near) for child in node.children)
        case Or():
            return " OR ".join(_bracketed(child, Not, Near, And) for child in node.children)
        case Field():
            return f"{FIELD_WORDS[node.name]}:{_bracketed(node.child)}"


def format_rule(expression: Expression) -> str:
    """The rule in canonical form; parsing it again gives an equal expression."""
    return format_node(expression.root)
