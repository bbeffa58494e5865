"""Folding: what a reader takes for the same text becomes the same text, with a way back to the original.

NFKC (full and half width, compatibility forms, combining sequences), case, traditional to simplified Chinese.
White space, line breaks and quotation marks vanish, except between two words written with spaces (Latin,
Cyrillic, digits), where they become one space: a boundary. Zero-width characters vanish everywhere.

Folding works on one cluster (a character with its combining marks) at a time and looks at nothing else but the
two neighbours of white space, so the fold of a slice at cluster ends is a slice of the fold.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

QUOTATION_MARKS = "\"'“”‘’‚‛„‟«»‹›「」『』〝〞〟"
_TABLE = Path(__file__).with_name("simplified.txt")
_LONGEST_CLUSTER = 30  # code points: the stream-safe limit of UAX #15, which keeps normalization linear
_HALF_WIDTH_MARKS = "ﾞﾟ"  # they combine after NFKC only
_HANGUL_TAILS = re.compile("[\u1160-\u11ff]")
_VARIATION = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Scripts without spaces between words (and Hangul, whose particles cling to the word): no word boundaries here.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u33ff\u3400-\ua4cf\uac00-\ud7ff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text. Character i of `text` came from original[starts[i]:ends[i]]."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that became text[start:end] (not empty)."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    pairs = "".join(line for line in lines if not line.startswith("#"))
    return dict(zip(map(ord, pairs[::2]), pairs[1::2], strict=True))


def simplify(text: str) -> str:
    """Traditional characters replaced by simplified ones, one for one."""
    return text.translate(_simplified())


@lru_cache(maxsize=1 << 14)
def is_word(character: str) -> bool:
    """Is this folded character part of a word that ends at a boundary (a Latin letter, a digit)?"""
    joined = character.isalnum() or character == "_" or unicodedata.combining(character) != 0
    return joined and not _UNSPACED.match(character)


@lru_cache(maxsize=1 << 14)
def is_invisible(character: str) -> bool:
    """Zero-width and control characters, variation selectors: they fold to nothing."""
    return not character.isspace() and (
        unicodedata.category(character) in ("Cf", "Cc") or bool(_VARIATION.match(character))
    )


@lru_cache(maxsize=1 << 14)
def _continues(character: str) -> bool:
    return (
        unicodedata.combining(character) != 0 or character in _HALF_WIDTH_MARKS or bool(_HANGUL_TAILS.match(character))
    )


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    at, length = 0, len(text)
    while at < length:
        end = at + 1
        while end < length and end - at < _LONGEST_CLUSTER and _continues(text[end]):
            end += 1
        yield at, end
        at = end


@lru_cache(maxsize=1 << 16)
def _fold_cluster(cluster: str) -> str:
    """The folded cluster; a space in it stands for something transparent that is a boundary between words."""
    whole = unicodedata.normalize("NFKC", cluster).casefold()
    simple = simplify(unicodedata.normalize("NFKC", whole))
    folded = "".join(map(_visible, simple))
    # ① before 2025 is not 12025: a circled number is a word of its own.
    return f" {folded} " if unicodedata.decomposition(cluster[0]).startswith("<circle>") else folded


def _visible(character: str) -> str:
    if character.isspace() or character in QUOTATION_MARKS:
        return " "
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"  # a lone surrogate has no UTF-8
    return "" if is_invisible(character) else character


def fold(text: str, base: int = 0) -> Folded:
    """Fold `text`; the offsets count from `base`, where the text stands in its field."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    gap: tuple[int, int] | None = None
    for start, end in _clusters(text):
        for character in _fold_cluster(text[start:end]):
            if character == " ":
                gap = (gap[0] if gap else start, end)
                continue
            if gap and characters and is_word(characters[-1]) and is_word(character):
                characters.append(" ")
                starts.append(base + gap[0])
                ends.append(base + gap[1])
            gap = None
            characters.append(character)
            starts.append(base + start)
            ends.append(base + end)
    return Folded("".join(characters), tuple(starts), tuple(ends))


@lru_cache(maxsize=1 << 14)
def folded(text: str) -> str:
    """Only the folded text of something short, such as a term."""
    return fold(text).text
