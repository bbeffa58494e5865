"""What subscribers see and change of themselves, beside when things come to them."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlmodel import Session

from notifier.domain import Subscriber, SubscriberState
from notifier.errors import InputError
from notifier.storage.database import Database
from notifier.storage.subscribers import get_subscriber, set_state, to_subscriber
from notifier.storage.suppressions import suppression_of
from notifier.storage.tables import SubscriberRow
from notifier.storage.web_sessions import count_sessions

LONGEST_PAUSE = dt.timedelta(days=366)
_MAY_RESUME = (SubscriberState.PAUSED, SubscriberState.UNSUBSCRIBED)


@dataclass(frozen=True, slots=True)
class Profile:
    """`paused_until` is the local day on which a pause ends, `browsers` how many are signed in."""

    subscriber: Subscriber
    paused_until: dt.date | None
    browsers: int
    suppressed: bool


def profile(database: Database, subscriber_id: int, *, now: dt.datetime) -> Profile:
    with database.read() as session:
        row = _row(session, subscriber_id)
        until = row.paused_until.astimezone(ZoneInfo(row.timezone)).date() if row.paused_until else None
        suppressed = suppression_of(session, row.email) is not None
        return Profile(to_subscriber(row), until, count_sessions(session, subscriber_id, now=now), suppressed)


def pause(database: Database, subscriber_id: int, until: dt.date | None, *, now: dt.datetime) -> None:
    """Alerts wait until that local day begins; None: until they resume. InputError for a day that is no use."""
    with database.write() as session:
        row = _row(session, subscriber_id)
        if row.state not in (SubscriberState.ACTIVE, SubscriberState.PAUSED):
            raise InputError("现在没有给您发送，不必暂停", "nothing is sent to you now: there is nothing to pause")
        row.paused_until = _start_of(until, row.timezone, now) if until else None
        set_state(session, row, SubscriberState.PAUSED, now=now, why="own")
        session.add(row)


def _start_of(day: dt.date, timezone: str, now: dt.datetime) -> dt.datetime:
    start = dt.datetime.combine(day, dt.time(), ZoneInfo(timezone))
    if not now < start <= now + LONGEST_PAUSE:
        raise InputError("暂停到的日期应在明天与一年之内", "pause until a day from tomorrow on, within a year")
    return start


def resume(database: Database, subscriber_id: int, *, now: dt.datetime) -> None:
    """Send again: after a pause, or after they had left. A suppressed address stays so: that is the operator's."""
    with database.write() as session:
        row = _row(session, subscriber_id)
        if row.state in _MAY_RESUME and suppression_of(session, row.email) is None:
            row.paused_until = None
            set_state(session, row, SubscriberState.ACTIVE, now=now, why="own")


def _row(session: Session, subscriber_id: int) -> SubscriberRow:
    row = get_subscriber(session, subscriber_id)
    if row is None:
        raise InputError("没有这个订阅者", "there is no such subscriber")
    return row
