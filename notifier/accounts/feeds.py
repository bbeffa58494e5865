"""The personal feed: the same alerts as the mails, newest first, whatever became of the mails."""

import dataclasses
from dataclasses import dataclass

from sqlmodel import Session

from notifier.accounts.links import Links
from notifier.accounts.subscribers import known
from notifier.accounts.visible import visible_articles
from notifier.domain import FEED_FORMATS, WEBSUB, Feed
from notifier.errors import InputError
from notifier.pipeline.planning.entries import load_entries
from notifier.storage.alerts import alerts_of
from notifier.storage.channels import get_channel
from notifier.storage.database import Database
from notifier.storage.feed_tokens import FeedKey, FeedState, glance_at_state, state_of
from notifier.storage.rules import newest_text
from notifier.storage.subscribers import get_subscriber, subscriber_row, to_subscriber
from notifier.storage.tables import AlertRow, SubscriberRow

LIMIT = 100  # entries; readers keep what they have seen


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """A feed as it was asked for, its token verified. The same address has the same feed while `state` is the same."""

    token: str
    kind: str
    rule_id: int | None
    key: FeedKey
    state: FeedState

    @property
    def own(self) -> int | None:
        """The number of an address of the subscriber's own, None for the one in mails."""
        return self.key.number if self.key.own else None

    @property
    def path(self) -> str:
        rule = f"/{self.rule_id}" if self.rule_id is not None else ""
        return f"{self.token}{rule}.{self.kind}"


@dataclass(frozen=True, slots=True)
class FeedMaker:
    """Puts feeds together from the tables."""

    database: Database
    links: Links
    service: str

    def find(self, token: str, kind: str, rule_id: int | None = None) -> FeedAddress | None:
        """None where the token is not ours or revoked, or its format unknown. One query, whatever the feed holds."""
        if kind not in FEED_FORMATS:
            return None
        key = self._key(token)
        if key is None:
            return None
        with self.database.read() as session:
            state = state_of(session, key)
        return FeedAddress(token, kind, rule_id, key, state) if state else None

    def _key(self, token: str) -> FeedKey | None:
        if mailed := self.links.tokens.verify("feed", token):
            return FeedKey(False, *mailed)
        own = self.links.tokens.verify("own_feed", token)
        return FeedKey(True, *own) if own else None

    def is_still(self, address: FeedAddress) -> bool:
        """Has it surely the state that it had? Takes microseconds, in one thread; False where that cannot be said."""
        return glance_at_state(self.database, address.key) == address.state

    def make(self, address: FeedAddress) -> Feed | None:
        """None where the subscriber has no such rule, or has left this moment."""
        with self.database.read() as session:
            row = get_subscriber(session, address.state.subscriber_id)
            return self._feed(session, row, address) if row else None

    def by_email(self, email: str, kind: str) -> Feed:
        """InputError where nobody has that address, or the format is unknown."""
        if kind not in FEED_FORMATS:
            words = ", ".join(FEED_FORMATS)
            raise InputError(f"没有格式 {kind}，可用：{words}", f"no such format {kind}: use {words}")
        with self.database.read() as session:
            row = known(subscriber_row(session, email), email)
        assert row.id is not None
        address = self.find(self.links.tokens.sign("feed", row.id, row.token_version), kind)
        feed = self.make(address) if address else None
        assert feed is not None
        return feed

    def _feed(self, session: Session, row: SubscriberRow, address: FeedAddress) -> Feed | None:
        subscriber = to_subscriber(row)
        rule = ""
        if address.rule_id is not None and not (rule := newest_text(session, subscriber.id, address.rule_id)):
            return None
        alerts = alerts_of(session, subscriber.id, LIMIT, rule_id=address.rule_id)
        entries = load_entries(session, {_id(alert): alert.article_id for alert in alerts})
        whole = address.own is None and address.rule_id is None  # what a hub is told of
        hub = get_channel(session, subscriber.id, WEBSUB) if whole else None
        # Today, whatever they could when they were alerted.
        visible = visible_articles(session, subscriber.groups, (alert.article_id for alert in alerts))
        shown = [
            dataclasses.replace(entries[_id(alert)], alerted_at=alert.created_at)
            for alert in alerts
            if alert.article_id in visible
        ]
        name = f"urn:notifier:feed:{subscriber.id}"
        return Feed(
            id=f"{name}:{address.rule_id}" if rule else name,
            title=f"{self.service} · {rule or subscriber.email}",
            self_url=self.links.feed_at(address.path),
            home_url=self.links.home,
            updated=shown[0].alerted_at if shown and shown[0].alerted_at else row.created_at,
            entries=tuple(shown),
            language=subscriber.language,
            hub=hub.address if hub and hub.active else "",
        )


def _id(alert: AlertRow) -> int:
    assert alert.id is not None
    return alert.id
