"""What an operator adds to the table of patterns: forms of one's own house, rewritten to forms that are known.

A line that heads a contents list becomes 目录, one that names a section 【…】, an issue number 第…期, a label of
recipients 主送： or 抄送：. Everything after that reads the known forms.
"""

import contextlib
import dataclasses
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from notifier.bulletins.lines import Line
from notifier.bulletins.structure import patterns

_HEAD_LINES = 24  # lines in which an issue number is looked for


@dataclasses.dataclass(frozen=True, slots=True)
class HouseStyle:
    """contents, to, cc: words. sections, issues: RE2 patterns of a whole line; the first group is name or number."""

    contents: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()


NO_STYLE = HouseStyle()


def in_known_forms(lines: Sequence[Line], style: HouseStyle) -> Sequence[Line]:
    """The lines with the house's own forms rewritten; other lines as they are."""
    if style == NO_STYLE:
        return lines
    tail = len(lines) - patterns.TAIL_LINES
    texts = (_known(line.text, style, head=at < _HEAD_LINES, tail=at >= tail) for at, line in enumerate(lines))
    return [
        line if text == line.text else dataclasses.replace(line, text=text)
        for line, text in zip(lines, texts, strict=True)
    ]


def _known(text: str, style: HouseStyle, *, head: bool, tail: bool) -> str:
    if len(text) > patterns.FACT_LENGTH:
        return _label(text, style) if tail else text
    if "".join(text.split()) in style.contents:
        return "目录"
    if head and (issue := _group(text, style.issues)):
        return f"第{issue}期"
    if name := _group(text, style.sections):
        return f"【{name}】"
    return _label(text, style) if tail else text


def _label(text: str, style: HouseStyle) -> str:
    for label, words in (("主送", style.to), ("抄送", style.cc)):
        for word in words:
            rest = text.removeprefix(word).lstrip()
            if text.startswith(word) and rest.startswith(("：", ":")):
                return f"{label}：{rest[1:].lstrip()}"
    return text


def _group(text: str, forms: Sequence[str]) -> str:
    for form in forms:
        if found := _compiled(form).fullmatch(text):
            return str(found.group(1)).strip()
    return ""


_STYLE: ContextVar[HouseStyle] = ContextVar("house", default=NO_STYLE)


@contextlib.contextmanager
def using(style: HouseStyle) -> Iterator[None]:
    """What is read within has this style: a document may hold others, at any depth."""
    token = _STYLE.set(style)
    try:
        yield
    finally:
        _STYLE.reset(token)


def current() -> HouseStyle:
    return _STYLE.get()


@lru_cache(maxsize=64)
def _compiled(form: str) -> Any:
    import re2  # linear in time whatever the pattern; loaded by those who have patterns of their own

    return re2.compile(form)
