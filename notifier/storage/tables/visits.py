"""What people come to the pages with: sessions, login links, feed tokens, invitations. Keys are stored as hashes."""

import datetime as dt

from sqlmodel import Field, SQLModel

from notifier.storage.tables.columns import instant, reference


class WebSessionRow(SQLModel, table=True):
    """A browser in which a subscriber is signed in, until it expires or the row is removed."""

    __tablename__ = "web_session"
    id: int | None = Field(default=None, primary_key=True)
    key_hash: str = Field(unique=True)  # of the cookie
    subscriber_id: int = reference("subscriber.id")
    created_at: dt.datetime = instant()
    expires_at: dt.datetime = instant(index=True)


class LoginLink(SQLModel, table=True):
    """A mailed link that signs in once, in the browser that asked for it."""

    __tablename__ = "login_link"
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = reference("subscriber.id")
    browser: str  # hash of the asking browser's cookie
    next_path: str = "/"
    created_at: dt.datetime = instant(index=True)
    used_at: dt.datetime | None = instant(optional=True)


class FeedToken(SQLModel, table=True):
    """An address of a personal feed, with a name, that can be revoked alone. `mailed`: the one that stands in mails."""

    __tablename__ = "feed_token"
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = reference("subscriber.id")
    name: str
    mailed: bool = False
    version: int = 1
    created_at: dt.datetime = instant()
    read_at: dt.datetime | None = instant(optional=True)  # to the hour
    revoked_at: dt.datetime | None = instant(optional=True)


class Invitation(SQLModel, table=True):
    """A code with which so many people may sign up."""

    __tablename__ = "invitation"
    id: int | None = Field(default=None, primary_key=True)
    code_hash: str = Field(unique=True)
    note: str = ""
    uses: int = 1
    used: int = 0
    created_at: dt.datetime = instant()
    expires_at: dt.datetime | None = instant(optional=True)
