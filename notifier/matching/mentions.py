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

from collections.abc import Iterator, Sequence

from notifier.domain import Mode
from notifier.matching.accidents import Verdict, is_division, is_other
from notifier.matching.gate import Kept
from notifier.matching.lattice import crossing_margin, cut_marks, inner_margin, is_word
from notifier.matching.prepared import PreparedArticle, Span
from notifier.matching.terms import Pattern

CERTAIN = 2.0  # nats
UNLIKELY = -1.0  # nats
_AROUND = 1  # characters on either side that a margin looks at, and on to the next cut: more change no verdict
_FARTHEST = 8  # characters on either side, whatever stands there (a Latin word may be endless)
_GRADES: tuple[Verdict, ...] = ("accident", "likely", "certain")
_KEPT: dict[Mode, tuple[Verdict, ...]] = {"strict": _GRADES[2:], "standard": _GRADES[1:], "loose": _GRADES}


class MentionGate:
    """Standard keeps what is certain or likely, strict only what is certain, loose everything, accidents as likely.

    A verdict depends on nothing but the words around its span: asking twice, or in another order, changes none.
    """

    def __init__(self) -> None:
        self._last: tuple[PreparedArticle | None, list[bytes]] = (None, [])

    def keep(self, article: PreparedArticle, pattern: Pattern, *, spans: Sequence[Span], mode: Mode) -> Sequence[Kept]:
        marks, wanted, blocks = self._marks(article), _KEPT[mode], article.blocks
        kept = []
        for span in spans:
            number, start, end = span
            text = blocks[number].folded.text
            found = marks[number] = marks[number] or cut_marks(text)
            if len(pattern.parts) == 1:
                verdict = judge(text, found, start=start, end=end)
            else:
                verdict = _judge_ends(text, found, span=span, pattern=pattern)
            if verdict in wanted:
                kept.append(Kept(span, "certain" if verdict == "certain" else "likely"))
        return kept

    def _marks(self, article: PreparedArticle) -> list[bytes]:
        """Where the words of each block end: of the last article only, empty where no block was asked for."""
        last, marks = self._last
        if last is not article:
            marks = [b""] * len(article.blocks)
            self._last = article, marks
        return marks


def _judge_ends(text: str, marks: bytes, *, span: Span, pattern: Pattern) -> Verdict:
    """The lesser verdict on the first and the last literal of a term with wildcards."""
    ends = [judge(text, marks, start=start, end=end) for start, end in _ends(span, pattern)]
    return min(ends, key=_GRADES.index)


def _ends(span: Span, pattern: Pattern) -> Iterator[tuple[int, int]]:
    yield span.start, span.start + len(pattern.parts[0])
    if not pattern.open_end:
        yield span.end - len(pattern.parts[-1]), span.end


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
        margin = crossing_margin(text[left:right], start - left, end - left)
    if margin >= CERTAIN:
        return "certain"
    return "likely" if margin >= UNLIKELY or end - start == 1 else "accident"
