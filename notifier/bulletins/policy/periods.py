"""Deadlines that are counted from the day of publication: 自公告发布之日起30日内提交."""

import calendar
import datetime as dt

from notifier.bulletins.policy import patterns
from notifier.bulletins.policy.days import deadline_label
from notifier.bulletins.policy.stated import Text
from notifier.bulletins.structure.facts import number
from notifier.domain.facts import Fact


def find_periods(where: Text, base: dt.date | None) -> list[Fact]:
    """The deadlines, counted from `base`; none where that is unknown. Working days are not counted: they would need
    the holidays of years to come."""
    found: list[Fact] = []
    for period in patterns.PERIOD.finditer(where.folded):
        label = deadline_label(where.folded, period.span())
        day = _counted(base, number(period["n"]) or 0, period["unit"]) if base and label else None
        if day:
            found.append(where.fact("deadline", period.span(), value=day.isoformat(), label=label, inferred=True))
    return found


def _counted(base: dt.date, count: int, unit: str) -> dt.date | None:
    try:
        if unit == "个月":
            year, month = divmod(base.year * 12 + base.month - 1 + count, 12)
            return dt.date(year, month + 1, min(base.day, calendar.monthrange(year, month + 1)[1]))
        return base + dt.timedelta(days=count * (7 if unit == "周" else 1))
    except (ValueError, OverflowError):
        return None
