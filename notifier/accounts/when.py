"""When things come to a subscriber: delivery, hours, days. Changed one by one; what waits moves to the new times."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session

from notifier.accounts.addresses import parse_address
from notifier.accounts.subscribers import known
from notifier.alerts import Calendar, due_at
from notifier.domain import QuietHours, Schedule, Subscriber
from notifier.errors import InputError
from notifier.rendering import LANGUAGES
from notifier.storage.alerts import move_deliveries
from notifier.storage.database import Database
from notifier.storage.events import record_event
from notifier.storage.revisions import next_revision
from notifier.storage.subscribers import subscriber_row, to_subscriber
from notifier.storage.tables import SubscriberRow

_BOUNDS = {"digest_hour": (0, 23), "digest_weekday": (0, 6), "digest_monthday": (1, 31), "remind_days": (0, 60)}
_NAMES = {"digest_hour": "hour", "digest_weekday": "weekday", "digest_monthday": "monthday", "remind_days": "remind"}


@dataclasses.dataclass(frozen=True, slots=True)
class When:
    """What is to change; None leaves a part as it is. `quiet` is 22:00-07:00, or "" for none."""

    delivery: Schedule | None = None
    language: str | None = None
    timezone: str | None = None
    digest_hour: int | None = None
    digest_weekday: int | None = None
    digest_monthday: int | None = None
    quiet: str | None = None
    working_days: bool | None = None
    remind_days: int | None = None


def set_when(database: Database, email: str, when: When, *, calendar: Calendar, now: dt.datetime) -> Subscriber:
    """Change these parts and return the subscriber as they are then. InputError where a part is wrong."""
    changes = _checked(when)
    with database.write() as session:
        row = known(subscriber_row(session, parse_address(email)), email)
        if changes:
            _change(session, row, changes, calendar=calendar, now=now)
        return to_subscriber(row)


def _change(
    session: Session, row: SubscriberRow, changes: Mapping[str, Any], *, calendar: Calendar, now: dt.datetime
) -> None:
    assert row.id is not None
    data = {"to": dict(changes), "from": {name: getattr(row, name) for name in changes}}
    record_event(
        session, "subscriber.when", "subscriber", row.id, now=now, data=data | {"revision": next_revision(session)}
    )
    for name, value in changes.items():
        setattr(row, name, value)
    session.add(row)
    subscriber = to_subscriber(row)
    for schedule in Schedule:
        due = due_at(schedule, subscriber, now, calendar=calendar)
        move_deliveries(session, row.id, schedule, due, now=now)


def _checked(when: When) -> dict[str, Any]:
    """The parts that change, as the table has them."""
    wanted = {field.name: getattr(when, field.name) for field in dataclasses.fields(when)}
    changes = {name: value for name, value in wanted.items() if value is not None}
    for name, (low, high) in _BOUNDS.items():
        if name in changes and not low <= changes[name] <= high:
            option = f"--{_NAMES[name]} {changes[name]}"
            raise InputError(f"{option} 应在 {low} 与 {high} 之间", f"{option} must be within {low} and {high}")
    if changes.get("language", LANGUAGES[0]) not in LANGUAGES:
        raise InputError(f"语言应为 {'、'.join(LANGUAGES)}", f"the language must be one of {', '.join(LANGUAGES)}")
    if "quiet" in changes:
        changes["quiet"] = _quiet(changes["quiet"])
    if "timezone" in changes:
        changes["timezone"] = _zone(changes["timezone"])
    return changes


def _quiet(text: str) -> str:
    if text.strip() in ("", "none", "无"):
        return ""
    try:
        return str(QuietHours.parse(text))
    except ValueError as error:
        raise InputError(
            f"免打扰时段 {text!r} 不对，写 22:00-07:00，或 none", f"quiet hours {text!r}: write 22:00-07:00, or none"
        ) from error


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder, such as Asia
        raise InputError(
            f"没有时区 {text!r}，例如 Asia/Shanghai", f"no time zone {text!r}: write one such as Asia/Shanghai"
        ) from error
