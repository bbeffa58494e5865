"""Evidence that comes by itself: word of arrival, by mails that come back (DSN) and by providers' reports."""

import asyncio
import datetime as dt
from collections.abc import Callable

from notifier.errors import DeliveryError, NotifierError
from notifier.storage.bounces import has_arrived
from notifier.storage.database import Database

FRESH = dt.timedelta(minutes=1)  # how old a reading of the mailbox may be


class Arrivals:
    """What was told of messages, as it was noted when it came.

    read_mailbox: what lies there unread is evidence too, so that is read first. Nothing counts while it cannot be.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], dt.datetime],
        read_mailbox: Callable[[], object] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._read_mailbox = read_mailbox
        self._read_at: dt.datetime | None = None
        self._trouble: NotifierError | None = None

    async def found(self, message_id: str) -> bool | None:
        """True: it arrived. None: no word of it, which proves nothing. DeliveryError where that cannot be told now."""
        return await asyncio.to_thread(self._found, message_id)

    def _found(self, message_id: str) -> bool | None:
        self._read_on()
        if self._trouble is not None:
            raise DeliveryError(self._trouble.zh, self._trouble.en, permanent=False) from self._trouble
        with self._database.read() as session:
            return True if has_arrived(session, message_id) else None

    def _read_on(self) -> None:
        now = self._clock()
        if self._read_mailbox is None or (self._read_at and self._read_at <= now < self._read_at + FRESH):
            return
        self._read_at, self._trouble = now, None
        try:
            self._read_mailbox()
        except NotifierError as error:
            self._trouble = error
