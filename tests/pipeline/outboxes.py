"""An outbox with one message at a time, sent over any transport: what is left when bulletins and rules are left out."""

import asyncio
import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import text

from conftest import Clock
from notifier.domain import Frozen, MessageKind, Recipient, Transport
from notifier.pipeline.sending.deliver import deliver_messages
from notifier.pipeline.sending.outbox import Outbox
from notifier.pipeline.sending.recover import recover_messages
from notifier.storage.database import Database
from notifier.storage.messages import NewMessage, attempts_of, store_content, store_messages
from notifier.storage.tables import AttemptRow, SubscriberRow

LETTER = Frozen("核电项目开工", "核电项目今日开工。\n", "<p>核电项目今日开工。</p>\n")
_numbers = itertools.count(1)


@dataclass
class Post:
    """A database, a clock, and messages put straight into the outbox."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    owner: str = "here:1:1"
    options: dict[str, object] = field(default_factory=dict)

    def message(self, domain: str = "example.org", *, kind: MessageKind = MessageKind.NOTICE) -> int:
        """The id of a message that is ready to go to an address of its own."""
        return self.messages([f"p{next(_numbers)}@{domain}"], kind=kind)[0]

    def messages(self, addresses: list[str], *, kind: MessageKind = MessageKind.NOTICE) -> list[int]:
        now = self.clock()
        with self.database.write() as session:
            people = [SubscriberRow(email=address, created_at=now) for address in addresses]
            session.add_all(people)
            session.flush()
            made = [_new(person, kind, now) for person in people]
            store_messages(session, made, content_id=store_content(session, LETTER), now=now)
            ids = {one.recipient.message_id for one in made}
            rows = session.execute(text("SELECT id, header_id FROM message ORDER BY id"))
            return [int(row[0]) for row in rows if row[1] in ids]

    def outbox(self, transport: Transport) -> Outbox:
        values: dict[str, object] = {
            "database": self.database,
            "transport": transport,
            "clock": self.clock,
            "owner": self.owner,
            "list_id": "alerts.example.org",
            "concurrency": 4,
            "in_doubt_after": dt.timedelta(minutes=10),
        }
        return Outbox(**(values | self.options))  # type: ignore[arg-type]

    async def deliver(self, transport: Transport) -> Counter[str]:
        return await deliver_messages(self.outbox(transport))

    async def recover(self, transport: Transport) -> Counter[str]:
        return await recover_messages(self.outbox(transport))

    async def settle(self, transport: Transport) -> None:
        """Two hours of the service's life."""
        for minutes in (1, 14, 105):
            self.clock.forward(minutes=minutes)
            await self.recover(transport)
            await self.deliver(transport)

    def state(self, message_id: int) -> str:
        with self.database.read() as session:
            return str(session.execute(text(f"SELECT state FROM message WHERE id = {message_id}")).scalar_one())

    def states(self) -> Counter[str]:
        with self.database.read() as session:
            return Counter(str(row[0]) for row in session.execute(text("SELECT state FROM message")))

    def attempts(self, message_id: int) -> list[AttemptRow]:
        with self.database.read() as session:
            return attempts_of(session, [message_id]).get(message_id, [])

    def forget(self) -> None:
        """End what earlier cases left, so that the next has the outbox for itself."""
        with self.database.write() as session:
            session.execute(text("UPDATE message SET state = 'expired' WHERE state NOT IN ('sent', 'bounced', 'dead')"))


def _new(person: SubscriberRow, kind: MessageKind, now: dt.datetime) -> NewMessage:
    recipient = Recipient(person.email, f"m{next(_numbers)}@example.org", now, "", "")
    return NewMessage(person.id or 0, "email", kind, None, "alerts@example.org", recipient, ())


def played(play: Callable[[], object]) -> None:
    """Run a scene, within twenty seconds."""
    asyncio.run(asyncio.wait_for(play(), 20))  # type: ignore[arg-type]
