"""The plain way to write a rule: lists of terms. It reads and writes the rule language, and nothing but it.

    包含任一 核电、核能   必须包含 四川 风电   不包含 NOT 招聘   栏目:要闻、动态   地区:四川、陕西

A rule that says more than these lists can (NEAR, other fields, brackets within brackets) has no chips.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from notifier.errors import RuleError
from notifier.matching.language.expression import (
    QUOTE_PAIRS,
    And,
    AnyOf,
    Field,
    FieldName,
    Item,
    Node,
    Not,
    Or,
    Phrase,
    Term,
    TopicRef,
    children_of,
    format_node,
    quoted,
)
from notifier.matching.language.parser import parse_rule

_QUOTED = "|".join(f"{opening}[^{closers}]*[{closers}]" for opening, _, closers in QUOTE_PAIRS)
_ITEM = re.compile(f"(?:{_QUOTED}|[^、，,；;\n])+")
_LISTS: dict[FieldName, str] = {"section": "sections", "place": "places"}


@dataclass(frozen=True, slots=True)
class Chips:
    """Terms as they stand in a rule: 核电, “核电 站”, #能源. Sections and places are alternatives too."""

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @classmethod
    def of(cls, **lists: Iterable[str]) -> "Chips":
        """From what somebody typed, empty ones and second ones left out."""
        return cls(**{name: tuple(dict.fromkeys(filter(None, map(as_item, given)))) for name, given in lists.items()})

    @classmethod
    def typed(cls, **lists: str) -> "Chips":
        """The same from one line a list, its terms between commas: 核电、“核电 站”，核能."""
        return cls.of(**{name: split_items(line) for name, line in lists.items()})

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


def split_items(line: str) -> list[str]:
    """What stands between commas; a quoted comma parts nothing."""
    return [one.strip() for one in _ITEM.findall(line) if one.strip()]


def as_item(written: str) -> str:
    """What was typed as one item of a rule: a term, a “phrase”, a #topic; all else is taken at its characters."""
    text = " ".join(written.split())
    if not text:
        return ""
    try:
        root = parse_rule(f"标题:{text}").root  # within a field: there a single character may stand
    except RuleError:
        return text if _is_quoted(text) else quoted(text)
    inside = root.child if isinstance(root, Field) else root
    return format_node(inside) if isinstance(inside, Term | Phrase | TopicRef) else quoted(text)


def _is_quoted(text: str) -> bool:
    """Marks alone, between quotation marks, are refused whatever is done to them."""
    return any(text[0] == opening and text[-1] in closers for opening, _, closers in QUOTE_PAIRS) and len(text) > 1


def rule_of(chips: Chips) -> str:
    """The rule that says so; "" where there are no chips. It may still be refused: only what must not be is no rule."""
    parts = [_list(chips.any_of), *chips.all_of, *(f"NOT {one}" for one in chips.none_of)]
    parts += [f"{word}:{_list(items)}" for word, items in (("栏目", chips.sections), ("地区", chips.places)) if items]
    return " ".join(filter(None, parts))


def _list(items: Sequence[str]) -> str:
    return "、".join(items)


def chips_of(text: str) -> Chips | None:
    """The lists that say what a rule says; None where it says more than they can. RuleError as from parse_rule."""
    found: Chips | None = Chips()
    for part in _parts(parse_rule(text).root):
        found = _with(found, part) if found is not None else None
    if found is not None and not found.any_of and len(found.all_of) == 1:
        return replace(found, any_of=found.all_of, all_of=())
    return found


def _parts(root: Node) -> Iterable[Node]:
    """What has to hold, each by itself."""
    if not isinstance(root, And):
        return (root,)
    return [part for child in root.children for part in _parts(child)]


def _with(chips: Chips, part: Node) -> Chips | None:
    """With one part more; None where no list takes it."""
    items = _items(part.child if isinstance(part, Not | Field) else part)
    if items is None:
        return None
    if isinstance(part, Not):
        return replace(chips, none_of=_joined(chips.none_of, items))
    if isinstance(part, Field):
        name = _LISTS.get(part.name, "")
        return replace(chips, **{name: items}) if name and not getattr(chips, name) else None
    if len(items) == 1:
        return replace(chips, all_of=_joined(chips.all_of, items))
    return replace(chips, any_of=items) if not chips.any_of else None


def _joined(before: tuple[str, ...], items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(before + items))


def _items(node: Node) -> tuple[str, ...] | None:
    """The items of a clause of which any may be there."""
    if isinstance(node, Item):
        return (format_node(node),) if isinstance(node, Term | Phrase | TopicRef) else None
    if not isinstance(node, AnyOf | Or):
        return None
    below = [_items(child) for child in children_of(node)]
    return tuple(dict.fromkeys(one for items in below for one in items or ())) if all(below) else None
