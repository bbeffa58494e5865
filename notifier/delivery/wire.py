"""What goes over the wire in an SMTP transaction: addresses, parameters of MAIL, the body. Pure."""

import re

from notifier.domain import Envelope
from notifier.errors import DeliveryError

_FORBIDDEN = re.compile(r"[\s<>\x00-\x1f\x7f-\x9f\u2028\u2029]")
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
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    stuffed = lines.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def mail_options(envelope: Envelope, offers: dict[str, str], *, size: int) -> list[bytes]:
    """Parameters of MAIL (RFC 1870, 6152, 6531). DeliveryError, permanent, where this relay can never carry it."""
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
    return options
