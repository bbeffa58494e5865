"""Who takes a domain's mail, by its MX: companies' domains are at the same hosts as QQ's and NetEase's own."""

import asyncio
import time
from collections.abc import Callable

Lookup = Callable[[str], list[str] | None]  # names of a domain's MX; None where nobody answers
KEPT = 86_400.0  # seconds
REST = 600.0  # seconds without look-ups after a vain one: on a closed network each would cost its whole patience
MOST = 50_000  # domains remembered
_NOBODY = ("test", "example", "invalid", "localhost", "example.org", "example.com", "example.net")  # RFC 2606, 6761


class MailHosts:
    """Looks each domain up once a day. That the DNS does not answer is harmless: then its hosts are not known."""

    def __init__(self, lookup: Lookup, *, now: Callable[[], float] = time.monotonic) -> None:
        self._lookup = lookup
        self._now = now
        self._known: dict[str, tuple[float, tuple[str, ...]]] = {}  # domain -> when it was asked, its hosts
        self._asking: dict[str, asyncio.Task[tuple[str, ...]]] = {}
        self._rests_until = 0.0

    async def of(self, address: str) -> tuple[str, ...]:
        """The names of the hosts that take mail for this address, in lower case; none where they are not known."""
        domain = address.rpartition("@")[2].lower()
        known = self._known.get(domain)
        if known is not None and self._now() < known[0] + KEPT:
            return known[1]
        if self._now() < self._rests_until or _is_reserved(domain):
            return ()
        if domain not in self._asking:
            self._asking[domain] = asyncio.create_task(self._ask(domain))
        return await asyncio.shield(self._asking[domain])

    async def _ask(self, domain: str) -> tuple[str, ...]:
        try:
            found = await asyncio.to_thread(self._lookup, domain)
        finally:
            del self._asking[domain]
        if found is None:
            self._rests_until = self._now() + REST
            return ()
        hosts = tuple(name.lower().rstrip(".") for name in found)
        if len(self._known) >= MOST:
            del self._known[next(iter(self._known))]
        self._known[domain] = (self._now(), hosts)
        return hosts


def _is_reserved(domain: str) -> bool:
    return any(domain == name or domain.endswith(f".{name}") for name in _NOBODY)
