"""How a source is: what a poll saw of it, and what is wrong with it."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

ConditionKind = Literal[
    "failing", "challenge", "empty", "layout", "silent", "clock", "certificate", "attachments", "network", "own_clock"
]
SYMPTOMS = ("challenge", "empty", "layout")  # what a failed poll may say of itself (SourceError.symptom)
OURS: tuple[ConditionKind, ...] = ("network", "own_clock")  # of this service, not of one source


@dataclass(frozen=True, slots=True)
class SeenItem:
    """An item of a list or feed as it stood there; `day` is None where it states none."""

    key: str
    day: dt.date | None
    titled: bool
    linked: bool


@dataclass(frozen=True, slots=True)
class Glance:
    """What a poll saw, new or not. `items`: all of the first page in its order, None where nothing was looked at
    (304, a folder). served_at: the server's clock; certificate_ends: when its certificate does; None where unknown."""

    items: tuple[SeenItem, ...] | None = None
    served_at: dt.datetime | None = None
    certificate_ends: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is wrong with a source, since when, and what shows it, in one line."""

    kind: ConditionKind
    since: dt.datetime
    evidence: str
