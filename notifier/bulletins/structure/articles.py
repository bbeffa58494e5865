"""One article of what stands below its title."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from notifier.bulletins.lines import Line, close_up
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.blocks import Body, read_body
from notifier.bulletins.structure.layout import Flow
from notifier.domain import Article, Point

_ZONE = ZoneInfo("Asia/Shanghai")


def titled(title: str, lines: Sequence[Line], flow: Flow) -> Article:
    return article_of(title, read_body(lines, flow))


def article_of(title: str, body: Body) -> Article:
    """Without a title of its own, an article is named by its first sentence, and its body keeps everything."""
    return Article(
        title=title or _first_sentence(body),
        body=body.blocks,
        byline=body.byline,
        author=body.author,
        editor=body.editor,
        published_at=midnight(body.date),
    )


def _first_sentence(body: Body) -> str:
    if not body.blocks:
        return ""
    first = body.blocks[0]
    text = first.heading or first.text if isinstance(first, Point) else first.display()
    ends = [at for mark in "。！？" if (at := text.find(mark)) >= 0]
    return close_up(text[: min(ends, default=len(text))])[: patterns.TITLE_LENGTH]


def midnight(date: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(date, dt.time(), _ZONE) if date else None
