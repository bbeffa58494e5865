"""How the sources are: their conditions begin and end in the tables, and the operator is told once of each."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlmodel import Session

from notifier.domain import OURS, Condition, ConditionKind
from notifier.pipeline.telling.operator import Desk
from notifier.sources import health
from notifier.sources.health import Case
from notifier.storage.database import Database
from notifier.storage.source_health import (
    StoredCondition,
    all_memories,
    begin_condition,
    end_conditions,
    last_ended,
    last_told,
    list_conditions,
    mark_told,
    renew_evidence,
    untold_conditions,
)
from notifier.storage.sources import list_sources

log = structlog.get_logger()
REST = dt.timedelta(hours=1)  # between two notices; what happens meanwhile is told together
_MOST = 30  # lines of a notice
KINDS: Mapping[ConditionKind, tuple[str, str]] = {
    "failing": ("连续失败", "fails"),
    "challenge": ("要求验证", "wants to see a person"),
    "empty": ("没有条目", "has no items"),
    "layout": ("版式变了", "has another layout"),
    "silent": ("没有动静", "has fallen silent"),
    "clock": ("时间不对", "has a wrong clock or date"),
    "certificate": ("证书将到期", "has a certificate that ends"),
    "attachments": ("不再有附件", "brings no files any more"),
    "network": ("许多来源同时失败，请检查本机网络", "many sources fail at once: is our network down?"),
    "own_clock": ("本机时钟不对", "our own clock is wrong"),
}
_Key = tuple[int | None, ConditionKind]


@dataclass(frozen=True, slots=True)
class Judged:
    """How many conditions began, how many ended, and of how many the operator was told."""

    begun: int
    ended: int
    told: int


def judge_sources(database: Database, desk: Desk, *, is_working: Callable[[dt.date], bool], now: dt.datetime) -> Judged:
    """Look at all sources that are polled. Can be run at any time, and again."""
    with database.read() as session:
        cases = _cases(session, is_working, now)
        known = any(one.condition.kind == "network" for one in list_conditions(session))
    found = dict(_found(cases, known=known))
    with database.write() as session:
        rows = {_key(one): one for one in list_conditions(session)}
        begun = [key for key in found if key not in rows]
        ended = [one for key, one in rows.items() if key not in found]
        for key in begun:
            begin_condition(session, key[0], found[key])
        for key in found.keys() & rows.keys():
            if rows[key].condition.evidence != found[key].evidence:
                renew_evidence(session, rows[key].id, found[key].evidence)
        _end(session, ended, polled=cases.keys(), now=now)
        told = _tell(session, desk, cases, now=now)
    if begun or ended:
        log.info("sources.judged", begun=len(begun), ended=len(ended), told=told)
    return Judged(len(begun), len(ended), told)


def _cases(session: Session, is_working: Callable[[dt.date], bool], now: dt.datetime) -> dict[int, Case]:
    """By source; one that was never polled has nothing to judge."""
    memories = all_memories(session)
    return {
        stored.id: Case(stored.source, health.memory_from_dict(memories[stored.id]), stored.polled_at, now, is_working)
        for stored in list_sources(session)
        if stored.id in memories
    }


def _found(cases: Mapping[int, Case], *, known: bool) -> Iterable[tuple[_Key, Condition]]:
    for condition in health.judge_together(list(cases.values()), known=known):
        yield (None, condition.kind), condition
    for number, case in cases.items():
        try:
            conditions = health.judge(case)
        except Exception:  # one source that cannot be judged stops no other
            log.exception("source.not_judged", source=case.source.name)
            continue
        for condition in conditions:
            yield (number, condition.kind), condition


def _key(one: StoredCondition) -> _Key:
    return one.source_id, one.condition.kind


def _end(session: Session, ended: Sequence[StoredCondition], *, polled: Iterable[int], now: dt.datetime) -> None:
    """Of a source that was removed there is nothing to tell."""
    there = {None, *polled}
    end_conditions(session, [one.id for one in ended if one.source_id in there], now=now)
    end_conditions(session, [one.id for one in ended if one.source_id not in there], now=now, quietly=True)


def _tell(session: Session, desk: Desk, cases: Mapping[int, Case], *, now: dt.datetime) -> int:
    """One notice for all that is to be told now."""
    told = last_told(session)
    resting = told is not None and dt.timedelta() <= now - told < REST
    since_network = last_ended(session, "network")
    away = any(one.condition.kind == "network" for one in list_conditions(session))
    due = [
        one
        for one in untold_conditions(session)
        if one.condition.kind in OURS
        or not (resting or _is_our_network(one, cases, away=away, since_network=since_network))
    ]
    if not due:
        return 0
    begun, ended = [one for one in due if one.ended_at is None], [one for one in due if one.ended_at is not None]
    desk.tell(session, _subject(begun, ended, desk.language), _lines(begun, ended, desk.language), now=now)
    mark_told(session, [one.id for one in begun], [one.id for one in ended], now=now)
    return len(due)


def _is_our_network(
    one: StoredCondition, cases: Mapping[int, Case], *, away: bool, since_network: dt.datetime | None
) -> bool:
    """A source that fails while our network is away, or was not asked since it is back, says nothing of itself."""
    if one.condition.kind != "failing" or one.ended_at is not None:
        return False
    case = cases.get(one.source_id or 0)
    asked = case.polled_at if case else None
    return away or (since_network is not None and asked is not None and asked <= since_network)


def _subject(begun: Sequence[StoredCondition], ended: Sequence[StoredCondition], language: str) -> str:
    if language == "zh-CN":
        parts = (f"{len(begun)} 项新问题" if begun else "", f"{len(ended)} 项已恢复" if ended else "")
        return "来源：" + "，".join(filter(None, parts))
    parts = (f"{len(begun)} new" if begun else "", f"{len(ended)} over" if ended else "")
    return "Sources: " + ", ".join(filter(None, parts))


def _lines(begun: Sequence[StoredCondition], ended: Sequence[StoredCondition], language: str) -> list[str]:
    chinese = language == "zh-CN"
    lines = [line_of(one, chinese=chinese) for one in (*begun, *ended)]
    left = len(lines) - _MOST
    if left > 0:
        lines[_MOST:] = [f"另有 {left} 项" if chinese else f"{left} more"]
    return [*lines, "notifier sources health"]


def line_of(one: StoredCondition, *, chinese: bool) -> str:
    """A condition in one line."""
    kind, who = KINDS[one.condition.kind][0 if chinese else 1], one.source
    since = f"{one.condition.since:%Y-%m-%d %H:%M}Z"
    if one.ended_at is not None:
        over = f"{one.ended_at:%Y-%m-%d %H:%M}Z"
        return f"{who} 已恢复：{kind}（{since} 至 {over}）" if chinese else f"{who}: over: {kind} ({since} to {over})"
    return (
        f"{who} {kind}（自 {since}）：{one.condition.evidence}"
        if chinese
        else (f"{who} {kind} (since {since}): {one.condition.evidence}")
    )
