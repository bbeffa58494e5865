"""The tables: one class a noun of the glossary. Times are UTC; a state column holds the words of the domain's enums."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, ForeignKey, Index, LargeBinary, UniqueConstraint, false, text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Instant(TypeDecorator[dt.datetime]):
    """An aware datetime, kept in UTC. SQLite has no zones: it gets and gives naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


def _instant(*, optional: bool = False, index: bool = False) -> Any:
    column: Column[dt.datetime] = Column(Instant(), nullable=optional, index=index)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


def _json(default: type) -> Any:
    return Field(default_factory=default, sa_column=Column(JSON, nullable=False))


def _added(default: str | float) -> Any:
    """A column that came later: rows from before have the default."""
    value = false() if default is False else text(f"'{default}'") if isinstance(default, str) else str(default)
    return Field(default=default, sa_column_kwargs={"server_default": value})


def _added_list() -> Any:
    """A list that came later: None in rows from before."""
    return Field(default_factory=list, sa_column=Column(JSON))


def _reference(column: str, *, optional: bool = False, index: bool = True) -> Any:
    sa_column: Column[int] = Column(ForeignKey(column), nullable=optional, index=index)
    return Field(default=None, sa_column=sa_column) if optional else Field(sa_column=sa_column)


class Counter(SQLModel, table=True):
    """Numbers that only grow. `revision` counts changes of rules and topics, so that time needs no clock."""

    name: str = Field(primary_key=True)
    value: int = 0


class SourceRow(SQLModel, table=True):
    """A source and what its polls remembered. Those of the config are read-only elsewhere."""

    __tablename__ = "source"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    address: str
    every_s: float
    first: str
    audience: list[str] = _json(list)
    timezone: str
    options: dict[str, Any] = _json(dict)
    origin: str = "database"  # or config
    removed: bool = False
    created_at: dt.datetime = _instant()
    etag: str = ""
    last_modified: str = ""
    cursor: dict[str, Any] = _json(dict)
    primed: bool = False  # has been polled with success once
    next_poll_at: dt.datetime | None = _instant(optional=True, index=True)
    polled_at: dt.datetime | None = _instant(optional=True)
    failures: int = 0
    error: str = ""


class DocumentRow(SQLModel, table=True):
    """Bytes as they came, and what became of them: new, read, known, unpacked, old, held, needs_person or failed."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("source_id", "key", "sha256"),
        Index(
            "ix_document_new",
            "id",
            sqlite_where=text("state = 'new'"),
            postgresql_where=text("state = 'new'"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    source_id: int = _reference("source.id")
    key: str
    name: str
    media_type: str
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    title: str = ""
    url: str = ""
    published_at: dt.datetime | None = _instant(optional=True)
    byline: str = ""
    encoding: str = ""
    fetched_at: dt.datetime = _instant()
    state: str = "new"
    error: str = ""
    bulletin_id: int | None = _reference("bulletin.id", optional=True)


class BulletinRow(SQLModel, table=True):
    """One issue, page or feed entry, whatever formats and sources it came in. `identity` says which it is."""

    __tablename__ = "bulletin"
    id: int | None = Field(default=None, primary_key=True)
    identity: str = Field(unique=True)
    title: str
    issue: str
    date: dt.date | None = None
    publishers: list[str] = _json(list)
    distribution: dict[str, Any] = _json(dict)
    imprint: dict[str, Any] = _json(dict)
    marking: str = ""
    held: bool = False
    original: str = ""
    total: str = _added("")
    editors: list[str] | None = _added_list()
    quality: float = _added(1.0)  # 0 to 1: how far the reading can be trusted
    problems: list[list[str]] | None = _added_list()  # what was wrong, each in Chinese and English
    created_at: dt.datetime = _instant()


class Sighting(SQLModel, table=True):
    """A bulletin seen at a source: who may see the source may see the bulletin."""

    bulletin_id: int = Field(foreign_key="bulletin.id", primary_key=True)
    source_id: int = Field(foreign_key="source.id", primary_key=True, index=True)
    seen_at: dt.datetime = _instant()


class ArticleRow(SQLModel, table=True):
    """One article. `matched_revision` is the revision of rules and topics that it was matched with."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("bulletin_id", "title_key"),
        Index(
            "ix_article_unmatched",
            "id",
            sqlite_where=text("matched_at IS NULL"),
            postgresql_where=text("matched_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    bulletin_id: int = _reference("bulletin.id")
    position: int
    section: str
    title: str
    title_key: str  # what makes two articles of one bulletin the same
    uid: str = Field(unique=True)  # its id for readers of feeds: the same for ever
    body: list[dict[str, Any]] = _json(list)
    url: str = ""
    byline: str = ""
    author: str = _added("")
    editor: str = _added("")
    facts: list[dict[str, Any]] | None = _added_list()
    published_at: dt.datetime | None = _instant(optional=True)
    created_at: dt.datetime = _instant()
    matched_at: dt.datetime | None = _instant(optional=True)
    matched_revision: int = 0
    same_as: int | None = _reference("article.id", optional=True)  # the first article of the same notice


class SketchBand(SQLModel, table=True):
    """A band of an article's sketch: articles that tell the same share one."""

    __tablename__ = "sketch_band"
    band: int = Field(sa_type=BigInteger, primary_key=True)
    article_id: int = Field(foreign_key="article.id", primary_key=True, index=True)


class TopicVersion(SQLModel, table=True):
    """A topic as it was from one revision until another."""

    __tablename__ = "topic_version"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    data: dict[str, Any] = _json(dict)
    from_revision: int
    to_revision: int | None = None


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
    digest_monthday: int = _added(1)
    quiet: str = _added("")  # 22:00-07:00; "" for none
    working_days: bool = _added(False)
    remind_days: int = _added(3)  # before a deadline; 0 for no reminders
    groups: list[str] = _json(list)
    token_version: int = 1
    created_at: dt.datetime = _instant()


class RuleRow(SQLModel, table=True):
    """A subscriber's rule; what it says stands in its versions."""

    __tablename__ = "rule"
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = _reference("subscriber.id")
    created_at: dt.datetime = _instant()


class RuleVersion(SQLModel, table=True):
    """A rule as it was from one revision until another (none: it is in force)."""

    __tablename__ = "rule_version"
    __table_args__ = (Index("ix_rule_version_in_force", "to_revision", "from_revision"),)
    id: int | None = Field(default=None, primary_key=True)
    rule_id: int = _reference("rule.id")
    subscriber_id: int = _reference("subscriber.id")
    text: str
    mode: str = "standard"
    min_score: float = 0.0
    delivery: str = ""  # "" follows the subscriber
    saved_at: dt.datetime = _instant()
    from_revision: int
    to_revision: int | None = None


class MatchRow(SQLModel, table=True):
    """An article satisfied an expression. Stored once, however many subscribers wrote the same rule."""

    __tablename__ = "match"
    __table_args__ = (UniqueConstraint("article_id", "expression"),)
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = _reference("article.id", index=False)
    expression: str  # the rule's text, mode and least score
    score: float
    hits: list[list[Any]] = _json(list)


class AlertRow(SQLModel, table=True):
    """Subscriber x article: at most one, with every rule that matched (see alert_rule)."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("subscriber_id", "article_id"),)
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = _reference("subscriber.id", index=False)
    article_id: int = _reference("article.id")
    schedule: str
    created_at: dt.datetime = _instant()


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
    alert_id: int = _reference("alert.id", index=False)
    subscriber_id: int = _reference("subscriber.id")
    channel: str
    schedule: str
    due_at: dt.datetime = _instant()
    state: str = "waiting"
    reason: str = ""
    message_id: int | None = _reference("message.id", optional=True)


class ReminderRow(SQLModel, table=True):
    """An alert's article has a deadline of which its subscriber is to be reminded, once. Its state as a delivery's."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("alert_id", "label", "deadline"),
        Index(
            "ix_reminder_waiting",
            "due_at",
            sqlite_where=text("message_id IS NULL AND state = 'waiting'"),
            postgresql_where=text("message_id IS NULL AND state = 'waiting'"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = _reference("alert.id", index=False)
    subscriber_id: int = _reference("subscriber.id")
    label: str  # of the fact: application, comments …
    deadline: str  # the fact's value, ISO 8601
    due_at: dt.datetime = _instant()
    state: str = "waiting"
    reason: str = ""
    message_id: int | None = _reference("message.id", optional=True)


class ContentRow(SQLModel, table=True):
    """A rendered letter, stored once for all recipients who get the same."""

    __tablename__ = "content"
    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    subject: str
    text: str
    html: str
    calendar: str = _added("")  # an .ics file that goes with it


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
    subscriber_id: int = _reference("subscriber.id", index=False)
    channel: str
    kind: str
    local_date: dt.date | None = None
    content_id: int = _reference("content.id", index=False)
    sender: str
    address: str
    header_id: str = Field(unique=True)  # Message-ID without its angle brackets
    dated: dt.datetime = _instant()
    unsubscribe_url: str
    feed_url: str
    planned_at: dt.datetime = _instant()
    state: str = "ready"
    reason: str = ""
    next_at: dt.datetime = _instant()
    tries: int = 0
    lease_owner: str = ""
    lease_until: dt.datetime | None = _instant(optional=True)
    ended_at: dt.datetime | None = _instant(optional=True)


class AttemptRow(SQLModel, table=True):
    """One try to deliver a message. Never changed."""

    __tablename__ = "attempt"
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = _reference("message.id")
    started_at: dt.datetime = _instant()
    ended_at: dt.datetime = _instant()
    outcome: str
    code: int = 0
    reply: str = ""
    place: str = ""  # the relay or the file


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
    added_at: dt.datetime = _instant()
    removed_at: dt.datetime | None = _instant(optional=True)


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
    since: dt.datetime = _instant()
    until: dt.datetime = _instant()
    times: int = 1
    told_at: dt.datetime | None = _instant(optional=True)


class ChannelRow(SQLModel, table=True):
    """Another way to a subscriber than mail and feed: one of a name. `address` and `secret` are theirs alone."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("subscriber_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = _reference("subscriber.id", index=False)
    name: str
    address: str
    secret: str = ""
    state: str = "active"  # or disabled
    reason: str = ""
    failing_since: dt.datetime | None = _instant(optional=True)
    told_at: dt.datetime | None = _instant(optional=True)
    created_at: dt.datetime = _instant()


class EventRow(SQLModel, table=True):
    """Something that was done to a subscriber, a source or a document. Never changed."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject", "subject_id"),)
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = _instant()
    name: str
    subject: str
    subject_id: int
    data: dict[str, Any] = _json(dict)
