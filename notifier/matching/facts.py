"""Policy facts as fields of rules: 机关, 文号 and 地区. A hit in one is the span where the fact stands."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from notifier.domain import Division, Fact, division_names, is_within
from notifier.matching.fold import folded

_BRACKETS = re.compile(r"[〔﹝\[（(【［〈]\s*((?:19|20)\d\d)\s*[〕﹞\])）】］〉]")
DOCNO_TERM = re.compile(r"[^\s()|&、]+[(\[〔【]\s*(?:19|20)\d\d\s*[)\]〕】]\s*第?\s*\d+\s*号?")  # in half-width text
_SHORTER = (  # how bodies are called for short
    ("科学技术", "科技"), ("人民政府", "政府"), ("委员会", "委"), ("发展和改革", "发展改革"), ("发展改革委", "发改委"),
    ("工业和信息化", "工信"), ("经济和信息化", "经信"), ("住房和城乡建设", "住建"), ("人力资源和社会保障", "人社"),
    ("人力资源社会保障", "人社"), ("市场监督管理", "市场监管"), ("中国共产党", "中共"),
)  # fmt: skip


def number_form(text: str) -> str:
    """A document number with the brackets that it is printed in: 川科发〔2025〕12号."""
    return _BRACKETS.sub(r"〔\1〕", text)


def texts_of(fact: Fact) -> tuple[str, ...]:
    """The texts in which a term is looked for: as written, in full, and as the body is called for short."""
    if fact.kind == "docno":
        return (number_form(fact.value),)
    short = fact.value
    for long, brief in _SHORTER:
        short = short.replace(long, brief)
    return tuple(dict.fromkeys((fact.value, fact.text, short)))


@lru_cache(maxsize=1 << 10)
def named_divisions(text: str) -> tuple[Division, ...]:
    """The divisions that a rule's term means: 广元, 广元市, 四川省广元市; none where there is no such place.

    A province before what else has its name (海南); else all that have it.
    """
    names = division_names()
    name = "".join(text.split())
    found = (
        names.get(name) or names.get(folded(text)) or tuple(_path(name)) or tuple(_path(folded(text)))
    )  # 乾县 is no 干县
    provinces = tuple(one for one in found if one.level == 1)
    return provinces or tuple(found)


def _path(text: str, above: Sequence[Division] = ()) -> Iterator[Division]:
    """四川广元: each name within what stands before it."""
    names = division_names()
    for end in range(len(text), 1, -1):
        here = [
            one
            for one in names.get(text[:end], ())
            if not above or any(one != each and is_within(one.code, each.code) for each in above)
        ]
        if here and end == len(text):
            yield from here
        elif here:
            yield from _path(text[end:], here)


def stands_within(fact: Fact, wanted: Sequence[Division]) -> bool:
    """Does the place belong to the divisions, whichever of its own it is?"""
    return all(any(is_within(code, one.code) for one in wanted) for code in fact.codes)
