"""Somebody who has everything that a person can have here."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlmodel import SQLModel

from notifier.accounts.channels import add_channel
from notifier.accounts.feed_tokens import add_feed
from notifier.accounts.sessions import begin_session
from notifier.bootstrap import Service
from notifier.bootstrap.running import web_parts
from pipeline.job import note, subscribe, take

LI, WANG = "li.xiaoming@example.org", "wang@example.org"
HERS = "核电|甲乙丙丁戊己"  # a rule that nobody else has


def fill(service: Service) -> int:
    """Li with mails sent and waiting, a reminder, sessions, feeds, a channel, events; and Wang beside. Li's number."""
    number = subscribe(service, LI, HERS, "广元")
    subscribe(service, WANG, "核电")
    take(service, "a.txt", note("核电项目开工", "请于2026年6月1日前申报核电项目。"))
    asyncio.run(service.deliver())
    take(service, "b.txt", note("核电项目并网"))
    now = service.clock()
    add_feed(service.database, number, "李的手机", now=now)
    add_channel(service.database, LI, "https://hub.example.org/", kind="websub", now=now)
    web_parts(service).logins.ask(LI, "key", next_path="/", network="192.0.2.1")
    with service.database.write() as session:
        begin_session(session, number, old_key="", now=now)
    return number


def everything(service: Service) -> str:
    """Every cell of every table."""
    with service.database.read() as session:
        return "\n".join(
            str(tuple(row)) for table in SQLModel.metadata.sorted_tables for row in session.execute(table.select())
        )


@contextmanager
def watched(service: Service, timeline: list[str]) -> Iterator[None]:
    """Every statement goes into the timeline."""

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        timeline.append(statement)

    event.listen(service.database.engine, "before_cursor_execute", note)
    yield
    event.remove(service.database.engine, "before_cursor_execute", note)
