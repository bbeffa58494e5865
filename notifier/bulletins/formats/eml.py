"""A mail (RFC 5322, 2045, 2231): its text as a document with its subject, and its attachments as documents."""

import binascii
import datetime as dt
import email
import email.header
import email.utils
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message

from notifier.bulletins.formats.archive import inside
from notifier.bulletins.formats.decode import decode
from notifier.bulletins.formats.media import EML, HTML, TEXT
from notifier.bulletins.formats.package import damaged
from notifier.domain import Document
from notifier.errors import ReadError

_MAX_PARTS = 500
_PASSED_OVER = ("image/", "audio/", "video/", "font/")  # logos of signatures; a scan comes as PDF or in an archive
_NO_DOCUMENTS = frozenset((
    "text/calendar", "text/css", "text/vcard", "text/x-vcard", "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature", "application/ms-tnef", "message/delivery-status",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mail:
    """texts: what the mail says, the best form first; attachments in their order."""

    subject: str
    texts: tuple[Document, ...]
    attachments: tuple[Document, ...]


def read_mail(document: Document) -> Mail:
    """ReadError where the bytes are no mail that can be taken apart."""
    try:
        message = email.message_from_bytes(document.content)
        parts = list(_parts(message))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise damaged(type(error).__name__) from error
    document = replace(
        document,
        published_at=document.published_at or _date(message),
        byline=document.byline or email.utils.parseaddr(_header(message, "from"))[0],
    )
    texts = [_text(document, part) for part in parts if _is_text(part)]
    attachments = [found for part in parts if not _is_text(part) and (found := _attachment(document, part)) is not None]
    texts.sort(key=lambda text: text.media_type != HTML)
    return Mail(_header(message, "subject"), tuple(texts), tuple(attachments))


def _parts(message: Message) -> Iterator[Message]:
    """The leaves in order; a mail within the mail is one of them."""
    waiting: list[Message] = [message]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        payload = part.get_payload()
        if part.is_multipart() and isinstance(payload, list) and part.get_content_type() != EML:
            waiting += [inner for inner in reversed(payload) if isinstance(inner, Message)]
        else:
            yield part
    raise ReadError(
        f"邮件超过 {_MAX_PARTS} 个部分，已拒绝；请核实来源", f"refused: a mail of more than {_MAX_PARTS} parts"
    )


def _is_text(part: Message) -> bool:
    if part.get_content_disposition() == "attachment" or _filename(part):
        return False
    return part.get_content_type() in (TEXT, HTML)


def _text(document: Document, part: Message) -> Document:
    kind = part.get_content_type()
    return replace(
        document,
        name=f"{document.name}.{'html' if kind == HTML else 'txt'}",
        media_type=kind,
        content=_content(part),
        encoding=part.get_content_charset() or "",
    )


def _attachment(document: Document, part: Message) -> Document | None:
    kind = part.get_content_type()
    name = _filename(part)
    if kind == EML:
        return inside(
            document, name or f"{_header(_inner(part), 'subject') or '邮件'}.eml", _content(part), media_type=EML
        )
    content = _content(part)
    if kind.startswith(_PASSED_OVER) or kind in _NO_DOCUMENTS or not content.strip():
        return None
    return inside(document, name or f"附件.{kind.rpartition('/')[2]}", content, media_type=kind)


def _inner(part: Message) -> Message:
    payload = part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    return first if isinstance(first, Message) else Message()


def _content(part: Message) -> bytes:
    if part.get_content_type() == EML:
        return _inner(part).as_bytes()
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _filename(part: Message) -> str:
    return _words(part.get_filename() or "")


def _header(message: Message, name: str) -> str:
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "")
    return " ".join(_words(raw).split())


def _words(raw: str) -> str:
    """Encoded words (RFC 2047) as text; bytes that nobody encoded as what they make sense as."""
    try:
        chunks = email.header.decode_header(raw)
    except (email.errors.HeaderParseError, binascii.Error, ValueError):
        chunks = [(raw, None)]
    return "".join(_chunk(chunk, charset or "") for chunk, charset in chunks)


def _chunk(chunk: bytes | str, charset: str) -> str:
    raw = chunk.encode("utf-8", "surrogateescape") if isinstance(chunk, str) else chunk
    try:
        return decode(raw, charset)
    except ReadError:
        return raw.decode("ascii", "replace")


def _date(message: Message) -> dt.datetime | None:
    try:
        found = email.utils.parsedate_to_datetime(_header(message, "date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
