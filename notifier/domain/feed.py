"""A personal feed, whatever its format."""

from dataclasses import dataclass
from datetime import datetime

from notifier.domain.message import Entry

FEED_FORMATS = ("rss", "atom", "json")


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscriber's alerts, newest first. `id` is stable and holds no secret; `self_url` holds the token."""

    id: str
    title: str
    self_url: str
    home_url: str
    updated: datetime
    entries: tuple[Entry, ...]
    language: str = "zh-CN"
    hub: str = ""  # a WebSub hub that is told of news
