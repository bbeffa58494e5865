"""The robots files of sites, each asked for once a day."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from notifier.errors import SourceError
from notifier.sources.http import complaints
from notifier.sources.http.robots import ALL_ALLOWED, Rules, read_robots

KEPT = 24 * 3600.0  # seconds (RFC 9309, 2.4)
KEPT_UNKNOWN = 600.0  # seconds until a server that failed to say is asked again
MAX_KEPT = 20_000  # sites
MAX_SIZE = 64 * 1024 * 1024  # bytes of rules, of all sites together
PRODUCT = "notifier"


class HasContent(Protocol):
    @property
    def content(self) -> bytes: ...


Fetch = Callable[[str], Awaitable[HasContent]]


@dataclass(slots=True)
class _Site:
    rules: Rules | None = None  # None: unknown
    until: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Permissions:
    """What the sites allow. `clock` is in seconds and only moves on."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sites: OrderedDict[str, _Site] = OrderedDict()
        self._size = 0

    async def rules(self, origin: str, fetch: Fetch) -> Rules:
        """Those of `origin` (scheme://host:port). SourceError where the site cannot be asked, or fails to answer."""
        site = self._sites.setdefault(origin, _Site())
        self._sites.move_to_end(origin)
        async with site.lock:
            if site.until <= self._clock():
                await self._ask(site, f"{origin}/robots.txt", fetch)
            if site.rules is None:
                raise complaints.robots_unknown(f"{origin}/robots.txt", site.until - self._clock())
            return site.rules

    async def _ask(self, site: _Site, url: str, fetch: Fetch) -> None:
        """An answer of 4xx allows all; one of 5xx, or "too many", nothing, unless an older file is known."""
        try:
            answer = await fetch(url)
        except SourceError as error:
            if error.status == 0:
                raise  # not reached: what was wanted there cannot be either
            unavailable = error.status < 500 and error.status != 429
            rules = ALL_ALLOWED if unavailable else site.rules
            self._keep(site, rules, KEPT if unavailable else KEPT_UNKNOWN)
        else:
            self._keep(site, await asyncio.to_thread(read_robots, answer.content, PRODUCT), KEPT)

    def _keep(self, site: _Site, rules: Rules | None, seconds: float) -> None:
        self._size += _size(rules) - _size(site.rules)
        site.rules, site.until = rules, self._clock() + seconds
        while len(self._sites) > MAX_KEPT or self._size > MAX_SIZE:
            _, oldest = self._sites.popitem(last=False)
            self._size -= _size(oldest.rules)


def _size(rules: Rules | None) -> int:
    return rules.size if rules else 0
