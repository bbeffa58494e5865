"""Forgetting a person (GDPR, art. 17; 个人信息保护法, 第四十七条), with a receipt of what was removed.

The accounts go on counting what was sent: alerts, deliveries, messages and attempts stay under a number, emptied of
address, text, links and replies. An address on the suppression list stays there, so that nobody mails it again.
"""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notifier.accounts.addresses import parse_address
from notifier.accounts.subscribers import known
from notifier.storage.database import Database
from notifier.storage.events import record_event
from notifier.storage.personal import erase
from notifier.storage.revisions import next_revision
from notifier.storage.subscribers import subscriber_row
from notifier.storage.suppressions import suppression_of

Counts = Mapping[str, int]  # rows by table


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof: what went and what stayed, rows by table. `suppressed`: the address stays on the suppression list."""

    id: str
    at: dt.datetime
    subscriber: int  # the number under which counts stay
    removed: Counts
    kept: Counts
    suppressed: bool

    def to_dict(self) -> dict[str, Any]:
        return {
            "receipt": self.id,
            "at": self.at.isoformat(),
            "subscriber": self.subscriber,
            "removed": dict(self.removed),
            "kept": dict(self.kept),
            "suppressed": self.suppressed,
        }


def forget(database: Database, email: str, *, now: dt.datetime) -> Receipt:
    """Remove all that is stored of a person, in one transaction. InputError where nobody has that address."""
    with database.erasing() as session:
        row = known(subscriber_row(session, parse_address(email)), email)
        assert row.id is not None
        suppressed = suppression_of(session, row.email) is not None
        removed, kept = erase(session, row)
        receipt = Receipt(f"E-{secrets.token_hex(8)}", now, row.id, removed, kept, suppressed)
        data = receipt.to_dict() | {"revision": next_revision(session)}
        record_event(session, "subscriber.erased", "erasure", row.id, now=now, data=data)
        return receipt
