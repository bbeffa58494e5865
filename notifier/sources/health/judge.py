"""What is wrong with a source, by what is remembered of its polls. Pure: `now` and the calendar are arguments."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from zoneinfo import ZoneInfo

from notifier.domain import SYMPTOMS, Condition, ConditionKind, Source
from notifier.sources.health.looks import is_empty, is_thin, lost_parts, typical_items
from notifier.sources.health.memory import SKEWS, Memory
from notifier.sources.health.rhythm import IsWorking, silent_days

LASTING = dt.timedelta(minutes=30)  # a burst of failures is none
FAILURES = 3  # in a row
LOOKS = 2  # in a row: one may be a page that broke off
SKEW = 600  # seconds
FUTURE = 2  # days
CERTIFICATE = dt.timedelta(days=14)
_FILES, _FILES_BEFORE = 6, 8  # documents without a file, after so many of which half had one
_PARTS = {"titled": ("标题", "titles"), "linked": ("链接", "links"), "dated": ("日期", "dates")}


@dataclass(frozen=True, slots=True)
class Case:
    """A source as it is judged. polled_at: its last poll, whatever came of it."""

    source: Source
    memory: Memory
    polled_at: dt.datetime | None
    now: dt.datetime
    is_working: IsWorking

    @property
    def today(self) -> dt.date:
        return self.day_of(self.now)

    def day_of(self, moment: dt.datetime) -> dt.date:
        """The source's."""
        return moment.astimezone(ZoneInfo(self.source.timezone)).date()


def judge(case: Case) -> tuple[Condition, ...]:
    """All that is wrong, at most one of a kind."""
    found: dict[ConditionKind, Condition] = {}
    for check in _CHECKS:
        for condition in check(case):
            found.setdefault(condition.kind, condition)
    return tuple(found.values())


def _failing(case: Case) -> Iterable[Condition]:
    """By what the failures say of themselves, where they do."""
    memory = case.memory
    if memory.failing_since is None or memory.failures < FAILURES or case.now - memory.failing_since < LASTING:
        return
    kinds: dict[str, ConditionKind] = {"challenge": "challenge", "empty": "empty", "layout": "layout"}
    kind = kinds[memory.symptom] if memory.symptom in SYMPTOMS else "failing"
    yield Condition(kind, memory.failing_since, memory.error)


def _empty(case: Case) -> Iterable[Condition]:
    looks, odd = case.memory.looks, case.memory.odd
    if len(odd) >= LOOKS and is_empty(odd[-1], looks):
        usual = round(typical_items(looks)) or looks[-1].items
        yield Condition(
            "empty", odd[0].at, f"页面或订阅源里没有条目，平时约 {usual} 条 / no items, usually about {usual}"
        )
    elif len(looks) > LOOKS and not any(look.items for look in looks):
        yield Condition("empty", looks[0].at, "从未有过条目，请核对地址与设置 / there never was an item: check it")


def _layout(case: Case) -> Iterable[Condition]:
    looks, odd = case.memory.looks, case.memory.odd
    if len(odd) < LOOKS:
        return
    lost = lost_parts(odd[-1], looks)
    if lost:
        zh, en = ("、".join(_PARTS[part][0] for part in lost), ", ".join(_PARTS[part][1] for part in lost))
        count = odd[-1].items
        yield Condition("layout", odd[0].at, f"{count} 条里大多没有{zh}，平时都有 / most of {count} items lack {en}")
    elif is_thin(odd[-1], looks):
        few, usual = odd[-1].items, round(typical_items(looks))
        yield Condition("layout", odd[0].at, f"只找到 {few} 条，平时约 {usual} 条 / {few} items, usually about {usual}")


def _silent(case: Case) -> Iterable[Condition]:
    """Who cannot be reached, or shows nothing, is not silent."""
    memory = case.memory
    reached = case.polled_at and case.now - case.polled_at <= max(case.source.every * 4, dt.timedelta(days=1))
    if not reached or memory.failing_since or memory.found_at is None or memory.odd:
        return
    quiet = silent_days(memory.arrivals, case.day_of(memory.found_at), case.today, case.is_working)
    if quiet is None:
        return
    days, gap = quiet
    yield Condition(
        "silent",
        memory.found_at,
        f"{days} 个工作日没有新内容，平时隔不过 {gap} 个；最近一条 {memory.arrivals[-1]} / "
        f"nothing new for {days} working days, usually at most {gap}; last on {memory.arrivals[-1]}",
    )


def _clock(case: Case) -> Iterable[Condition]:
    memory = case.memory
    skew = steady_skew(memory)
    if skew is not None and abs(skew) >= SKEW:
        minutes = round(abs(skew) / 60)
        zh, en = ("快", "ahead") if skew > 0 else ("慢", "behind")
        yield Condition("clock", case.now, f"服务器时钟{zh} {minutes} 分钟 / its clock is {minutes} minutes {en}")
    if memory.ahead and (dt.date.fromisoformat(memory.ahead) - case.today).days >= FUTURE:
        yield Condition("clock", case.now, f"条目日期在将来：{memory.ahead} / an item is dated {memory.ahead}")


def steady_skew(memory: Memory) -> int | None:
    """Seconds that its clock is ahead of ours, at each of the last polls; None where that is not known well."""
    return min(memory.skews, key=abs) if len(memory.skews) == SKEWS else None


def _certificate(case: Case) -> Iterable[Condition]:
    ends = case.memory.certificate_ends
    if ends is not None and ends - case.now <= CERTIFICATE:
        yield Condition(
            "certificate", case.now, f"证书到 {ends:%Y-%m-%d} 失效 / its certificate ends on {ends:%Y-%m-%d}"
        )


def _attachments(case: Case) -> Iterable[Condition]:
    memory = case.memory
    before, last = memory.attached[:-_FILES], memory.attached[-_FILES:]
    if len(before) < _FILES_BEFORE or any(last) or sum(before) * 2 < len(before) or memory.attached_at is None:
        return
    zh = f"最近 {_FILES} 篇都没有附件，此前 {len(before)} 篇里 {sum(before)} 篇有"
    yield Condition(
        "attachments", memory.attached_at, f"{zh} / none of the last {_FILES} has a file, {sum(before)} before had"
    )


_CHECKS: Sequence[Callable[[Case], Iterable[Condition]]] = (
    _failing, _empty, _layout, _silent, _clock, _certificate, _attachments,
)  # fmt: skip


# --- all sources together -----------------------------------------------------------------------------------------
RECENT = dt.timedelta(minutes=30)
_SOME = 3  # sources on the network, from which on they can tell something of us
_NEARLY_ALL = 0.8
_LOCAL = frozenset({"folder", "manual"})


def judge_together(cases: Sequence[Case], *, known: bool) -> tuple[Condition, ...]:
    """What is wrong with us rather than with the sources. `known`: that the network is away is known already."""
    remote = [case for case in cases if case.source.kind not in _LOCAL]
    return (*_network(remote, known=known), *_own_clock(remote))


def _network(cases: Sequence[Case], *, known: bool) -> Iterable[Condition]:
    """Nearly all that were asked lately failed. It is over when most of them, or of those since, did not."""
    polled = [case for case in cases if case.polled_at and case.now - case.polled_at <= RECENT]
    failing = [case.memory for case in polled if case.memory.failing_since]
    share = len(failing) / len(polled) if polled else float(known)
    if share < (0.5 if known else _NEARLY_ALL) or (len(polled) < _SOME and not known):
        return
    since = min((memory.failing_since for memory in failing if memory.failing_since), default=None)
    if since is not None or known:
        evidence = (
            f"{len(polled)} 个来源里 {len(failing)} 个同时失败 / {len(failing)} of {len(polled)} sources fail at once"
        )
        yield Condition("network", since or cases[0].now, evidence)


def _own_clock(cases: Sequence[Case]) -> Iterable[Condition]:
    """Where all clocks but ours agree, ours is wrong."""
    skews = [skew for case in cases if (skew := steady_skew(case.memory)) is not None]
    if len(skews) < _SOME:
        return
    usual = median(skews)
    agree = [skew for skew in skews if abs(skew - usual) <= SKEW / 2]
    if abs(usual) >= SKEW and len(agree) >= _NEARLY_ALL * len(skews):
        minutes = round(abs(usual) / 60)
        zh, en = ("慢", "behind") if usual > 0 else ("快", "ahead")
        evidence = (
            f"本机时钟比 {len(agree)} 个来源{zh} {minutes} 分钟 / our clock is {minutes} minutes {en} of {len(agree)}"
        )
        yield Condition("own_clock", cases[0].now, evidence)
