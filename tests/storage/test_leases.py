"""Leases in the tables, on both databases."""

import datetime as dt

from conftest import Clock
from notifier.bootstrap import Service
from notifier.domain import PollState, Source
from notifier.storage.leases import add_lease, feeds_with_hubs, lease_by_token, record_push
from notifier.storage.sources import record_poll, remove_sources, save_source, source_named


def test_feeds_that_name_a_hub_are_found_and_a_push_makes_them_due(service: Service, clock: Clock) -> None:
    later = clock.now + dt.timedelta(hours=1)
    with service.database.write() as session:
        ids = [
            save_source(session, Source(name, "feed", f"http://e.org/{name}"), origin="database", now=clock.now)
            for name in ("with", "without", "gone")
        ]
        cursors = ({"hub": ["http://hub/", "http://t/"], "seen": []}, {"seen": []}, {"hub": ["http://h/", "http://t/"]})
        for source_id, cursor in zip(ids, cursors, strict=True):
            record_poll(session, source_id, PollState(cursor=cursor), now=clock.now, next_poll_at=later)
        remove_sources(session, ["gone"])
    with service.database.write() as session:
        assert feeds_with_hubs(session) == {ids[0]: ("http://hub/", "http://t/")}
        for source_id, token in ((ids[0], "one"), (ids[2], "two")):
            lease = add_lease(session, source_id, ("http://hub/", "http://t/"), token=token, secret="s", now=clock.now)
            record_push(session, lease, now=clock.now)
    with service.database.read() as session:
        assert lease_by_token(session, "three") is None
        found = [source_named(session, name) for name in ("with", "gone")]
    assert [one.next_poll_at for one in found if one] == [clock.now, later]
