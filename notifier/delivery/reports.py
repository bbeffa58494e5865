"""Mails that come back: delivery status notifications, looser bounces, complaints. Bytes to what they report; pure.

Nothing that a report says is believed here: which message it is about is proven by its return address (see verp).
"""

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from typing import Literal

from notifier.delivery.replies import one_line

LARGEST = 2 * 1024 * 1024  # bytes read of one report
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-RCPT-TO", "To")
_ADDRESS = re.compile(r"(?<![^\s<>,;:\"()])[^\s<>,;:\"()@]{1,64}@[^\s<>,;:\"()@]{1,255}")
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[\s:-])")
_WORDS = 4_000  # characters of a field, or of a loose bounce's text, that are read

Kind = Literal["arrived", "failed", "delayed", "complaint"]


@dataclass(frozen=True, slots=True)
class Report:
    """`sent_from`: the addresses that it came to, or names as the sender of the mail it is about.

    `about`: the Message-ID of ours that it names (in a DSN its Original-Envelope-Id), "" for none.
    """

    kind: Kind
    sent_from: tuple[str, ...] = ()
    status: str = ""
    code: int = 0
    words: str = ""
    about: str = ""


def read_report(raw: bytes, *, arrived_for: Sequence[str] = ()) -> Report | None:
    """What a mail reports; None where it is no report: an answer of a person or of a machine on holiday, say.

    `arrived_for`: the envelope's recipients, where whoever hands the mail over knows them.
    """
    mail = message_from_bytes(raw[:LARGEST])
    sent_from = (*arrived_for, *_addresses(mail, _ADDRESSED))
    reported = _part(mail, "message/feedback-report")
    if reported is not None:
        return _complaint(mail, reported, sent_from)
    status = _part(mail, "message/delivery-status")
    return _by_fields(status, sent_from) if status is not None else _loose(mail, sent_from)


def _complaint(mail: Message, reported: Message, sent_from: Sequence[str]) -> Report | None:
    """RFC 5965. `not-spam` is praise, and what reports an authentication failure (RFC 6591) is nobody's complaint."""
    fields = _blocks(reported)
    kind = next((_field(block, "Feedback-Type").lower() for block in fields if block["Feedback-Type"]), "")
    if kind in ("not-spam", "auth-failure", "dmarc"):
        return None
    named = [address for block in fields for address in _addresses(block, ("Original-Mail-From",))]
    original = [address for part in _originals(mail) for address in _addresses(part, ("Return-Path", "Errors-To"))]
    return Report("complaint", (*sent_from, *named, *original), words=kind or "abuse")


def _originals(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            yield from _blocks(part)
        elif part.get_content_type() == "text/rfc822-headers":
            yield message_from_bytes(_decoded(part).encode("utf-8", "replace"))


def _by_fields(status: Message, sent_from: tuple[str, ...]) -> Report | None:
    """RFC 3464: the first block is about the mail, each other one about a recipient. Ours have one recipient."""
    blocks = _blocks(status)
    about = next((_field(block, _ENVELOPE).strip("<>") for block in blocks if block[_ENVELOPE]), "")
    found = {_field(block, "Action").lower(): block for block in blocks if block["Action"]}
    for action, kind in _ACTIONS.items():
        if action in found:
            block = found[action]
            words = _field(block, "Diagnostic-Code").partition(";")[2].strip()
            return Report(kind, sent_from, _field(block, "Status"), code_of(words), words[:500], about)
    return None


_ENVELOPE = "Original-Envelope-Id"  # what we gave as ENVID: the Message-ID
# The first that is there counts. Relayed: on to who gives no word of arrival; expanded: to a list.
_ACTIONS: dict[str, Kind] = {
    "failed": "failed",
    "delayed": "delayed",
    "delivered": "arrived",
    "relayed": "arrived",
    "expanded": "arrived",
}


def _loose(mail: Message, sent_from: tuple[str, ...]) -> Report | None:
    """A bounce in a form of its own: flufl.bounce knows many. Its text is all that tells why."""
    from flufl.bounce import all_failures  # late: its detectors take 60 ms to load

    if _field(mail, "Auto-Submitted").lower().startswith("auto-replied") and not _from_daemon(mail):
        return None
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # a detector that fails on a broken mail: then the mail tells nothing
        return None
    words = one_line(_text(mail), _WORDS)
    if not (temporary or permanent or (_from_daemon(mail) and code_of(words) >= 500)):
        return None
    kind: Kind = "delayed" if temporary and not permanent else "failed"
    return Report(kind, sent_from, code=code_of(words), words=words)


def _from_daemon(mail: Message) -> bool:
    """From a mail system: the empty return path, or a name that only those have."""
    sender = _field(mail, "From").lower()
    return _field(mail, "Return-Path") == "<>" or any(name in sender for name in _DAEMONS)


_DAEMONS = ("mailer-daemon", "postmaster@", "mail delivery", "系统退信")


def _part(mail: Message, content_type: str) -> Message | None:
    return next((part for part in mail.walk() if part.get_content_type() == content_type), None)


def _blocks(part: Message) -> list[Message]:
    """The blocks of fields; one written as plain text (encoded in base64, say) is parsed from it."""
    payload = part.get_payload()
    if isinstance(payload, list):
        blocks = [block for block in payload if isinstance(block, Message)]
        if any(block.keys() for block in blocks):
            return blocks
    text = _decoded(part) if not isinstance(payload, list) else _joined(payload)
    return [message_from_bytes(block.encode("utf-8", "replace")) for block in re.split(r"\r?\n\r?\n", text)]


def _joined(payload: Iterable[object]) -> str:
    return "\n\n".join(_decoded(block) for block in payload if isinstance(block, Message))


def _text(mail: Message) -> str:
    subject = _field(mail, "Subject")
    parts = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    plain = [part for part in parts if part.get_content_subtype() == "plain"] or parts
    return "\n".join((subject, *(re.sub(r"<[^<>@]*>", " ", _decoded(part)) for part in plain[:3])))


def _decoded(part: Message) -> str:
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return ""
    try:
        return octets.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):  # no such character set, or one that is for other things (idna, undefined)
        return octets.decode("utf-8", "replace")


def _field(block: Message, name: str) -> str:
    """Decoded where that can be done; harmless in any case."""
    value = str(block.get(name, ""))
    with contextlib.suppress(ValueError, LookupError, HeaderParseError):  # then as it stands
        value = str(make_header(decode_header(value)))
    return one_line(value, _WORDS)


def _addresses(block: Message, names: Sequence[str]) -> list[str]:
    return [address for name in names for value in block.get_all(name, []) for address in _ADDRESS.findall(str(value))]


def code_of(words: str) -> int:
    found = _CODE.search(words + " ")
    return int(found[1]) if found else 0
