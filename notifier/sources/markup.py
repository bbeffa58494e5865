"""Text, links and HTML that others wrote, made safe to show and joined to their base. Pure."""

import html
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import nh3

from notifier.domain import without_controls

MAX_FIELD = 2_000  # characters of a title, a link, an id
_DROPPED_WITH_CONTENT = {"script", "style", "title", "template", "noscript", "iframe", "object"}
_DROPPED_FROM_LINES = {"script", "style", "applet"}  # as feedparser has it: of the others the text stays
_TAG = re.compile(r"</?([a-z][a-z0-9]*)(?=[\s/>])", re.IGNORECASE)
_HTML_TAGS = frozenset(
    "a abbr b big blockquote body br center code dd del div dl dt em embed font form h1 h2 h3 h4 h5 h6 head hr html i "
    "iframe img input ins label li link mark meta object ol option p pre q s samp script select small span strike "
    "strong style sub sup svg table tbody td template textarea th thead tr tt u ul var video".split()
)


_ANY_TAG = re.compile(r"<[^>]*>")
_LINES = nh3.Cleaner(tags=set(), clean_content_tags=_DROPPED_FROM_LINES)


def line(text: str) -> str:
    """One line of literal text: controls dropped, white space collapsed."""
    return " ".join(without_controls(text).split())[:MAX_FIELD]


def plain_text(markup: str) -> str:
    """One line of text: tags stripped, entities decoded, controls dropped, white space collapsed."""
    if "<" in markup:
        markup = _LINES.clean(without_controls(markup))
    return line(html.unescape(markup))


def has_html_tags(text: str) -> bool:
    """Whether a text that is not declared as HTML is: it has a tag, and all of its tags are HTML's."""
    names = [name.lower() for name in _TAG.findall(text)]
    return bool(names) and _HTML_TAGS.issuperset(names)


@lru_cache(2_048)
def web_link(link: str, base: str) -> str:
    """`link` joined to `base`; "" unless it is http or https."""
    try:
        joined = urljoin(base, without_controls(link).strip()) if link.strip() else ""
        parts = urlsplit(joined)
    except ValueError:
        return ""
    return joined[:MAX_FIELD] if parts.scheme in ("http", "https") and parts.hostname else ""


def clean_html(markup: str, base: str) -> str:
    """The markup that is safe to show, its links absolute; "" where nothing is left to read."""
    cleaned = _cleaner(base).clean(without_controls(markup)).strip()
    if "<img" in cleaned or "<table" in cleaned:
        return cleaned
    return cleaned if line(html.unescape(_ANY_TAG.sub("", cleaned))) else ""


@lru_cache(16)  # making one costs more than it does
def _cleaner(base: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        clean_content_tags=_DROPPED_WITH_CONTENT, attribute_filter=_joined_to(base), url_schemes={"http", "https"}
    )


def _joined_to(base: str) -> Callable[[str, str, str], str | None]:
    def joined(tag: str, attribute: str, value: str) -> str | None:
        return (web_link(value, base) or None) if attribute in ("href", "src", "cite") else value

    return joined
