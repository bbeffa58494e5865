"""A source as [[sources]] has it."""

import datetime as dt
from pathlib import Path
from typing import Literal

from pydantic import Field

from notifier.config.values import Audience, Duration, Zone
from notifier.sources.listing.spec import Listing

MAILBOX = ("password_file", "ca_file", "flag", "move_to")  # settings that only a mailbox has


class SourceSettings(Listing):
    name: str = Field(min_length=1, description="its name; no name twice")
    kind: Literal["folder", "feed", "listing", "mailbox"] = Field(description="folder, feed, listing or mailbox")
    path: str = Field("", description="folder: where files are put")
    url: str = Field("", description="feed, listing: its address; mailbox: imaps://user@host/FOLDER")
    every: Duration = Field(dt.timedelta(minutes=15), description="how often it is polled")
    first: Literal["all", "new"] | None = Field(None, description="what is there when it is new: all or new")
    audience: Audience = Field(["public"], description="public, or names of groups")
    timezone: Zone | None = Field(None, description="of times that state none; default service.timezone")
    display: Literal["full", "title"] = Field("full", description="title (内部): readers see only titles, everywhere")
    category: str = Field("", description="where it stands in an OPML list: 部委/科技")
    password_file: Path | None = Field(None, description="mailbox: a file that holds its password")
    ca_file: Path | None = Field(None, description="mailbox: certificates to trust instead of the system's")
    flag: str = Field(
        "", pattern=r"^(\\(Seen|Flagged|Answered)|[A-Za-z$][\w$-]*)?$", description="mailbox: set on what was read"
    )
    move_to: str = Field("", description="mailbox: the folder that what was read is moved to")
    ignore_robots: str = Field("", description="why it may be fetched although its robots.txt says no")
