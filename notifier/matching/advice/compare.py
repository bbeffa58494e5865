"""Rules compared: the same said otherwise, one contained in another, and clauses that can never match.

Everything here is careful in one direction: what it says of two rules holds of every article, and what it cannot
be sure of it leaves unsaid. One thing it takes for granted: a bare term that stands in another one as a mention
(核电 in 核电站) is one wherever that other one stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from notifier.domain import Article, Mode, is_within
from notifier.matching.engine.forms import Form, form_of, forms_in, leaf_form, text_of_form
from notifier.matching.engine.near import Fields, within
from notifier.matching.engine.plain import Library, PlainEngine
from notifier.matching.language.expression import (
    And,
    AnyOf,
    Expression,
    Field,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Term,
    format_node,
    normal_form,
    position_of,
)
from notifier.matching.mention.mentions import MentionGate
from notifier.matching.prepared import BARE_FIELDS, prepare
from notifier.matching.topics import Topic, compile_topics

MOST_PAIRS = 50_000  # clauses of one rule x clauses of another, beyond which only equality is looked for


class Written(NamedTuple):
    """A rule as a subscriber has it."""

    expression: Expression
    mode: Mode = "standard"
    min_score: float = 0.0


@dataclass(slots=True)
class Comparer:
    """Compares rules and clauses with one another. `library` is what #话题 refers to."""

    library: Library = field(default_factory=dict)
    _known: dict[tuple[Form, Form], bool] = field(default_factory=dict)
    _found: dict[tuple[Form, Form], bool] = field(default_factory=dict)
    _forms: dict[int, tuple[Expression, Form]] = field(default_factory=dict)  # by id: a rule may be long

    @classmethod
    def of(cls, topics: Mapping[str, Topic] | None) -> "Comparer":
        return cls(compile_topics(topics or {}))

    def same(self, one: Written, other: Written) -> bool:
        """Do they match the same articles?"""
        return one[1:] == other[1:] and self.form(one.expression) == self.form(other.expression)

    def form(self, expression: Expression) -> Form:
        if id(expression) not in self._forms:
            self._forms[id(expression)] = expression, form_of(normal_form(expression.root))
        return self._forms[id(expression)][1]

    def contained(self, inner: Written, outer: Written) -> bool:
        """Does `outer` surely match every article that `inner` matches?"""
        narrower: dict[Mode, int] = {"strict": 0, "standard": 1, "loose": 2}
        if narrower[inner.mode] > narrower[outer.mode] or outer.min_score > 0 or self._denies(outer, inner):
            return False
        left, right = self.form(inner.expression), self.form(outer.expression)
        return _size(left) * _size(right) <= MOST_PAIRS and self.implies(left, right)

    def _denies(self, outer: Written, inner: Written) -> bool:
        """NOT turns the modes round: what a wider one keeps excludes more."""
        return outer.mode != inner.mode and any(form.kind == "not" for form in _walk(self.form(outer.expression)))

    def implies(self, left: Form, right: Form) -> bool:
        """Does `right` surely hold wherever `left` does?"""
        if left == right:
            return True
        key = (left, right)
        if key not in self._known:
            self._known[key] = self._implies(left, right)
        return self._known[key]

    def _implies(self, left: Form, right: Form) -> bool:
        if left.kind == "or":
            return all(self.implies(one, right) for one in forms_in(left))
        if right.kind == "and":
            return all(self.implies(left, one) for one in forms_in(right))
        if right.kind == "or" and any(self.implies(left, one) for one in forms_in(right)):
            return True
        if left.kind in ("and", "near"):
            return any(self.implies(one, right) for one in forms_in(left))
        if left.kind == right.kind == "not":
            return self.implies(next(forms_in(right)), next(forms_in(left)))
        return self._leaf_implies(left, right)

    def _leaf_implies(self, left: Form, right: Form) -> bool:
        if not left.scope or not right.scope or not left.scope <= right.scope:
            return False
        if left.kind == right.kind == "place":
            return all(any(is_within(str(code), str(above)) for above in right.parts) for code in left.parts)
        if right.kind == "topic":
            return self._in_topic(left, right)
        if left.kind == "topic":
            return False
        return self._stands_in(right, left)

    def _in_topic(self, left: Form, right: Form) -> bool:
        topic = self.library.get(text_of_form(right))
        if topic is None or left == right:
            return left == right
        below = [Form("topic", (name,), right.scope) for name in topic.children]
        if any(self.implies(left, one) for one in below):
            return True
        return not topic.excluded and any(self.implies(left, leaf_form(term, right.scope)) for term in topic.terms)

    def _stands_in(self, inner: Form, outer: Form) -> bool:
        """Does the term or phrase `inner` hold wherever `outer` stands: is it found in its very characters?"""
        kinds = {inner.kind, outer.kind}
        whole = text_of_form(outer)
        if not kinds <= {"term", "phrase"} or "*" in whole or text_of_form(inner).strip("*") not in whole:
            return False
        if inner.kind == "term" and outer.kind == "phrase" and text_of_form(inner) == whole:
            return False  # the characters may stand there by accident
        key = (inner._replace(scope=frozenset()), outer._replace(scope=frozenset()))
        if key not in self._found:
            node = Phrase(text_of_form(inner)) if inner.kind == "phrase" else Term(text_of_form(inner))
            engine = PlainEngine(prepare(Article(whole)), {}, MentionGate())
            self._found[key] = bool(engine.leaf(node, None))
        return self._found[key]


def _walk(form: Form) -> Iterator[Form]:
    yield form
    for part in forms_in(form):
        yield from _walk(part)


def _size(form: Form) -> int:
    return sum(1 for _ in _walk(form))


# --- clauses that can never match -------------------------------------------------------------------------


class Dead(NamedTuple):
    """A clause that no article can satisfy, and what stands against it (the other side of a NEAR, or the NOT)."""

    clause: str
    against: str
    position: int
    whole: bool  # the whole rule can then never match


def dead_clauses(expression: Expression, comparer: Comparer) -> list[Dead]:
    """Clauses that a NOT beside them excludes wherever they hold, and NEARs whose sides stand in different fields."""
    root = normal_form(expression.root)
    if _size(comparer.form(expression)) > MOST_PAIRS // 50:
        return []
    return list(_dead(root, None, comparer=comparer))


def _dead(node: Node, scope: Fields | None, *, comparer: Comparer) -> Iterator[Dead]:
    match node:
        case And():
            yield from _contradictions(node, scope, comparer=comparer)
            for child in node.children:
                yield from _dead(child, scope, comparer=comparer)
        case Or():
            for child in node.children:  # the others may still match
                yield from (one._replace(whole=False) for one in _dead(child, scope, comparer=comparer))
        case Field():
            yield from _dead(node.child, within(node, scope), comparer=comparer)
        case Near():
            yield from _apart(node, scope)


def _flat(node: Node) -> Iterator[Node]:
    """What an AND needs, brackets aside."""
    if isinstance(node, And):
        for child in node.children:
            yield from _flat(child)
    else:
        yield node


def _contradictions(node: And, scope: Fields | None, *, comparer: Comparer) -> Iterator[Dead]:
    needed = list(_flat(node))
    for no in (one for one in needed if isinstance(one, Not)):
        excluded = form_of(no.child, scope)
        for one in needed:
            if isinstance(one, Not):
                continue
            whole = comparer.implies(form_of(one, scope), excluded)
            for branch in (one,) if whole else _branches(one):
                if whole or comparer.implies(form_of(branch, _scope_in(one, branch, scope)), excluded):
                    yield Dead(format_node(branch), format_node(no), position_of(branch), whole=whole)


def _branches(node: Node) -> tuple[Node, ...]:
    """The alternatives of a clause, each of which may be excluded by itself."""
    inner = node.child if isinstance(node, Field) else node
    if isinstance(inner, Or):
        return inner.children
    return tuple(inner.items) if isinstance(inner, AnyOf) else (node,)


def _scope_in(node: Node, branch: Node, scope: Fields | None) -> Fields | None:
    return within(node, scope) if isinstance(node, Field) and branch is not node else scope


def _apart(node: Near, scope: Fields | None) -> Iterator[Dead]:
    """Sides that never share a field can never be near each other."""
    for left, right in zip(node.operands, node.operands[1:], strict=False):
        if not _reach(left, scope) & _reach(right, scope):
            yield Dead(format_node(node), format_node(right), position_of(left), whole=True)


def _reach(node: Node, scope: Fields | None) -> Fields:
    """The fields in which a side can stand."""
    match node:
        case Field():
            return _reach(node.child, within(node, scope))
        case And():
            wanted = [_reach(child, scope) for child in node.children if not isinstance(child, Not)]
            return frozenset[str].intersection(*wanted) if wanted else frozenset()  # type: ignore[return-value]
        case Or():
            return frozenset(name for child in node.children for name in _reach(child, scope))
        case Near():
            return _reach(node.operands[0], scope) & _reach(node.operands[-1], scope)
    return BARE_FIELDS if scope is None else scope
