"""What no cut of the words can tell: names and numbers that spell a term and mean something else."""

from functools import lru_cache
from pathlib import Path

from notifier.matching.mention.lattice import is_place, is_word

_NAMES = Path(__file__).with_name("names.txt")
_DIGITS = frozenset("〇零一二两三四五六七八九0123456789")
_UNITS = frozenset("十百千万亿")
_NUMERALS = _DIGITS | _UNITS
_ROADS = frozenset(("路", "街", "巷", "大街", "东路", "西路", "南路", "北路", "中路", "东街", "西街", "南街", "北街"))
_ROAD_STARTS = frozenset(road[0] for road in _ROADS)
DIVISIONS = "省市县区州旗盟镇乡"
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范石姚谭廖邹熊陆郝孔崔康毛邱秦史顾侯邵孟龙段钱汤尹黎武乔贺赖龚"
)
_TITLES_BEFORE = (
    "书记", "省长", "市长", "县长", "区长", "州长", "部长", "厅长", "局长", "处长", "科长", "校长", "院长", "会长",
    "所长", "行长", "社长", "主席", "主任", "总理", "总统", "总裁", "经理", "院士", "教授", "研究员", "工程师",
    "董事长", "秘书长", "同志", "记者", "代表", "委员",
)  # fmt: skip
_TITLES_AFTER = ("院士", "教授", "研究员", "同志", "先生", "女士", "博士", "书记", "主任", "局长", "厅长", "部长")
TELLING_BEFORE = _NUMERALS | _SURNAMES
TELLING_AFTER = _UNITS | _ROAD_STARTS


def is_other(text: str, marks: bytes, *, start: int, end: int) -> bool:
    """Does text[start:end] belong to a number, name or road that means something else?"""
    term, before, after = text[start:end], text[start - 1 : start], text[end : end + 1]
    if before not in TELLING_BEFORE and after not in TELLING_AFTER and term not in _parts_of_names():
        return False
    return (
        (before in _NUMERALS and term[0] in _NUMERALS and _is_split(before, term))
        or (after in _UNITS and term[-1] in _NUMERALS and not _is_number(term))
        or _in_name(text, start, end)
        or (before in _SURNAMES and _is_given_name(text, marks, start=start, end=end))
        or (after in _ROAD_STARTS and _names_road(text, marks, start=start, end=end))
    )


def _is_split(before: str, term: str) -> bool:
    """百度 in 三百度, 万达 in 2万达到; but not 四川 in 十四五四川. 万亿 in 六万亿 is left to the words around."""
    joins = term[0] in _UNITS or before in _UNITS
    return joins and not _is_number(term)


def _is_number(term: str) -> bool:
    return all(character in _NUMERALS for character in term)


@lru_cache(maxsize=1)
def _parts_of_names() -> dict[str, list[tuple[str, int]]]:
    """Each part of a name of names.txt that is no mention, with the name and where in it the part stands."""
    lines = _NAMES.read_text(encoding="utf-8").splitlines()
    parts: dict[str, list[tuple[str, int]]] = {}
    for entry in [entry for line in lines if not line.startswith("#") for entry in line.split()]:
        name = entry.replace("[", "").replace("]", "")
        for start, end in _parts(entry):
            parts.setdefault(name[start:end], []).append((name, start))
    return parts


@lru_cache(maxsize=1)
def names_by_start() -> dict[str, tuple[str, ...]]:
    """The names of names.txt by their first two characters."""
    found: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(name for each in _parts_of_names().values() for name, _ in each):
        found[name[:2]] = (*found.get(name[:2], ()), name)
    return found


def _parts(entry: str) -> list[tuple[int, int]]:
    if "[" in entry:
        return [(entry.index("["), entry.index("]") - 1)]
    pairs = [(start, end) for start in range(len(entry) - 1) for end in range(start + 2, len(entry) + 1)]
    return [(start, end) for start, end in pairs if end - start < len(entry)]


def _in_name(text: str, start: int, end: int) -> bool:
    names = _parts_of_names().get(text[start:end], ())
    return any(at <= start and text.startswith(name, start - at) for name, at in names)


def _is_given_name(text: str, marks: bytes, *, start: int, end: int) -> bool:
    """海洋 in 教授孙海洋 or 孙海洋教授: a surname, and a title before or after."""
    if end - start > 2 or not marks[start - 1]:
        return False
    named = text.endswith(_TITLES_BEFORE, 0, start - 1) or (text.startswith(_TITLES_AFTER, end) and bool(marks[end]))
    return named and not is_word(text[start - 1 : end])


def _names_road(text: str, marks: bytes, *, start: int, end: int) -> bool:
    """四川 in 四川路: a road that has its name from a place far away; but 四川|路桥 is of Sichuan."""
    return text[end : marks.find(1, end + 1)] in _ROADS and is_place(text[start:end])


def is_division(text: str, marks: bytes, *, start: int, end: int) -> bool:
    """南山 in 南山区, where the words around agree that this is one place."""
    if end >= len(text) or text[end] not in DIVISIONS:
        return False
    return bool(marks[start] and marks[end + 1] and not marks[end]) and is_place(text[start : end + 1])
