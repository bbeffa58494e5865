"""List pages, declared, not coded: the settings of one (spec), its items (rows), what it hides in (unwrap), older pages
(pages), the items' own pages (detail, files), what is new (memory), a guess where nothing is declared (guess).

`poller`, `documents` and `look` are the modules that fetch; pages are taken apart in a process of their own
(operations, process, reader).
"""

from notifier.sources.listing.look import Look, look
from notifier.sources.listing.poller import backfill_listing, poll_listing

__all__ = ["Look", "backfill_listing", "look", "poll_listing"]
