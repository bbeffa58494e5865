"""Near chains: a NEAR/5 b 同句 c. Each neighbouring pair of spans is linked as asked, in one block of one field."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from notifier.domain import Certainty
from notifier.matching.language.expression import And, Field, Link, Near, Node, Not, Or
from notifier.matching.prepared import FIELD_PARTS, Block, HitField, Span

Fields = frozenset[HitField]
Unit = tuple[int, int]  # a block's number, and a sentence's number in it (0 for a whole block)


class Found(NamedTuple):
    """A span in the article that satisfied a term."""

    span: Span
    term: str
    certainty: Certainty


def within(node: Field, fields: Fields | None) -> Fields:
    """Where to look inside a field: what it names, and nothing that an outer field leaves out."""
    named = FIELD_PARTS[node.name]
    return named if fields is None else named & fields


def distance(left: Span, right: Span) -> int:
    """Folded characters between two spans of one block, in either order; 0 where they touch or overlap."""
    return max(0, right.start - left.end, left.start - right.end)


@dataclass(frozen=True, slots=True)
class Chains:
    """Finds near chains in `blocks`; `leaf` finds what stands at their ends."""

    blocks: Sequence[Block]
    leaf: Callable[[Node, Fields | None], list[Found]]

    def find(self, node: Near, fields: Fields | None) -> list[Found]:
        """Every span that takes part in a whole chain."""
        groups = [
            sorted(set(self.operand(operand, fields, links=node.links[max(0, at - 1) : at + 1])))
            for at, operand in enumerate(node.operands)
        ]
        # Forwards, what is reached from the left; backwards, what of it goes on to the right end.
        for at, link in enumerate(node.links):
            groups[at + 1] = self.linked(groups[at + 1], groups[at], link=link)
        for at, link in reversed(list(enumerate(node.links))):
            groups[at] = self.linked(groups[at], groups[at + 1], link=link)
        return [one for group in groups for one in group]

    def operand(self, node: Node, fields: Fields | None, *, links: Sequence[Link]) -> list[Found]:
        """Where an operand stands. In it, AND and NOT look at one sentence (beside 同句) or one block at a time."""
        match node:
            case Or():
                return [one for child in node.children for one in self.operand(child, fields, links=links)]
            case And():
                return self._together(node, fields, links=links)
            case Field():
                return self.operand(node.child, within(node, fields), links=links)
            case Near():
                return self.find(node, fields)
            case Not():
                return []
        return self.leaf(node, fields)

    def _together(self, node: And, fields: Fields | None, *, links: Sequence[Link]) -> list[Found]:
        kind = Link("sentence") if Link("sentence") in links else Link("block")
        children = list(_flat(node))
        wanted = [child for child in children if not isinstance(child, Not)]
        unwanted = [child.child for child in children if isinstance(child, Not)]
        groups = [self.operand(child, fields, links=links) for child in wanted]
        units = set.intersection(*({self.unit(one.span, kind) for one in group} for group in groups))
        for child in unwanted:
            units -= {self.unit(one.span, kind) for one in self.operand(child, fields, links=links)}
        return [one for group in groups for one in group if self.unit(one.span, kind) in units]

    def unit(self, span: Span, link: Link) -> Unit:
        """What two spans share when they are linked by 同句 or 同段."""
        return span.block, self.blocks[span.block].sentence(span.start) if link.kind == "sentence" else 0

    def linked(self, spans: list[Found], others: list[Found], *, link: Link) -> list[Found]:
        """Those of `spans` that are linked to one of `others`; both sorted."""
        if link.kind == "near":
            longest = max((one.span.end - one.span.start for one in others), default=0)
            return [one for one in spans if _neighbour(one.span, others, reach=link.distance, longest=longest)]
        units = {self.unit(one.span, link) for one in others}
        return [one for one in spans if self.unit(one.span, link) in units]


def _flat(node: And) -> Iterator[Node]:
    """What has to stand together, through brackets: a AND (NOT b AND NOT c)."""
    for child in node.children:
        yield from _flat(child) if isinstance(child, And) else (child,)


def _neighbour(span: Span, others: list[Found], *, reach: int, longest: int) -> bool:
    """Is one of `others` (sorted, none longer than `longest`) at most `reach` away? Only those around are tried."""
    first = bisect_left(others, (span.block, span.start - reach - longest), key=lambda one: one.span[:2])
    last = bisect_right(others, (span.block, span.end + reach), key=lambda one: one.span[:2])
    return any(distance(span, one.span) <= reach for one in others[first:last])
