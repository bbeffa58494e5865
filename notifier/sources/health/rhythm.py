"""How often a source brings something new, in working days: so that weekends and holidays are no silence. Pure."""

import datetime as dt
import itertools
import math
from collections.abc import Callable, Sequence

IsWorking = Callable[[dt.date], bool]
_LEAST = 6  # days with something new, before which there is no rhythm
_RARELY = 0.9  # of the gaps are no longer than the usual one


def working_days(after: dt.date, before: dt.date, is_working: IsWorking) -> int:
    """Between two days, neither of them counted."""
    days = (after + dt.timedelta(days=number) for number in range(1, max((before - after).days, 1)))
    return sum(map(is_working, days))


def usual_gap(arrivals: Sequence[dt.date], is_working: IsWorking) -> int | None:
    """Working days from one arrival to the next that are hardly ever exceeded, at least one; None: no rhythm yet."""
    if len(arrivals) < _LEAST:
        return None
    pairs = itertools.pairwise(arrivals)
    gaps = sorted(working_days(one, other, is_working) + is_working(other) for one, other in pairs)
    return max(gaps[math.ceil(_RARELY * len(gaps)) - 1], 1)


def patience(gap: int) -> int:
    """Whole working days without anything, after which a source with this usual gap has fallen silent."""
    return 2 * gap + 1


def silent_days(
    arrivals: Sequence[dt.date], found: dt.date, today: dt.date, is_working: IsWorking
) -> tuple[int, int] | None:
    """(working days without anything, the usual gap) of a source that is silent for too long; else None.

    found: the day on which it brought something last, whatever date that bore: what is old when it is found is no
    silence, and one that is new to us is watched first.
    """
    quiet = working_days(max(arrivals[-1], found), today, is_working) if arrivals else 0
    if quiet < patience(1):  # most sources: nobody is silent sooner
        return None
    gap = usual_gap(arrivals, is_working)
    return (quiet, gap) if gap is not None and quiet >= patience(gap) else None
