"""Where bulletins come from, and what a poll brings back."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from notifier.domain.health import Glance

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Source:
    """A place that is polled. `address` is a folder's path or a URL; `audience` is ("public",) or group names.

    `display` is what readers see of its articles, in mails, feeds and pages: all of them, or only their titles (内部).
    """

    name: str
    kind: str
    address: str
    every: timedelta = timedelta(minutes=15)
    first: Literal["all", "new"] = "new"
    audience: tuple[str, ...] = (PUBLIC,)
    timezone: str = "Asia/Shanghai"
    options: dict[str, Any] = field(default_factory=dict)
    display: Literal["full", "title"] = "full"


@dataclass(frozen=True, slots=True)
class PollState:
    """What a source remembered of its last poll. `cursor` is the source kind's own, JSON."""

    etag: str = ""
    last_modified: str = ""
    cursor: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to a page. `problem` says in one line why there is no `content`; the name is kept."""

    name: str
    url: str
    media_type: str = ""
    content: bytes = b""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """What polls have shown of a source's habits. `gap`: seconds between changes, 0 where unknown.

    moved_from, moved_to: the address that was asked, and where it says that it is for good now; `moved_times`: at how
    many polls in a row it said so.
    """

    changed_at: datetime | None = None
    gap: float = 0.0
    moved_from: str = ""
    moved_to: str = ""
    moved_times: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes to be read, as they came. `key` names the item within its source (a path, an entry's id or link).

    The facts behind `content` are those that its source states outside the bytes: a feed entry's title, link,
    date, author and attachments. An unknown one is empty.
    """

    key: str
    name: str
    media_type: str
    content: bytes
    title: str = ""
    url: str = ""
    published_at: datetime | None = None
    byline: str = ""
    encoding: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class PollResult:
    """One poll: documents new or changed since `state`, the state to remember, and items that failed."""

    documents: tuple[Document, ...] = ()
    state: PollState = PollState()
    errors: tuple[tuple[str, str], ...] = ()  # (item key, one line)
    not_modified: bool = False
    ttl: float | None = None  # seconds for which the source says that it stays as it is
    glance: Glance | None = None  # what it saw, new or not; None where the source's kind tells nothing
    gone: tuple[str, ...] = ()  # keys whose pages answer 404 or 410 now
    back: tuple[str, ...] = ()  # keys whose pages were gone, and are there again
