"""One claimed message: sent, and recorded what came of it."""

import datetime as dt
import random
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache

import structlog

from notifier.alerts import next_try
from notifier.domain import EMAIL, Envelope, State, channel_key
from notifier.errors import DeliveryError, NotifierError, Postponed, RenderError, StorageError
from notifier.pipeline.sending.outbox import Outbox
from notifier.pipeline.sending.recorder import Recorder
from notifier.rendering import assemble, pack
from notifier.storage.outbox import Attempt, Change, Outgoing

log = structlog.get_logger()
LEASE = dt.timedelta(minutes=10)  # longer than any one delivery takes
LOST = "lost"  # somebody else has the message now
PACED = "paced"  # its turn comes later, to keep a rate


class LeaseLost(NotifierError):
    """Somebody else has taken the message: it must not be sent from here."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed message and its bytes, or why it has none."""

    message: Outgoing
    envelope: Envelope | Exception


def prepare(outbox: Outbox, message: Outgoing) -> Prepared:
    """Assemble and sign. This is for a thread: a signature takes longer than all the rest, and OpenSSL does not keep
    the event loop waiting for it.
    """
    try:
        return Prepared(message, _envelope(outbox, message))
    except Exception as error:  # told when its turn comes
        return Prepared(message, error)


async def send_message(outbox: Outbox, recorder: Recorder, prepared: Prepared) -> str:
    """Send one claimed message and record what came of it; the state it came to."""
    message, started = prepared.message, outbox.clock()

    async def before_dot() -> None:
        # The lease begins anew: the message may have waited long for its turn, and the answer may be slow.
        change = Change(message.id, State.COMMITTING, (State.CLAIMED,), outbox.owner, lease=LEASE)
        if not await recorder.record(change):
            raise LeaseLost("消息已由别的进程接手", "another process has taken this message")

    try:
        if isinstance(prepared.envelope, Exception):
            raise prepared.envelope
        receipt = await outbox.transport.send(prepared.envelope, before_dot)
    except LeaseLost:
        return LOST
    except Postponed as error:
        return await _record_end(recorder, message, _put_off(outbox, message, error))
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
    recipient = message.recipient
    sender, content = bare_address(message.sender), outbox.sign(content)
    return Envelope(recipient.message_id, sender, recipient.address, content, clean=True)


@lru_cache(maxsize=16)
def bare_address(sender: str) -> str:
    """What the envelope has of `name <address>`."""
    return parseaddr(sender)[1]


def _put_off(outbox: Outbox, message: Outgoing, error: Postponed) -> Change:
    """Not tried, so no attempt; but what has waited for days for its turn is too old to go."""
    now = outbox.clock()
    if next_try(message.tries + 1, planned_at=message.planned_at, now=now) is None:
        return _failed(outbox, message, error, started=now)
    next_at = now + dt.timedelta(seconds=error.seconds)
    reason = PACED if error.paced else str(error)
    return Change(message.id, State.DEFERRED, (State.CLAIMED,), outbox.owner, next_at=next_at, reason=reason)


async def _record_end(recorder: Recorder, message: Outgoing, change: Change) -> str:
    if change.attempt is not None:
        log.info("message.attempted", message=message.id, state=change.state.value, reason=change.reason)
    try:
        await recorder.record(change)
    except StorageError as error:  # it stays as it was, and `recover` asks for evidence
        log.error("message.not_recorded", message=message.id, error=error.en)
    return PACED if change.reason == PACED else change.state.value


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
) -> Attempt:
    return Attempt(
        message_id=message.id,
        started_at=started,
        ended_at=outbox.clock(),
        outcome=state.value,
        code=code or (250 if state is State.SENT else 0),
        reply=reply,
        place=place,
    )
