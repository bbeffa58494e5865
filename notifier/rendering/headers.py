"""Header fields written by hand (RFC 5322, RFC 2047), because a header is where foreign text does harm.

The standard library's EmailMessage encodes a long List-Unsubscribe (which breaks RFC 8058), folds long Chinese
display names wrongly, and once let an encoded CR LF become a header (CVE-2024-6923).
"""

import binascii
import re
from collections.abc import Iterator
from functools import lru_cache
from quopri import decodestring

from notifier.errors import RenderError
from notifier.rendering import clean

LINE = 76  # octets of a line that holds an encoded word (RFC 2047, 2)
_OVERHEAD = len("=?utf-8?b??=")
_ENCODED_WORD = re.compile(r"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[A-Za-z-]*)?\?([BbQq])\?([^?\s]*)\?=(?:\s+(?==\?))?")
_CHARSETS = re.compile(r"utf-?8|us-ascii|ascii|gb2312|gbk|gb18030|big5|iso-8859-\d{1,2}|windows-125\d", re.IGNORECASE)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,200}@[A-Za-z0-9.-]{1,253}")
_NAMED = re.compile(r"(?P<name>.*?)\s*<(?P<inner>[^<>]*)>\s*", re.DOTALL)
_URL = re.compile(r"https?://[!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]{1,900}")
_LIST_ID = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_ATOMS = re.compile(r"[A-Za-z0-9 .!#$%&'*+/=?^_`{|}~,:;@()-]*")


def address(value: str) -> str:
    """A bare addr-spec without quotes or comments. RenderError otherwise: upstream should have refused it."""
    if not _ADDRESS.fullmatch(value):
        raise _refused("邮箱地址", "mail address", value)
    return value


def message_id(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value):
        raise _refused("Message-ID", "Message-ID", value)
    return value


def url(value: str) -> str:
    """An http(s) address that can stand in a header whole (RFC 2369, 2; RFC 8058, 3.1)."""
    if not _URL.fullmatch(value):
        raise _refused("链接", "link", value)
    return value


def unstructured(name: str, value: str) -> str:
    """`Subject: …`, encoded where it is not short plain ASCII, folded, without the final line break."""
    value = plain(value)
    if value.isascii() and "=?" not in value and len(name) + 2 + len(value) <= LINE:
        return f"{name}: {value}"
    return f"{name}: " + "\r\n ".join(encoded_words(value, LINE - len(name) - 2))


@lru_cache(maxsize=64)
def mailbox(name: str, value: str) -> str:
    """`From: 要参速递 <alerts@example.org>` from `要参速递 <alerts@example.org>` or a bare address."""
    shown, bare = named(value)
    return _with_phrase(name, shown, f"<{address(bare)}>")


@lru_cache(maxsize=64)
def list_id(value: str) -> str:
    """RFC 2919: `List-Id: 要参速递 <alerts.example.org>`; the phrase may be missing."""
    shown, bare = named(value)
    if not _LIST_ID.fullmatch(bare) or len(bare) > 255:
        raise _refused("List-Id", "List-Id", value)
    return _with_phrase("List-Id", shown, f"<{bare}>")


def named(value: str) -> tuple[str, str]:
    """The display name and what stands in angle brackets; without brackets, all is the latter."""
    found = _NAMED.fullmatch(value)
    return (plain(found["name"]).strip('" '), found["inner"]) if found else ("", value.strip())


def plain(value: str) -> str:
    """Decoded, then cleaned, again and again: what is hidden in an encoded word is cleaned as well."""
    for _ in range(10):
        before, value = value, _ENCODED_WORD.sub(_decoded, clean.header(value))
        if value == before:
            return value
    return clean.header(value).replace("=?", "= ?")


def encoded_words(value: str, first: int) -> Iterator[str]:
    """Words of at most 75 octets; the first fits in `first` octets. No character is split (RFC 2047, 5)."""
    word, room = b"", _payload(first)
    for character in value:
        octets = character.encode()
        if len(word) + len(octets) > room:
            yield _word(word)
            word, room = b"", _payload(LINE - 1)
        word += octets
    yield _word(word)


def _payload(room: int) -> int:
    """How many octets fit in base64 into an encoded word of `room` octets."""
    return max((min(room, 75) - _OVERHEAD) // 4 * 3, 4)


def _word(octets: bytes) -> str:
    return f"=?utf-8?b?{binascii.b2a_base64(octets, newline=False).decode()}?="


def _with_phrase(name: str, phrase: str, rest: str) -> str:
    if not phrase:
        return f"{name}: {rest}"
    if phrase.isascii() and _ATOMS.fullmatch(phrase) and "=?" not in phrase and len(phrase) <= 50:
        return f'{name}: "{phrase}"\r\n {rest}' if len(phrase) + len(rest) > 60 else f'{name}: "{phrase}" {rest}'
    words = list(encoded_words(phrase, LINE - len(name) - 2))
    together = len(words[-1]) + len(rest) + len(name) + 3 <= LINE
    return f"{name}: " + "\r\n ".join(words) + (" " if together else "\r\n ") + rest


def _decoded(match: "re.Match[str]") -> str:
    """The text of an encoded word; one that cannot be decoded is dropped, since a reader might decode it."""
    charset, encoding, payload = match.groups()
    try:
        if encoding in "Bb":
            octets = binascii.a2b_base64(payload + "=" * (-len(payload) % 4))
        else:
            octets = decodestring(payload.encode(), header=True)
        return octets.decode(charset if _CHARSETS.fullmatch(charset) else "latin-1", "replace")
    except (binascii.Error, ValueError, LookupError):
        return ""


def _refused(zh: str, en: str, value: str) -> RenderError:
    shown = clean.one_line(repr(value), 80)
    return RenderError(
        f"不能写入邮件头的{zh}：{shown}。请更正后重试。", f"Not fit for a mail header: {en} {shown}. Correct it."
    )
