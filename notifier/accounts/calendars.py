"""Deadlines ahead as a calendar that programs subscribe to, by an address with a token."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from notifier.accounts.links import Links
from notifier.accounts.my_alerts import deadline_letter
from notifier.domain import Letter, Subscriber
from notifier.storage.database import Database
from notifier.storage.subscribers import get_subscriber, to_subscriber

CALENDAR = 200  # deadlines


@dataclass(frozen=True, slots=True)
class Calendars:
    """`clock` tells now."""

    database: Database
    links: Links
    service: str
    clock: Callable[[], dt.datetime]

    def address(self, subscriber: Subscriber) -> str:
        with self.database.read() as session:
            row = get_subscriber(session, subscriber.id)
        return self.links.calendar(subscriber.id, row.token_version) if row else ""

    def by_token(self, token: str) -> Letter | None:
        """What is ahead of the token's owner; None where it is not ours, or was revoked with their other tokens."""
        verified = self.links.tokens.verify("calendar", token)
        if verified is None:
            return None
        with self.database.read() as session:
            row = get_subscriber(session, verified[0])
        if row is None or row.token_version != verified[1]:
            return None
        return self.ahead(to_subscriber(row), CALENDAR)[0]

    def ahead(self, subscriber: Subscriber, most: int) -> tuple[Letter, int]:
        """The soonest deadlines, and how many more there are."""
        return deadline_letter(self.database, subscriber, self.service, now=self.clock(), most=most)
