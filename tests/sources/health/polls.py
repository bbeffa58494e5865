"""A source's life in a few words: polls that saw so many items, failed, or brought something new."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from notifier.alerts import chinese_calendar
from notifier.domain import Condition, ConditionKind, Glance, SeenItem, Source
from notifier.sources.health import Case, Memory, Taken, after_failure, after_success, judge

ZONE = dt.timezone(dt.timedelta(hours=8))
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)  # a Monday


def items(
    count: int, *, dated: bool = True, linked: bool = True, titled: bool = True, start: int = 0
) -> list[SeenItem]:
    day = dt.date(2025, 12, 31)
    return [SeenItem(f"k{start + n}", day if dated else None, titled, linked) for n in range(count)]


@dataclass
class Life:
    """`now` moves on with `wait`; each poll is remembered."""

    source: Source = field(default_factory=lambda: Source("s", "listing", "https://s.example/"))
    now: dt.datetime = START
    memory: Memory = field(default_factory=Memory)
    polled_at: dt.datetime | None = None

    def wait(self, **amount: float) -> "Life":
        self.now += dt.timedelta(**amount)
        return self

    def sees(
        self,
        seen: Sequence[SeenItem] | None = None,
        *,
        new: Sequence[dt.date | None] = (),
        attached: bool = False,
        served_at: dt.datetime | None = None,
        certificate_ends: dt.datetime | None = None,
    ) -> "Life":
        glance = Glance(None if seen is None else tuple(seen), served_at, certificate_ends)
        taken = Taken(tuple(new), tuple(attached for _ in new))
        today = self.now.astimezone(ZONE).date()
        self.polled_at = self.now
        self.memory = after_success(self.memory, glance, taken, now=self.now, today=today)
        return self

    def fails(self, times: int = 1, error: str = "连不上", symptom: str = "", **apart: float) -> "Life":
        for _ in range(times):
            self.polled_at = self.now
            self.memory = after_failure(self.memory, error, symptom, now=self.now)
            self.wait(**apart or {"minutes": 15})
        return self

    @property
    def case(self) -> Case:
        return Case(self.source, self.memory, self.polled_at, self.now, chinese_calendar().is_working)

    @property
    def wrong(self) -> dict[ConditionKind, Condition]:
        return {one.kind: one for one in judge(self.case)}
