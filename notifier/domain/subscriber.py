"""Who is alerted, how often, and what they may see."""

from dataclasses import dataclass
from enum import StrEnum

from notifier.domain.source import PUBLIC


class SubscriberState(StrEnum):
    PENDING = "pending"  # signed up, not confirmed
    ACTIVE = "active"
    PAUSED = "paused"  # alerts wait
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"  # mail to the address is stopped; the feed goes on


class Schedule(StrEnum):
    """When a rule's alerts go out."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def urgency(self) -> int:
        """0 is the most urgent."""
        return list(Schedule).index(self)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person at an address. Digests go out at `digest_hour` local, weekly ones on `digest_weekday` (0 = Monday)."""

    id: int
    email: str
    state: SubscriberState = SubscriberState.ACTIVE
    delivery: Schedule = Schedule.IMMEDIATE
    language: str = "zh-CN"
    timezone: str = "Asia/Shanghai"
    digest_hour: int = 8
    digest_weekday: int = 0
    groups: frozenset[str] = frozenset()


def may_see(audience: tuple[str, ...], groups: frozenset[str]) -> bool:
    """May somebody in `groups` see a source with this audience? Asked at every way out."""
    return PUBLIC in audience or not groups.isdisjoint(audience)
