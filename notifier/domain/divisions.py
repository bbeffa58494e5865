"""Administrative divisions of China: provinces, cities and counties, by code and by name.

The table is divisions.txt beside this file (its head says where it comes from); it is read when first asked for.
"""

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).with_name("divisions.txt")
_ENTRY = re.compile(r"(\d+)([^\s=*]+)(?:=([^\s*]+))?(\*?)")
_ENDINGS = "省市县区旗盟"
_KINDS = (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗"), ("自治区", "区"))  # 凉山州 for 凉山彝族自治州


class Division(NamedTuple):
    """One division. `code` has six digits (GB/T 2260); `alone` says that the short name needs no further sign."""

    code: str
    name: str  # 北川羌族自治县
    short: str  # 北川
    level: int  # 1 a province, 2 a city (地级), 3 a county (县级)
    alone: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that it goes by: 北川羌族自治县, 北川县, 北川."""
        if "自治" not in self.name or self.level == 1:
            return (self.name,) if self.name == self.short else (self.name, self.short)
        return (self.name, *(self.short + kind for ending, kind in _KINDS if self.name.endswith(ending)), self.short)


@lru_cache(maxsize=1)
def divisions() -> dict[str, Division]:
    """All divisions by code, provinces before their cities before their counties; then those that are no more."""
    found: dict[str, Division] = {}
    for line in _lines():
        prefix = ""
        for code, name, short, star in () if line.startswith("-") else _ENTRY.findall(line):
            full = (prefix + code).ljust(6, "0")
            level = 3 if prefix else len(code) // 2
            prefix = prefix or code
            found[full] = Division(full, name, short or _without_ending(name), level, bool(star))
    for former in _former():
        found.setdefault(former.code, former)
    return found


def _lines() -> list[str]:
    return [line for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


@lru_cache(maxsize=1)
def _former() -> tuple[Division, ...]:
    """What is no more; another division may have its code now."""
    entries = [entry for line in _lines() if line.startswith("-") for entry in _ENTRY.findall(line)]
    return tuple(
        Division(code, name, _without_ending(name), 2 if code.endswith("00") else 3) for code, name, _, _ in entries
    )


@lru_cache(maxsize=1)
def division_names() -> dict[str, tuple[Division, ...]]:
    """The divisions by each of their names, higher ones first. 朝阳 is a city, a county and two districts."""
    found: dict[str, list[Division]] = defaultdict(list)
    former = dict.fromkeys(_former())
    for division in divisions().values():
        for name in () if division in former else division.names:
            found[name].append(division)
    for division in former:  # 会理 is the city that the county has become
        found[division.name].append(division)
        if division.short != division.name and division.short not in found:
            found[division.short].append(division)
    return {name: tuple(sorted(each, key=_by_level)) if len(each) > 1 else (each[0],) for name, each in found.items()}


def _by_level(one: Division) -> tuple[int, str]:
    return one.level, one.code


def is_within(code: str, above: str) -> bool:
    """Is `code` the division `above`, or one below it?"""
    return code.startswith(above.removesuffix("00").removesuffix("00"))


def parents_of(code: str) -> tuple[Division, ...]:
    """The province and the city that a division belongs to, without itself."""
    above = (code[:2] + "0000", code[:4] + "00")
    return tuple(divisions()[each] for each in above if each != code and each in divisions())


def full_name(code: str) -> str:
    """四川省广元市苍溪县."""
    return "".join(one.name for one in (*parents_of(code), divisions()[code]))


def _without_ending(name: str) -> str:
    return name[:-1] if len(name) > 2 and name[-1] in _ENDINGS else name
