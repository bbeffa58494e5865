"""Kinds of value that settings have: how each is written, and what is said of one that is not."""

import datetime as dt
import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from notifier.domain import QuietHours

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST = 3650 * 86400  # seconds


def parse_duration(value: object) -> dt.timedelta:
    """ "90s", "10m", "1h", "7d", "2w" or a number of seconds. ValueError otherwise."""
    if isinstance(value, dt.timedelta):
        return value
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhdw]?)", str(value).strip())
    if not found:
        raise ValueError(f"{value!r} is no duration: write 90s, 10m, 1h or 7d")
    seconds = float(found[1]) * _UNITS[found[2] or "s"]
    if seconds > _LONGEST:
        raise ValueError(f"{value!r} is too long: at most ten years")
    return dt.timedelta(seconds=seconds)


def _zone(value: object) -> str:
    try:
        return ZoneInfo(str(value)).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{value!r} is no time zone: write one such as Asia/Shanghai") from error


def _audience(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _quiet(value: object) -> str:
    text = str(value).strip()
    try:
        return str(QuietHours.parse(text)) if text else ""
    except ValueError as error:
        raise ValueError(f"{value!r} are no quiet hours: write 22:00-07:00") from error


def _signup(value: object) -> object:
    """true and false are older words for open and closed."""
    return {True: "open", False: "closed"}.get(value, value) if isinstance(value, bool) else value


Duration = Annotated[dt.timedelta, BeforeValidator(parse_duration)]
Zone = Annotated[str, BeforeValidator(_zone)]
Quiet = Annotated[str, BeforeValidator(_quiet)]
Signup = Annotated[Literal["closed", "open", "domains", "invitation"], BeforeValidator(_signup)]
Audience = Annotated[list[str], BeforeValidator(_audience), Field(min_length=1)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
