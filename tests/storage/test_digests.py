"""Digests that there are, on both databases."""

import datetime as dt

from conftest import Clock
from notifier.bootstrap import Service
from notifier.domain import Frozen, MessageKind, Recipient, Subscriber
from notifier.storage.messages import NewMessage, digest_dates, store_content, store_messages
from notifier.storage.subscribers import add_subscriber

DAYS = [dt.date(2026, 3, day) for day in (1, 14, 15, 16)]


def test_of_a_long_history_only_the_digests_that_may_collide_are_read(service: Service, clock: Clock) -> None:
    with service.database.write() as session:
        owner = add_subscriber(session, Subscriber(id=0, email="li@example.org"), now=clock())
        content = store_content(session, Frozen("s", "t", "h"))
        made = [
            NewMessage(
                owner,
                "email",
                MessageKind.DIGEST,
                day,
                "alerts@example.org",
                Recipient("li@example.org", f"m{day}@example.org", clock(), "", ""),
                (),
            )
            for day in DAYS
        ]
        store_messages(session, made, content_id=content, now=clock())
        assert digest_dates(session, [owner], "email", since=DAYS[2]) == {(owner, DAYS[2]), (owner, DAYS[3])}
        assert digest_dates(session, [owner], "webhook", since=DAYS[0]) == set()
