"""What feedparser makes of a feed -> plain entries, cleaned and joined to their base. Pure.

Runs in the feed reader's own process (feed_reader.py): both feedparser and the HTML cleaner take minutes over inputs
made for that.
"""

import calendar
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from notifier.domain import without_controls
from notifier.sources.markup import MAX_FIELD, clean_html, has_html_tags, line, plain_text, web_link

MAX_ENTRIES = 2_000
MAX_ATTACHMENTS = 20  # of one entry
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_TEXT_TYPES = frozenset({"text/plain", "text", "text/markdown", ""})
_MAIL_ADDRESS = re.compile(r"[^\s<>()（）,;:]+@[^\s<>()（）,;:]+")
_DATES = ("published", "updated", "created")

Raw = dict[str, Any]  # a FeedParserDict: `dict.get` keeps its guesses (updated for published) out
Entry = dict[str, Any]
Form = tuple[str, str, str]  # media type, text, what its links are relative to
Known = Mapping[str, str]
NOTHING: Known = MappingProxyType({})


def read_entries(parsed: Raw, *, url: str, known: Known = NOTHING) -> list[Entry]:
    """The entries in the feed's order.

    An entry has id, link, title, content, media_type and byline, "" where unknown; dates: what it says of its time,
    the best first, each as (as written, the seconds since 1970 that feedparser reads, or None); attachments: its
    enclosures as {"url", "name", "type"}; key and said: short hashes of its id, and of what it says; name: its id;
    titled, linked: whether it has those. Of one that `known` (said by key) has as it is, there are no more than its
    marks: key, said, name, dates, titled, linked.
    """
    atom = str(parsed.get("version", "")).startswith("atom")
    return [_entry(raw, url, known, atom=atom) for raw in parsed["entries"][:MAX_ENTRIES]]


def problems(entries: Iterable[Entry]) -> tuple[list[Entry], list[tuple[str, str]]]:
    """The entries that say something, and those that do not, as (id, one line)."""
    kept, errors = [], []
    for entry in entries:
        if "id" not in entry or entry["title"] or entry["content"] or entry["link"] or entry["attachments"]:
            kept.append(entry)
        else:
            errors.append((entry["id"], "条目没有标题、正文和链接 / the entry has no title, content or link"))
    return kept, errors


def _entry(raw: Raw, url: str, known: Known, *, atom: bool) -> Entry:
    facts = {
        "id": line(text_of(raw, "id")),
        "link": web_link(text_of(raw, "link"), url),
        "title": _title(raw, atom=atom),
        "dates": list(dates_of(raw)),
        "attachments": list(_attachments(raw, url)),
    }
    return finished(facts, list(_forms(raw, url)), lambda: _byline(raw), known=known)


def finished(facts: Entry, forms: Sequence[Form], byline: Callable[[], str], *, known: Known) -> Entry:
    """The entry of these facts; no more than its marks where it is known. The id may be "": then the link stands for
    it, or what there is."""
    title, link, attached = facts["title"], facts["link"], facts["attachments"]
    name = facts["id"] or link or _digest(title, facts["dates"][0][0] if facts["dates"] else "")
    said = [title, *(part for form in forms for part in form[:2]), *(one["url"] for one in attached)]
    marks = {
        "key": short(name),
        "said": short(*said) if any(said) else short(link),
        "name": name,
        "dates": facts["dates"],
        "titled": bool(title),
        "linked": bool(link),
    }
    if known.get(marks["key"]) == marks["said"]:
        return marks
    media_type, content = _content(forms)
    return facts | marks | {"id": name, "content": content, "media_type": media_type, "byline": byline()}


def short(*parts: str) -> str:
    """Tells texts apart within one feed."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def text_of(raw: Raw, name: str) -> str:
    value = dict.get(raw, name)
    return value if isinstance(value, str) else ""


def _digest(*parts: str) -> str:
    return "sha256:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _title(raw: Raw, *, atom: bool) -> str:
    """The title as text. Where feedparser says it is plain it is taken as it stands (History of the <blink> tag), but
    for RSS, which cannot say so, where it is plainly HTML (关于<br>印发…)."""
    title, detail = text_of(raw, "title"), dict.get(raw, "title_detail")
    plain = isinstance(detail, dict) and text_of(detail, "type") in _TEXT_TYPES
    if plain and (atom or not has_html_tags(title)):
        return line(title)
    return plain_text(title)[:MAX_FIELD]


def dates_of(raw: Raw) -> Iterator[tuple[str, int | None]]:
    for name in _DATES:
        if written := line(text_of(raw, name))[:100]:
            parsed = dict.get(raw, f"{name}_parsed")
            yield written, _seconds(parsed)


def _seconds(parsed: Any) -> int | None:
    """Since 1970; None for a year that no calendar has: feedparser reads 00 as 99 before Christ."""
    try:
        return calendar.timegm(parsed) if parsed else None
    except (ValueError, OverflowError):
        return None


def _content(forms: Iterable[Form]) -> tuple[str, str]:
    """(media type, text) of the fullest form that has something to read: the content, else the summary."""
    for media_type, value, base in forms:
        found = _cleaned(media_type, value, base)
        if found[1]:
            return found
    return "text/plain", ""


def _cleaned(media_type: str, value: str, base: str) -> tuple[str, str]:
    """(media type, text) that is safe to show; "" for what is neither HTML nor text."""
    if media_type in _HTML_TYPES:
        return "text/html", clean_html(value, base)
    return "text/plain", without_controls(value).strip() if media_type in _TEXT_TYPES else ""


def _forms(raw: Raw, url: str) -> Iterator[Form]:
    details = [*(dict.get(raw, "content") or ()), dict.get(raw, "summary_detail")]
    for detail in details:
        if isinstance(detail, dict):
            yield text_of(detail, "type"), text_of(detail, "value"), text_of(detail, "base") or url


def _attachments(raw: Raw, url: str) -> Iterator[dict[str, str]]:
    links = [link for link in dict.get(raw, "links") or () if isinstance(link, dict) and link.get("rel") == "enclosure"]
    for link in links[:MAX_ATTACHMENTS]:
        if found := attachment(text_of(link, "href"), text_of(link, "title"), text_of(link, "type"), url):
            yield found


def attachment(link: str, title: str, media_type: str, base: str) -> dict[str, str] | None:
    """None where the link cannot be fetched."""
    address = web_link(link, base)
    return {"url": address, "name": plain_text(title), "type": line(media_type)[:100]} if address else None


def _byline(raw: Raw) -> str:
    """The author's name, else the title of the source that an entry was taken from; never a mail address."""
    source = dict.get(raw, "source")
    names = [text_of(raw, "author")]
    if isinstance(source, dict):
        names.append(text_of(source, "title"))
    return byline_of(names)


def byline_of(names: Iterable[str]) -> str:
    """The first that is more than a mail address."""
    shown = (plain_text(_MAIL_ADDRESS.sub("", name)).strip(" ()（）<>,;") for name in names)
    return next(filter(None, shown), "")[:200]
