"""Near-duplicates: the same notice on several sites, told from another notice of the same form.

A sketch finds candidates (MinHash over character shingles, cut into bands: Broder 1997; Leskovec, Rajaraman and
Ullman, Mining of Massive Datasets, 3.4); the texts themselves then decide. Two notices of one form differ in their
numbers (第52期 and 第53期, 2025年度 and 2026年度), so their numbers must agree as well.
"""

import hashlib
import re

from notifier.domain import Article
from notifier.matching.fold import fold

SHINGLE = 4  # characters
BANDS, ROWS = 16, 8  # two texts with Jaccard .85 share a band in 99 of 100 cases, with .5 in 6
ALIKE = 0.8  # Jaccard of shingles from which on two texts are the same
_SHORT = 60  # characters under which only equal texts are the same
_HEAD = 600  # characters in which the numbers of a text are compared
_SEED = 7
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


def bands(article: Article) -> tuple[int, ...]:
    """BANDS numbers of 63 bits; texts that share none of them are hardly alike. Empty for an empty body."""
    import rensa  # a native library: only those who match articles pay for loading it

    text = _folded(article)
    if not text:
        return ()
    sketch = rensa.RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    sketch.update(list(_shingles(text)))
    digest = sketch.digest()
    version = rensa.RMinHash.ALGORITHM_VERSION
    return tuple(_band(version, number, digest[number * ROWS : (number + 1) * ROWS]) for number in range(BANDS))


def _band(version: int, number: int, rows: list[int]) -> int:
    """Stable for ever: it is stored. The library's version is part of it, should its hashing change."""
    data = repr((version, number, rows)).encode()
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest()) >> 1


def same_notice(one: Article, other: Article) -> bool:
    """Do two articles tell the same? Titles may differ (转发：…), numbers and nearly all of the text may not."""
    if not _numbers_agree(fold(one.title).text, fold(other.title).text):
        return False
    texts = _folded(one), _folded(other)
    if min(map(len, texts)) < _SHORT:
        return texts[0] == texts[1] and fold(one.title).text == fold(other.title).text
    return similarity(*texts) >= ALIKE and _numbers_agree(texts[0][:_HEAD], texts[1][:_HEAD])


def similarity(one: str, other: str) -> float:
    """Jaccard of the character shingles of two folded texts, 0..1."""
    shingles = _shingles(one), _shingles(other)
    return len(shingles[0] & shingles[1]) / (len(shingles[0] | shingles[1]) or 1)


def _folded(article: Article) -> str:
    return "".join(fold(article.text).text.split())


def _shingles(text: str) -> set[str]:
    return {text[at : at + SHINGLE] for at in range(max(len(text) - SHINGLE + 1, 1))}


def _numbers_agree(one: str, other: str) -> bool:
    """The numbers of one are those of the other, but for a few that stand at one of them alone (a date put before)."""
    numbers = set(_NUMBERS.findall(one)), set(_NUMBERS.findall(other))
    return numbers[0] <= numbers[1] or numbers[1] <= numbers[0]
