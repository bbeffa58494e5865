"""An article made ready for matching: its fields cut into blocks, each folded, with the way back.

A term never spans two blocks. A body's blocks are those of the article; in a str body (and within a block)
blank lines end one. Every other field is one block.
"""

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from notifier.domain import Article, Fact, Point, facts_of, stated_date
from notifier.matching.dates import Comparison
from notifier.matching.expression import FieldName
from notifier.matching.facts import texts_of
from notifier.matching.fold import Folded, fold
from notifier.matching.terms import FOLDED_SENTENCE_ENDS

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
    sentence_ends: tuple[int, ...] = ()
    fact: Fact | None = None
    stands: Place = "origin"  # of a fact

    @property
    def text(self) -> str:
        return self.folded.text

    def sentence(self, at: int) -> int:
        """The number of the sentence that folded character `at` stands in; a closing mark belongs to what it ends."""
        return bisect_left(self.sentence_ends, at)

    def place(self, start: int) -> Place:
        if self.field == "body":
            if start < self.heading:
                return "heading"
            return "listed" if _is_listed(self.text, start) else "first" if self.first else "body"
        if self.field == "title" or self.field == "section":
            return self.field
        return self.stands


def _is_listed(text: str, at: int) -> bool:
    """Is the character one of many things named in passing (研究开发、概念验证、中试熟化、…等11个方面)?"""
    left, right = max(0, at - _LIST_REACH), at + _LIST_REACH
    before = _CLAUSE_ENDS.split(text[left:at])[-1]
    after = _CLAUSE_ENDS.split(text[at:right], maxsplit=1)[0]
    return (before + after).count("、") >= _LIST_COMMAS


@dataclass(frozen=True, slots=True)
class PreparedArticle:
    """The blocks of all fields, and the fields' texts as displayed. `day` is the article's date, if it has one."""

    blocks: tuple[Block, ...]
    texts: dict[HitField, str]
    day: dt.date | None = None
    deadlines: tuple[dt.date, ...] = ()

    def holds(self, comparison: Comparison) -> bool:
        """Does the article's date, or one of its deadlines, compare so?"""
        days = (self.day,) if comparison.name == "date" else self.deadlines
        return any(day is not None and comparison.holds(day) for day in days)


def prepare(article: Article) -> PreparedArticle:
    """Cut and fold an article. Every offset counts code points of the field as displayed."""
    texts: dict[HitField, str] = {
        "title": article.title, "section": article.section, "body": article.text, "source": article.source,
        "byline": article.byline, "bulletin": article.bulletin,
    }  # fmt: skip
    blocks: list[Block] = []
    for name in HIT_FIELDS:
        cut = _body_blocks(article) if name == "body" else [(0, texts[name], 0)] if texts[name] else []
        for at, text, heading in cut:
            first = name == "body" and not heading and not any(block.field == "body" for block in blocks)
            blocks.append(_block(name, fold(text, at), heading=at + heading if heading else 0, first=first))
    blocks += [block for fact in article.facts for block in _fact_blocks(fact, blocks)]
    day = article.published_at.date() if article.published_at else stated_date(article.facts)
    return PreparedArticle(tuple(blocks), texts, day, tuple(fact.day for fact in facts_of(article.facts, "deadline")))


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
        if block.field == fact.field and block.folded.starts and block.folded.ends[-1] > fact.start:
            return block.place(bisect_left(block.folded.starts, fact.start))
    return "body"


def _block(name: HitField, folded: Folded, *, heading: int, first: bool) -> Block:
    ends = tuple(at for at, character in enumerate(folded.text) if character in FOLDED_SENTENCE_ENDS)
    return Block(name, folded, bisect_left(folded.starts, heading), first, ends)


def _body_blocks(article: Article) -> Iterator[tuple[int, str, int]]:
    """Each block of the body as (offset in the displayed body, text, length of number and heading)."""
    if isinstance(article.body, str):
        yield from ((at, part, 0) for at, part in _cut(article.body))
        return
    base = 0
    for block in article.body:
        shown = block.display()
        heading = 0
        if isinstance(block, Point):
            heading = len(shown) - len(block.text)
        for at, part in _cut(shown):
            yield base + at, part, max(0, min(heading - at, len(part)))
        base += len(shown) + len("\n\n")


def _cut(text: str) -> Iterator[tuple[int, str]]:
    """The parts between blank lines, with where each begins."""
    at = 0
    for end, after in [*(blank.span() for blank in _BLANK_LINE.finditer(text)), (len(text), len(text))]:
        if text[at:end].strip():
            yield at, text[at:end]
        at = after
