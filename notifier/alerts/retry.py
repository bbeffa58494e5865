"""When a message that was not taken is tried again."""

import datetime as dt

_STEPS = (1, 5, 15, 60, 180, 360)  # minutes after each try; the last repeats
GIVE_UP_AFTER = dt.timedelta(days=3)  # RFC 5321, 4.5.4.1 asks for four to five days of a relay; a mail of ours ages
KEEP_FOR = dt.timedelta(days=14)  # what waits for an operator, who may be on holiday


def next_try(
    tries: int,
    *,
    planned_at: dt.datetime,
    now: dt.datetime,
    after: float = 0.0,
    keep: bool = False,
    jitter: float = 0.0,
) -> dt.datetime | None:
    """When to try again after `tries` tries have failed; None: give up.

    after: seconds that the other side asked to wait. keep: what is in the way is not the message's fault, so it waits
    just so long, and its age matters little. jitter: 0 to 1, how much of a quarter of the wait is added.
    """
    if now - planned_at >= (KEEP_FOR if keep else GIVE_UP_AFTER):
        return None
    asked = dt.timedelta(seconds=max(after, 0.0))
    if keep:
        return now + asked
    step = dt.timedelta(minutes=_STEPS[min(tries, len(_STEPS)) - 1])
    return now + max(step * (1 + jitter / 4), asked)
