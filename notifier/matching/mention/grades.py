"""What `judge` says of one span, of all spans of an article at once.

What can be seen from the characters beside a span and the cuts around it is seen for all spans together; margins are
looked up one by one, and only spans of which a name, a number, a road or a division may be a part go to `judge` itself.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from notifier.matching.fold import Flags, Offsets
from notifier.matching.mention.accidents import DIVISIONS, TELLING_AFTER, TELLING_BEFORE, names_by_start
from notifier.matching.mention.gate import VERDICTS, Verdict, Verdicts
from notifier.matching.mention.lattice import crossing_margin, cut_marks, inner_margin, is_word
from notifier.matching.prepared import PreparedArticle

AROUND = 1  # characters on either side that a margin looks at, and on to the next cut: more change no verdict
FARTHEST = 8  # characters on either side, whatever stands there (a Latin word may be endless)
_HAN, _BEFORE, _AFTER, _DIVISION, _BREAK, _NAME_FIRST, _NAME_SECOND = (np.uint8(1 << bit) for bit in range(7))


def is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character >= "\U00020000" or character == "〇"


@lru_cache(maxsize=1)
def _kinds() -> NDArray[np.uint8]:
    """What each code point says when it stands in a span or beside one."""
    kinds = np.zeros(0x110000, np.uint8)
    kinds[0x3400:0xA000] = kinds[0x20000:] = kinds[ord("〇")] = _HAN
    firsts, seconds = ({start[at] for start in names_by_start()} for at in range(2))
    for characters, kind in (
        (TELLING_BEFORE, _BEFORE), (TELLING_AFTER, _AFTER), (DIVISIONS, _DIVISION), ("\n", _BREAK),
        (firsts, _NAME_FIRST), (seconds, _NAME_SECOND),
    ):  # fmt: skip
        kinds[[ord(character) for character in characters]] |= kind
    return kinds


class _Around(NamedTuple):
    """The spans of an article, and the kinds of the characters at their ends: before, first, last, after."""

    text: str
    marks: NDArray[np.uint8]
    starts: Offsets
    ends: Offsets
    before: NDArray[np.uint8]
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]
    after: NDArray[np.uint8]


def judge_all(
    article: PreparedArticle,
    starts: Offsets,
    ends: Offsets,
    *,
    judge: Callable[..., Verdict],
    graded: Callable[[float, int], Verdict],
) -> Verdicts:
    """The verdict of each span, as its place among VERDICTS."""
    marks = cut_marks(article.text)
    around = _around(article, marks, starts, ends)
    special = ((around.before & _BEFORE) | (around.after & (_AFTER | _DIVISION))) != 0
    special |= _in_names(article, starts, ends)
    open_ones = ~_whole(around)
    verdicts = np.full(len(starts), VERDICTS.index("certain"), np.uint8)
    odd = np.flatnonzero(special)
    verdicts[odd] = [
        VERDICTS.index(judge(article.text, marks, start=start, end=end))
        for start, end in zip(starts[odd].tolist(), ends[odd].tolist(), strict=True)
    ]
    plain = np.flatnonzero(open_ones & ~special)
    lengths = (ends - starts)[plain].tolist()
    margins = _margins(article.text, around, plain)
    verdicts[plain] = [VERDICTS.index(graded(*each)) for each in zip(margins, lengths, strict=True)]
    return verdicts


def _around(article: PreparedArticle, marks: bytes, starts: Offsets, ends: Offsets) -> _Around:
    kinds = np.zeros(len(article.codes) + 2, np.uint8)  # with nothing before and behind the text
    np.take(_kinds(), article.codes, out=kinds[1:-1])
    sides = kinds[starts], kinds[starts + 1], kinds[ends], kinds[ends + 1]
    return _Around(article.text, np.frombuffer(marks, np.uint8), starts, ends, *sides)


def _whole(around: _Around) -> Flags:
    """Spans with both ends on cuts, or beside what is no Chinese character, and with no edge torn off a word."""
    starts, ends, marks = around.starts, around.ends, around.marks
    whole: Flags = (marks[starts] == 1) | ((around.before & around.first & _HAN) == 0)
    whole &= (marks[ends] == 1) | ((around.last & around.after & _HAN) == 0)
    some = np.flatnonzero(whole)
    whole[some] = ~_are_torn(around.text, marks, starts[some], ends[some])
    return whole


def _are_torn(text: str, marks: NDArray[np.uint8], starts: Offsets, ends: Offsets) -> Flags:
    """Is a character left alone beside the span that makes a word with its edge?"""
    at_start = (starts > 0) & (marks[starts - 1] == 1)
    at_end = (ends < len(text)) & (marks[np.minimum(ends + 1, len(text))] == 1)
    torn = np.zeros(len(text) + 1, np.bool_)
    for place in {*starts[at_start].tolist(), *ends[at_end].tolist()}:
        torn[place] = is_word(text[place - 1 : place + 1])
    either: Flags = (at_start & torn[starts]) | (at_end & torn[ends])
    return either


def _in_names(article: PreparedArticle, starts: Offsets, ends: Offsets) -> Flags:
    """Which spans touch a name of names.txt?"""
    text, named = article.text, np.zeros(len(article.text) + 1, np.int32)
    kinds = _kinds()[article.codes]
    for at in np.flatnonzero((kinds[:-1] & _NAME_FIRST != 0) & (kinds[1:] & _NAME_SECOND != 0)).tolist():
        for name in names_by_start().get(text[at : at + 2], ()):
            if text.startswith(name, at):
                named[at + 1 : at + 1 + len(name)] = 1
    counts = named.cumsum()
    touched: Flags = counts[ends] > counts[starts]
    return touched


def _margins(text: str, around: _Around, which: NDArray[np.intp]) -> Sequence[float]:
    """By how much these spans are rather terms than not: within one word of the cut, or across its words."""
    before, after = _cuts(around.marks)
    starts, ends, last = around.starts[which], around.ends[which], len(text)
    left, right = before[starts], after[ends]
    inner = (after[np.minimum(left + 1, last)] == right) & ((left != starts) | (right != ends))
    far_left = np.maximum(before[np.maximum(starts - AROUND, 0)], starts - FARTHEST)
    far_right = np.minimum(after[np.minimum(ends + AROUND, last)], ends + FARTHEST)
    far_left += ((around.before[which] & _BREAK) != 0) & (far_left < starts)  # another block says nothing
    far_right -= ((around.after[which] & _BREAK) != 0) & (far_right > ends)
    lefts, rights = np.where(inner, left, far_left).tolist(), np.where(inner, right, far_right).tolist()
    return [
        (inner_margin if within else crossing_margin)(text[begin:stop], start - begin, end - begin)
        for within, begin, stop, start, end in zip(
            inner.tolist(), lefts, rights, starts.tolist(), ends.tolist(), strict=True
        )
    ]


def _cuts(marks: NDArray[np.uint8]) -> tuple[Offsets, Offsets]:
    """For each place, the nearest cut at it or before it, and at it or behind it."""
    places = np.arange(len(marks), dtype=np.int32)
    before = np.maximum.accumulate(np.where(marks == 1, places, 0))
    after = np.minimum.accumulate(np.where(marks == 1, places, len(marks) - 1)[::-1])[::-1]
    return before, after
