"""The addresses of one's feeds: the one in mails, and others with names, each revoked alone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from notifier.accounts.links import Links
from notifier.domain import FEED_FORMATS, without_controls
from notifier.errors import InputError
from notifier.storage.database import Database
from notifier.storage.events import record_event
from notifier.storage.feed_tokens import add_feed_token, feed_tokens, note_read, revoke_feed_token
from notifier.storage.rules import rules_of
from notifier.storage.subscribers import get_subscriber
from notifier.storage.tables import FeedToken

MOST = 10  # addresses of one person beside the mailed one
LONGEST_NAME = 40
NOTED_EVERY = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """One address: its token, and the whole feed in each format. `id` is None for the one in mails."""

    id: int | None
    name: str
    created_at: dt.datetime | None
    read_at: dt.datetime | None
    urls: dict[str, str]  # format -> address
    rules: tuple[tuple[str, str], ...]  # (what a rule says, the address of its feed as RSS)


def own_feeds(database: Database, links: Links, subscriber_id: int) -> list[OwnFeed]:
    """The one in mails first."""
    with database.read() as session:
        row = get_subscriber(session, subscriber_id)
        assert row is not None
        rules = [(rule.rule_id, rule.text) for rule in rules_of(session, [subscriber_id])]
        stored = feed_tokens(session, subscriber_id)
    read_at = next((token.read_at for token in stored if token.mailed), None)
    mailed = links.tokens.sign("feed", subscriber_id, row.token_version)
    others = [_feed(links, token, rules) for token in stored if not token.mailed]
    return [OwnFeed(None, "", None, read_at, _urls(links, mailed), _rules(links, mailed, rules)), *others]


def _feed(links: Links, token: FeedToken, rules: Sequence[tuple[int, str]]) -> OwnFeed:
    signed = links.tokens.sign("own_feed", token.id or 0, token.version)
    urls, by_rule = _urls(links, signed), _rules(links, signed, rules)
    return OwnFeed(token.id, token.name, token.created_at, token.read_at, urls, by_rule)


def _urls(links: Links, token: str) -> dict[str, str]:
    return {kind: links.feed_at(f"{token}.{kind}") for kind in FEED_FORMATS}


def _rules(links: Links, token: str, rules: Sequence[tuple[int, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((text, links.feed_at(f"{token}/{number}.rss")) for number, text in rules)


def add_feed(database: Database, subscriber_id: int, name: str, *, now: dt.datetime) -> int:
    """A new address. InputError where it has no name, or there are enough."""
    name = " ".join(without_controls(name).split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InputError(f"请写一个名称，不超过 {LONGEST_NAME} 个字", f"name it, in at most {LONGEST_NAME} letters")
    with database.write() as session:
        if sum(not token.mailed for token in feed_tokens(session, subscriber_id)) >= MOST:
            raise InputError(f"最多 {MOST} 个地址，请先停用一个", f"at most {MOST} addresses: revoke one first")
        return add_feed_token(session, subscriber_id, name, now=now)


def revoke_feed(database: Database, subscriber_id: int, token_id: int, *, now: dt.datetime) -> bool:
    """From now on nobody reads by it. False where they have none of that number."""
    with database.write() as session:
        return revoke_feed_token(session, subscriber_id, token_id, now=now)


def renew_mailed(database: Database, subscriber_id: int, *, now: dt.datetime) -> None:
    """Mails bear another address from now on; the links of older mails, those to unsubscribe too, lead nowhere."""
    with database.write() as session:
        row = get_subscriber(session, subscriber_id)
        if row is not None:
            row.token_version += 1
            _forget_read(session, subscriber_id)
            record_event(session, "subscriber.renewed", "subscriber", subscriber_id, now=now)


def _forget_read(session: Session, subscriber_id: int) -> None:
    for token in feed_tokens(session, subscriber_id):
        if token.mailed:
            token.read_at = None


class Readings:
    """Notes when addresses are read, at most once an hour each: what readers do every minute costs no write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[tuple[int, int | None], dt.datetime] = {}

    def is_due(self, subscriber_id: int, token_id: int | None, now: dt.datetime) -> bool:
        """True once an hour; then `note` is to be called, when the reader has its answer."""
        before = self._noted.get((subscriber_id, token_id))
        if before is not None and now - before < NOTED_EVERY:
            return False
        if len(self._noted) >= _MOST_NOTED:
            self._noted.clear()
        self._noted[subscriber_id, token_id] = now
        return True

    def note(self, subscriber_id: int, token_id: int | None, now: dt.datetime) -> None:
        with self._database.write() as session:
            note_read(session, subscriber_id, token_id, now=now)


_MOST_NOTED = 100_000  # addresses kept in mind
