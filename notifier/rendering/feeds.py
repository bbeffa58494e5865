"""A personal feed as RSS 2.0, Atom (RFC 4287) or JSON Feed 1.1. Same feed, same bytes: an ETag can rely on it."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from email.utils import format_datetime

from notifier.domain import Entry, Feed
from notifier.errors import RenderError
from notifier.rendering import clean, labels
from notifier.rendering.articles import ArticleView, article_view
from notifier.rendering.engine import Templates
from notifier.rendering.links import is_iri

STYLESHEET = "/feeds/style.css"  # XSLT has left the browsers (Chromium 155); CSS works in all of them
ENTRY_BYTES = 60_000  # a longer article is shown by an excerpt
_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class ItemView:
    """One entry. `guid` is stable for ever, `iri` is the same as an IRI, `when` is when it was alerted."""

    guid: str
    iri: str
    article: ArticleView
    author: str
    when: dt.datetime
    categories: tuple[str, ...]
    html: str


def feed_content_type(format: str) -> str:  # noqa: A002 - the word of the contract
    """The media type to serve it with. RenderError for an unknown format."""
    if format not in _TYPES:
        raise RenderError(
            f"没有这种订阅源格式：{format}。可用 rss、atom、json。", f"No feed format {format}: rss, atom or json."
        )
    return _TYPES[format]


def render_feed(templates: Templates, feed: Feed, *, format: str) -> bytes:  # noqa: A002
    """UTF-8. Newest entries first, those never alerted last."""
    feed_content_type(format)
    items = [_item(templates, feed, entry=entry) for entry in _newest_first(feed)]
    if format == "json":
        return _json(feed, items)
    return templates.render(
        f"feed/{format}.xml",
        feed=feed,
        id=_iri(feed.id),
        title=_title(feed),
        about=_about(feed),
        items=items,
        stylesheet=STYLESHEET,
        rfc822=format_datetime,
        rfc3339=_rfc3339,
    ).encode()


def _newest_first(feed: Feed) -> list[Entry]:
    return sorted(feed.entries, key=lambda entry: _when(feed, entry), reverse=True)


def _item(templates: Templates, feed: Feed, *, entry: Entry) -> ItemView:
    article = article_view(entry, feed.language, limit=ENTRY_BYTES, home=feed.home_url)
    words = labels.labels(feed.language)
    html = templates.render("feed/entry.html", article=article, t=words, language=feed.language)
    rules = (reason.rule for reason in article.reasons)
    by = entry.article.byline or entry.article.bulletin or entry.article.source
    return ItemView(
        guid=clean.one_line(entry.id),
        iri=_iri(entry.id),
        article=article,
        author=clean.one_line(by, 100) or _title(feed),
        when=_when(feed, entry),
        categories=tuple(dict.fromkeys(name for name in (article.section, *rules) if name)),
        html=html,
    )


def _when(feed: Feed, entry: Entry) -> dt.datetime:
    """When it was alerted, else published, else the first second of its date: never the clock."""
    zone = feed.updated.tzinfo or dt.UTC
    day = dt.datetime.combine(entry.date, dt.time(), zone) if entry.date else feed.updated
    when = entry.alerted_at or entry.article.published_at or day
    return (when if when.tzinfo else when.replace(tzinfo=zone)).replace(microsecond=0)


def _rfc3339(when: dt.datetime) -> str:
    return when.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _iri(value: str) -> str:
    """`value` where it is an IRI already, otherwise a URN derived from it."""
    value = clean.one_line(value)
    return value if is_iri(value) else uuid.uuid5(uuid.NAMESPACE_OID, value).urn


def _title(feed: Feed) -> str:
    return clean.title(feed.title) or "—"


def _about(feed: Feed) -> str:
    return labels.labels(feed.language)["feed_about"].format(_title(feed))


def _json(feed: Feed, items: list[ItemView]) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(feed),
        "description": _about(feed),
        "home_page_url": feed.home_url,
        "feed_url": feed.self_url,
        "language": feed.language,
        "items": [_json_item(item) for item in items],
    }
    if feed.hub:
        document["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _json_item(item: ItemView) -> dict[str, object]:
    shown = {
        "id": item.guid,
        "url": item.article.link or item.article.page,
        "title": item.article.title,
        "content_html": item.html,
        "summary": item.article.summary,
        "date_published": _rfc3339(item.when),
        "authors": [{"name": item.author}],
        "tags": list(item.categories),
    }
    return {key: value for key, value in shown.items() if value}
