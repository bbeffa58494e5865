"""Reminders of many people."""

import sqlite3

from sqlalchemy import func, insert, select

from notifier.bootstrap import Service
from notifier.domain import Reminder
from notifier.storage.reminders import add_reminders
from notifier.storage.tables import AlertRow, ReminderRow, SubscriberRow
from pipeline.job import note, take

MANY, VALUES = 7_000, 6_000  # people; values that a statement of this SQLite takes


def test_a_deadline_that_is_stated_later_is_added_to_more_alerts_than_a_statement_takes_values(
    service: Service,
) -> None:
    take(service, "a.txt", note("关于组织申报项目的通知"))
    now = service.clock()
    reminder = Reminder("application", "2026-03-25", now)
    with service.database.write() as session:
        people = [{"id": n, "email": f"p{n}@example.org", "groups": [], "created_at": now} for n in range(1, MANY + 1)]
        session.execute(insert(SubscriberRow), people)
        alerts = [{"subscriber_id": n, "article_id": 1, "schedule": "daily", "created_at": now} for n in range(1, MANY)]
        session.execute(insert(AlertRow), alerts)
        connection = session.connection().connection.dbapi_connection
        if isinstance(connection, sqlite3.Connection):
            connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, VALUES)
        for _ in range(2):  # the second time there is nothing to add
            add_reminders(session, 1, {number: [reminder] for number in range(1, MANY)})
            assert session.execute(select(func.count()).select_from(ReminderRow)).scalar_one() == MANY - 1
