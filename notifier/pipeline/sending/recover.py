"""What an interrupted run left: leases of dead processes, and messages of which nobody knows whether they went."""

import asyncio
import datetime as dt
from collections import Counter

import structlog

from notifier.domain import EMAIL, State
from notifier.errors import DeliveryError
from notifier.pipeline.sending.outbox import Outbox
from notifier.pipeline.sending.owner import is_dead
from notifier.storage.outbox import Attempt, Change, Open, apply_changes, open_messages

log = structlog.get_logger()


async def recover_messages(outbox: Outbox) -> Counter[str]:
    """Give back what dead processes held (at once, on this machine; else when the lease ends), settle what is in doubt.

    claimed: nothing was sent, it is ready again. committing: it is in doubt. In doubt: the transport's evidence
    decides at once; without any, the same bytes go again when `in_doubt_after` has passed. Returns how many
    messages came to each state.
    """
    now = outbox.clock()
    opened = await asyncio.to_thread(_open, outbox)
    changes = [change for message in opened if (change := await _settle(outbox, message, now))]
    applied = await asyncio.to_thread(_apply, outbox, changes, now)
    outcome = Counter(change.state.value for change, done in zip(changes, applied, strict=True) if done)
    if outcome:
        log.info("messages.recovered", **outcome)
    return outcome


def _open(outbox: Outbox) -> list[Open]:
    with outbox.database.read() as session:
        return open_messages(session)


def _apply(outbox: Outbox, changes: list[Change], now: dt.datetime) -> list[bool]:
    if not changes:
        return []
    with outbox.database.write() as session:
        return apply_changes(session, changes, now=now)


async def _settle(outbox: Outbox, message: Open, now: dt.datetime) -> Change | None:
    if message.state is State.IN_DOUBT:
        return await _by_evidence(outbox, message, now, since=message.next_at - outbox.in_doubt_after)
    ended = message.lease_until is None or message.lease_until <= now
    if not ended and not is_dead(message.lease_owner):
        return None
    if message.state is State.CLAIMED:
        return _change(message, State.READY, next_at=now, reason="")
    return await _by_evidence(outbox, message, now, since=now)


async def _by_evidence(outbox: Outbox, message: Open, now: dt.datetime, *, since: dt.datetime) -> Change | None:
    """Sent, or ready again, or (without evidence) in doubt until `in_doubt_after` has passed since then."""
    try:  # what went by other channels is sent again
        known = await outbox.transport.evidence(message.header_id) if message.channel == EMAIL else False
    except DeliveryError as error:  # it can be asked again later, and until then nothing is sent twice
        log.warning("message.no_evidence", message=message.id, error=error.en)
        known, now = None, min(now, since)
    if known:
        attempt = Attempt(
            message_id=message.id, started_at=now, ended_at=now, outcome=State.SENT.value, reply="found by evidence"
        )
        return _change(message, State.SENT, reason="evidence", attempt=attempt)
    until = since + outbox.in_doubt_after
    if known is False or (message.state is State.IN_DOUBT and until <= now):
        return _change(message, State.READY, next_at=now, reason="in doubt")
    if message.state is State.COMMITTING:
        return _change(message, State.IN_DOUBT, next_at=until, reason="interrupted before the answer")
    return None


def _change(
    message: Open, state: State, *, reason: str, next_at: dt.datetime | None = None, attempt: Attempt | None = None
) -> Change:
    return Change(
        message.id, state, (message.state,), message.lease_owner, next_at=next_at, reason=reason, attempt=attempt
    )
