"""List pages, declared, not coded: the settings of one (spec), its items (rows), what it hides in (unwrap), older pages
(pages), the items' own pages (detail, files), and what is new (memory). `poller` is the only module that fetches; pages
are taken apart in a process of their own (operations, process, reader)."""

from notifier.sources.listing.poller import backfill_listing, poll_listing

__all__ = ["backfill_listing", "poll_listing"]
