"""All that one digest holds, as a feed of its own: what its mail had no room for is there."""

import dataclasses
import datetime as dt
from dataclasses import dataclass

from notifier.accounts.links import Links
from notifier.accounts.visible import visible_articles
from notifier.domain import FEED_FORMATS, Entry, Feed, Subscriber
from notifier.pipeline.planning.entries import load_entries
from notifier.storage.database import Database
from notifier.storage.digests import digest_alerts
from notifier.storage.subscribers import get_subscriber, to_subscriber
from notifier.storage.tables import AlertRow

MOST = 2_000  # entries: far more than anybody reads


@dataclass(frozen=True, slots=True)
class DigestFeeds:
    """Found by the token of the personal feed and the digest's local date."""

    database: Database
    links: Links
    service: str

    def find(self, token: str, kind: str, day: dt.date) -> Feed | None:
        """None where the token is not ours or revoked, the format unknown, or there was no digest on that day."""
        verified = self.links.tokens.verify("feed", token)
        if verified is None or kind not in FEED_FORMATS:
            return None
        with self.database.read() as session:
            row = get_subscriber(session, verified[0])
            if row is None or row.token_version != verified[1]:
                return None
            subscriber = to_subscriber(row)
            alerts = digest_alerts(session, subscriber.id, day, limit=MOST)
            entries = load_entries(session, {alert.id or 0: alert.article_id for alert in alerts})
            visible = visible_articles(session, subscriber.groups, (alert.article_id for alert in alerts))
        shown = tuple(_entry(entries[alert.id or 0], alert) for alert in alerts if alert.article_id in visible)
        return self._feed(subscriber, f"{self.links.home}feeds/{token}.{kind}", day, shown) if shown else None

    def _feed(self, subscriber: Subscriber, personal: str, day: dt.date, shown: tuple[Entry, ...]) -> Feed:
        return Feed(
            id=f"urn:notifier:feed:{subscriber.id}:{day.isoformat()}",
            title=f"{self.service} · {day.isoformat()}",
            self_url=f"{personal}/{day.isoformat()}",
            home_url=self.links.home,
            updated=max(entry.alerted_at for entry in shown if entry.alerted_at),
            entries=shown,
            language=subscriber.language,
        )


def _entry(entry: Entry, alert: AlertRow) -> Entry:
    return dataclasses.replace(entry, alerted_at=alert.created_at)
