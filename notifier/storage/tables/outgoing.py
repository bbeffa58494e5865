"""What goes out: matches, alerts, deliveries, messages, attempts."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from notifier.storage.tables.columns import added, instant, json_value, reference


class MatchRow(SQLModel, table=True):
    """An article satisfied an expression. Stored once, however many subscribers wrote the same rule."""

    __tablename__ = "match"
    __table_args__ = (UniqueConstraint("article_id", "expression"),)
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = reference("article.id", index=False)
    expression: str  # the rule's text, mode and least score
    score: float
    hits: list[list[Any]] = json_value(list)


class AlertRow(SQLModel, table=True):
    """Subscriber x article: at most one, with every rule that matched (see alert_rule)."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "article_id"),
        Index("ix_alert_subscriber", "subscriber_id", "id"),  # the newest of one subscriber
    )
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = reference("subscriber.id", index=False)
    article_id: int = reference("article.id")
    schedule: str
    created_at: dt.datetime = instant()


class AlertMark(SQLModel, table=True):
    """What its subscriber noted on an alert: read, saved, not relevant, each since when. No row: nothing."""

    __tablename__ = "alert_mark"
    alert_id: int = Field(foreign_key="alert.id", primary_key=True)
    read_at: dt.datetime | None = instant(optional=True)
    saved_at: dt.datetime | None = instant(optional=True)
    irrelevant_at: dt.datetime | None = instant(optional=True)


class AlertRule(SQLModel, table=True):
    """Why there is an alert: this rule, by this match."""

    __tablename__ = "alert_rule"
    alert_id: int = Field(foreign_key="alert.id", primary_key=True)
    rule_version_id: int = Field(foreign_key="rule_version.id", primary_key=True)
    match_id: int = Field(foreign_key="match.id")


class DeliveryRow(SQLModel, table=True):
    """Alert x channel: at most one. Its state is its message's; its own only until it has one."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("alert_id", "channel"),
        Index(
            "ix_delivery_waiting",
            "due_at",
            sqlite_where=text("message_id IS NULL AND state = 'waiting'"),
            postgresql_where=text("message_id IS NULL AND state = 'waiting'"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = reference("alert.id", index=False)
    subscriber_id: int = reference("subscriber.id")
    channel: str
    schedule: str
    due_at: dt.datetime = instant()
    state: str = "waiting"
    reason: str = ""
    message_id: int | None = reference("message.id", optional=True)


class ReminderRow(SQLModel, table=True):
    """An alert's article has a deadline of which its subscriber is to be reminded, once by each channel.

    Its state as a delivery's.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("alert_id", "channel", "label", "deadline"),
        Index(
            "ix_reminder_waiting",
            "due_at",
            sqlite_where=text("message_id IS NULL AND state = 'waiting'"),
            postgresql_where=text("message_id IS NULL AND state = 'waiting'"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = reference("alert.id", index=False)
    subscriber_id: int = reference("subscriber.id")
    channel: str = added("email")
    label: str  # of the fact: application, comments …
    deadline: str  # the fact's value, ISO 8601
    due_at: dt.datetime = instant()
    state: str = "waiting"
    reason: str = ""
    message_id: int | None = reference("message.id", optional=True)


class ContentRow(SQLModel, table=True):
    """A rendered letter, stored once for all recipients who get the same."""

    __tablename__ = "content"
    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    subject: str
    text: str
    html: str
    calendar: str = added("")  # an .ics file that goes with it


class MessageRow(SQLModel, table=True):
    """What a channel carries at once. What was frozen at planning gives the same bytes at every try."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "channel", "kind", "local_date"),
        Index(
            "ix_message_due",
            "next_at",
            sqlite_where=text("state IN ('ready', 'deferred')"),
            postgresql_where=text("state IN ('ready', 'deferred')"),
        ),
        Index(  # what does not stand in line behind the digests
            "ix_message_prompt",
            "next_at",
            sqlite_where=text("state IN ('ready', 'deferred') AND kind <> 'digest'"),
            postgresql_where=text("state IN ('ready', 'deferred') AND kind <> 'digest'"),
        ),
        Index(
            "ix_message_open",
            "lease_until",
            sqlite_where=text("state IN ('claimed', 'committing', 'in_doubt')"),
            postgresql_where=text("state IN ('claimed', 'committing', 'in_doubt')"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = reference("subscriber.id", index=False)
    channel: str
    kind: str
    local_date: dt.date | None = None
    content_id: int = reference("content.id", index=False)
    sender: str
    address: str
    header_id: str = Field(unique=True)  # Message-ID without its angle brackets
    dated: dt.datetime = instant()
    unsubscribe_url: str
    feed_url: str
    planned_at: dt.datetime = instant()
    state: str = "ready"
    reason: str = ""
    next_at: dt.datetime = instant()
    tries: int = 0
    lease_owner: str = ""
    lease_until: dt.datetime | None = instant(optional=True)
    ended_at: dt.datetime | None = instant(optional=True)


class AttemptRow(SQLModel, table=True):
    """One try to deliver a message. Never changed."""

    __tablename__ = "attempt"
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = reference("message.id")
    started_at: dt.datetime = instant()
    ended_at: dt.datetime = instant()
    outcome: str
    code: int = 0
    reply: str = ""
    place: str = ""  # the relay or the file
