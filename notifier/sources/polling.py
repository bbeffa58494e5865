"""Kinds of source by name: the only place that knows which there are."""

from datetime import datetime
from typing import Protocol

from notifier.domain import PollResult, PollState, Source
from notifier.errors import SourceError
from notifier.sources.feed.poller import poll_feed
from notifier.sources.folder.poller import poll_folder
from notifier.sources.http.fetch import Fetcher
from notifier.sources.listing import poll_listing
from notifier.sources.mailbox.poller import poll_mailbox


class Poller(Protocol):
    async def __call__(self, source: Source, state: PollState, *, now: datetime, fetcher: Fetcher) -> PollResult: ...


POLLERS: dict[str, Poller] = {
    "feed": poll_feed,
    "folder": poll_folder,
    "listing": poll_listing,
    "mailbox": poll_mailbox,
}


async def poll(source: Source, state: PollState, *, now: datetime, fetcher: Fetcher) -> PollResult:
    """What is new or changed at `source` since `state`: everything, where `state` is empty.

    Whether what was there at the start counts (`Source.first`) is the caller's to decide; but a mailbox where it does
    not is not read back to its first mail, and a list spares itself the pages of items that will not.
    SourceError where the source as a whole could not be polled; an item that failed is in `errors`, the others go on.
    """
    poller = POLLERS.get(source.kind)
    if poller is None:
        known = ", ".join(sorted(POLLERS))
        raise SourceError(
            f"来源“{source.name}”的类型“{source.kind}”无法抓取；可用：{known}",
            f"the kind {source.kind!r} of source {source.name} cannot be polled; known are: {known}",
        )
    return await poller(source, state, now=now, fetcher=fetcher)
