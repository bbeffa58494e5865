"""How much more likely it is that a term stands in a few characters than that they only happen to spell it.

A unigram model over words: rjieba cuts the text, and rjieba's own dictionary gives the frequencies (`suggest_freq`
is the count of a word that it would not cut, to within one), so no table of our own is shipped. All weights and
margins are natural logarithms of probabilities.
"""

import math
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np

_WORDS = Path(__file__).with_name("words.txt")
_WORD_COUNT = 300  # what a word of words.txt counts: a common one of its field
_TOTAL = math.log(60_101_967)  # the sum of all counts of the dictionary
_RARE = math.log(3) - _TOTAL  # a word that rjieba itself would cut
_SINGLE = 2.5  # against a word of one character: 中, 会, 区 are frequent, but mostly as parts of words
_UNKNOWN = -12.0  # the least that a subscriber's term weighs, in the dictionary or not
_LONGER = 1.0  # for each character of the term beyond two, of three at most: few accidents are that long
_NEVER = -1e9
_LONGEST = 4  # characters of a word; longer ones change no verdict on our sets
_REMEMBERED = 1 << 16  # words whose weights are kept
_MOST = 30.0  # no margin inside a word is beyond it

_Word = tuple[int, int, float]  # start, end, weight


@lru_cache(maxsize=1)
def _rjieba() -> ModuleType:
    """rjieba with our words added (to the process's only dictionary), in about 0.15 s."""
    import rjieba

    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    for word in [word for line in lines if not line.startswith("#") for word in line.split()]:
        if not rjieba.has_word(word):
            rjieba.add_word(word, _WORD_COUNT, None)
    return rjieba


@lru_cache(maxsize=1 << 4)
def cut_marks(text: str) -> bytes:
    """A byte for each place 0..len(text) between characters: 1 where rjieba, without HMM, ends a word."""
    words: list[str] = _rjieba().cut(text, False)
    marks = np.zeros(len(text) + 1, np.uint8)
    marks[0] = 1
    marks[np.fromiter(map(len, words), np.intp, len(words)).cumsum()] = 1
    return marks.tobytes()


@lru_cache(maxsize=1 << 12)
def is_place(word: str) -> bool:
    """Is it one word of the dictionary, tagged as a place (ns)?"""
    return bool([tag for _, tag in _rjieba().tag(word, False)] == ["ns"])


def is_word(word: str) -> bool:
    return _weights[word] is not None


class _Weights(dict[str, float | None]):
    """The weight of each word that was asked for, None where it is none. A single character always is one.

    A dict that fills itself: a hit costs half of what functools.lru_cache takes, and there are thousands an article.
    """

    def __missing__(self, word: str) -> float | None:
        if len(self) > _REMEMBERED:
            self.clear()
        self[word] = weight = _weigh(word)
        return weight


_weights = _Weights()


def _weigh(word: str) -> float | None:
    rjieba = _rjieba()
    if len(word) > 1 and not rjieba.has_word(word):
        return None
    if len(word) > 1 and len(rjieba.cut(word, False)) > 1:
        return _RARE
    weight = math.log(max(1, rjieba.suggest_freq(word) - 1)) - _TOTAL
    return weight if len(word) > 1 else weight - _SINGLE


@lru_cache(maxsize=1 << 16)
def crossing_margin(text: str, start: int, end: int) -> float:
    """By how much the best cut of `text` with a word text[start:end] beats the best that cuts it up.

    A longer word around the term counts for either side, as far as the term is a part of it.
    """
    kept, lost, longer = _readings(text, start, end)
    for left, right, weight in longer:
        margin = inner_margin(text[left:right], start - left, end - left)
        kept = max(kept, weight + _log_sigmoid(margin))
        lost = max(lost, weight + _log_sigmoid(-margin))
    return kept - lost + _LONGER * max(0, min(3, end - start - 2))


@lru_cache(maxsize=1 << 16)
def inner_margin(word: str, start: int, end: int) -> float:
    """The same inside one word (核电 in 核电站), of which only its parts count."""
    if not _is_crossed(word, start, end):
        return _MOST
    kept, lost, _ = _readings(word, start, end)
    return max(-_MOST, min(_MOST, kept - lost)) + _habit(len(word), start, end)


def _is_crossed(word: str, start: int, end: int) -> bool:
    """Is there any shorter word in `word` that begins or ends within the term and goes beyond it?"""
    length = len(word)
    for edge in (start, end):
        for left in range(max(0, edge - _LONGEST + 1), edge):
            last = min(length, left + _LONGEST) if left > start else min(end - 1, left + _LONGEST)
            for right in range(edge + 1, last + 1):
                if _weights[word[left:right]] is not None:
                    return True
    return False


def _habit(length: int, start: int, end: int) -> float:
    """How words are built: 中医|药 rather than 中|医药, 人民|政府 and not 人|民政|府."""
    if end - start < 2:
        return 0.0
    if length == 4 and end - start == 2:
        return 3.0 if start != 1 else -4.0
    if length == 3:
        return 4.0 if start == 0 else 0.0
    return 1.0 if start == 0 or end == length else -2.0


def _log_sigmoid(x: float) -> float:
    return -math.log1p(math.exp(-x)) if x > -_MOST else x


def _readings(text: str, start: int, end: int) -> tuple[float, float, list[_Word]]:
    """The best cut with the term as one or several words, the best with a word across one of its ends, and each
    longer word around the term with the best cut that has it."""
    words = _words(text)
    before, after = _best_cuts(words, len(text))
    kept = before[start] + max(_best_weight(text[start:end]), _UNKNOWN) + after[end]
    lost, longer = _NEVER, []
    for left, right, weight in words:
        total = before[left] + weight + after[right]
        if left <= start and right >= end:
            if right - left > end - start:
                longer.append((left, right, total))
        elif (left < start < right or left < end < right) and total > lost:
            lost = total
    return kept, lost, longer


def _words(text: str) -> list[_Word]:
    """Every word that stands in `text`, in the order of their starts."""
    length, weights = len(text), _weights
    return [
        (left, right, weight)
        for left in range(length)
        for right in range(left + 1, min(length, left + _LONGEST) + 1)
        if (weight := weights[text[left:right]]) is not None
    ]


def _best_cuts(words: list[_Word], length: int) -> tuple[list[float], list[float]]:
    """The weight of the best cut of all before, and of all after, each place."""
    before = [0.0] + [_NEVER] * length
    for left, right, weight in words:
        if before[left] + weight > before[right]:
            before[right] = before[left] + weight
    after = [_NEVER] * length + [0.0]
    for left, right, weight in reversed(words):
        if after[right] + weight > after[left]:
            after[left] = after[right] + weight
    return before, after


@lru_cache(maxsize=1 << 14)
def _best_weight(text: str) -> float:
    return _best_cuts(_words(text), len(text))[0][-1]
