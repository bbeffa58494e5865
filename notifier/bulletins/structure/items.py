"""Articles without a line for their title: digests of one paragraph each, told apart by marks, by drawn lines or by the
notes that say where each was taken from."""

import dataclasses
from collections.abc import Callable, Sequence
from itertools import pairwise

from notifier.bulletins.lines import Line, close_up
from notifier.bulletins.structure import patterns, signs
from notifier.bulletins.structure.bylines import Signature, signature_behind
from notifier.bulletins.structure.facts import fold_digits
from notifier.bulletins.structure.marks import ends_block, is_inner_label, point_marker

_BRACKET = "【"
_BROKEN = 3  # lines of a paragraph in which its first sentence ends

Item = tuple[str, Sequence[Line]]  # its title, "" where it has none, and its lines without the mark


def items(lines: Sequence[Line]) -> list[Item]:
    """The articles of a text that stands under no title; one, where nothing tells several apart."""
    if not lines:
        return []
    for opens in (_is_ruled, _marked(lines), _noted(lines)):
        starts = [at for at in range(1, len(lines)) if opens(lines, at)]
        if starts:
            return [item for left, right in pairwise((0, *starts, len(lines))) for item in items(lines[left:right])]
    return [_item(lines)]


def opens_item(lines: Sequence[Line], at: int) -> bool:
    """An article begins here, and its text on the same line: ● …。, 【标题】…。, 1. …。"""
    if not item_sign(lines[at].text):
        return False
    text = "".join(line.text for line in lines[at : at + _BROKEN])
    return len(lines[at].text) > patterns.TITLE_LENGTH or ends_block(lines[at].text) or "。" in text


def _is_ruled(lines: Sequence[Line], at: int) -> bool:
    return lines[at].ruled


def _marked(lines: Sequence[Line]) -> Callable[[Sequence[Line], int], bool]:
    """Every line with the mark of the first, where that is one."""
    sign = item_sign(lines[0].text) if opens_item(lines, 0) else ""
    return lambda lines, at: bool(sign) and item_sign(lines[at].text) == sign


def _noted(lines: Sequence[Line]) -> Callable[[Sequence[Line], int], bool]:
    """What stands behind a note that tells a source, where the text has several of them."""
    noted = {at for at, line in enumerate(lines) if signature_behind(line.text)[1] != Signature()}
    several = len(noted) > 1 and len(lines) - 1 in noted
    return lambda _, at: several and at - 1 in noted


def item_sign(text: str) -> str:
    """What the line begins with: a bracketed lead, a bullet, or the style of its number; "" if with nothing such."""
    if found := signs.LEAD_IN.match(text):
        return "" if is_inner_label(found["name"]) else _BRACKET
    if found := patterns.ROW_BULLET.match(text):
        return found[0][0]
    marker = point_marker(text)
    return marker.style if marker and marker.style in patterns.ITEM_NUMBERS else ""


def _item(lines: Sequence[Line]) -> Item:
    """The item without its mark; a lead in brackets is its title."""
    text, sign = lines[0].text, item_sign(lines[0].text)
    if not sign or not opens_item(lines, 0):
        return "", lines
    if sign == _BRACKET and (found := signs.LEAD_IN.match(text)):
        return close_up(found["name"]), [dataclasses.replace(lines[0], text=found["rest"]), *lines[1:]]
    mark = patterns.ROW_BULLET.match(text) or patterns.ROW_NUMBER.match(fold_digits(text))
    return "", [dataclasses.replace(lines[0], text=text[mark.end() :] if mark else text), *lines[1:]]
