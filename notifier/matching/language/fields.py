"""What cannot stand inside a field or beside a NEAR."""

from collections.abc import Iterator
from typing import NamedTuple

from notifier.matching.facts import named_divisions
from notifier.matching.language.dates import Comparison
from notifier.matching.language.expression import (
    FACT_FIELDS,
    Field,
    FieldName,
    Near,
    Node,
    Phrase,
    Regex,
    Term,
    TopicRef,
    children_of,
    position_of,
    walk,
)
from notifier.matching.language.refusals import nearest_place


class Problem(NamedTuple):
    """The code of a refusal, where, and what its text needs."""

    code: str
    position: int
    values: dict[str, str] = {}  # noqa: RUF012 - never changed


def misplaced(node: Node, outer: FieldName | None = None, *, language: str) -> Iterator[Problem]:
    """Every such problem, in the order of the rule."""
    if isinstance(node, Field):
        if outer and outer != node.name:
            yield Problem("field_never", node.position)
        outer = node.name
    if isinstance(node, Near):
        yield from _in_near(node)
    if outer:
        yield from _in_field(node, outer, language)
    for child in children_of(node):
        yield from misplaced(child, outer, language=language)


def _in_field(node: Node, name: FieldName, language: str) -> Iterator[Problem]:
    """A comparison stands in no field; in 地区 stand names of places, and nothing else."""
    if isinstance(node, Comparison):
        yield Problem("field_date", node.position, {"word": node.text()})
    elif name == "place" and isinstance(node, Regex | TopicRef | Near):
        yield Problem("place_word", position_of(node))
    elif name == "place" and isinstance(node, Term | Phrase) and not named_divisions(node.text):
        near = nearest_place(node.text, language=language)
        yield Problem("place", node.position, {"name": node.text, "near": near})


def _in_near(node: Near) -> Iterator[Problem]:
    """Facts and dates stand in no text: they are near nothing."""
    for one in walk(node):
        if isinstance(one, Comparison) or (isinstance(one, Field) and one.name in FACT_FIELDS):
            yield Problem("near_fact", position_of(one))
