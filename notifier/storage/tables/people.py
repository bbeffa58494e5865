"""Whom it is for: subscribers, their rules and channels, and the addresses that get no mail."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from notifier.storage.tables.columns import added, instant, json_value, reference


class SubscriberRow(SQLModel, table=True):
    """A person at an address. `token_version` revokes the tokens given out before."""

    __tablename__ = "subscriber"
    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    state: str = "active"
    delivery: str = "immediate"
    language: str = "zh-CN"
    timezone: str = "Asia/Shanghai"
    digest_hour: int = 8
    digest_weekday: int = 0
    digest_monthday: int = added(1)
    quiet: str = added("")  # 22:00-07:00; "" for none
    working_days: bool = added(False)
    remind_days: int = added(3)  # before a deadline; 0 for no reminders
    paused_until: dt.datetime | None = instant(optional=True)  # None: until they say so
    groups: list[str] = json_value(list)
    token_version: int = 1
    created_at: dt.datetime = instant()


class ChannelRow(SQLModel, table=True):
    """Another way to a subscriber than mail and feed: one of a name. `address` and `secret` are theirs alone."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("subscriber_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = reference("subscriber.id", index=False)
    name: str
    address: str
    secret: str = ""
    state: str = "active"  # or disabled
    reason: str = ""
    failing_since: dt.datetime | None = instant(optional=True)
    told_at: dt.datetime | None = instant(optional=True)
    created_at: dt.datetime = instant()


class RuleRow(SQLModel, table=True):
    """A subscriber's rule; what it says stands in its versions."""

    __tablename__ = "rule"
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = reference("subscriber.id")
    created_at: dt.datetime = instant()


class RuleVersion(SQLModel, table=True):
    """A rule as it was from one revision until another (none: it is in force)."""

    __tablename__ = "rule_version"
    __table_args__ = (Index("ix_rule_version_in_force", "to_revision", "from_revision"),)
    id: int | None = Field(default=None, primary_key=True)
    rule_id: int = reference("rule.id")
    subscriber_id: int = reference("subscriber.id")
    text: str
    mode: str = "standard"
    min_score: float = 0.0
    delivery: str = ""  # "" follows the subscriber
    paused_until: dt.datetime | None = instant(optional=True)
    saved_at: dt.datetime = instant()
    from_revision: int
    to_revision: int | None = None


class TopicVersion(SQLModel, table=True):
    """A topic as it was from one revision until another."""

    __tablename__ = "topic_version"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    data: dict[str, Any] = json_value(dict)
    from_revision: int
    to_revision: int | None = None


class SuppressionRow(SQLModel, table=True):
    """An address that gets no mail, and why. Taken off the list, it stays as a record with `removed_at`."""

    __tablename__ = "suppression"
    __table_args__ = (
        Index(
            "ix_suppression_in_force",
            "address",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    address: str
    reason: str
    detail: str = ""
    added_at: dt.datetime = instant()
    removed_at: dt.datetime | None = instant(optional=True)


class SoftBounce(SQLModel, table=True):
    """An address that could not be reached on a day: at most once a day, however many mails came back."""

    __tablename__ = "soft_bounce"
    address: str = Field(primary_key=True)
    day: dt.date = Field(primary_key=True)
    detail: str = ""


class DomainPause(SQLModel, table=True):
    """A domain that refused us for policy or spam: mail to it is kept until then. `times` in a row so far."""

    __tablename__ = "domain_pause"
    domain: str = Field(primary_key=True)
    reply: str
    since: dt.datetime = instant()
    until: dt.datetime = instant()
    times: int = 1
    told_at: dt.datetime | None = instant(optional=True)
