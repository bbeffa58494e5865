"""An article as a page shows it: every block whole, hits marked, and the pages of the original."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from notifier.domain import Article, Entry, Table, page_of
from notifier.rendering.articles import ArticleView, article_view
from notifier.rendering.labels import say_date
from notifier.rendering.links import pdf_page, web_link
from notifier.rendering.passages import Marked, Segment, Span, block_spans


@dataclass(frozen=True, slots=True)
class BlockView:
    """A paragraph or point (`segments`), or a table (`rows` of cells). `page`: a page of the original begins here.

    `link` opens that page, where the original is a PDF with an address. `hit` counts the blocks with hits; 0: none.
    """

    segments: tuple[Segment, ...] = ()
    rows: tuple[tuple[tuple[Segment, ...], ...], ...] = ()
    page: int = 0
    link: str = ""
    hit: int = 0

    @property
    def marked(self) -> bool:
        cells = [cell for row in self.rows for cell in row]
        return any(segment.mark for segments in (self.segments, *cells) for segment in segments)


@dataclass(frozen=True, slots=True)
class ReadingView:
    """`head` is what mails say of the article too: title, source, date, reasons."""

    head: ArticleView
    blocks: tuple[BlockView, ...]

    @property
    def hits(self) -> int:
        """Blocks that hold one."""
        return sum(block.hit > 0 for block in self.blocks)


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert in its subscriber's list. `page` of the original holds the first hit; 0 where that is unknown."""

    id: int
    article_id: int
    article: ArticleView
    when: str
    read: bool
    saved: bool
    irrelevant: bool
    carried: tuple[tuple[str, str], ...]  # (channel, state)
    page: int


def alert_view(
    number: int,
    entry: Entry,
    language: str,
    *,
    at: dt.datetime,
    marks: Collection[str],
    carried: Sequence[tuple[str, str]],
) -> AlertView:
    """`at` is when it was made, in the subscriber's own zone."""
    starts = [hit.start for reason in entry.reasons for hit in reason.hits if hit.field == "body"]
    return AlertView(
        id=number,
        article_id=entry.number,
        article=article_view(entry, language, limit=0),
        when=f"{say_date(at.date(), language)} {at:%H:%M}",
        read="read" in marks,
        saved="saved" in marks,
        irrelevant="irrelevant" in marks,
        carried=tuple(carried),
        page=page_of(entry.article, min(starts)) or 0 if starts else 0,
    )


def reading_view(entry: Entry, language: str) -> ReadingView:
    """Same entry, same view. Of an article whose source gives out only the title there are no blocks."""
    article = entry.article
    hits = [hit for reason in entry.reasons for hit in reason.hits if hit.field == "body"]
    marked = Marked.of(article.text, hits)
    return ReadingView(article_view(entry, language, limit=0), tuple(_counted(_blocks(article, marked))))


def _counted(blocks: Iterable[BlockView]) -> Iterator[BlockView]:
    count = 0
    for block in blocks:
        count += block.marked
        yield dataclasses.replace(block, hit=count) if block.marked else block


def _blocks(article: Article, marked: Marked) -> Iterator[BlockView]:
    if isinstance(article.body, str):
        yield from (BlockView(marked.segments(span)) for span in block_spans(article))
        return
    at, reached = 0, 0
    for block in article.body:
        shown = block.display()
        page = block.place.page if block.place and block.place.page > reached else 0
        reached = max(reached, page)
        span = Span(at, at + len(shown), at + len(shown) - len(getattr(block, "text", shown)))
        at += len(shown) + 2  # the blank line between blocks
        if not shown.strip():
            continue
        link = web_link(pdf_page(article.url, page))
        if isinstance(block, Table):
            yield BlockView(rows=tuple(_rows(block, marked, span.start)), page=page, link=link)
        else:
            head = span.head if block.kind == "point" else span.start
            yield BlockView(marked.segments(Span(span.start, span.end, head)), page=page, link=link)


def _rows(table: Table, marked: Marked, start: int) -> Iterator[tuple[tuple[Segment, ...], ...]]:
    """The cells, found again in the table as displayed: `| a | b |`, a line a row."""
    at = start
    for row in table.rows:
        at += len("| ")
        cells = []
        for cell in row:
            cells.append(marked.segments(Span(at, at + len(cell), at)))
            at += len(cell) + 3  # " | ", or " |" and the line's end
        yield tuple(cells)
