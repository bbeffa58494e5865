"""The way out for all channels but mail: looks up where one leads, and learns which are broken."""

import asyncio
import datetime as dt
from collections.abc import Callable

import structlog
from sqlmodel import Session

from notifier.domain import BeforeDot, Carrier, Channel, Consignment, Envelope, Receipt
from notifier.errors import DeliveryError, InputError
from notifier.pipeline.telling.operator import Desk
from notifier.pipeline.telling.owners import tell_owner
from notifier.storage.channels import (
    DISABLED,
    channel_row,
    get_channel,
    note_parts,
    parts_taken,
    set_channel_state,
)
from notifier.storage.database import Database
from notifier.storage.messages import suppress_pending
from notifier.storage.tables import ChannelRow

log = structlog.get_logger()
TELL_AFTER = dt.timedelta(days=1)  # of failures in a row: then its owner is told, once
DISABLE_AFTER = dt.timedelta(days=5)  # then nothing more is sent there
GONE = 410


class Channels:
    """A transport: an envelope's recipient names a channel, `carrier_of` makes what carries there."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        *,
        carrier_of: Callable[[str], Carrier],
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._database = database
        self._desk = desk
        self._carrier_of = carrier_of
        self._clock = clock

    async def send(self, envelope: Envelope, before_dot: BeforeDot) -> Receipt:
        name, _, owner = envelope.recipient.rpartition("/")
        channel, taken = await asyncio.to_thread(self._channel, int(owner), name, envelope.message_id)
        if channel is None or not channel.active:
            raise DeliveryError(f"渠道 {name} 已移除或停用", f"the channel {name} is removed or off", permanent=True)
        consignment = Consignment(envelope.message_id, channel.address, channel.secret, envelope.content, taken)
        try:
            carrier = self._carrier_of(name)
            await before_dot()
            receipt = await carrier.carry(consignment)
        except InputError as error:  # its address or secret cannot be used
            raise DeliveryError(error.zh, error.en, permanent=True) from error
        except DeliveryError as error:
            await asyncio.to_thread(self._failed, channel, envelope.message_id, error)
            raise
        if channel.reason:
            await asyncio.to_thread(self._works, channel)
        return receipt

    def _channel(self, owner: int, name: str, message_id: str) -> tuple[Channel | None, int]:
        """The channel, and how many parts of the message it took before."""
        with self._database.read() as session:
            return get_channel(session, owner, name), parts_taken(session, message_id)

    def _works(self, channel: Channel) -> None:
        with self._database.write() as session:
            row = channel_row(session, channel.subscriber_id, channel.name)
            if row is not None:
                row.reason, row.failing_since, row.told_at = "", None, None

    def _failed(self, channel: Channel, message_id: str, error: DeliveryError) -> None:
        now = self._clock()
        with self._database.write() as session:
            if error.parts:
                note_parts(session, message_id, error.parts, now=now)
            row = channel_row(session, channel.subscriber_id, channel.name)
            if row is None or row.state == DISABLED or row.address != channel.address:  # changed meanwhile
                return
            row.failing_since, row.reason = row.failing_since or now, error.zh[:500]
            failing = now - row.failing_since
            if error.code == GONE or failing >= DISABLE_AFTER:
                self._disable(session, row, now=now)
            elif failing >= TELL_AFTER and row.told_at is None:
                self._tell(session, row, now=now)

    def _disable(self, session: Session, row: ChannelRow, *, now: dt.datetime) -> None:
        """Nothing more goes there, and its owner hears of it."""
        set_channel_state(session, row, DISABLED, reason=row.reason, now=now)
        suppress_pending(session, row.subscriber_id, f"{row.name} is off", channel=row.name)
        self._tell(session, row, now=now)
        log.warning("channel.disabled", subscriber=row.subscriber_id, channel=row.name)

    def _tell(self, session: Session, row: ChannelRow, *, now: dt.datetime) -> None:
        row.told_at = now
        session.flush()
        tell_owner(session, self._desk, row.subscriber_id, broken=row.name, why=row.reason, now=now)

    async def evidence(self, message_id: str) -> bool | None:
        """None: who takes a message twice knows it by its id."""
        return None

    async def check(self) -> str:
        return "channels"

    async def close(self) -> None:
        """Nothing is kept open."""
