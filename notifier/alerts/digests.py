"""Which digest gives way to which."""

import datetime as dt
from collections.abc import Iterable, Mapping

KEPT = dt.timedelta(days=7)  # what could not be sent goes into the next digests for so long; then it expires


def superseded(
    idle: Iterable[tuple[int, int, dt.date]], coming: Mapping[int, dt.date], existing: set[tuple[int, dt.date]]
) -> list[int]:
    """The messages, of those not sent yet (message, subscriber, local date), whose successor comes now.

    `coming`: subscriber -> the local date of the digest that is due; none comes where that date has one already.
    """
    return [
        message
        for message, subscriber, date in idle
        if subscriber in coming and date < coming[subscriber] and (subscriber, coming[subscriber]) not in existing
    ]
