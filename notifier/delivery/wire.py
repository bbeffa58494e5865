"""What goes over the wire in an SMTP transaction: addresses, parameters of MAIL, the body. Pure."""

import re

from notifier.domain import Envelope
from notifier.errors import DeliveryError

_FORBIDDEN = re.compile(r"[\s<>\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_XTEXT = re.compile(rb"[^!-*,-<>-~]")
_LONGEST_ENVID, _LONGEST_ORCPT = 100, 480  # characters, RFC 3461 4.4 and 4.2
_LONGEST_PATH = 254  # octets, RFC 5321 4.5.3.1.3 without the angle brackets


def is_safe_address(address: str) -> bool:
    """Whether `address` can stand between < and > of a command and mean nothing else (no CR, LF, space, <, >)."""
    return (
        bool(address)
        and "@" in address[1:-1]
        and not _FORBIDDEN.search(address)
        and len(address.encode("utf-8", "surrogateescape")) <= _LONGEST_PATH
    )


def wire_body(content: bytes) -> bytes:
    """The bytes after DATA, up to but without the final dot line: CRLF line ends, leading dots doubled.

    RFC 5321 4.5.2. Lone CR and LF become CRLF too, so that no relay can see an end of data (SMTP smuggling)
    where there is none.
    """
    lines = content if _has_clean_lines(content) else _cleaned(content)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    stuffed = lines.replace(b"\r\n.", b"\r\n..") if b"\r\n." in lines else lines
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def _has_clean_lines(content: bytes) -> bool:
    """Our own messages have; to look costs a fifth of what it costs to put them right."""
    return content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r")


def _cleaned(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def mail_options(envelope: Envelope, offers: dict[str, str], *, size: int) -> list[bytes]:
    """Parameters of MAIL (RFC 1870, 3461, 6152, 6531). DeliveryError, permanent, where this relay cannot carry it."""
    options = []
    if "size" in offers:
        limit = int(offers["size"]) if offers["size"].isdigit() else 0
        if 0 < limit < size:
            raise DeliveryError(
                f"信件 {size} 字节，超过邮件服务器的上限 {limit} 字节",
                f"the message has {size} bytes, more than the mail server's limit of {limit}",
                permanent=True,
                code=552,
            )
        options.append(b"SIZE=%d" % size)
    if "8bitmime" in offers and not envelope.content.isascii():
        options.append(b"BODY=8BITMIME")
    if not (envelope.sender + envelope.recipient).isascii():
        if "smtputf8" not in offers:
            raise DeliveryError(
                f"邮件服务器不支持非 ASCII 地址（SMTPUTF8）：{envelope.recipient}",
                f"the mail server does not take addresses beyond ASCII (SMTPUTF8): {envelope.recipient}",
                permanent=True,
                code=553,
            )
        options.append(b"SMTPUTF8")
    if "dsn" in offers and len(envid := xtext(envelope.message_id)) <= _LONGEST_ENVID:
        options.append(b"RET=HDRS ENVID=" + envid)
    return options


def rcpt_options(envelope: Envelope, offers: dict[str, str]) -> list[bytes]:
    """Parameters of RCPT (RFC 3461): a failure is reported, with the address as we know it; success where asked for."""
    if "dsn" not in offers:
        return []
    notify = b"NOTIFY=SUCCESS,FAILURE" if envelope.receipt else b"NOTIFY=FAILURE"
    address = xtext(envelope.recipient)
    known = envelope.recipient.isascii() and len(address) <= _LONGEST_ORCPT
    return [notify, *([b"ORCPT=rfc822;" + address] if known else [])]


def xtext(value: str) -> bytes:
    """RFC 3461, 4: printable ASCII but + and =, the rest as +XX."""
    return _NOT_XTEXT.sub(lambda found: b"+%02X" % found[0][0], value.encode())
