"""Manners: one request at a time for each host, a pause, rest for one that refuses us, robots.txt, a limit in all."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from notifier.errors import SourceError
from notifier.sources.http import complaints
from notifier.sources.http.addresses import allowed_networks, is_within
from notifier.sources.http.permissions import Fetch, Permissions

REFUSALS = frozenset({403, 412, 429})
RESTS = (60.0, 300.0, 1800.0)  # seconds, after the first refusal, the second, and those behind
LONGEST_WISH = 24 * 3600.0  # seconds; what a host may ask for by Retry-After
LONGEST_DELAY = 30.0  # seconds; what a robots.txt may ask for by Crawl-delay
MAX_HOSTS = 20_000  # remembered; one that was forgotten is a new one


@dataclass(slots=True)
class _Host:
    pause: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    rests_until: float = 0.0
    refusals: int = 0
    delay: float = 0.0

    def idle(self, now: float) -> bool:
        return not self.lock.locked() and max(self.free_at, self.rests_until) <= now


def host_of(url: str, together: Collection[str] = ()) -> str:
    """Who takes turns as one: a host with its port, or all hosts under a name of `together`; "" for what is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    name = (parts.hostname or "").rstrip(".")
    shared = [one for one in together if name == one or name.endswith(f".{one}")]
    return max(shared, key=len) if shared else parts.netloc.rpartition("@")[2].lower()


def rest_after(refusals: int, retry_after: float | None) -> float:
    """Seconds for which a host is left alone after so many refusals in a row."""
    rest = RESTS[min(refusals, len(RESTS)) - 1]
    return max(rest, min(retry_after or 0.0, LONGEST_WISH))


class Manners:
    """Shared by all requests of a process. Lives in one event loop.

    at_once: requests under way in all. pause: seconds between two requests to one host. together: names of domains
    whose hosts take turns as one, with their pause. own: the operator's own networks, where addresses written as
    numbers need no pause. robots: whether robots.txt is asked.
    """

    def __init__(
        self,
        *,
        at_once: int = 100,
        pause: float = 1.0,
        together: Mapping[str, float] | None = None,
        own: Sequence[str] = (),
        robots: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._pause = pause
        self._together = dict(together or {})
        self._own = allowed_networks(own)
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._permissions = Permissions(clock) if robots else None

    async def permit(self, url: str, fetch: Fetch) -> None:
        """SourceError where the site's robots.txt forbids `url`, or cannot be had."""
        if self._permissions is None:
            return
        parts = urlsplit(url)
        rules = await self._permissions.rules(f"{parts.scheme}://{parts.netloc}", fetch)
        self._host(url).delay = min(rules.delay, LONGEST_DELAY)
        if not rules.allows((parts.path or "/") + (f"?{parts.query}" if parts.query else "")):
            raise complaints.forbidden(url)

    @contextlib.asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Wait for the host's turn and for a place among all; the block is one request.

        SourceError, not asked, where the host has refused us lately.
        """
        host = self._host(url)
        async with host.lock:
            self._let_rest(host, url)
            await asyncio.sleep(max(host.free_at - self._clock(), 0.0))
            async with self._places:
                try:
                    with self._heard(host, url):
                        yield
                finally:
                    host.free_at = self._clock() + max(host.pause, host.delay)

    def _host(self, url: str) -> _Host:
        name = host_of(url, self._together)
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= MAX_HOSTS:
                now = self._clock()
                self._hosts = {key: one for key, one in self._hosts.items() if not one.idle(now)}
            host = self._hosts[name] = _Host(self._together.get(name, self._pause_of(url)))
        return host

    def _pause_of(self, url: str) -> float:
        return 0.0 if is_within(urlsplit(url).hostname or "", self._own) else self._pause

    def _let_rest(self, host: _Host, url: str) -> None:
        left = host.rests_until - self._clock()
        if left > 0:
            raise complaints.told_to_wait(urlsplit(url).hostname or "", left)

    @contextlib.contextmanager
    def _heard(self, host: _Host, url: str) -> Iterator[None]:
        """A refusal makes the host rest; an answer that is none ends the count."""
        try:
            yield
        except SourceError as error:
            if self._refused(error, url):
                host.refusals += 1
                host.rests_until = self._clock() + rest_after(host.refusals, error.retry_after)
            raise
        host.refusals = 0

    @staticmethod
    def _refused(error: SourceError, url: str) -> bool:
        """Many sites refuse robots.txt alone: that is "no such file" there."""
        return error.status in REFUSALS and (error.status == 429 or urlsplit(url).path != "/robots.txt")
