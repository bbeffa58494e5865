"""A bulletin as read: masthead, sections, articles, blocks, distribution and imprint.

One bulletin is one issue, one page or one feed entry. The same masthead, issue and date in another format is
the same bulletin.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from notifier.domain.facts import Fact, facts_to_list

RESTRICTED_MARKINGS = ("绝密", "机密", "秘密")
DOUBTFUL = 0.85  # of 1: readings below this want a person's eye


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block begins in its document: page from 1, x and y in points from the page's top left corner."""

    page: int
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of running text. `place` is unknown (None) where the format has no pages; it is no part of equality."""

    text: str
    place: Place | None = field(default=None, compare=False)
    kind: ClassVar[str] = "paragraph"

    def display(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Point:
    """A numbered block: its heading ends at the first 。 (which belongs to neither part)."""

    number: int
    heading: str
    text: str
    place: Place | None = field(default=None, compare=False)
    kind: ClassVar[str] = "point"

    def display(self) -> str:
        heading = f"{self.heading}。" if self.heading else ""
        return f"（{self.number}）{heading}{self.text}"


@dataclass(frozen=True, slots=True)
class Table:
    """A block of rows of cells; shown a row a line, so that a term never spans two cells."""

    rows: tuple[tuple[str, ...], ...]
    place: Place | None = field(default=None, compare=False)
    kind: ClassVar[str] = "table"

    def display(self) -> str:
        return "\n".join(f"| {' | '.join(row)} |" for row in self.rows)


Block = Paragraph | Point | Table


@dataclass(frozen=True, slots=True)
class Article:
    """One article: the thing that rules are matched against.

    `body` is a str, whose blocks end at blank lines, or an ordered sequence of blocks. `source` is the name of
    the source, `byline` the 来源 line of the article itself (`author` its 作者, `editor` its 责编), `bulletin` the
    masthead. `published_at` is aware.
    """

    title: str
    body: str | tuple[Block, ...] = ()
    section: str = ""
    source: str = ""
    bulletin: str = ""
    url: str = ""
    published_at: dt.datetime | None = None
    byline: str = ""
    author: str = ""
    editor: str = ""
    facts: tuple[Fact, ...] = ()  # what the text states of issuers, numbers, dates and places

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", tuple(self.facts))
        if not isinstance(self.body, str | tuple):
            object.__setattr__(self, "body", tuple(self.body))

    @property
    def text(self) -> str:
        """The body as displayed: blocks joined by blank lines. Offsets of hits count its code points."""
        return self.body if isinstance(self.body, str) else "\n\n".join(block.display() for block in self.body)


def page_of(article: Article, start: int) -> int | None:
    """The page on which the block begins that holds text[start] of the article; None where it is unknown."""
    if isinstance(article.body, str):
        return None
    end = 0
    for block in article.body:
        end += len(block.display()) + 2  # the blank line
        if start < end:
            return block.place.page if block.place else None
    return None


@dataclass(frozen=True, slots=True)
class Section:
    """A 栏目. Articles without one stand in a section named ""."""

    name: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """Who the bulletin was sent to: 主送 and 报 are `to`, 抄送, 送 and 发 are `cc`."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imprint:
    """The last lines of an issue: who issued it, and when."""

    issuer: str = ""
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """How far a reading can be trusted: score 0 to 1, what was wrong as (zh, en), and lines that found no place."""

    score: float = 1.0
    problems: tuple[tuple[str, str], ...] = ()
    orphans: tuple[str, ...] = ()

    @property
    def doubtful(self) -> bool:
        """So low that the operator is told, and readers see that parts may be missing."""
        return self.score < DOUBTFUL


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One issue, page or feed entry. Unknown parts are empty. `marking` is 绝密, 机密, 秘密, 内部 or "".

    `issue` is the number within its series or year, `total` the running number over all years (总第126期),
    `year` that in which issues are counted (2026年第8期). `date_inherited`: the issue states no date,
    `date` is the day it came.
    """

    title: str = ""
    issue: str = ""
    date: dt.date | None = None
    publishers: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    distribution: Distribution = Distribution()
    imprint: Imprint = Imprint()
    marking: str = ""
    total: str = ""
    year: int | None = None
    date_inherited: bool = False
    editors: tuple[str, ...] = ()
    quality: Quality = Quality()

    @property
    def articles(self) -> tuple[Article, ...]:
        return tuple(article for section in self.sections for article in section.articles)

    @property
    def restricted(self) -> bool:
        """Marked 秘密, 机密 or 绝密: held for the operator, sent to nobody."""
        return self.marking in RESTRICTED_MARKINGS


def block_to_dict(block: Block) -> dict[str, Any]:
    """The JSON form of a block, as `notifier parse --json` prints it."""
    if isinstance(block, Point):
        return {"kind": "point", "number": block.number, "heading": block.heading, "text": block.text}
    if isinstance(block, Table):
        return {"kind": "table", "rows": [list(row) for row in block.rows]}
    return {"kind": "paragraph", "text": block.text}


def placed_block_to_dict(block: Block) -> dict[str, Any]:
    """The JSON form of a block with its place, where that is known: what the tables keep."""
    place = block.place
    return block_to_dict(block) | ({"page": place.page, "x": place.x, "y": place.y} if place else {})


def block_from_dict(data: Mapping[str, Any]) -> Block:
    """The inverse of `block_to_dict` and `placed_block_to_dict`. KeyError where a part is missing."""
    place = Place(data["page"], data["x"], data["y"]) if "page" in data else None
    if data["kind"] == "point":
        return Point(data["number"], data["heading"], data["text"], place)
    if data["kind"] == "table":
        return Table(tuple(tuple(row) for row in data["rows"]), place)
    return Paragraph(data["text"], place)


def body_to_list(body: str | Sequence[Block]) -> list[dict[str, Any]]:
    """A body as a list of block dicts; a str body is cut at its blank lines."""
    if isinstance(body, str):
        return [{"kind": "paragraph", "text": part.strip()} for part in body.split("\n\n") if part.strip()]
    return [block_to_dict(block) for block in body]


def placed_body_to_list(body: str | Sequence[Block]) -> list[dict[str, Any]]:
    """As `body_to_list`, with the places of the blocks."""
    return body_to_list(body) if isinstance(body, str) else [placed_block_to_dict(block) for block in body]


def body_from_list(data: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    return tuple(block_from_dict(item) for item in data)


def full_bulletin_to_dict(bulletin: Bulletin) -> dict[str, Any]:
    """The shape of `notifier parse --json --full`: `bulletin_to_dict` with places, quality and what else was found."""
    data = bulletin_to_dict(bulletin)
    for section, rows in zip(bulletin.sections, data["sections"], strict=True):
        for article, row in zip(section.articles, rows["articles"], strict=True):
            row["body"] = placed_body_to_list(article.body)
            row |= {"byline": article.byline, "author": article.author, "editor": article.editor}
            row["facts"] = facts_to_list(article.facts)
    quality = bulletin.quality
    return data | {
        "marking": bulletin.marking,
        "total": bulletin.total,
        "year": bulletin.year,
        "date_inherited": bulletin.date_inherited,
        "editors": list(bulletin.editors),
        "quality": {
            "score": round(quality.score, 3),
            "problems": [{"zh": zh, "en": en} for zh, en in quality.problems],
            "orphans": list(quality.orphans),
        },
    }


def bulletin_to_dict(bulletin: Bulletin) -> dict[str, Any]:
    """The shape that `notifier parse --json` prints; its listed keys never change."""
    return {
        "title": bulletin.title,
        "issue": bulletin.issue,
        "date": bulletin.date.isoformat() if bulletin.date else "",
        "publishers": list(bulletin.publishers),
        "sections": [
            {
                "name": section.name,
                "articles": [
                    {"title": article.title, "body": body_to_list(article.body)} for article in section.articles
                ],
            }
            for section in bulletin.sections
        ],
        "distribution": {"to": list(bulletin.distribution.to), "cc": list(bulletin.distribution.cc)},
        "imprint": {
            "issuer": bulletin.imprint.issuer,
            "date": bulletin.imprint.date.isoformat() if bulletin.imprint.date else "",
        },
    }
