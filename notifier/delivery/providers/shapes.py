"""What a provider's module reads and gives, and how it gets at fields that may be missing or of any type."""

import datetime as dt
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from notifier.delivery.replies import one_line
from notifier.delivery.reports import Report
from notifier.errors import ForgeryError, InputError

_WORDS = 500  # characters of a report's words that are kept


@dataclass(frozen=True, slots=True)
class Posted:
    """What came by HTTP. Names of `headers` are in lower case."""

    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """Reports under a right signature: `at` (seconds since 1970) and `token`, which is used once, are what it signs."""

    at: int
    token: str
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Provider:
    """`read` raises ForgeryError where the signature is not that of the secret, InputError for what is no report.

    window: how old a signature may be. id_header: a header of ours that it gives back, where it does not give back the
    Message-ID; "" where it does.
    """

    name: str
    read: Callable[[Posted, str], Signed]
    window: dt.timedelta
    id_header: str = ""


def check_signature(given: str, right: str) -> None:
    if not hmac.compare_digest(given.encode(), right.encode()):
        raise ForgeryError("签名不对", "the signature is wrong")


def fields_of(posted: Posted) -> object:
    """The body as JSON, or as a form."""
    try:
        text = posted.content.decode()
        if text.lstrip()[:1] in ("{", "["):
            return json.loads(text)
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=200))
    except (ValueError, RecursionError) as error:
        raise InputError("内容不是 JSON 或表单", "the body is neither JSON nor a form") from error


def text_at(fields: object, *path: str) -> str:
    """The text or number there; "" where there is none."""
    for name in path:
        fields = fields.get(name) if isinstance(fields, Mapping) else None
    return one_line(str(fields), _WORDS) if isinstance(fields, str | int | float) else ""


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def named(text: str) -> str:
    """A Message-ID without its angle brackets."""
    return text.strip().strip("<>")
