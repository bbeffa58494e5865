"""A frozen letter and a recipient become the bytes of one message. The same inputs give the same bytes, always.

The parts are base64: lines of 76 hold 57 octets, so all that stands before the first marker is encoded once for
all recipients, and only the rest (the foot of the letter) for each.
"""

import binascii
import hashlib
from dataclasses import dataclass
from email.utils import format_datetime
from functools import lru_cache
from html import escape

from notifier.domain import Frozen, Recipient
from notifier.errors import RenderError
from notifier.rendering import clean, headers
from notifier.rendering.calendars import FILE_NAME

_OCTETS = 57  # encoded in one line of 76 (RFC 2045, 6.8)
_KEPT = 16  # letters whose fixed half is kept


_MARKS = (clean.UNSUBSCRIBE.encode(), clean.FEED.encode())


@dataclass(frozen=True, slots=True)
class _Part:
    """One body: base64 lines that never change, and the octets after them, which hold the markers."""

    lines: bytes
    rest: bytes

    @classmethod
    def of(cls, text: str) -> "_Part":
        octets = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
        first = min((at for mark in _MARKS if (at := octets.find(mark)) >= 0), default=len(octets))
        cut = first - first % _OCTETS
        return cls(_lines(octets[:cut]), octets[cut:])

    @property
    def personal(self) -> bool:
        return any(mark in self.rest for mark in _MARKS)

    def filled(self, *values: str) -> bytes:
        rest = self.rest
        for mark, value in zip(_MARKS, values, strict=True):
            rest = rest.replace(mark, value.encode())
        return self.lines + _lines(rest)


@dataclass(frozen=True, slots=True)
class _Prepared:
    subject: str
    text: _Part
    html: _Part
    calendar: bytes  # base64 lines; none for no attachment

    @property
    def personal(self) -> bool:
        return self.text.personal or self.html.personal


def assemble(frozen: Frozen, recipient: Recipient, *, sender: str, list_id: str) -> bytes:
    """The whole message, CRLF line ends, every line within 998 octets, none of which begins with a dot.

    `sender` is `name <address>` or an address, `list_id` likewise with a list-id (RFC 2919). Without an
    `unsubscribe_url` (a notice) there are no List- headers. RenderError where a value does not fit a header.
    """
    prepared = _prepared(frozen)
    unsubscribe, feed = _personal_links(prepared, recipient)
    boundary = f"=_{hashlib.sha256(recipient.message_id.encode()).hexdigest()[:40]}"  # no base64 line can hold it
    head = "\r\n".join(_head(prepared.subject, recipient, sender=sender, list_id=list_id)).encode("ascii")
    body = _alternative(prepared, boundary.encode(), unsubscribe, feed)
    if prepared.calendar:
        body = _with_attachment(body, prepared.calendar, boundary.encode() + b"m")
    return head + b"\r\n" + body


def _with_attachment(body: bytes, calendar: bytes, mark: bytes) -> bytes:
    """The letter and an .ics file beside it (RFC 5545, 8.1; RFC 2183)."""
    return b"".join(
        (
            b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n--' + mark + b"\r\n",
            body,
            b"--" + mark + b"\r\nContent-Type: text/calendar; charset=utf-8; method=PUBLISH",
            f'\r\nContent-Disposition: attachment; filename="{FILE_NAME}"'.encode("ascii"),
            b"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            calendar,
            b"--" + mark + b"--\r\n",
        )
    )


def _alternative(prepared: _Prepared, mark: bytes, unsubscribe: str, feed: str) -> bytes:
    return b"".join(
        (
            b'Content-Type: multipart/alternative; boundary="' + mark + b'"',
            b"\r\n\r\n--" + mark + b"\r\nContent-Type: text/plain; charset=utf-8",
            b"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            prepared.text.filled(unsubscribe, feed),
            b"--" + mark + b"\r\nContent-Type: text/html; charset=utf-8",
            b"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            prepared.html.filled(escape(unsubscribe), escape(feed)),
            b"--" + mark + b"--\r\n",
        )
    )


def _head(subject: str, recipient: Recipient, *, sender: str, list_id: str) -> list[str]:
    if recipient.date.tzinfo is None:
        raise RenderError("邮件日期没有时区。", "The date of a message has no time zone.")
    lines = [
        headers.mailbox("From", sender),
        f"To: {headers.address(recipient.address)}",
        subject,
        f"Date: {format_datetime(recipient.date.replace(microsecond=0))}",
        f"Message-ID: <{headers.message_id(recipient.message_id)}>",
        "MIME-Version: 1.0",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
    ]
    if recipient.unsubscribe_url:
        lines += [
            headers.list_id(list_id),
            f"List-Unsubscribe: <{headers.url(recipient.unsubscribe_url)}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Precedence: bulk",
        ]
    return lines


def _personal_links(prepared: _Prepared, recipient: Recipient) -> tuple[str, str]:
    if not prepared.personal:
        return "", ""
    return headers.url(recipient.unsubscribe_url), headers.url(recipient.feed_url)


@lru_cache(maxsize=_KEPT)
def _prepared(frozen: Frozen) -> _Prepared:
    subject = headers.unstructured("Subject", frozen.subject)
    calendar = _lines(frozen.calendar.encode()) if frozen.calendar else b""
    return _Prepared(subject, _Part.of(frozen.text), _Part.of(frozen.html), calendar)


def _lines(octets: bytes) -> bytes:
    """Base64 in lines of 76, each ended by CRLF (RFC 2045, 6.8)."""
    encoded = binascii.b2a_base64(octets, newline=False)
    return b"".join(encoded[at : at + 76] + b"\r\n" for at in range(0, len(encoded), 76))
