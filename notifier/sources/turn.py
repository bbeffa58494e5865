"""Why a source is polled when it is: what its operator is told of its next turn. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifier.domain import Pace, Source
from notifier.sources.pace import interval
from notifier.sources.schedule import JITTER, LONGEST_BACKOFF, SHORTEST

_ROOM = 1 + JITTER + 0.01  # of an interval: what chance may add to it
_LATE = timedelta(hours=1)  # after which a turn that has come should have been taken


@dataclass(frozen=True, slots=True)
class Turn:
    """How a source's polls stand. `at`: when the next one is due; `polled_at` and `failures`: of the last ones."""

    at: datetime | None
    polled_at: datetime | None
    failures: int = 0


def reason_of(source: Source, pace: Pace, turn: Turn, *, now: datetime, slowest: timedelta) -> tuple[str, str]:
    """Why its next poll comes when it does, in Chinese and English.

    No poll claims its source: from outside one that is under way cannot be told from one that waits for its turn.
    """
    if turn.at is None or turn.at <= now:
        return _due(turn, now)
    if turn.failures:
        return _after_failures(source, turn)
    wait = turn.at - (turn.polled_at or now)
    if wait <= max(source.every, SHORTEST) * _ROOM:
        return "按设定的间隔", "by its interval"
    usual = interval(source, pace, now=turn.polled_at or now, slowest=slowest, hint=None)
    if wait <= usual * _ROOM:
        return "很少更新，间隔已放慢", "it seldom changes, so it is asked less often"
    if wait <= max(source.every, slowest) * _ROOM:
        return "网站说在那之前不会变，或要求等一等", "it says that it stays as it is, or its host wants rest"
    return "网站要求等一等", "its host wants rest"


def _due(turn: Turn, now: datetime) -> tuple[str, str]:
    if turn.at is not None and turn.polled_at is not None and now - turn.at > _LATE:
        return "早已到期；notifier run 在运行吗？", "overdue: is notifier run running?"
    return "已到期：正在轮询，或等下一轮", "due: it is being polled, or waits for the next pass"


def _after_failures(source: Source, turn: Turn) -> tuple[str, str]:
    assert turn.at is not None
    backoff = max(source.every, min(source.every * 2 ** min(turn.failures, 16), LONGEST_BACKOFF))
    if turn.polled_at is not None and turn.at - turn.polled_at > max(backoff, SHORTEST) * _ROOM:
        return "网站要求等到那时（Retry-After）", "its host asked for that (Retry-After)"
    return f"连续失败 {turn.failures} 次，退避中", f"it failed {turn.failures} times in a row, and is asked less often"
