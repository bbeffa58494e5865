"""Running text as it is shown: blocks, the hits in them, and excerpts around the hits. Offsets are code points."""

import dataclasses
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from notifier.domain import Article, Hit, Point, sentence_span
from notifier.rendering import clean

BLOCK_MARKUP = 60  # bytes
QUOTE = 160  # characters: a longer sentence is shortened around its hit
WINDOW = 400  # characters: a block that is longer is shown, in an excerpt, by the sentence around the hit
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that looks alike. `mark` is "", certain or likely; `strong` is a point's heading."""

    text: str
    mark: str = ""
    strong: bool = False

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


@dataclass(frozen=True, slots=True)
class Passage:
    """A block, or a part of one. `gap`: text was left out before it."""

    segments: tuple[Segment, ...]
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """text[start:end] is a block, or a window in one; up to `head` it is a point's number and heading."""

    start: int
    end: int
    head: int = 0


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its hits as spans that do not overlap, in order. Hits that do not fit the text are left out.

    shown: the starts of those that are to be seen; None for all.
    """

    text: str
    marks: tuple[tuple[int, int, str], ...]
    shown: frozenset[int] | None = None

    @classmethod
    def of(cls, text: str, hits: Iterable[Hit]) -> "Marked":
        merged: list[tuple[int, int, str]] = []
        for start, end, certainty in sorted((hit.start, hit.end, hit.certainty) for hit in hits if fits(text, hit)):
            if merged and start < merged[-1][1]:
                last = merged[-1]
                sure = "certain" if "certain" in (certainty, last[2]) else "likely"
                merged[-1] = (last[0], max(last[1], end), sure)
            else:
                merged.append((start, end, certainty))
        return cls(text, tuple(merged))

    def showing(self, most: int | None) -> "Marked":
        """With at most so many marks to be seen: the first of each wording, then the first that are left."""
        if most is None or len(self.marks) <= most:
            return self
        firsts = {self.text[start:end]: start for start, end, _ in reversed(self.marks)}
        ranked = sorted(self.marks, key=lambda mark: (firsts[self.text[mark[0] : mark[1]]] != mark[0], mark[0]))
        return dataclasses.replace(self, shown=frozenset(start for start, _, _ in ranked[:most]))

    def segments(self, span: Span) -> tuple[Segment, ...]:
        """The window cut where a mark or the heading begins or ends, each piece cleaned."""
        edges = {span.start, span.end, min(max(span.head, span.start), span.end)}
        for start, end, _ in filter(self._seen, self.within(span)):
            edges |= {max(start, span.start), min(end, span.end)}
        pieces = (
            Segment(clean.text(self.text[a:b]), self._mark_at(a), b <= span.head) for a, b in pairwise(sorted(edges))
        )
        return tuple(piece for piece in pieces if piece.text)

    def within(self, span: Span) -> Sequence[tuple[int, int, str]]:
        """The marks that touch the window."""
        first = max(bisect_right(self.marks, (span.start,)) - 1, 0)
        last = bisect_right(self.marks, (span.end,))
        return [mark for mark in self.marks[first:last] if mark[1] > span.start and mark[0] < span.end]

    def _mark_at(self, offset: int) -> str:
        index = bisect_right(self.marks, offset, key=lambda mark: mark[0]) - 1
        if index < 0 or offset >= self.marks[index][1] or not self._seen(self.marks[index]):
            return ""
        return self.marks[index][2]

    def _seen(self, mark: tuple[int, int, str]) -> bool:
        return self.shown is None or mark[0] in self.shown


def fits(text: str, hit: Hit) -> bool:
    """Is the hit's text where the hit says? A mark in the wrong place would be worse than none."""
    return 0 <= hit.start < hit.end <= len(text) and text[hit.start : hit.end] == hit.text


def block_spans(article: Article) -> tuple[Span, ...]:
    """Where the blocks stand in `article.text`, blank ones left out."""
    if isinstance(article.body, str):
        return _text_spans(article.body)
    spans, at = [], 0
    for block in article.body:
        shown = block.display()
        head = at + len(shown) - len(block.text) if isinstance(block, Point) else at
        if shown.strip():
            spans.append(Span(at, at + len(shown), head))
        at += len(shown) + 2  # the blank line between blocks
    return tuple(spans)


def _text_spans(text: str) -> tuple[Span, ...]:
    gaps = [(0, 0), *(match.span() for match in _BLANK_LINES.finditer(text)), (len(text), len(text))]
    spans = (_trimmed(text, left[1], right[0]) for left, right in pairwise(gaps))
    return tuple(span for span in spans if span.start < span.end)


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    return Span(start, max(start, end - (len(part) - len(part.rstrip()))), start)


def whole(marked: Marked, spans: Sequence[Span]) -> tuple[Passage, ...]:
    """Every block."""
    return tuple(Passage(marked.segments(span)) for span in spans)


def excerpt(marked: Marked, spans: Sequence[Span], limit: int) -> tuple[Passage, ...]:
    """The blocks around the hits (without hits: the first blocks), at least one, up to `limit` bytes of text."""
    shown: list[Passage] = []
    spent, reached = 0, 0
    for window in _windows(marked, spans):
        size = len(marked.text[window.start : window.end].encode("utf-8", "replace"))
        if shown and spent + size > limit:
            break
        gap = bool(marked.text[reached : window.start].strip())
        shown.append(Passage(marked.segments(window), gap))
        spent, reached = spent + size, window.end
    return tuple(shown)


def _windows(marked: Marked, spans: Sequence[Span]) -> Iterable[Span]:
    """In order, without overlap."""
    if not marked.marks:
        yield from (Span(span.start, min(span.end, span.start + WINDOW), span.head) for span in spans)
        return
    reached = -1
    for span in spans:
        for start, end, _ in marked.within(span):
            if start >= reached:
                window = (
                    span
                    if span.end - span.start <= WINDOW
                    else _sentence(marked.text, (start, end), span, limit=WINDOW)
                )
                yield Span(max(window.start, reached), window.end, window.head)
                reached = window.end


def quote(marked: Marked, hit: Hit, block: Span) -> tuple[Segment, ...]:
    """The hit's sentence, no longer than QUOTE; a leader stands where it was shortened. No heading is strong."""
    bounds = _sentence(marked.text, (hit.start, hit.end), block, limit=len(marked.text))
    window = _sentence(marked.text, (hit.start, hit.end), block, limit=QUOTE)
    before = (Segment(clean.LEADER),) if window.start > bounds.start else ()
    after = (Segment(clean.LEADER),) if window.end < bounds.end else ()
    return (*before, *marked.segments(Span(window.start, window.end)), *after)


def _sentence(text: str, hit: tuple[int, int], block: Span, *, limit: int) -> Span:
    """The sentence around the hit, inside its block, no longer than `limit` characters."""
    first, last = sentence_span(text, *hit)
    first, last = max(first, block.start), min(last, block.end)
    if last - first > limit:
        first = max(first, min(hit[0] - limit // 3, last - limit))
        last = min(last, first + limit)
    return Span(first, last, block.head)


def weight(text: str, spans: Sequence[Span]) -> int:
    """About how many bytes of HTML the whole body takes: its text, and the markup of its blocks."""
    return len(text.encode("utf-8", "replace")) + BLOCK_MARKUP * len(spans)
