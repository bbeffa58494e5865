"""Which days are worked: a value that decisions are given. China's holidays and make-up days come from a library."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

_SATURDAY = 5
_AHEAD = dt.timedelta(days=31)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Days off and make-up days of the years that are known; of others only the weekends. Compared by identity."""

    holidays: frozenset[dt.date] = frozenset()
    make_up: frozenset[dt.date] = frozenset()  # weekend days that are worked
    years: frozenset[int] = frozenset()

    def is_working(self, day: dt.date) -> bool:
        if self.knows(day.year):
            return day in self.make_up or (day.weekday() < _SATURDAY and day not in self.holidays)
        return day.weekday() < _SATURDAY

    def unknown_year(self, day: dt.date) -> int | None:
        """The year, of this day or of the coming month, whose holidays are not known; None where all are."""
        return next((year for year in (day.year, (day + _AHEAD).year) if not self.knows(year)), None)

    def knows(self, year: int) -> bool:
        return year in self.years


WEEKENDS = Calendar()


@lru_cache(maxsize=1)
def chinese_calendar() -> Calendar:
    """The years that the State Council has announced so far, as the installed library has them."""
    import chinese_calendar as library  # late: 15 ms that `notifier --help` does not need

    holidays, make_up = frozenset(library.holidays), frozenset(library.workdays)
    return Calendar(holidays, make_up, frozenset(day.year for day in holidays))
