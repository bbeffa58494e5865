"""An outbox full of messages of one content, for the benchmarks that send them."""

import datetime as dt
import time
from collections.abc import Sequence
from pathlib import Path

from sinks import SIZE
from sqlalchemy import insert

from notifier.bootstrap import utc_now
from notifier.domain import Frozen, MessageKind, Recipient
from notifier.storage.database import Database
from notifier.storage.messages import NewMessage, store_content, store_messages
from notifier.storage.schema import prepare
from notifier.storage.tables import SubscriberRow

LINE = "省科技厅召开科技金融工作推进会，研究部署下一步工作。"
SENDER = "要参速递 <alerts@example.org>"


def letter() -> Frozen:
    """Text and HTML whose message has about SIZE bytes."""
    text = LINE * (SIZE // 3 // len(LINE.encode()))
    return Frozen("科技金融工作推进会召开", text + "\n@@", f"<html><body><p>{text}</p></body></html>")


def planned(
    folder: Path, messages: int, *, more: int = 0, kind: MessageKind = MessageKind.NOTICE
) -> tuple[Database, float]:
    """An outbox with so many messages of one content, and the seconds that planning their rows took.

    There are `more` subscribers than messages.
    """
    database = Database(f"sqlite:///{folder}/notifier.db")
    prepare(database)
    person = {"state": "active", "delivery": "immediate", "language": "zh-CN", "timezone": "Asia/Shanghai"}
    person |= {"digest_hour": 8, "digest_weekday": 0, "groups": [], "token_version": 1, "created_at": utc_now()}
    people = [{**person, "email": f"p{number}@example.org"} for number in range(messages + more)]
    with database.write() as session:
        session.execute(insert(SubscriberRow), people)
    start = time.perf_counter()
    plan(database, range(messages), kind)
    return database, time.perf_counter() - start


def plan(database: Database, numbers: Sequence[int], kind: MessageKind) -> None:
    now = utc_now()
    with database.write() as session:
        content = store_content(session, letter())
        for first in range(0, len(numbers), 500):
            some = [_message(number, kind, now) for number in numbers[first : first + 500]]
            store_messages(session, some, content_id=content, now=now)


def _message(number: int, kind: MessageKind, now: dt.datetime) -> NewMessage:
    address, base = f"p{number}@example.org", "https://alerts.example.org"
    links = f"{base}/unsubscribe/{number:040}", f"{base}/feed/{number:040}.rss"
    recipient = Recipient(address, f"{number:032x}@example.org", now, *links)
    return NewMessage(number + 1, "email", kind, None, SENDER, recipient, ())
