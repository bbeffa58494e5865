"""When a message that was not taken is tried again."""

import datetime as dt

_STEPS = (1, 5, 15, 60, 180, 360)  # minutes after each try; the last repeats
GIVE_UP_AFTER = dt.timedelta(days=3)  # RFC 5321, 4.5.4.1 asks for four to five days of a relay; a mail of ours ages


def next_try(tries: int, *, planned_at: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """When to try again after `tries` tries have failed; None: give up."""
    if now - planned_at >= GIVE_UP_AFTER:
        return None
    return now + dt.timedelta(minutes=_STEPS[min(tries, len(_STEPS)) - 1])
