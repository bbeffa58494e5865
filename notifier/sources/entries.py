"""What feedparser makes of a feed -> plain entries, cleaned and joined to their base. Pure.

Runs in the feed reader's own process (feed_reader.py): both feedparser and the HTML cleaner take minutes over inputs
made for that.
"""

import hashlib
import html
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import nh3

MAX_ENTRIES = 2_000
_MAX_FIELD = 2_000  # characters of a title, a link, an id
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_TEXT_TYPES = frozenset({"text/plain", "text", "text/markdown", ""})
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ud800-\udfff]")
_MAIL_ADDRESS = re.compile(r"[^\s<>()（）,;:]+@[^\s<>()（）,;:]+")
_DROPPED_WITH_CONTENT = {"script", "style", "title", "template", "noscript", "iframe", "object"}

Raw = dict[str, Any]  # a FeedParserDict: `dict.get` keeps its guesses (updated for published) out
Entry = dict[str, str]


def read_entries(parsed: Raw, *, url: str) -> tuple[list[Entry], list[tuple[str, str]]]:
    """The entries in the feed's order, and those that cannot be used as (id, one line).

    An entry has id, link, title, content, media_type, published (as written) and byline; an unknown one is "".
    """
    entries, errors = [], []
    for raw in parsed["entries"][:MAX_ENTRIES]:
        entry = _entry(raw, url)
        if entry["title"] or entry["content"]:
            entries.append(entry)
        else:
            errors.append((entry["id"], "条目既无标题也无内容 / the entry has neither title nor content"))
    return entries, errors


def _entry(raw: Raw, url: str) -> Entry:
    title = plain_text(_text(raw, "title"))
    link = web_link(_text(raw, "link"), url)
    published = next(filter(None, (_text(raw, name) for name in ("published", "updated", "created"))), "")
    media_type, content = _content(raw, url)
    return {
        "id": _line(_text(raw, "id")) or link or _digest(title, published),
        "link": link,
        "title": title[:_MAX_FIELD],
        "content": content,
        "media_type": media_type,
        "published": _line(published)[:100],
        "byline": _byline(raw),
    }


def _text(raw: Raw, name: str) -> str:
    value = dict.get(raw, name)
    return value if isinstance(value, str) else ""


def _line(text: str) -> str:
    return " ".join(_CONTROLS.sub("", text).split())[:_MAX_FIELD]


def _digest(*parts: str) -> str:
    return "sha256:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def plain_text(markup: str) -> str:
    """One line of text: tags stripped, entities decoded, controls dropped, white space collapsed."""
    stripped = nh3.clean(_CONTROLS.sub("", markup), tags=set(), clean_content_tags=_DROPPED_WITH_CONTENT)
    return " ".join(_CONTROLS.sub("", html.unescape(stripped)).split())


def web_link(link: str, base: str) -> str:
    """`link` joined to `base`; "" unless it is http or https."""
    try:
        joined = urljoin(base, _CONTROLS.sub("", link).strip()) if link.strip() else ""
        parts = urlsplit(joined)
    except ValueError:
        return ""
    return joined[:_MAX_FIELD] if parts.scheme in ("http", "https") and parts.hostname else ""


def clean_html(markup: str, base: str) -> str:
    """The markup that is safe to show, its links absolute; "" where nothing is left to read."""
    cleaned = nh3.clean(
        _CONTROLS.sub("", markup),
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attribute_filter=_joined_to(base),
        url_schemes={"http", "https"},
    )
    if "<img" in cleaned or "<table" in cleaned:
        return cleaned.strip()
    return cleaned.strip() if plain_text(cleaned) else ""


def _joined_to(base: str) -> Callable[[str, str, str], str | None]:
    def joined(tag: str, attribute: str, value: str) -> str | None:
        return (web_link(value, base) or None) if attribute in ("href", "src", "cite") else value

    return joined


def _content(raw: Raw, url: str) -> tuple[str, str]:
    """(media type, text) of the fullest form that has something to read: the content, else the summary."""
    for media_type, value, base in _forms(raw, url):
        if media_type in _HTML_TYPES:
            value, media_type = clean_html(value, base), "text/html"
        elif media_type in _TEXT_TYPES:
            value, media_type = _CONTROLS.sub("", value).strip(), "text/plain"
        else:
            continue
        if value:
            return media_type, value
    return "text/plain", ""


def _forms(raw: Raw, url: str) -> Iterator[tuple[str, str, str]]:
    details = [*(dict.get(raw, "content") or ()), dict.get(raw, "summary_detail")]
    for detail in details:
        if isinstance(detail, dict):
            yield _text(detail, "type"), _text(detail, "value"), _text(detail, "base") or url


def _byline(raw: Raw) -> str:
    """The author's name, else the title of the source that an entry was taken from; never a mail address."""
    source = dict.get(raw, "source")
    names = [_text(raw, "author")]
    if isinstance(source, dict):
        names.append(_text(source, "title"))
    shown = (plain_text(_MAIL_ADDRESS.sub("", name)).strip(" ()（）<>,;") for name in names)
    return next(filter(None, shown), "")[:200]
