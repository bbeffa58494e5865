"""日期>=2026-01-01 and 截止<2026-03: comparisons of an article's date and its deadlines with a day, month or year."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Literal

DateName = Literal["date", "deadline"]
Operator = Literal[">=", "<=", ">", "<", "="]

DATE_WORDS: dict[DateName, str] = {"date": "日期", "deadline": "截止"}
_NAMES: dict[str, DateName] = {
    "截止日期": "deadline", "截止时间": "deadline", **{name: name for name in DATE_WORDS},
    **{word: name for name, word in DATE_WORDS.items()},
}  # fmt: skip
_OPERATORS: dict[str, Operator] = {
    ">=": ">=", "=>": ">=", "≥": ">=", "≧": ">=", "<=": "<=", "=<": "<=", "≤": "<=", "≦": "<=", ">": ">", "<": "<",
    "==": "=", "=": "=", ":": "=",
}  # fmt: skip
COMPARISON = re.compile(  # in half-width text
    rf"(?P<name>{'|'.join(_NAMES)})\s*(?P<operator>[<>=]=|=[<>]|[<>=≥≧≤≦:])\s*(?P<value>[^\s()|&、]*)", re.IGNORECASE
)
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A leaf of a rule. `value` is 2026, 2026-03 or 2026-03-15: with = it is all of it, else its nearer end."""

    name: DateName
    operator: Operator
    value: str
    position: int = field(default=0, compare=False, repr=False)

    def holds(self, day: dt.date) -> bool:
        first, last = span_of(self.value)
        match self.operator:
            case ">=":
                return day >= first
            case ">":
                return day > last
            case "<=":
                return day <= last
            case "<":
                return day < first
        return first <= day <= last

    def text(self) -> str:
        """The canonical text."""
        return f"{DATE_WORDS[self.name]}{self.operator}{self.value}"


def read_comparison(found: re.Match[str], position: int) -> Comparison | None:
    """What COMPARISON found, as a leaf; None where the value is no day, month or year."""
    value = _canonical(found["value"])
    if not value:
        return None
    return Comparison(_NAMES[found["name"].lower()], _OPERATORS[found["operator"]], value, position)


def _canonical(text: str) -> str:
    parts = _DAY.fullmatch(text)
    value = "-".join(f"{int(part):02}" if len(part) < 4 else part for part in parts.groups() if part) if parts else ""
    try:
        return value if value and span_of(value) else ""
    except ValueError:
        return ""


def span_of(value: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of a canonical day, month or year. ValueError where there is no such day."""
    year, month, day = (int(part) for part in (*value.split("-"), "0", "0")[:3])
    if day:
        return dt.date(year, month, day), dt.date(year, month, day)
    first = dt.date(year, month or 1, 1)
    last = dt.date(year, 12, 31) if not month or month == 12 else dt.date(year, month + 1, 1) - dt.timedelta(days=1)
    return first, last
