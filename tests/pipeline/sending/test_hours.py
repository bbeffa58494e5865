"""Every try keeps quiet hours and days off, whatever held the message up; what is urgent keeps none."""

import asyncio
import datetime as dt
from zoneinfo import ZoneInfo

from conftest import Clock
from notifier.accounts.rules import save_rule
from notifier.accounts.when import When, set_when
from notifier.bootstrap import Service
from notifier.domain import Schedule
from notifier.pipeline.explaining.check import check_accounts
from pipeline.job import lines, note, subscribe, take


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def _sent(service: Service) -> list[str]:
    asyncio.run(service.deliver())
    assert check_accounts(service.database).verdict == "good"
    return sorted(line.subscriber[0] for line in lines(service) if line.state == "sent")


def test_what_comes_to_its_turn_in_quiet_hours_or_on_a_day_off_waits(service: Service, clock: Clock) -> None:
    """Planned in time, on a Friday evening; the service was down until night, and until Saturday."""
    clock.now = _at("2026-03-20 21:59")
    habits = {"a": When(), "q": When(quiet="22:00-07:00"), "u": When(quiet="22:00-07:00"), "w": When(working_days=True)}
    for name, when in habits.items():
        subscribe(service, f"{name}@example.org", *(() if name == "u" else ("核电",)))
        set_when(service.database, f"{name}@example.org", when, calendar=service.calendar, now=clock())
    urgent = {"topics": service.library.topics, "delivery": Schedule.URGENT, "now": clock()}
    save_rule(service.database, "u@example.org", "核电", **urgent)  # type: ignore[arg-type]
    take(service, "a.txt", note("核电项目开工"))
    assert {line.state for line in lines(service)} == {"ready"}
    clock.now = _at("2026-03-20 22:30")
    assert _sent(service) == ["a", "u", "w"]
    clock.now = _at("2026-03-21 07:00")
    assert _sent(service) == ["a", "q", "u", "w"]
    assert all(len(line.attempts) == 1 for line in lines(service))


def test_a_retry_on_a_day_off_waits_for_work_to_begin(service: Service, clock: Clock) -> None:
    clock.now = _at("2026-03-20 23:50")
    subscribe(service, "w@example.org", "核电")
    when = When(working_days=True)
    set_when(service.database, "w@example.org", when, calendar=service.calendar, now=clock())
    take(service, "a.txt", note("核电项目开工"))
    clock.now = _at("2026-03-21 00:10")  # a Saturday
    assert _sent(service) == []
    (line,) = lines(service)
    assert (line.state, line.reason, line.attempts) == ("ready", "quiet hours or a day off", ())
    clock.now = _at("2026-03-23 07:59")
    assert _sent(service) == []
    clock.now = _at("2026-03-23 08:00")
    assert _sent(service) == ["w"]
