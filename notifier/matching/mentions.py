"""The default gate: a bare term is kept where it is a word, or a part of one that means it.

Every span is judged by itself, not only until a certain one is found: fields, NEAR, scores and highlights each look
at single spans, and a verdict is cheap. The steps, from cheap to dear:

1. Names and numbers that spell the term and mean something else (小米 in 小米椒, 百度 in 三百度): an accident.
2. rjieba cuts the block once per article; a span with both ends on its cuts is certain (科技金融 in 科技|金融|专营),
   unless a character left alone beside it makes a word with its edge (地|铁矿|用).
3. Inside one of its words: the margin of the word's best cut with the term over the best without (核电 in 核电站).
4. Across its cuts: the same margin over the few words around the span (广元 in 推广|元|宇宙).

A margin of CERTAIN or more is certain, one under UNLIKELY an accident, all between is likely.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from notifier.matching.accidents import TELLING_AFTER, TELLING_BEFORE, is_division, is_other, names_in
from notifier.matching.fold import Flags, Offsets
from notifier.matching.gate import Verdict
from notifier.matching.lattice import crossing_margin, cut_marks, inner_margin, is_word
from notifier.matching.prepared import PreparedArticle

CERTAIN = 2.0  # nats
UNLIKELY = -1.0  # nats
_AROUND = 1  # characters on either side that a margin looks at, and on to the next cut: more change no verdict
_FARTHEST = 8  # characters on either side, whatever stands there (a Latin word may be endless)
_HAN, _BEFORE, _AFTER = (np.uint8(1 << bit) for bit in range(3))


class MentionGate:
    """A verdict depends on nothing but the words around its span: asking twice, or in another order, changes none."""

    def grade(self, article: PreparedArticle, start: int, end: int) -> Verdict:
        return judge(article.text, cut_marks(article.text), start=start, end=end)

    def certain(self, article: PreparedArticle, starts: Offsets, ends: Offsets) -> Flags:
        """Those that step 2 finds certain, and that step 1 need not look at."""
        marks = np.frombuffer(cut_marks(article.text), np.uint8)
        kinds = np.zeros(len(article.codes) + 2, np.uint8)  # of each character, with nothing before and behind them
        np.take(_kinds(), article.codes, out=kinds[1:-1])
        before, first, last, after = kinds[starts], kinds[starts + 1], kinds[ends], kinds[ends + 1]
        held = (marks[starts] == 0) & ((before & first & _HAN) != 0)
        held |= (marks[ends] == 0) & ((last & after & _HAN) != 0)
        held |= ((before & _BEFORE) | (after & _AFTER)) != 0
        held |= _in_names(article.text, starts, ends)
        free = np.flatnonzero(~held)
        held[free] = _are_torn(article.text, marks, starts[free], ends[free])
        certain: Flags = ~held
        return certain


@lru_cache(maxsize=1)
def _kinds() -> NDArray[np.uint8]:
    """What each code point says when it stands beside a span."""
    kinds = np.zeros(0x110000, np.uint8)
    kinds[0x3400:0xA000] = kinds[0x20000:] = kinds[ord("〇")] = _HAN
    kinds[[ord(character) for character in TELLING_BEFORE]] |= _BEFORE
    kinds[[ord(character) for character in TELLING_AFTER]] |= _AFTER
    return kinds


def _in_names(text: str, starts: Offsets, ends: Offsets) -> Flags:
    """Which spans touch a name of names.txt?"""
    found = names_in(text)
    if not found:
        return np.zeros(len(starts), np.bool_)
    named = np.zeros(len(text) + 1, np.int32)
    for start, end in found:
        named[start + 1 : end + 1] = 1
    counts = named.cumsum()
    touched: Flags = counts[ends] > counts[starts]
    return touched


def _are_torn(text: str, marks: NDArray[np.uint8], starts: Offsets, ends: Offsets) -> Flags:
    """The same as _is_torn, of many."""
    at_start = (starts > 0) & (marks[starts - 1] == 1)
    at_end = (ends < len(text)) & (marks[np.minimum(ends + 1, len(text))] == 1)
    torn = np.zeros(len(text) + 1, np.bool_)
    for place in {*starts[at_start].tolist(), *ends[at_end].tolist()}:
        torn[place] = is_word(text[place - 1 : place + 1])
    either: Flags = (at_start & torn[starts]) | (at_end & torn[ends])
    return either


def judge(text: str, marks: bytes, *, start: int, end: int) -> Verdict:
    """Is text[start:end] a mention of itself? `marks` are cut_marks(text)."""
    if is_other(text, marks, start=start, end=end):
        return "accident"
    whole = (marks[start] or _is_free(text, start)) and (marks[end] or _is_free(text, end))
    if whole and not _is_torn(text, marks, start=start, end=end):
        return "certain"
    if is_division(text, marks, start=start, end=end):
        return "certain"
    return _by_margin(text, marks, start=start, end=end)


def _is_free(text: str, place: int) -> bool:
    """Nothing can go wrong beside what is no Chinese character."""
    return not (_is_han(text[place - 1]) and _is_han(text[place]))


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character >= "\U00020000" or character == "〇"


def _is_torn(text: str, marks: bytes, *, start: int, end: int) -> bool:
    """Is a character left alone beside the term that makes a word with the term's own edge (地|铁矿|用)?"""
    if start and marks[start - 1] and is_word(text[start - 1 : start + 1]):
        return True
    return end < len(text) and bool(marks[end + 1]) and is_word(text[end - 1 : end + 1])


def _by_margin(text: str, marks: bytes, *, start: int, end: int) -> Verdict:
    left, right = marks.rfind(1, 0, start + 1), marks.find(1, end)
    if marks.find(1, left + 1) == right and (left, right) != (start, end):
        margin = inner_margin(text[left:right], start - left, end - left)
    else:
        left = max(marks.rfind(1, 0, max(0, start - _AROUND) + 1), start - _FARTHEST)
        right = min(marks.find(1, min(len(text), end + _AROUND)), end + _FARTHEST)
        left += text[left] == "\n" and left < start  # what stands in another block says nothing
        right -= text[right - 1] == "\n" and right > end
        margin = crossing_margin(text[left:right], start - left, end - left)
    if margin >= CERTAIN:
        return "certain"
    return "likely" if margin >= UNLIKELY or end - start == 1 else "accident"
