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

from notifier.matching.fold import Offsets
from notifier.matching.mention.accidents import is_division, is_other
from notifier.matching.mention.gate import Verdict, Verdicts
from notifier.matching.mention.grades import AROUND, FARTHEST, is_han, judge_all
from notifier.matching.mention.lattice import crossing_margin, cut_marks, inner_margin, is_word
from notifier.matching.prepared import PreparedArticle

CERTAIN = 2.0  # nats
UNLIKELY = -1.0  # nats


class MentionGate:
    """A verdict depends on nothing but the words around its span: asking twice, or in another order, changes none."""

    def grade(self, article: PreparedArticle, start: int, end: int) -> Verdict:
        return judge(article.text, cut_marks(article.text), start=start, end=end)

    def grades(self, article: PreparedArticle, starts: Offsets, ends: Offsets) -> Verdicts:
        return judge_all(article, starts, ends, judge=judge, graded=graded)


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
    return not (is_han(text[place - 1]) and is_han(text[place]))


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
        left = max(marks.rfind(1, 0, max(0, start - AROUND) + 1), start - FARTHEST)
        right = min(marks.find(1, min(len(text), end + AROUND)), end + FARTHEST)
        left += text[left] == "\n" and left < start  # what stands in another block says nothing
        right -= text[right - 1] == "\n" and right > end
        margin = crossing_margin(text[left:right], start - left, end - left)
    return graded(margin, end - start)


def graded(margin: float, length: int) -> Verdict:
    """What a margin says of a term of so many characters."""
    if margin >= CERTAIN:
        return "certain"
    return "likely" if margin >= UNLIKELY or length == 1 else "accident"
