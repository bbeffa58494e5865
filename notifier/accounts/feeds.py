"""The personal feed: the same alerts as the mails, newest first, whatever became of the mails."""

import dataclasses
from dataclasses import dataclass

from notifier.accounts.links import Links
from notifier.domain import FEED_FORMATS, WEBSUB, Feed, may_see
from notifier.errors import InputError
from notifier.pipeline.entries import load_entries
from notifier.storage.alerts import alerts_of
from notifier.storage.bulletins import get_articles
from notifier.storage.channels import get_channel
from notifier.storage.database import Database
from notifier.storage.subscribers import get_subscriber, subscriber_row, to_subscriber
from notifier.storage.tables import AlertRow, SubscriberRow

LIMIT = 100  # entries; readers keep what they have seen


@dataclass(frozen=True, slots=True)
class FeedMaker:
    """Puts feeds together from the tables."""

    database: Database
    links: Links
    service: str

    def by_token(self, token: str, kind: str) -> Feed | None:
        """The feed behind a token, or None where the token is not ours, is revoked, or its format unknown."""
        verified = self.links.tokens.verify("feed", token)
        if verified is None or kind not in FEED_FORMATS:
            return None
        with self.database.read() as session:
            row = get_subscriber(session, verified[0])
        if row is None or row.token_version != verified[1]:
            return None
        return self._feed(row, kind)

    def by_email(self, email: str, kind: str) -> Feed:
        """InputError where nobody has that address, or the format is unknown."""
        if kind not in FEED_FORMATS:
            known = ", ".join(FEED_FORMATS)
            raise InputError(f"没有格式 {kind}，可用：{known}", f"no such format {kind}: use {known}")
        with self.database.read() as session:
            row = subscriber_row(session, email)
        if row is None:
            raise InputError(f"没有订阅者 {email}，可用 subscribers list 查看", f"no subscriber {email}")
        return self._feed(row, kind)

    def _feed(self, row: SubscriberRow, kind: str) -> Feed:
        subscriber = to_subscriber(row)
        with self.database.read() as session:
            alerts = alerts_of(session, subscriber.id, LIMIT)
            entries = load_entries(session, {_id(alert): alert.article_id for alert in alerts})
            hub = get_channel(session, subscriber.id, WEBSUB)
            seen = get_articles(session, sorted({alert.article_id for alert in alerts}))
        visible = {
            stored.id
            for stored in seen
            if not stored.held and any(may_see(audience, subscriber.groups) for audience in stored.audiences)
        }
        shown = [
            dataclasses.replace(entries[_id(alert)], alerted_at=alert.created_at)
            for alert in alerts
            if alert.article_id in visible
        ]
        return Feed(
            id=f"urn:notifier:feed:{subscriber.id}",
            title=f"{self.service} · {subscriber.email}",
            self_url=self.links.feed(subscriber.id, row.token_version, kind=kind),
            home_url=self.links.home,
            updated=shown[0].alerted_at if shown and shown[0].alerted_at else row.created_at,
            entries=tuple(shown),
            language=subscriber.language,
            hub=hub.address if hub and hub.active else "",
        )


def _id(alert: AlertRow) -> int:
    assert alert.id is not None
    return alert.id
