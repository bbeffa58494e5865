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
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.uint32]  # code points
Offsets: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]

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


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """Folded text. Character i of `text` came from original[starts[i]:ends[i]]."""

    text: str
    starts: Offsets
    ends: Offsets

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that became text[start:end] (not empty)."""
        return int(self.starts[start]), int(self.ends[end - 1])


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


def joins_before(text: str) -> bool:
    """Would its first character join a cluster that stands before it?"""
    return bool(text) and _continues(text[0])


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


def fold(text: str) -> Folded:
    """Fold `text`. Most texts go through tables of characters; one with combining marks goes cluster by cluster."""
    return _fold_by_table(text) or _fold_by_cluster(text)


def _fold_by_cluster(text: str) -> Folded:
    characters: list[str] = []
    spans: list[tuple[int, int]] = []
    gap: tuple[int, int] | None = None
    for start, end in _clusters(text):
        for character in _fold_cluster(text[start:end]):
            if character == " ":
                gap = (gap[0] if gap else start, end)
                continue
            if gap and characters and is_word(characters[-1]) and is_word(character):
                characters.append(" ")
                spans.append(gap)
            gap = None
            characters.append(character)
            spans.append((start, end))
    offsets = np.array(spans, np.int32).reshape(-1, 2)
    return Folded("".join(characters), offsets[:, 0], offsets[:, 1])


# --- by table ---------------------------------------------------------------------------------------------

_NOTHING, _GAP, _SEVERAL, _CLUSTER, _NEW = (np.uint32((1 << 31) + at) for at in range(5))  # beyond all code points


class _Table:
    """What each code point folds to when it stands alone, learned when it is first met.

    A code point, or: nothing; a gap; several characters (`several` has them); a part of a cluster, so that the
    text has to be folded by cluster.
    """

    def __init__(self) -> None:
        self.folds = np.full(0x110000, _NEW, np.uint32)
        self.several: dict[int, Codes] = {}

    def look_up(self, codes: Codes) -> Codes:
        found = self.folds[codes]
        if (found == _NEW).any():
            for code in np.unique(codes[found == _NEW]).tolist():
                self.folds[code] = self._learn(chr(code))
            found = self.folds[codes]
        return found

    def _learn(self, character: str) -> int | np.uint32:
        if _continues(character):
            return _CLUSTER
        text = _fold_cluster(character)
        if len(text) > 1:
            self.several[ord(character)] = np.where(code_points(text) == ord(" "), _GAP, code_points(text))
            return _SEVERAL
        return _GAP if text == " " else ord(text) if text else _NOTHING


_table = lru_cache(maxsize=1)(_Table)


def code_points(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


_word_kinds = lru_cache(maxsize=1)(lambda: np.full(0x110000, 2, np.uint8))  # 1 a word's, 0 not, 2 not looked at yet


def word_flags(codes: Codes) -> Flags:
    """Which characters of a folded text `is_word`?"""
    kinds = _word_kinds()
    found = kinds[codes]
    if (found == 2).any():
        for code in np.unique(codes[found == 2]).tolist():
            kinds[code] = is_word(chr(code))
        found = kinds[codes]
    return found.view(np.bool_)


def _fold_by_table(text: str) -> Folded | None:
    """None where there is a cluster of more than one character."""
    table, codes = _table(), code_points(text)
    found = table.look_up(codes)
    if not codes.size or found.max() < _NOTHING:
        starts = np.arange(codes.size, dtype=np.int32)
        return Folded(_text(found), starts, starts + 1)
    if (found == _CLUSTER).any():
        return None
    origins = np.arange(codes.size, dtype=np.int32)
    if (found == _SEVERAL).any():
        found, origins = _spread(codes, found, table.several)
    return _closed_up(found, origins)


def _spread(codes: Codes, found: Codes, several: dict[int, Codes]) -> tuple[Codes, Offsets]:
    """Each character as the one or more that it folds to, and which character each of them came from."""
    many = np.flatnonzero(found == _SEVERAL)
    texts = [several[code] for code in codes[many].tolist()]
    lengths = np.ones(codes.size, np.int32)
    lengths[many] = [len(one) for one in texts]
    origins = np.repeat(np.arange(codes.size, dtype=np.int32), lengths)
    spread = found[origins]
    spread[spread == _SEVERAL] = np.concatenate(texts)
    return spread, origins


def _closed_up(found: Codes, origins: Offsets) -> Folded:
    """Without what folds to nothing and without gaps, but for one space where a gap parts two words."""
    gaps = np.flatnonzero(found == _GAP)
    kept = np.flatnonzero(found < _NOTHING)
    codes, starts = found[kept], origins[kept]
    before = np.searchsorted(gaps, kept)  # how many gaps stand before each kept character
    word = word_flags(codes)
    parted = np.flatnonzero((before[1:] > before[:-1]) & word[1:] & word[:-1]) + 1
    first, last = origins[gaps[before[parted - 1]]], origins[gaps[before[parted] - 1]]
    return Folded(
        _text(np.insert(codes, parted, ord(" "))),
        np.insert(starts, parted, first),
        np.insert(starts + 1, parted, last + 1),
    )


def _text(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le")


@lru_cache(maxsize=1 << 14)
def folded(text: str) -> str:
    """Only the folded text of something short, such as a term."""
    return fold(text).text
