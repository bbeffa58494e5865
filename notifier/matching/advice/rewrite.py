"""A rule with one of its terms said otherwise: as a topic, or together with related terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from notifier.errors import RuleError
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
    Term,
    TopicRef,
    format_node,
    walk,
)
from notifier.matching.language.parser import parse_rule
from notifier.matching.language.terms import topic_key
from notifier.matching.topics import Topic, parse_items

_MOST_TOPICS = 3
_MOST_RELATED = 6


@dataclass(frozen=True, slots=True)
class Proposal:
    """A topic that has one of a rule's terms: the rule with the topic instead, and with its other terms beside it."""

    term: str
    topic: Topic
    with_topic: str
    related: tuple[tuple[str, str], ...]  # term, and the rule with it


def proposals(expression: Expression, topics: Mapping[str, Topic]) -> list[Proposal]:
    """For topics that the rule does not name already, those with the fewest terms first: they mean it most."""
    known = {topic_key(node.name) for node in walk(expression.root) if isinstance(node, TopicRef)}
    terms = {topic_key(node.text): node.text for node in walk(expression.root) if isinstance(node, Term)}
    found = []
    for topic in sorted(topics.values(), key=lambda one: len(one.terms)):
        meant = next((terms[key] for key in map(topic_key, (topic.name, *topic.terms)) if key in terms), None)
        if meant is not None and topic_key(topic.name) not in known:
            found.append(_proposal(expression.root, meant, topic))
    return found[:_MOST_TOPICS]


def _proposal(root: Node, term: str, topic: Topic) -> Proposal:
    there = {topic_key(node.text) for node in walk(root) if isinstance(node, Term)}
    others = [one for one in topic.terms if topic_key(one) not in there][:_MOST_RELATED]
    related = tuple((one, said_otherwise(root, term, [Term(term), parse_items(one)])) for one in others)
    return Proposal(term, topic, said_otherwise(root, term, [TopicRef(topic.name)]), related)


def said_otherwise(root: Node, term: str, items: Sequence[Node]) -> str:
    """The rule with any of these items wherever it has the term; the rule itself where that would be refused."""
    text = format_node(_replaced(root, term, tuple(one for one in items if isinstance(one, Item))))
    try:
        parse_rule(text)
    except RuleError:
        return format_node(root)
    return text


def _replaced(node: Node, term: str, items: tuple[Item, ...]) -> Node:
    match node:
        case Term():
            return _alternatives(items) if node.text == term else node
        case AnyOf():
            inside = [one for item in node.items for one in (items if item == Term(term) else (item,))]
            return _alternatives(tuple(dict.fromkeys(inside)))
        case And() | Or():
            return replace(node, children=tuple(_replaced(child, term, items) for child in node.children))
        case Near():
            return replace(node, operands=tuple(_replaced(child, term, items) for child in node.operands))
        case Not() | Field():
            return replace(node, child=_replaced(node.child, term, items))
    return node


def _alternatives(items: tuple[Item, ...]) -> Node:
    return items[0] if len(items) == 1 else AnyOf(items)
