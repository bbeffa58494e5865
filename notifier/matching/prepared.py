"""An article made ready for matching: its fields cut into blocks, each folded, with the way back.

A term never spans two blocks. A body's blocks are those of the article; in a str body (and within a block)
blank lines end one. Every other field is one block. `text` has all blocks in one, a line break (which no folded text
has) between them: what looks at the whole article at once looks there.
"""

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from notifier.domain import Article, Fact, Point, facts_of, stated_date
from notifier.matching.facts import texts_of
from notifier.matching.fold import Codes, Folded, code_points, fold, joins_before
from notifier.matching.language.dates import Comparison
from notifier.matching.language.expression import FieldName
from notifier.matching.language.terms import FOLDED_SENTENCE_ENDS

HitField = Literal["title", "section", "body", "source", "byline", "bulletin", "issuer", "docno", "place"]
Place = Literal["title", "section", "heading", "first", "body", "listed", "origin"]

HIT_FIELDS: tuple[HitField, ...] = ("title", "section", "body", "source", "byline", "bulletin")
BARE_FIELDS: frozenset[HitField] = frozenset({"title", "section", "body"})  # where a term without field looks
FACT_PARTS: frozenset[HitField] = frozenset({"issuer", "docno", "place"})  # hits in them stand in title or body
FIELD_PARTS: dict[FieldName, frozenset[HitField]] = {
    "title": frozenset({"title"}), "body": frozenset({"body"}), "section": frozenset({"section"}),
    "source": frozenset({"source", "byline"}), "bulletin": frozenset({"bulletin"}), "issuer": frozenset({"issuer"}),
    "docno": frozenset({"docno"}), "place": frozenset({"place"}),
}  # fmt: skip

_CLAUSE_ENDS = re.compile("[,，:：;；。!！?？]")
_LIST_COMMAS = 7  # that a clause names at least eight things
_LIST_REACH = 300  # characters on either side; a longer list is one all the same
_BETWEEN = "\ufdd0"  # between blocks while all are folded as one: no character of any language
_BLANK_LINE = re.compile(r"(?>\r\n|\r|\n)[^\S\r\n]*(?>\r\n|\r|\n)\s*")  # atomic: \r\n is one line break


class Span(NamedTuple):
    """Characters start..end of the folded text of blocks[block]."""

    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """One folded block of one field. `heading` is the folded length of a point's number and heading.

    A block of a fact (`fact`) holds what it says; where it stands in the article is the fact's own to tell.
    """

    field: HitField
    folded: Folded
    heading: int = 0
    first: bool = False
    fact: Fact | None = None
    stands: Place = "origin"  # of a fact

    @property
    def text(self) -> str:
        return self.folded.text

    def sentence(self, at: int) -> int:
        """The number of the sentence that folded character `at` stands in; a closing mark belongs to what it ends."""
        return bisect_left(_sentence_ends(self.text), at)

    def place(self, start: int) -> Place:
        if self.field == "body":
            if start < self.heading:
                return "heading"
            return "listed" if _is_listed(self.text, start) else "first" if self.first else "body"
        if self.field == "title" or self.field == "section":
            return self.field
        return self.stands


@lru_cache(maxsize=1 << 8)
def _sentence_ends(text: str) -> tuple[int, ...]:
    return tuple(at for at, character in enumerate(text) if character in FOLDED_SENTENCE_ENDS)


def _is_listed(text: str, at: int) -> bool:
    """Is the character one of many things named in passing (研究开发、概念验证、中试熟化、…等11个方面)?"""
    left, right = max(0, at - _LIST_REACH), at + _LIST_REACH
    before = _CLAUSE_ENDS.split(text[left:at])[-1]
    after = _CLAUSE_ENDS.split(text[at:right], maxsplit=1)[0]
    return (before + after).count("、") >= _LIST_COMMAS


@dataclass(frozen=True, slots=True, eq=False)
class PreparedArticle:
    """The blocks of all fields, and the fields' texts as displayed. `day` is the article's date, if it has one.

    `text` is the texts of the blocks, joined; `codes` are its code points, `begins` says where in it each block begins.
    """

    blocks: tuple[Block, ...]
    texts: dict[HitField, str]
    text: str
    codes: Codes
    begins: tuple[int, ...]
    day: dt.date | None = None
    deadlines: tuple[dt.date, ...] = ()

    def holds(self, comparison: Comparison) -> bool:
        """Does the article's date, or one of its deadlines, compare so?"""
        days = (self.day,) if comparison.name == "date" else self.deadlines
        return any(day is not None and comparison.holds(day) for day in days)

    def span(self, start: int, end: int) -> Span:
        """text[start:end], which lies in one block, as a span of that block."""
        block = bisect_right(self.begins, start) - 1
        return Span(block, start - self.begins[block], end - self.begins[block])


class _Cut(NamedTuple):
    """A block before it is folded: its field, where it begins there, its text, the length of number and heading."""

    field: HitField
    at: int
    text: str
    heading: int = 0


def prepare(article: Article) -> PreparedArticle:
    """Cut and fold an article. Every offset counts code points of the field as displayed."""
    texts: dict[HitField, str] = {
        "title": article.title, "section": article.section, "body": article.text, "source": article.source,
        "byline": article.byline, "bulletin": article.bulletin,
    }  # fmt: skip
    cuts: list[_Cut] = []
    for name in HIT_FIELDS:
        if name == "body":
            cuts += _body_blocks(article)
        elif texts[name]:
            cuts.append(_Cut(name, 0, texts[name]))
    blocks = _blocks(cuts)
    blocks += [block for fact in article.facts for block in _fact_blocks(fact, blocks)]
    text = "\n".join([block.text for block in blocks])
    lengths = [len(block.text) + 1 for block in blocks]
    begins = tuple(np.cumsum([0, *lengths])[:-1].tolist())
    day = article.published_at.date() if article.published_at else stated_date(article.facts)
    deadlines = tuple(fact.day for fact in facts_of(article.facts, "deadline"))
    return PreparedArticle(tuple(blocks), texts, text, code_points(text), begins, day, deadlines)


def _blocks(cuts: Sequence[_Cut]) -> list[Block]:
    blocks: list[Block] = []
    bodies = 0
    for cut, folded in zip(cuts, _fold_all(cuts), strict=True):
        first = cut.field == "body" and not bodies and not cut.heading
        bodies += cut.field == "body"
        heading = bisect_left(folded.starts, cut.at + cut.heading) if cut.heading else 0
        blocks.append(Block(cut.field, folded, heading, first))
    return blocks


def _fold_all(cuts: Sequence[_Cut]) -> Iterator[Folded]:
    """Each block folded; all in one go, since a fold costs as much for one as for thirty."""
    if any(joins_before(cut.text) for cut in cuts):
        yield from (_moved(fold(cut.text), cut.at) for cut in cuts)
        return
    lengths = np.array([len(cut.text) + 1 for cut in cuts], np.int32)
    ends = np.cumsum(lengths, dtype=np.int32)  # each block's, with what stands behind it
    whole = fold(_BETWEEN.join([cut.text for cut in cuts]))
    moved = np.repeat(ends - lengths - np.array([cut.at for cut in cuts], np.int32), lengths)
    cut_at = np.searchsorted(whole.starts, ends - 1).tolist()
    starts = whole.starts - moved[whole.starts]
    stops = whole.ends - moved[whole.starts]
    begin = 0
    for end in cut_at:
        yield Folded(whole.text[begin:end], starts[begin:end], stops[begin:end])
        begin = end + 1


def _moved(folded: Folded, by: int) -> Folded:
    return Folded(folded.text, folded.starts + by, folded.ends + by)


def _fact_blocks(fact: Fact, blocks: list[Block]) -> Iterator[Block]:
    """The blocks in which the fields of facts look: a place is one, by its codes; the others are texts."""
    if fact.kind == "place":
        yield Block("place", fold(fact.text), fact=fact, stands=_where(fact, blocks))
    elif fact.kind == "issuer" or fact.kind == "docno":
        stands: Place = "title" if fact.field == "title" else "origin"
        for text in texts_of(fact):
            yield Block(fact.kind, fold(text), fact=fact, stands=stands)


def _where(fact: Fact, blocks: list[Block]) -> Place:
    for block in blocks:
        if block.field == fact.field and block.text and block.folded.ends[-1] > fact.start:
            return block.place(bisect_left(block.folded.starts, fact.start))
    return "body"


def _body_blocks(article: Article) -> Iterator[_Cut]:
    """Each block of the body: where it begins, its text, and the length of its number and heading."""
    if isinstance(article.body, str):
        yield from (_Cut("body", at, part) for at, part in _cut(article.body))
        return
    base = 0
    for block in article.body:
        shown = block.display()
        heading = len(shown) - len(block.text) if isinstance(block, Point) else 0
        for at, part in _cut(shown):
            yield _Cut("body", base + at, part, max(0, min(heading - at, len(part))))
        base += len(shown) + len("\n\n")


def _cut(text: str) -> Iterator[tuple[int, str]]:
    """The parts between blank lines, with where each begins."""
    at = 0
    for end, after in [*(blank.span() for blank in _BLANK_LINE.finditer(text)), (len(text), len(text))]:
        if text[at:end].strip():
            yield at, text[at:end]
        at = after
