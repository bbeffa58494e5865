"""Who is alerted, how often, and what they may see."""

import datetime as dt
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
    """When a rule's alerts go out. URGENT, for single rules: at once, also in quiet hours and on days off."""

    URGENT = "urgent"
    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"

    @property
    def urgency(self) -> int:
        """0 is the most urgent."""
        return list(Schedule).index(self)

    @property
    def at_once(self) -> bool:
        """An alert of its own; the others gather in a digest."""
        return self in (Schedule.URGENT, Schedule.IMMEDIATE)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until before `end`, local time; over midnight where `end` is the earlier. Never the same."""

    start: dt.time
    end: dt.time

    def cover(self, time: dt.time) -> bool:
        if self.start < self.end:
            return self.start <= time < self.end
        return time >= self.start or time < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """22:00-07:00. ValueError otherwise, and where they would last all day."""
        start, _, end = text.strip().replace("\uff1a", ":").partition("-")
        found = cls(_clock(start), _clock(end))
        if found.start == found.end:
            raise ValueError(f"{text!r} would be all day")
        return found


def _clock(text: str) -> dt.time:
    """7:00 and 07:00; to the minute."""
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        raise ValueError(f"{text!r} is no time of day")
    return dt.time(int(hour), int(minute))


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person at an address. Digests go out at `digest_hour` local, weekly ones on `digest_weekday` (0 = Monday).

    Monthly ones go out on `digest_monthday`, in a shorter month on its last day. `working_days`: nothing that is not
    urgent comes on a day off. `remind_days`: so many days before a deadline a reminder comes; 0 is none.
    """

    id: int
    email: str
    state: SubscriberState = SubscriberState.ACTIVE
    delivery: Schedule = Schedule.IMMEDIATE
    language: str = "zh-CN"
    timezone: str = "Asia/Shanghai"
    digest_hour: int = 8
    digest_weekday: int = 0
    groups: frozenset[str] = frozenset()
    digest_monthday: int = 1
    quiet: QuietHours | None = None
    working_days: bool = False
    remind_days: int = 3


def may_see(audience: tuple[str, ...], groups: frozenset[str]) -> bool:
    """May somebody in `groups` see a source with this audience? Asked at every way out."""
    return PUBLIC in audience or not groups.isdisjoint(audience)
