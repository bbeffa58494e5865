"""What a poll of a list works with."""

from dataclasses import dataclass, field
from datetime import datetime

from notifier.domain import SeenItem, Source
from notifier.sources.http.fetch import Fetcher
from notifier.sources.listing.spec import Listing


@dataclass(slots=True)
class Place:
    """Where, how and when a source is read, and what is met on the way beside its documents.

    seen: what the first page shows, None where it was not looked at. gone, back: keys of items whose pages are no more,
    or are there again.
    """

    source: Source
    listing: Listing
    fetcher: Fetcher
    now: datetime
    errors: list[tuple[str, str]] = field(default_factory=list)
    seen: tuple[SeenItem, ...] | None = None
    gone: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)

    @property
    def zone(self) -> str:
        return self.source.timezone
