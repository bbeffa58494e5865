"""Facts that stand in a line whatever the format: dates, issue numbers, markings."""

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Sequence

from notifier.bulletins.lines import Line
from notifier.bulletins.structure import patterns

_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_SPACES = re.compile(r"\s+")
_CJK = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "O": 0}
_DINGBATS = str.maketrans({chr(start + at): str(at + 1) for start in (0x2776, 0x2780, 0x278A) for at in range(10)})
_UNITS = {"十": 10, "百": 100}
_APART = re.compile(r"[\W_]+")
_HEAD_LINES = 20  # a marking stands in the first lines
_NAMES = re.compile(r"[\s、,，;；/]+")
_RUNNING = 40  # characters of a line that is running text, behind which no marking stands


def fold_digits(text: str) -> str:
    """Full-width digits as ASCII, one character for one."""
    return text.translate(_WIDE_DIGITS)


@functools.lru_cache(maxsize=2048)  # each of several steps asks for the same lines
def key(text: str) -> str:
    """What is left of a heading when widths, case, white space and punctuation are ignored."""
    return _APART.sub("", unicodedata.normalize("NFKC", text)).casefold()


def number(text: str) -> int | None:
    """A number in digits, circled digits or Chinese numerals (五十二, 一百二十六, 一二六); None if it is none."""
    text = unicodedata.normalize("NFKC", _SPACES.sub("", text).translate(_DINGBATS)).strip("().")
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or not all(char in _CJK or char in _UNITS for char in text):
        return None
    if not any(char in _UNITS for char in text):
        return int("".join(str(_CJK[char]) for char in text))
    return _with_units(text)


def _with_units(text: str) -> int:
    total, digit = 0, None
    for char in text:
        if char in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[char]
            digit = None
        elif _CJK[char] or digit is None:
            digit = _CJK[char]
    return total + (digit or 0)


def find_date(text: str) -> dt.date | None:
    """The first date in the text, in any of the house forms."""
    text = fold_digits(text)
    for pattern in patterns.DATES:
        for found in pattern.finditer(text):
            if date := _date(found):
                return date
    return None


def without_date(text: str) -> str:
    """The text without its dates and what stands beside them: the day of the week, the hour, 出版日期."""
    text = patterns.SPAN.sub(" ", fold_digits(text))
    for pattern in patterns.DATES:
        text = pattern.sub(" ", text)
    for beside in (patterns.WEEKDAY, patterns.LUNAR, patterns.CLOCK, patterns.DATE_LABEL):
        text = beside.sub(" ", text)
    return text


def issue_date(text: str) -> dt.date | None:
    """The date of an issue: not one of those between which lies what it covers."""
    return find_date(patterns.SPAN.sub(" ", fold_digits(text)))


def _date(found: re.Match[str]) -> dt.date | None:
    month = found["m"].lower()[:3]
    named = next((at for at, name in enumerate(patterns.MONTHS, 1) if name.startswith(month)), None)
    parts = number(found["y"]), named or number(found["m"]), number(found["d"])
    try:
        return dt.date(*(part or 0 for part in parts))
    except (ValueError, OverflowError):
        return None


def find_issue(text: str) -> str:
    """The number of the issue, as a string of digits; "" if the text states none."""
    text = fold_digits(text)
    if span := patterns.ISSUE_SPAN.search(text):
        return f"{int(span[1])}-{int(span[2])}"
    for pattern in patterns.ISSUE:
        if (found := pattern.search(text)) and (value := number(found[1])) is not None:
            return str(value)
    extra = patterns.EXTRA_ISSUE.match(text.strip())
    return _SPACES.sub("", extra[1]) if extra else ""


def find_total(text: str) -> str:
    """The running number over all years (总第126期), as a string of digits; "" if there is none."""
    found = patterns.TOTAL.search(fold_digits(text))
    return str(value) if found and (value := number(found[1])) is not None else ""


def find_year(text: str) -> int | None:
    """The year in which issues are counted (2026年第8期), or that of a date without a day (2026年3月)."""
    found = patterns.ISSUE_YEAR.search(fold_digits(text))
    return number(found[1]) if found else None


def find_editors(text: str) -> list[str]:
    """The people of 主编, 责任编辑, 审核 … on a line."""
    if len(text) > patterns.FACT_LENGTH:
        return []
    found = (name for match in patterns.EDITORS.finditer(text) for name in _NAMES.split(match["names"]))
    return [name for name in found if 1 < len(name) <= patterns.NAME_LENGTH]


def without_issue(text: str) -> str:
    """The text without its issue number, volume and running number."""
    return patterns.ISSUE_EXTRAS.sub(" ", fold_digits(text))


def line_marking(text: str) -> str:
    """绝密, 机密, 秘密 or 内部 if that is all the line says; a sentence that mentions one has none."""
    found = patterns.MARKING.match(_SPACES.sub("", fold_digits(without_issue(text))))
    if not found:
        return ""
    rest = patterns.INTERNAL_REST if found[1] == "内部" else patterns.MARKING_REST
    return found[1] if rest.match(found["rest"]) else ""


def find_marking(lines: Sequence[Line]) -> str:
    """The strongest marking among the lines that stand before any running text."""
    found = set()
    for line in lines[:_HEAD_LINES]:
        if len(line.text) > patterns.FACT_LENGTH:
            break
        if len(line.text) > _RUNNING and line.text.endswith("。"):
            break
        title = patterns.TITLE_MARKING.search(line.text)
        found.add(_SPACES.sub("", title[1]) if title else line_marking(line.text))
    return next((marking for marking in patterns.MARKINGS if marking in found), "")
