"""Bytes to text: byte order mark, UTF-8, the declared encoding, GB18030, Big5, each checked for making sense.

GB18030 decodes nearly any pair of bytes, so that a decoding counts only if frequent characters are frequent in it.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator

from notifier.bulletins.structure.patterns import FREQUENT, SAMPLE
from notifier.errors import ReadError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NEWLINES = re.compile("\r\n|[\r\v\x85\u2028\u2029]")
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_MAKES_SENSE = (
    0.15  # share of frequent characters among those outside ASCII; real Chinese has 0.5, a wrong decoding 0.05
)
_JUNK = 0.1  # share of characters that no text has
_FEW = 8  # of them, which any text may have


def decode(content: bytes, declared: str = "") -> str:
    r"""The text with "\n" for every line end, "\f" kept, other controls and invisible marks dropped.

    ReadError where the bytes are no text in any of the encodings.
    """
    text = _decoded(content, declared)
    sample = text[:SAMPLE]
    if sum(map(_is_junk, sample)) > max(_FEW, _JUNK * len(sample)):
        raise ReadError(
            "文件不是可读的文本（编码无法识别）；请另存为 UTF-8 文本后重试",
            "the file is not readable text in any known encoding; save it as UTF-8 text and try again",
            needs_person=True,
        )
    return clean(text)


def clean(text: str) -> str:
    """One kind of line end, one kind of plain space, no control characters, no invisible marks."""
    return _DROPPED.sub("", _NEWLINES.sub("\n", text)).replace("\xa0", " ")


def _decoded(content: bytes, declared: str) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if (wide := _without_mark(content)) is not None:
        return wide
    text = _strictly(content, "utf-8")
    return text if text is not None else _best(content, declared)


def _without_mark(content: bytes) -> str | None:
    """UTF-16 that lacks its mark: its ASCII characters show as zero bytes, and only the right order makes sense."""
    if not content.count(0) or len(content) % 2:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        if text := _strictly(content, encoding):
            sample = text[:SAMPLE]
            latin = sum(1 for char in sample if char.isascii() and char.isprintable()) / len(sample)
            if _sense(text) >= _MAKES_SENSE or latin > 0.5:
                return text
    return None


def _best(content: bytes, declared: str) -> str:
    """The first decoding that makes sense; if none does, the one that makes most."""
    best, most = "", -1.0
    for text in _candidates(content, declared):
        sense = _sense(text)
        if sense >= _MAKES_SENSE:
            return text
        if sense > most:
            best, most = text, sense
    return best


def _candidates(content: bytes, declared: str) -> Iterator[str]:
    for encoding in (declared, "gb18030", "big5hkscs"):
        if encoding and (text := _strictly(content, encoding)) is not None:
            yield text
    for encoding in ("utf-8", "gb18030", "big5hkscs"):  # damaged: some bytes are lost
        yield content.decode(encoding, "replace")


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        return None


def _sense(text: str) -> float:
    """The share of frequent Chinese characters among those outside ASCII; damage counts against it."""
    outside = [char for char in text[:SAMPLE] if not char.isascii()]
    if not outside:
        return 0.0
    good = sum(1 for char in outside if char in FREQUENT) - 2 * outside.count("\ufffd")
    return good / len(outside)


def _is_junk(char: str) -> bool:
    return char == "\ufffd" or (
        not char.isprintable()
        and unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs")
        and char not in "\n\r\t\f\v\x85"
    )
