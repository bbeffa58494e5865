"""Step 5: messages go out. A row says what is about to happen before it does, and what came of it after."""

import asyncio
import contextlib
import datetime as dt
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence

from notifier.domain import State, may_get, may_see
from notifier.pipeline.sending.hours import claim_open
from notifier.pipeline.sending.outbox import Outbox
from notifier.pipeline.sending.recorder import Recorder
from notifier.pipeline.sending.sending import LEASE, PACED, Prepared, prepare, send_message
from notifier.storage.outbox import (
    Change,
    Outgoing,
    apply_changes,
    next_due,
)
from notifier.storage.tables import DeliveryRow, ReminderRow
from notifier.storage.waiting import Carried, Kind, audiences_carried, release

BATCH = 200  # messages claimed at a time
CHUNK = 25  # of them made ready at a time: the first need not wait for the signatures of the last
HIDDEN = "audience"  # why a message was stopped that carries what may not be seen any more
_CARRIED: tuple[Kind, ...] = (DeliveryRow, ReminderRow)
LOOK_AGAIN = 1.0  # seconds, at most, between looks at the table while messages wait for their turn


async def deliver_messages(outbox: Outbox, *, stopping: asyncio.Event | None = None) -> Counter[str]:
    """Send until nothing is due now, or until `stopping` is set; the number of messages by the state they came to.

    What pacing puts off is waited for. What was claimed and not begun when `stopping` came is given back.
    """
    delivery = _Delivery(outbox, stopping or asyncio.Event())
    await delivery.run()
    return +delivery.outcome


class _Delivery:
    """Senders that take messages from one line, which is filled from the table before it is empty."""

    def __init__(self, outbox: Outbox, stopping: asyncio.Event) -> None:
        self.outcome: Counter[str] = Counter()
        self._outbox = outbox
        self._stopping = stopping
        self._recorder = Recorder(outbox.database, outbox.clock)
        self._claimed: deque[Outgoing] = deque()
        self._line: deque[Prepared] = deque()  # of those claimed, what is ready to go
        self._filling = asyncio.Lock()
        self._looks, self._found = 0, False
        self._ahead: set[asyncio.Task[None]] = set()
        self._paced = False
        self._failure: Exception | None = None

    async def run(self) -> None:
        try:
            await asyncio.gather(*(self._sender() for _ in range(self._outbox.concurrency)))
            await asyncio.gather(*self._ahead)
        finally:
            unsent = [*(prepared.message for prepared in self._line), *self._claimed]
            await asyncio.shield(asyncio.to_thread(_give_back, self._outbox, unsent))
        if self._failure is not None:
            raise self._failure

    async def _sender(self) -> None:
        while not self._stopping.is_set() and await self._more():
            if self._line:  # else another sender was quicker
                prepared = self._line.popleft()
                self._fill_ahead()
                state = await send_message(self._outbox, self._recorder, prepared)
                self._paced = self._paced or state == PACED
                if state != PACED:
                    self.outcome[state] += 1

    async def _more(self) -> bool:
        """Whether to go on. One sender looks into the table, the others go by what it found."""
        if self._line:
            return True
        looks = self._looks
        async with self._filling:
            if looks == self._looks:
                self._found = await self._fill() or await self._turn_of_the_paced()
                self._looks += 1
            return self._found or bool(self._line)

    def _fill_ahead(self) -> None:
        if len(self._line) < BATCH // 2 and not self._ahead and not self._filling.locked():
            task = asyncio.create_task(self._filled())
            self._ahead.add(task)
            task.add_done_callback(self._ahead.discard)

    async def _filled(self) -> None:
        async with self._filling:
            await self._fill()

    async def _fill(self) -> bool:
        """More into the line, if anything is due. A database that fails ends the delivery, not what is under way."""
        if self._failure is not None or self._stopping.is_set():
            return False
        try:
            suitable, stopped = await asyncio.to_thread(_claim, self._outbox)
        except Exception as error:
            self._failure = error
            return False
        self.outcome[State.SUPPRESSED.value] += stopped
        self._claimed.extend(suitable)
        await self._prepare_claimed()
        return bool(suitable or stopped)

    async def _prepare_claimed(self) -> None:
        while self._claimed and not self._stopping.is_set():
            some = [self._claimed[at] for at in range(min(CHUNK, len(self._claimed)))]
            self._line.extend(await asyncio.to_thread(_prepare, self._outbox, some))
            for _ in some:
                self._claimed.popleft()

    async def _turn_of_the_paced(self) -> bool:
        """Wait until something is due again, and say so; at once False where nothing was put off."""
        if not self._paced or self._failure is not None:
            return False
        now = self._outbox.clock()
        until = await asyncio.to_thread(_next_due, self._outbox)
        if until is None:
            return False
        wait = min(max((until - now).total_seconds(), 0.01), LOOK_AGAIN)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), wait)
        return self._outbox.clock() > now  # a clock that stands still brings no turn


def _claim(outbox: Outbox) -> tuple[list[Outgoing], int]:
    """What is to go out now, and how many were stopped instead."""
    claimed = claim_open(outbox, lease=LEASE, limit=BATCH)
    return _withhold(outbox, claimed) if claimed else ([], 0)


def _prepare(outbox: Outbox, messages: Sequence[Outgoing]) -> list[Prepared]:
    return [prepare(outbox, message) for message in messages]


def _next_due(outbox: Outbox) -> dt.datetime | None:
    with outbox.database.read() as session:
        return next_due(session, reason=PACED)


def _give_back(outbox: Outbox, unsent: Sequence[Outgoing]) -> None:
    if not unsent:
        return
    now = outbox.clock()
    changes = [Change(message.id, State.READY, (State.CLAIMED,), outbox.owner, next_at=now) for message in unsent]
    with outbox.database.write() as session:
        apply_changes(session, changes, now=now)


def _withhold(outbox: Outbox, claimed: Sequence[Outgoing]) -> tuple[list[Outgoing], int]:
    """Stop what must no longer go out: to who has left since, and articles that they may no longer see.

    A message is frozen: where one of its articles may not be seen any more, it is stopped, and the others are
    planned anew.
    """
    ids = [message.id for message in claimed]
    with outbox.database.read() as session:
        carried = {kind: audiences_carried(session, kind, ids) for kind in _CARRIED}
    stopped: dict[int, str] = {}
    for message in claimed:
        seen = [_visible(message, found) for kind in _CARRIED for found in carried[kind].get(message.id, {}).values()]
        if not may_get(message.subscriber_state, message.channel, message.kind):
            stopped[message.id] = message.subscriber_state
        elif not all(seen):
            stopped[message.id] = HIDDEN
    if stopped:
        _stop(outbox, [message for message in claimed if message.id in stopped], stopped, carried)
    return [message for message in claimed if message.id not in stopped], len(stopped)


def _visible(message: Outgoing, audiences: Iterable[tuple[str, ...]]) -> bool:
    return any(may_see(audience, message.groups) for audience in audiences)


def _stop(
    outbox: Outbox, messages: Sequence[Outgoing], reasons: Mapping[int, str], carried: Mapping[Kind, Carried]
) -> None:
    """End these; what they carried beside the hidden waits again. Not of one that somebody else has taken meanwhile,
    and may be sending."""
    now = outbox.clock()
    changes = [
        Change(message.id, State.SUPPRESSED, (State.CLAIMED,), outbox.owner, reason=reasons[message.id])
        for message in messages
    ]
    with outbox.database.write() as session:
        ended = apply_changes(session, changes, now=now)
        for kind in _CARRIED:
            free = [
                number
                for message, done in zip(messages, ended, strict=True)
                if done and reasons[message.id] == HIDDEN
                for number, audiences in carried[kind].get(message.id, {}).items()
                if _visible(message, audiences)
            ]
            release(session, kind, free, due_at=now)
