"""subscribers when, preview, send-test: when letters come to a subscriber, and how they look."""

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from notifier.accounts import preview as previews
from notifier.accounts.subscribers import parse_schedule
from notifier.accounts.when import When, set_when
from notifier.alerts import due_at
from notifier.bootstrap import Service, open_transport
from notifier.cli.opening import opened
from notifier.cli.output import print_json
from notifier.cli.screen import shown, warn
from notifier.domain import Envelope, Receipt, Schedule, Subscriber

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


_ORIGINS = {"waiting": "等待发送的文章", "latest": "最近的提醒（没有在等的）", "sample": "虚构的示例（还没有提醒）"}


def preview(config: Path | None, email: str, *, kind: str, output: Path, as_json: bool) -> None:
    """Write the page, and the .ics file beside it where there is one."""
    with opened(config) as service:
        found = _previewed(service, email, kind)
        envelope = previews.trial(
            found, service.mail, to=found.recipient.address, list_id=service.list_id, sign=service.sign
        )
    output.write_text(found.html, encoding="utf-8")
    calendar = output.with_suffix(".ics") if found.frozen.calendar else None
    if calendar is not None:
        calendar.write_bytes(found.frozen.calendar.encode())
    if as_json:
        print_json(
            {
                "subscriber": found.recipient.address,
                "kind": found.kind.value,
                "origin": found.origin,
                "subject": found.frozen.subject,
                "articles": list(found.titles),
                "bytes": len(envelope.content),
                "html": str(output),
                "calendar": str(calendar or ""),
            }
        )
        return
    print(
        shown(f"{found.frozen.subject}（{found.kind.value}，{_ORIGINS[found.origin]}，{len(envelope.content)} 字节）")
    )
    for title in found.titles:
        print(f"  {shown(title)}")
    print(f"已写入 {output}" + (f" 和 {calendar}" if calendar else ""))


def send_test(config: Path | None, email: str, *, to: str, kind: str) -> None:
    """The same, through the transport of the config."""
    with opened(config) as service:
        target = to or service.settings.service.operator
        found = _previewed(service, email, kind)
        envelope = previews.trial(found, service.mail, to=target, list_id=service.list_id, sign=service.sign)
        receipt = asyncio.run(_send(service, envelope, email))
    print(shown(f"已发往 {target}：{found.frozen.subject}（{receipt.reply}，{receipt.where}）"))


async def _send(service: Service, envelope: Envelope, email: str) -> Receipt:
    transport = open_transport(service.settings)
    try:
        now = service.clock()
        return await previews.send_test(service.database, transport, envelope, subscriber=email, now=now)
    finally:
        await transport.close()


def _previewed(service: Service, email: str, kind: str) -> previews.Preview:
    return previews.preview(service.database, service.renderer, service.mail, email, kind=kind, now=service.clock())
