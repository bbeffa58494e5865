"""A million rules of a hundred thousand subscribers in a database, and how long a restart takes."""

import datetime as dt
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import insert

from notifier.domain import Article, Subscriber
from notifier.pipeline.matching.library import TopicLibrary
from notifier.pipeline.matching.rule_book import RuleBook
from notifier.storage.database import Database
from notifier.storage.revisions import next_revision
from notifier.storage.rules import add_rule
from notifier.storage.schema import migrate
from notifier.storage.tables import RuleRow, RuleVersion, SubscriberRow

NOW = dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)
CHUNK = 50_000


def measure(rules: Sequence[str], text: str) -> None:
    """Store the rules, then start as a service does; then one rule more."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/rules.db")
        with database.write() as session:
            migrate(session.connection())
        _store(database, rules)
        began = time.perf_counter()
        book = RuleBook(database, TopicLibrary([]))
        book.refresh(now=NOW)
        found = len(book.matcher.match(Article(title="", body=text)))
        size = Path(folder, "rules.db").stat().st_size / 1e6
        took = time.perf_counter() - began
        print(f"{len(rules):,} stored rules ({size:.0f} MB): {took:.1f} s until {found:,} match [15]")
        with database.write() as session:
            add_rule(session, 1, text[:4], now=NOW)
        began = time.perf_counter()
        book.refresh(now=NOW)
        took = (time.perf_counter() - began) * 1e3
        more = len(book.matcher.match(Article(title="", body=text))) - found
        print(f"one stored rule more: followed in {took:.2f} ms, {more} more match")
        database.close()


def _store(database: Database, rules: Sequence[str]) -> None:
    people = max(1, len(rules) // 10)
    with database.write() as session:
        revision = next_revision(session)
        subscriber = Subscriber(0, "")
        row = {"state": "active", "delivery": "immediate", "language": subscriber.language, "groups": [],
               "timezone": subscriber.timezone, "digest_hour": 8, "digest_weekday": 0, "created_at": NOW}  # fmt: skip
        session.execute(insert(SubscriberRow), [{"email": f"{at}@example.org", **row} for at in range(people)])
        for first in range(0, len(rules), CHUNK):
            chunk = list(enumerate(rules[first : first + CHUNK], first))
            owners = [{"id": at + 1, "subscriber_id": at % people + 1, "created_at": NOW} for at, _ in chunk]
            session.execute(insert(RuleRow), owners)
            versions = [
                {"rule_id": at + 1, "subscriber_id": at % people + 1, "text": rule, "saved_at": NOW,
                 "from_revision": revision}
                for at, rule in chunk
            ]  # fmt: skip
            session.execute(insert(RuleVersion), versions)
