"""Automatic numbers of DOCX paragraphs as a reader sees them (ECMA-376 part 1, 17.9 and 17.18.59)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_GLYPHS = {  # what the private characters of Symbol and Wingdings look like
    "\uf0b7": "•", "\uf06c": "●", "\uf06e": "■", "\uf075": "◆", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓",
    "\uf076": "❖", "\uf0a8": "□", "o": "○", "\uf06f": "□", "\uf071": "□", "\uf0b2": "☆", "\uf0ab": "★",
}  # fmt: skip
_PLACEHOLDER = re.compile(r"%(\d)")
_LARGEST = 9_999  # numbers above are printed in digits: no list is so long


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: `text` with %1 to %9 for the numbers of the levels."""

    start: int = 1
    form: str = "decimal"
    text: str = "%1."
    suffix: str = "tab"


class Numbering:
    """Counts the lists of one document, from its first paragraph to its last."""

    def __init__(self, parts: Iterable[Element]) -> None:
        self._abstract: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, Level]]] = {}  # list -> what it counts with, its own levels
        self._counts: dict[str, dict[int, int]] = {}
        self.style_levels: dict[str, int] = {}  # paragraph style -> the level that it stands for
        for part in parts:
            if _local(part) == "abstractNum":
                self._add_abstract(part)
            elif _local(part) == "num":
                self._add_list(part)

    def _add_abstract(self, part: Element) -> None:
        name = attribute(part, "abstractNumId")
        found = {_int(attribute(level, "ilvl")): level for level in part if _local(level) == "lvl"}
        self._abstract[name] = {at: _level(level) for at, level in found.items()}
        for at, level in found.items():
            styles = [attribute(child, "val") for child in level if _local(child) == "pStyle"]
            self.style_levels |= dict.fromkeys(styles, at)

    def _add_list(self, part: Element) -> None:
        abstract, own = "", {}
        for child in part:
            if _local(child) == "abstractNumId":
                abstract = attribute(child, "val")
            elif _local(child) == "lvlOverride":
                at = _int(attribute(child, "ilvl"))
                own[at] = _overridden(child, self._abstract.get(abstract, {}).get(at, Level()))
        name = attribute(part, "numId")
        self._lists[name] = (f"{abstract}/{name}" if own else abstract, {**self._abstract.get(abstract, {}), **own})

    def label(self, name: str, at: int) -> str:
        """The number of the next paragraph of this list and level, with what stands between it and the text."""
        if name not in self._lists:
            return ""
        key, levels = self._lists[name]
        level = levels.get(at)
        if level is None:
            return ""
        counts = self._counts.setdefault(key, {})
        counts[at] = counts.get(at, level.start - 1) + 1
        for deeper in [deeper for deeper in counts if deeper > at]:
            del counts[deeper]
        return _printed(level, levels, counts)


def _printed(level: Level, levels: Mapping[int, Level], counts: Mapping[int, int]) -> str:
    if level.form == "none" and not level.text.strip():
        return ""
    if level.form == "bullet":
        glyph = _GLYPHS.get(level.text, level.text)
        text = "•" if glyph and "\ue000" <= glyph[0] <= "\uf8ff" else glyph
        return f"{text} " if text.strip() else ""

    def number(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        other = levels.get(at, Level())
        return formatted(counts.get(at, other.start), other.form)

    text = _PLACEHOLDER.sub(number, level.text)
    apart = level.suffix != "nothing" and text[-1:].isascii()
    return f"{text} " if apart and text else text


def formatted(value: int, form: str) -> str:
    """A number in one of the forms that Word prints."""
    if form in _PLAIN:
        return _PLAIN[form](value) if 0 < value <= _LARGEST else str(value)
    if form in _RANGES:
        first, size = _RANGES[form]
        return chr(ord(first) + value - 1) if 0 < value <= size else str(value)
    return "" if form == "none" else str(value)


def chinese(value: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """十一, 二十, 一百零五: up to 9999."""
    text, zero = "", False
    for at, char in enumerate(reversed(str(value))):
        if char == "0":
            zero = bool(text)
            continue
        gap = "零" if zero and not text.startswith("零") else ""
        text = digits[int(char)] + (units[at - 1] if at else "") + gap + text
        zero = False
    return text[1:] if text.startswith("一十") else text


def _letters(value: int) -> str:
    """a … z, aa, bb: Word repeats the letter."""
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _roman(value: int) -> str:
    text = ""
    for size, letters in _ROMAN:
        text += letters * (value // size)
        value %= size
    return text


def _chinese(value: int) -> str:
    return chinese(value)


def _formal(value: int) -> str:
    return chinese(value, _FORMAL, "拾佰仟")


def _cyclic(chars: str, value: int) -> str:
    return chars[(value - 1) % len(chars)]


_PLAIN = {
    "decimalZero": lambda value: f"{value:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": _formal,
    "decimalFullWidth": lambda value: "".join(chr(ord("０") + int(char)) for char in str(value)),
    "decimalFullWidth2": lambda value: "".join(chr(ord("０") + int(char)) for char in str(value)),
    "ideographDigital": lambda value: "".join(_DIGITS[int(char)] for char in str(value)),
    "japaneseDigitalTenThousand": lambda value: "".join(_DIGITS[int(char)] for char in str(value)),
    "taiwaneseDigital": lambda value: "".join(_DIGITS[int(char)] for char in str(value)),
    "ideographTraditional": lambda value: _cyclic(_STEMS, value),
    "ideographZodiac": lambda value: _cyclic(_BRANCHES, value),
    "numberInDash": lambda value: f"- {value} -",
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand", "koreanDigital2"),
        _chinese,
    ),
}  # fmt: skip
_RANGES = {
    "decimalEnclosedCircle": ("①", 20),
    "decimalEnclosedCircleChinese": ("①", 20),
    "decimalEnclosedParen": ("⑴", 20),
    "decimalEnclosedFullstop": ("⒈", 20),
    "ideographEnclosedCircle": ("㊀", 10),
}


def _level(element: Element) -> Level:
    facts = {_local(child): attribute(child, "val") for child in element}
    return Level(
        start=_int(facts.get("start", "1")),
        form=facts.get("numFmt") or _alternate(element),
        text=facts.get("lvlText", ""),
        suffix=facts.get("suff", "tab"),
    )


def _alternate(element: Element) -> str:
    """Newer forms stand in mc:AlternateContent."""
    found = next((child for child in element.iter() if _local(child) == "numFmt"), None)
    return attribute(found, "val") if found is not None else "decimal"


def _overridden(override: Element, level: Level) -> Level:
    for child in override:
        if _local(child) == "lvl":
            return _level(child)
        if _local(child) == "startOverride":
            return Level(_int(attribute(child, "val")), level.form, level.text, level.suffix)
    return level


def attribute(element: Element, name: str) -> str:
    """An attribute by its name, whatever its namespace (transitional and strict documents differ); "" if absent."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _int(text: str) -> int:
    try:
        return max(-1, min(int(text), _LARGEST))
    except ValueError:
        return 1
