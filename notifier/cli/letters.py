"""subscribers when, preview, send-test: when letters come to a subscriber, and how they look."""

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from notifier.accounts.subscribers import parse_schedule
from notifier.accounts.when import When, set_when
from notifier.alerts import due_at
from notifier.bootstrap import Service
from notifier.cli.opening import opened
from notifier.cli.output import print_json
from notifier.cli.screen import warn
from notifier.domain import Schedule, Subscriber

_WEEKDAYS = "一二三四五六日"


def when(config: Path | None, email: str, *, delivery: str | None, as_json: bool, **parts: Any) -> None:
    """Change when things come to a subscriber, and show it with the next times."""
    schedule = parse_schedule(delivery) if delivery else None
    with opened(config) as service:
        change = When(delivery=schedule, **parts)
        subscriber = set_when(service.database, email, change, calendar=service.calendar, now=service.clock())
        found = _habits(service, subscriber)
        _say_unknown_year(service, subscriber)
    if as_json:
        print_json(found)
        return
    quiet, days = found["quiet"] or "无", "仅工作日" if subscriber.working_days else "每天"
    remind = f"截止前 {subscriber.remind_days} 天提醒" if subscriber.remind_days else "不提醒截止"
    print(f"{email}：{found['delivery']}，{subscriber.timezone}；免打扰 {quiet}；{days}；{remind}")
    for name, instant in found["next"].items():
        local = dt.datetime.fromisoformat(instant).astimezone(ZoneInfo(subscriber.timezone))
        print(f"  {name:<10} {local:%Y-%m-%d %H:%M} 星期{_WEEKDAYS[local.weekday()]}")


def _habits(service: Service, subscriber: Subscriber) -> dict[str, Any]:
    """The subscriber's times, and when something of each schedule that is found now would come."""
    names = ("delivery", "timezone", "digest_hour", "digest_weekday", "digest_monthday", "working_days", "remind_days")
    now = service.clock()
    return {
        "email": subscriber.email,
        **{name: getattr(subscriber, name) for name in names},
        "quiet": str(subscriber.quiet or ""),
        "next": {
            schedule.value: due_at(schedule, subscriber, now, calendar=service.calendar).isoformat()
            for schedule in Schedule
        },
    }


def _say_unknown_year(service: Service, subscriber: Subscriber) -> None:
    today = service.clock().astimezone(ZoneInfo(subscriber.timezone)).date()
    year = service.calendar.unknown_year(today)
    if subscriber.working_days and year is not None:
        warn(
            f"{year} 年的放假安排程序还不知道，只按周末推算，请升级 chinesecalendar"
            f" / the holidays of {year} are not known yet, only weekends count: upgrade chinesecalendar"
        )
