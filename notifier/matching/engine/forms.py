"""Clauses in a form in which equal clauses are equal, however they were written. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from notifier.matching.engine.near import Fields, within
from notifier.matching.facts import named_divisions
from notifier.matching.fold import folded
from notifier.matching.language.expression import (
    And,
    AnyOf,
    Field,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    Term,
    TopicRef,
    format_node,
)
from notifier.matching.language.terms import topic_key
from notifier.matching.prepared import BARE_FIELDS, FIELD_PARTS


class Form(NamedTuple):
    """A clause in a form in which equal clauses are equal. `parts` are a leaf's text, or the clauses below."""

    kind: str  # term, phrase, regex, topic, other, and, or, not, near
    parts: tuple["str | Form", ...]
    scope: Fields = frozenset()
    links: tuple[object, ...] = ()


def form_of(node: Node, scope: Fields | None = None) -> Form:
    """The form of a clause that stands in normal form; the order of what is joined does not matter."""
    match node:
        case And() | Or() | AnyOf():
            return _joined(node, scope)
        case Not():
            return _denied(form_of(node.child, scope))
        case Field():
            return form_of(node.child, within(node, scope))
        case Near():
            there = Form("near", tuple(form_of(one, scope) for one in node.operands), links=tuple(node.links))
            back = Form("near", there.parts[::-1], links=there.links[::-1])
            return min(there, back, key=repr)
    return leaf_form(node, BARE_FIELDS if scope is None else scope)


def _denied(form: Form) -> Form:
    """None of an item list is not each of its items."""
    if form.kind != "or":
        return Form("not", (form,))
    return Form("and", tuple(sorted((Form("not", (part,)) for part in forms_in(form)), key=repr)))


def _joined(node: And | Or | AnyOf, scope: Fields | None) -> Form:
    kind = "and" if isinstance(node, And) else "or"
    below = node.items if isinstance(node, AnyOf) else node.children
    parts: set[Form] = set()
    for one in (form_of(child, scope) for child in below):
        parts.update(forms_in(one) if one.kind == kind else [one])
    return parts.pop() if len(parts) == 1 else Form(kind, tuple(sorted(parts, key=repr)))


def leaf_form(node: Node, scope: Fields) -> Form:
    if scope == FIELD_PARTS["place"] and isinstance(node, Term | Phrase):
        return Form("place", tuple(one.code for one in named_divisions(node.text)), scope)
    match node:
        case Term():
            return Form("term", ("*".join(map(folded, node.text.replace("＊", "*").split("*"))),), scope)
        case Phrase():
            return Form("phrase", (folded(node.text),), scope)
        case Regex():
            return Form("regex", (node.pattern,), scope)
        case TopicRef():
            return Form("topic", (topic_key(node.name),), scope)
    return Form("other", (format_node(node),), scope)


def forms_in(form: Form) -> Iterator[Form]:
    return (part for part in form.parts if isinstance(part, Form))


def text_of_form(form: Form) -> str:
    return str(form.parts[0])
