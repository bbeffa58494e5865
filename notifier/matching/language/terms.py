"""A term as what is looked for in folded text: literals, wildcards, word boundaries."""

from dataclasses import dataclass
from functools import lru_cache

from notifier.matching.fold import folded, is_word, simplify

WILDCARD_REACH = 10  # folded characters that a * inside a term may span, within one sentence
MOST_WILDCARDS = 3
FOLDED_SENTENCE_ENDS = "。!?;"  # after folding; ASCII "." stands in numbers and ends nothing


@dataclass(frozen=True, slots=True)
class Pattern:
    """Folded literals that follow one another with up to WILDCARD_REACH characters between.

    `open_end`: the last literal may go on to the end of its Latin word.
    """

    parts: tuple[str, ...]
    open_end: bool = False

    @property
    def longest(self) -> str:
        return max(self.parts, key=len, default="")


@lru_cache(maxsize=1 << 16)
def term_pattern(text: str) -> Pattern:
    """The pattern of a bare term. A trailing * counts on a Latin word only: a Chinese one has no end to open."""
    pieces = text.replace("＊", "*").split("*")
    parts = tuple(filter(None, map(folded, pieces)))
    trailing = not pieces[-1] and bool(parts) and is_word(parts[-1][-1])
    return Pattern(parts, trailing)


@lru_cache(maxsize=1 << 16)
def phrase_pattern(text: str) -> Pattern:
    whole = folded(text)
    return Pattern((whole,) if whole else ())


def topic_key(name: str) -> str:
    """Names of topics are compared folded: #核電 is #核电."""
    return folded(simplify(name))


def find_spans(pattern: Pattern, text: str) -> list[tuple[int, int]]:
    """Every place in the folded `text` where the pattern stands: from each start the nearest end. May overlap."""
    spans: list[tuple[int, int]] = []
    if not pattern.parts:
        return spans
    start = text.find(pattern.parts[0])
    while start >= 0:
        if _begins_word(text, start):
            end = _nearest_end(pattern, text, start)
            if end is not None:
                spans.append((start, end))
        start = text.find(pattern.parts[0], start + 1)
    return spans


def _begins_word(text: str, start: int) -> bool:
    return start == 0 or not (is_word(text[start]) and is_word(text[start - 1]))


def _ends_word(text: str, end: int) -> bool:
    return end == len(text) or not (is_word(text[end - 1]) and is_word(text[end]))


def _nearest_end(pattern: Pattern, text: str, start: int) -> int | None:
    ends = {start + len(pattern.parts[0])}
    for part in pattern.parts[1:]:
        ends = {at + len(part) for end in ends for at in _reach(text, end) if text.startswith(part, at)}
    if pattern.open_end:
        ends = {_word_end(text, end) for end in ends}
    return min((end for end in ends if _ends_word(text, end)), default=None)


def _reach(text: str, end: int) -> range:
    """Where the next literal may begin: within reach, and not beyond the end of the sentence."""
    limit = min(end + WILDCARD_REACH, len(text))
    stops = [at for mark in FOLDED_SENTENCE_ENDS if (at := text.find(mark, end, limit)) >= 0]
    return range(end, min([limit, *stops]) + 1)


def _word_end(text: str, end: int) -> int:
    while end < len(text) and is_word(text[end]):
        end += 1
    return end
