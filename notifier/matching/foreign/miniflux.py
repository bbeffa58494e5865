"""Miniflux's filter rules: lines such as EntryTitle=(?i)regex, kept apart as keep and block rules.

Miniflux has the two in fields of their own; in a file they stand under [keep] and [block], or in the JSON that its
API gives for a user or a feed (keep_filter_entry_rules, block_filter_entry_rules). An entry is taken where one of
the keep rules matches and none of the block rules does: a rule of ours a keep rule, each without what is blocked.
"""

import json
from typing import Any

from notifier.errors import InputError
from notifier.matching.foreign.sheet import Converted, Sheet, Unsayable, lines_of, regex, without
from notifier.matching.language.expression import Field, FieldName, Node

_FIELDS: dict[str, FieldName] = {"EntryTitle": "title", "EntryContent": "body"}
_UNSAID = ("EntryURL", "EntryCommentsURL", "EntryAuthor", "EntryTag", "EntryDate")
_KINDS = {
    "keep": "keep", "keep_filter_entry_rules": "keep", "block": "block", "block_filter_entry_rules": "block"
}  # fmt: skip


def read_miniflux(text: str) -> Converted:
    """InputError names the lines that cannot be said. Of JSON, the lines are those of its rules, in order."""
    sheet = Sheet()
    rules: dict[str, list[tuple[int, Node]]] = {"keep": [], "block": []}
    kind, lines = "", lines_of(text)
    for number, line in enumerate(_from_json(text) if text.lstrip().startswith(("{", "[{")) else lines, 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            kind = _kind(line[1:-1], number)
            continue
        node = sheet.attempt(number, lambda line=line, kind=kind: _rule(line, kind))  # type: ignore[misc]
        if node is not None:
            rules[kind].append((number, node))
    return _together(sheet, rules)


def _together(sheet: Sheet, rules: dict[str, list[tuple[int, Node]]]) -> Converted:
    blocked = [node for _, node in rules["block"]]
    if blocked and not rules["keep"]:
        sheet.refuse(rules["block"][0][0], Unsayable(
            "只有 block 规则，没有 keep：规则要说找什么，不能只说不要什么",
            "there are only block rules: a rule must say what to find, not only what to leave out",
        ))  # fmt: skip
    for number, node in rules["keep"]:
        sheet.add(number, without(node, blocked))
    return sheet.done()


def _kind(name: str, number: int) -> str:
    kind = _KINDS.get(name.strip().lower())
    if kind is None:
        raise InputError(f"第 {number} 行：只认 [keep] 和 [block]", f"line {number}: only [keep] and [block] are known")
    return kind


def _rule(line: str, kind: str) -> Node:
    name, equals, pattern = (part.strip() for part in line.partition("="))
    if not equals or not pattern:
        raise Unsayable("规则要写成 EntryTitle=正则", "a rule is like EntryTitle=regex")
    if not kind:
        raise Unsayable("请在规则前写一行 [keep] 或 [block]", "put a line [keep] or [block] before the rules")
    if name in _UNSAID:
        raise Unsayable(f"这里的规则没有 {name} 这个字段", f"rules here have no field {name}")
    if name not in _FIELDS:
        raise Unsayable(f"没有 {name} 这个字段", f"Miniflux has no field {name}")
    return Field(_FIELDS[name], regex(pattern, ignore_case=False))


def _from_json(text: str) -> list[str]:
    """The rules of a user or of feeds as the lines of a file."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"不是 JSON：{error}", "this is no JSON") from error
    lines: list[str] = []
    for one in data if isinstance(data, list) else [data]:
        for key in ("block_filter_entry_rules", "keep_filter_entry_rules"):
            value = one.get(key, "") if isinstance(one, dict) else ""
            lines += [f"[{key}]", *str(value).splitlines()] if value else []
    return lines
