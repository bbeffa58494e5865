"""Those who paused until a day get their alerts again when it has come."""

import datetime as dt

from notifier.domain import SubscriberState
from notifier.storage.database import Database
from notifier.storage.subscribers import paused_until, set_state


def resume_paused(database: Database, *, now: dt.datetime) -> int:
    """How many were resumed. What waited for them is due: it goes out in the same pass."""
    with database.read() as session:
        if not paused_until(session, now):
            return 0
    with database.write() as session:
        rows = paused_until(session, now)
        for row in rows:
            row.paused_until = None
            set_state(session, row, SubscriberState.ACTIVE, now=now, why="pause ended")
        return len(rows)
