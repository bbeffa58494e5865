"""Who is signed in: a browser holds a random key, the table its hash. Signing out removes the row."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from notifier.domain import Subscriber
from notifier.storage.database import Database
from notifier.storage.events import record_event
from notifier.storage.subscribers import to_subscriber
from notifier.storage.web_sessions import add_session, drop_session, drop_sessions, subscriber_of_session

VALID_FOR = dt.timedelta(days=30)


def new_key() -> str:
    """What a browser's cookie holds: 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(key: str) -> str:
    """What is stored of a key: whoever reads the table cannot come in."""
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Sessions:
    """Begins, finds and ends sessions."""

    database: Database
    clock: Callable[[], dt.datetime]

    def subscriber(self, key: str) -> Subscriber | None:
        """Who is signed in with that key, if anybody."""
        if not key:
            return None
        with self.database.read() as session:
            row = subscriber_of_session(session, hash_of(key), now=self.clock())
            return to_subscriber(row) if row else None

    def end(self, key: str) -> None:
        with self.database.write() as session:
            drop_session(session, hash_of(key))

    def end_all(self, subscriber_id: int) -> None:
        """Sign out everywhere."""
        now = self.clock()
        with self.database.write() as session:
            drop_sessions(session, subscriber_id)
            record_event(session, "subscriber.signed_out", "subscriber", subscriber_id, now=now)


def begin_session(session: Session, subscriber_id: int, *, old_key: str, now: dt.datetime) -> str:
    """Sign a browser in. Its new key: the old one, which somebody may have planted, is worth nothing from now on."""
    key = new_key()
    drop_session(session, hash_of(old_key))
    add_session(session, hash_of(key), subscriber_id, now=now, expires_at=now + VALID_FOR)
    record_event(session, "subscriber.signed_in", "subscriber", subscriber_id, now=now)
    return key
