"""What came in: sources, documents, bulletins, articles."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from notifier.storage.tables.columns import added, added_list, instant, json_value, reference


class SourceRow(SQLModel, table=True):
    """A source and what its polls remembered. Those of the config are read-only elsewhere."""

    __tablename__ = "source"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    address: str
    every_s: float
    first: str
    audience: list[str] = json_value(list)
    timezone: str
    options: dict[str, Any] = json_value(dict)
    origin: str = "database"  # or config
    removed: bool = False
    display: str = added("full")  # or title: readers see no more of its articles
    created_at: dt.datetime = instant()
    etag: str = ""
    last_modified: str = ""
    cursor: dict[str, Any] = json_value(dict)
    primed: bool = False  # has been polled with success once
    next_poll_at: dt.datetime | None = instant(optional=True, index=True)
    polled_at: dt.datetime | None = instant(optional=True)
    failures: int = 0
    error: str = ""
    pace: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))  # what polls have shown of its habits


class LeaseRow(SQLModel, table=True):
    """That a hub tells us of a feed's news (WebSub): asked, active, denied or leaving. `token` is in our address."""

    __tablename__ = "lease"
    id: int | None = Field(default=None, primary_key=True)
    source_id: int = reference("source.id")
    hub: str
    topic: str
    token: str = Field(unique=True)
    secret: str
    state: str = "asked"
    expires_at: dt.datetime | None = instant(optional=True)
    next_at: dt.datetime = instant()  # when the hub is asked again
    asked: int = 0  # times since it answered last
    reason: str = ""
    pushed_at: dt.datetime | None = instant(optional=True)


class DocumentRow(SQLModel, table=True):
    """Bytes as they came, and what became of them: new or backfill (both wait to be read), then read, old, known,
    unpacked, held, needs_person or failed."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("source_id", "key", "sha256"),
        Index(
            "ix_document_new",
            "id",
            sqlite_where=text("state = 'new'"),
            postgresql_where=text("state = 'new'"),
        ),
        Index(
            "ix_document_backfill",
            "id",
            sqlite_where=text("state = 'backfill'"),
            postgresql_where=text("state = 'backfill'"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    source_id: int = reference("source.id")
    key: str
    name: str
    media_type: str
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    title: str = ""
    url: str = ""
    published_at: dt.datetime | None = instant(optional=True)
    byline: str = ""
    encoding: str = ""
    fetched_at: dt.datetime = instant()
    state: str = "new"
    error: str = ""
    bulletin_id: int | None = reference("bulletin.id", optional=True)


class AttachmentRow(SQLModel, table=True):
    """A file that came with a document; `problem` says why it has no content."""

    __tablename__ = "attachment"
    document_id: int = Field(sa_column=Column(ForeignKey("document.id"), primary_key=True))
    position: int = Field(primary_key=True)
    name: str
    url: str
    media_type: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    problem: str


class BulletinRow(SQLModel, table=True):
    """One issue, page or feed entry, whatever formats and sources it came in. `identity` says which it is."""

    __tablename__ = "bulletin"
    id: int | None = Field(default=None, primary_key=True)
    identity: str = Field(unique=True)
    title: str
    issue: str
    date: dt.date | None = None
    publishers: list[str] = json_value(list)
    distribution: dict[str, Any] = json_value(dict)
    imprint: dict[str, Any] = json_value(dict)
    marking: str = ""
    held: bool = False
    original: str = ""
    total: str = added("")
    editors: list[str] | None = added_list()
    quality: float = added(1.0)  # 0 to 1: how far the reading can be trusted
    problems: list[list[str]] | None = added_list()  # what was wrong, each in Chinese and English
    ended: str = added("")  # withdrawn or repealed; "" while it stands
    created_at: dt.datetime = instant()


class BulletinName(SQLModel, table=True):
    """A name under which a bulletin may come again: its address, its number … Several bulletins may share one."""

    __tablename__ = "bulletin_name"
    name: str = Field(primary_key=True)
    bulletin_id: int = Field(foreign_key="bulletin.id", primary_key=True, index=True)


class Sighting(SQLModel, table=True):
    """A bulletin seen at a source: who may see the source may see the bulletin."""

    bulletin_id: int = Field(foreign_key="bulletin.id", primary_key=True)
    source_id: int = Field(foreign_key="source.id", primary_key=True, index=True)
    seen_at: dt.datetime = instant()


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
        Index(
            "ix_article_unindexed",
            "id",
            sqlite_where=text("text_indexed = 0"),
            postgresql_where=text("NOT text_indexed"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    bulletin_id: int = reference("bulletin.id")
    position: int
    section: str
    title: str
    title_key: str  # what makes two articles of one bulletin the same
    uid: str = Field(unique=True)  # its id for readers of feeds: the same for ever
    body: list[dict[str, Any]] = json_value(list)
    url: str = ""
    byline: str = ""
    author: str = added("")
    editor: str = added("")
    facts: list[dict[str, Any]] | None = added_list()
    published_at: dt.datetime | None = instant(optional=True)
    old: bool = added(False)  # was there when its source was new, or was filled in: stored, never alerted
    created_at: dt.datetime = instant()
    matched_at: dt.datetime | None = instant(optional=True)
    matched_revision: int = 0
    same_as: int | None = reference("article.id", optional=True)  # the first article of the same notice
    text_indexed: bool = added(False)  # the text index has it as it stands


class SketchBand(SQLModel, table=True):
    """A band of an article's sketch: articles that tell the same share one."""

    __tablename__ = "sketch_band"
    band: int = Field(sa_type=BigInteger, primary_key=True)
    article_id: int = Field(foreign_key="article.id", primary_key=True, index=True)
