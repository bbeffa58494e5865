"""When a source is polled next, and why, as an operator is told."""

from notifier.bootstrap import Service
from notifier.sources import Turn, reason_of
from notifier.storage.sources import StoredSource


def next_turn(service: Service, one: StoredSource) -> str:
    """When and why, for people."""
    if one.source.kind == "manual":
        return "不轮询"
    at = one.next_poll_at
    when = f"{at:%m-%d %H:%M}Z，" if at is not None and at > service.clock() else ""
    return f"{when}{reason(service, one)[0]}"


def reason(service: Service, one: StoredSource) -> tuple[str, str]:
    turn = Turn(one.next_poll_at, one.polled_at, one.failures)
    slowest = service.settings.fetch.slowest
    return reason_of(one.source, one.pace, turn, now=service.clock(), slowest=slowest)
