"""Step 5: messages go out. A row says what is about to happen before it does, and what came of it after."""

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

import structlog

from notifier.alerts import next_try
from notifier.domain import EMAIL, Envelope, State, Transport, channel_key, may_get, may_see
from notifier.errors import DeliveryError, NotifierError, RenderError, StorageError
from notifier.pipeline.recorder import Recorder
from notifier.rendering import assemble, pack
from notifier.storage.database import Database
from notifier.storage.messages import (
    Change,
    Outgoing,
    apply_changes,
    audiences_carried,
    claim_messages,
    release_deliveries,
)
from notifier.storage.tables import AttemptRow

log = structlog.get_logger()
LEASE = dt.timedelta(minutes=10)  # longer than any one delivery takes
BATCH = 200  # messages claimed at a time


class LeaseLost(NotifierError):
    """Somebody else has taken the message: it must not be sent from here."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """What delivery needs. `in_doubt_after`: how long a message of unknown fate waits for evidence."""

    database: Database
    transport: Transport
    clock: Callable[[], dt.datetime]
    owner: str
    list_id: str
    concurrency: int
    in_doubt_after: dt.timedelta
    mail: bool = True  # or what goes by all other channels


async def deliver_messages(outbox: Outbox, *, stopping: asyncio.Event | None = None) -> Counter[str]:
    """Send until nothing is due now, or until `stopping` is set; the number of messages by the state they came to."""
    recorder = Recorder(outbox.database, outbox.clock)
    places = asyncio.Semaphore(outbox.concurrency)
    outcome: Counter[str] = Counter()

    async def one(message: Outgoing) -> None:
        async with places:
            outcome[await _send(outbox, recorder, message)] += 1

    while not (stopping and stopping.is_set()):
        claimed = await asyncio.to_thread(_claim, outbox)
        if not claimed:
            break
        suitable, stopped = await asyncio.to_thread(_withhold, outbox, claimed)
        outcome[State.SUPPRESSED.value] += stopped
        await asyncio.gather(*(one(message) for message in suitable))
    return +outcome


def _claim(outbox: Outbox) -> list[Outgoing]:
    with outbox.database.write() as session:
        now = outbox.clock()
        return claim_messages(session, owner=outbox.owner, now=now, lease=LEASE, limit=BATCH, mail=outbox.mail)


def _withhold(outbox: Outbox, claimed: Sequence[Outgoing]) -> tuple[list[Outgoing], int]:
    """Stop what must no longer go out: to who has left since, and articles that they may no longer see.

    A message is frozen: where one of its articles may not be seen any more, it is stopped, and the others are
    planned anew.
    """
    with outbox.database.read() as session:
        carried = audiences_carried(session, [message.id for message in claimed])
    stopped: dict[int, str] = {}
    free: list[int] = []
    for message in claimed:
        hidden = [key for key, seen in carried.get(message.id, {}).items() if not _visible(message, seen)]
        if not may_get(message.subscriber_state, message.channel):
            stopped[message.id] = message.subscriber_state
        elif hidden:
            stopped[message.id] = "audience"
            free.extend(key for key in carried[message.id] if key not in hidden)
    if stopped:
        _stop(outbox, stopped, free)
    return [message for message in claimed if message.id not in stopped], len(stopped)


def _visible(message: Outgoing, audiences: Iterable[tuple[str, ...]]) -> bool:
    return any(may_see(audience, message.groups) for audience in audiences)


def _stop(outbox: Outbox, stopped: dict[int, str], free: Sequence[int]) -> None:
    now = outbox.clock()
    changes = [
        Change(message_id, State.SUPPRESSED, (State.CLAIMED,), outbox.owner, reason=reason)
        for message_id, reason in stopped.items()
    ]
    with outbox.database.write() as session:
        apply_changes(session, changes, now=now)
        release_deliveries(session, free, due_at=now)


async def _send(outbox: Outbox, recorder: Recorder, message: Outgoing) -> str:
    """Send one claimed message and record what came of it; the state it came to."""
    started = outbox.clock()

    async def before_dot() -> None:
        until = outbox.clock() + LEASE  # anew: it may have waited long for its turn, and the answer may be slow
        change = Change(message.id, State.COMMITTING, (State.CLAIMED,), outbox.owner, lease_until=until)
        if not await recorder.record(change):
            raise LeaseLost("消息已由别的进程接手", "another process has taken this message")

    try:
        receipt = await outbox.transport.send(_envelope(outbox, message), before_dot)
    except LeaseLost:
        return "lost"
    except StorageError as error:  # not said before the dot, so not sent: its lease will end
        log.error("message.not_recorded", message=message.id, error=error.en)
        return State.CLAIMED.value
    except Exception as error:
        change = _failed(outbox, message, error, started=started)
    else:
        attempt = _attempt(outbox, message, State.SENT, started=started, reply=receipt.reply, place=receipt.where)
        change = Change(message.id, State.SENT, (State.COMMITTING,), outbox.owner, attempt=attempt)
    return await _record_end(recorder, message, change)


def _envelope(outbox: Outbox, message: Outgoing) -> Envelope:
    if message.channel != EMAIL:
        content = pack(message.channel, message.kind, message.frozen, message.recipient)
        return Envelope(message.recipient.message_id, "", channel_key(message.subscriber_id, message.channel), content)
    content = assemble(message.frozen, message.recipient, sender=message.sender, list_id=outbox.list_id)
    sender = parseaddr(message.sender)[1]  # the envelope has the bare address
    return Envelope(message.recipient.message_id, sender, message.recipient.address, content)


async def _record_end(recorder: Recorder, message: Outgoing, change: Change) -> str:
    log.info("message.attempted", message=message.id, state=change.state.value, reason=change.reason)
    try:
        await recorder.record(change)
    except StorageError as error:  # it stays as it was, and `recover` asks for evidence
        log.error("message.not_recorded", message=message.id, error=error.en)
    return change.state.value


def _failed(outbox: Outbox, message: Outgoing, error: Exception, *, started: dt.datetime) -> Change:
    """What an error means for a message: `permanent` alone decides between retry and stop."""
    known = _as_delivery_error(error)
    now = outbox.clock()
    next_at: dt.datetime | None = None
    if known.uncertain:
        state, next_at = State.IN_DOUBT, now + outbox.in_doubt_after
    elif known.permanent:
        state = State.BOUNCED if known.code else State.DEAD
    else:
        next_at = next_try(
            message.tries + 1,
            planned_at=message.planned_at,
            now=now,
            after=known.retry_after,
            keep=known.keep,
            jitter=0.0 if outbox.mail else random.random(),  # receivers that come back are not overrun
        )
        state = State.DEFERRED if next_at else State.DEAD
    line = str(known)
    attempt = _attempt(outbox, message, state, started=started, code=known.code, reply=known.reply or line)
    expected = (State.CLAIMED, State.COMMITTING)
    return Change(message.id, state, expected, outbox.owner, next_at=next_at, reason=line, attempt=attempt)


def _as_delivery_error(error: Exception) -> DeliveryError:
    if isinstance(error, DeliveryError):
        return error
    if isinstance(error, RenderError):
        return DeliveryError(error.zh, error.en, permanent=True)
    log.error("message.broke_sender", exc_info=error)
    return DeliveryError(f"发送时程序出错：{error!r}", f"the sender failed: {error!r}", permanent=False)


def _attempt(
    outbox: Outbox,
    message: Outgoing,
    state: State,
    *,
    started: dt.datetime,
    code: int = 0,
    reply: str = "",
    place: str = "",
) -> AttemptRow:
    return AttemptRow(
        message_id=message.id,
        started_at=started,
        ended_at=outbox.clock(),
        outcome=state.value,
        code=code or (250 if state is State.SENT else 0),
        reply=reply,
        place=place,
    )
