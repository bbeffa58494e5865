"""Quiet hours and days off hold for every try: what was planned in time may come to its turn in the night."""

import datetime as dt
from collections.abc import Sequence

from sqlmodel import Session

from notifier.alerts import Calendar, open_at
from notifier.domain import State
from notifier.pipeline.sending.outbox import Outbox
from notifier.storage.hours import keeping_hours
from notifier.storage.outbox import Change, Outgoing, apply_changes, claim_messages


def claim_open(outbox: Outbox, *, lease: dt.timedelta, limit: int) -> list[Outgoing]:
    """Claim what is due and may come now; what may not is due when it may. Nothing: nothing more is due.

    Each look is a transaction of its own: in the night of a hundred thousand digests nobody waits for the last.
    """
    while True:
        now = outbox.clock()
        with outbox.database.write() as session:
            claimed = claim_messages(
                session, owner=outbox.owner, now=now, lease=lease, limit=limit, mail=outbox.mail
            )  # fmt: skip
            closed = closed_until(session, claimed, now=now, calendar=outbox.calendar) if outbox.calendar else {}
            changes = [_held(outbox, message, closed[message.id]) for message in claimed if message.id in closed]
            apply_changes(session, changes, now=now)
        if not claimed or len(closed) < len(claimed):
            return [message for message in claimed if message.id not in closed]


def closed_until(
    session: Session, messages: Sequence[Outgoing], *, now: dt.datetime, calendar: Calendar
) -> dict[int, dt.datetime]:
    """Until when each of those has to wait that may not come now."""
    keeping = keeping_hours(session, [message.id for message in messages])
    opens = {number: open_at(subscriber, now, calendar=calendar) for number, subscriber in keeping.items()}
    return {number: at for number, at in opens.items() if at > now}


def _held(outbox: Outbox, message: Outgoing, until: dt.datetime) -> Change:
    state = State.DEFERRED if message.tries else State.READY
    return Change(message.id, state, (State.CLAIMED,), outbox.owner, next_at=until, reason="quiet hours or a day off")
