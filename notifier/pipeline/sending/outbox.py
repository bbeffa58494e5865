"""What delivery needs, in one value."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from notifier.alerts import Calendar
from notifier.domain import Transport
from notifier.storage.database import Database


def unsigned(content: bytes) -> bytes:
    """The relay signs, or nobody does."""
    return content


@dataclass(frozen=True, slots=True)
class Outbox:
    """`concurrency`: messages under way at once. `in_doubt_after`: how long one of unknown fate waits for evidence.

    `calendar`: days off that subscribers keep; None: nobody's hours are looked at.
    `sign` puts a signature before the bytes of a message: the same for the same bytes.
    """

    database: Database
    transport: Transport
    clock: Callable[[], dt.datetime]
    owner: str
    list_id: str
    concurrency: int
    in_doubt_after: dt.timedelta
    sign: Callable[[bytes], bytes] = unsigned
    calendar: Calendar | None = None
    mail: bool = True  # or what goes by all other channels
