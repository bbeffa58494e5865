"""Which administrative divisions a text names, and which one 我省 or 本市 stands for. Nothing is taken on suspicion.

A name with its ending (苍溪县) is taken as it stands. A short one (广元) counts where the table says that it means
nothing else, no words around it could have been cut into it (推广|元宇宙), and no road or university is named after it;
every other short name needs its parent right before it (广东中山). Where a name is that of several divisions (朝阳区),
what else the article names decides; where that leaves several, the fact keeps them all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from notifier.bulletins.policy import patterns
from notifier.bulletins.policy.stated import Text
from notifier.domain.divisions import Division, division_names, is_within, parents_of
from notifier.domain.facts import Fact

_JOINS = Path(__file__).with_name("joins.txt")
_MUNICIPALITIES = ("11", "12", "31", "50")
_MOST = 12  # divisions of one name that a fact keeps


@dataclass(frozen=True, slots=True)
class Named:
    """A place name as it stands. `sure`: accepted for itself; else only where its parent is named in the article."""

    start: int
    end: int
    divisions: tuple[Division, ...]
    sure: bool = True


@lru_cache(maxsize=1)
def _heads() -> dict[str, tuple[str, ...]]:
    """The names by their first two characters, the longest first."""
    found: dict[str, list[str]] = {}
    for name in division_names():
        found.setdefault(name[:2], []).append(name)
    return {head: tuple(sorted(names, key=len, reverse=True)) for head, names in found.items()}


@lru_cache(maxsize=1)
def _joins() -> dict[str, str]:
    """ "<广": the characters that make a word before 广; ">元": those that make one behind 元."""
    lines = _JOINS.read_text(encoding="utf-8").splitlines()
    return {line[:2]: line[2:] for line in lines if not line.startswith("#")}


def find_names(text: str) -> list[Named]:
    """The names in the order of the text, none within another."""
    heads, found, at = _heads(), list[Named](), 0
    for start in [start for start in range(len(text) - 1) if text[start : start + 2] in heads]:
        if start < at:
            continue
        for name in heads[text[start : start + 2]]:
            if text.startswith(name, start) and (one := _judge(text, name, start, last=found[-1] if found else None)):
                found.append(one)
                at = one.end
                break
    return found


def _judge(text: str, name: str, start: int, *, last: Named | None) -> Named | None:
    end = start + len(name)
    divisions = division_names()[name]
    adjacent = _below(divisions, last.divisions) if last and last.end == start else ()
    if adjacent and not _goes_on(text, end):
        return Named(start, end, adjacent)
    short = tuple(one for one in divisions if one.short == name and one.name != name)
    full = tuple(one for one in divisions if one not in short)
    if full and not _goes_on(text, end):
        plain = len(name) > 2 or not patterns.HAN.match(text[start - 1 : start])
        return Named(start, end, full, sure=len(name) > 2 and name not in patterns.COMMON_NAMES) if plain else None
    return _judge_short(text, short, (start, end))


def _judge_short(text: str, divisions: Sequence[Division], span: tuple[int, int]) -> Named | None:
    start, end = span
    highest = [one for one in divisions if one.level == divisions[0].level and one.alone]
    if not highest or _is_cut(text, start, end) or patterns.NO_PLACE_AFTER.match(text, end):
        return None
    if highest[0].level == 3 and len(divisions) > 1:
        return None
    return Named(start, end, tuple(highest), sure=highest[0].level < 3)


def _goes_on(text: str, end: int) -> bool:
    """市 of 成都市场, which is 成都 and 市场."""
    return text[end - 1 : end + 1] in patterns.NEXT_WORDS


def _is_cut(text: str, start: int, end: int) -> bool:
    """Could both ends belong to the words around (推广 and 元宇宙 around 广元)?"""
    before, behind = text[start - 1 : start], text[end : end + 1]
    return bool(before and behind) and (
        before in _joins().get("<" + text[start], "") and behind in _joins().get(">" + text[end - 1], "")
    )


def _below(divisions: Iterable[Division], parents: Sequence[Division]) -> tuple[Division, ...]:
    """Those that belong to one of the parents, of the highest level among them."""
    below = [one for one in divisions if any(is_within(one.code, parent.code) and one != parent for parent in parents)]
    return tuple(one for one in below if one.level == below[0].level)


# --- the places of an article -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Context:
    """Where an article comes from: the places that its origins name, the nearest to it first."""

    origins: tuple[tuple[Division, ...], ...] = ()

    def division(self, level: int) -> Division | None:
        """The one division of this level that the first telling origin names."""
        for divisions in self.origins:
            found = {above for one in divisions for above in _at_level(one, level)}
            if len(found) == 1:
                return found.pop()
        return None


def origin(names: Sequence[Named]) -> tuple[Division, ...]:
    """The divisions that names tell of for certain."""
    return tuple({one.divisions[0]: None for one in names if one.sure and len(one.divisions) == 1})


def _at_level(division: Division, level: int) -> set[Division]:
    """The division itself or its parent at that level; a municipality is a province and a city."""
    line = (*parents_of(division.code), division)
    return {
        one for one in line if one.level == level or (level == 2 and one.level == 1 and one.code[:2] in _MUNICIPALITIES)
    }


def find_places(texts: Sequence[tuple[Text, Sequence[Named]]], context: Context) -> list[Fact]:
    """Each division once, where it stands first; then what 我省 and its like stand for. `texts` with their names."""
    named = [(where, one) for where, names in texts for one in names]
    known = {one.divisions[0].code for _, one in named if one.sure and len(one.divisions) == 1}
    around = frozenset(known | _codes(context))
    found: dict[str, Fact] = {}
    for where, one in named:
        if (key := _decided(one, around)) and key not in found:
            found[key] = _fact(where, one, key)
    for where, _ in texts:
        for fact in _own_places(where, context):
            found.setdefault(fact.value, fact)
    return list(found.values())


def _codes(context: Context) -> set[str]:
    found = (context.division(level) for level in (1, 2))
    return {one.code for one in found if one}


def _decided(one: Named, around: frozenset[str]) -> str:
    """The codes of the divisions that a name may be, given what else is named; "" where it does not count."""
    if one.sure and len(one.divisions) == 1:
        return one.divisions[0].code
    related = _related(one.divisions, around)
    divisions = related or one.divisions
    return "|".join(each.code for each in divisions) if (one.sure or related) and len(divisions) <= _MOST else ""


def _fact(where: Text, one: Named, value: str) -> Fact:
    chosen = len(one.divisions) > value.count("|") + 1
    return where.fact("place", (one.start, one.end), value=value, inferred=chosen)


def _related(divisions: Sequence[Division], around: frozenset[str]) -> tuple[Division, ...]:
    """Those whose city is named, else those whose province is."""
    for level in (2, 1):
        found = [
            one for one in divisions for above in parents_of(one.code) if above.level == level and above.code in around
        ]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


_LEVELS = {"省": 1, "自治区": 1, "市": 2, "州": 2, "县": 3}


def _own_places(where: Text, context: Context) -> Iterator[Fact]:
    """我省, 本市, 全县: a fact for the first of each kind."""
    seen: set[int] = set()
    for found in patterns.OWN_PLACE.finditer(where.text):
        level = _LEVELS[found["kind"]]
        if level not in seen and (division := context.division(level)):
            seen.add(level)
            yield where.fact("place", found.span(), value=division.code, inferred=True)
