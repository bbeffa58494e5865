"""How often something may be done, by whom: counted in this process, in bounded memory."""

import secrets
from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import ip_address, ip_network

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

SLOTS = 65_536  # counters a limit: a flood of different keys shares them instead of filling the memory


def _limiter() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(MemoryStorage())


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts against several limits at once. Keys are hashed with a salt of this process: nobody can aim at a slot."""

    limiter: FixedWindowRateLimiter = field(default_factory=_limiter)
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    slots: int = SLOTS

    def within(self, *wanted: tuple[RateLimitItem, str]) -> bool:
        """Count once against each (limit, key). False, and nothing counted, where one of them is used up."""
        counted = [(item, self._slot(key)) for item, key in wanted]
        if not all(self.limiter.test(item, slot) for item, slot in counted):
            return False
        hits = [self.limiter.hit(item, slot) for item, slot in counted]  # every one of them counts
        return all(hits)

    def _slot(self, key: str) -> str:
        digest = blake2b(key.encode(), key=self.salt, digest_size=4).digest()
        return str(int.from_bytes(digest) % self.slots)


def network_of(host: str) -> str:
    """The network that one person has many addresses of: /24, or /64."""
    try:
        address = ip_address(host)
    except ValueError:
        return "unknown"
    address = getattr(address, "ipv4_mapped", None) or address  # who listens on [::] sees IPv4 as ::ffff:192.0.2.1
    return str(ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))
