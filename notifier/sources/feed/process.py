"""The feed reader: a program of its own that reads one feed after the other, until its parent goes away.

A feed of 20 KB can keep feedparser or the HTML cleaner busy for hours, and a thread cannot be stopped; a process can.
It takes frames from its input, two a feed: JSON {"url", "media_type", "location", "known"} and the feed. It answers
each with a frame of JSON: {"version", "broken", "entries": [...], "errors": [[id, line], ...], "ttl", "hub", "topic"},
or {} where reading it broke.
"""

import contextlib
import json
import os
import re
import sys
from collections.abc import Mapping
from functools import cache, lru_cache
from types import ModuleType
from typing import Any, cast
from urllib.parse import urljoin

from notifier.children import has_grown, limit_ourselves, read_frame, write_frame
from notifier.sources.feed.decoding import decode_feed
from notifier.sources.feed.entries import NOTHING, Known, problems, read_entries
from notifier.sources.feed.json_feed import is_json, read_json_feed
from notifier.sources.markup import web_link

CPU_SECONDS = 15  # for one feed; one of 10 MB takes 1.3
MEMORY_BYTES = 2 * 1024**3
_GROWN = 192 * 1024 * 1024  # bytes: who has grown so large makes room for a fresh process
_JOINS = 16  # bases that stand within each other
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NUMBER = re.compile(r"&#(x[0-9a-f]{4,999}|[0-9]{5,999});?", re.IGNORECASE)
_STUMBLES = re.compile(
    rb"</?(?: (?:georss|gml|geo|psc|cc|creativecommons) : [^<>]* | (?:width|height) \b [^<>]* )> | &\#x?[0-9a-f]{5,};?",
    re.IGNORECASE | re.VERBOSE,
)
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}


def read_feed(
    content: bytes, *, url: str, media_type: str, location: str = "", known: Known = NOTHING
) -> dict[str, Any]:
    """What the feed at `url` says. `location`: its Content-Location, which its links are relative to, if it has one.

    Of entries that are `known` as they are only that is said (see read_entries): most of a feed, at most polls.
    """
    text = decode_feed(content, media_type)
    with contextlib.suppress(ValueError):
        url = urljoin(url, location)
    found = read_json_feed(text, url=url, known=known) if text is not None and is_json(text) else None
    found = found or _read_xml(content, text, url=url, media_type=media_type, known=known)
    found["entries"], found["errors"] = problems(found["entries"])
    return {"broken": "", "ttl": None} | found


def _read_xml(content: bytes, text: str | None, *, url: str, media_type: str, known: Known) -> dict[str, Any]:
    """As feedparser has it; it decodes for itself what we could not."""
    if text is not None:
        content = _NUMBER.sub(_character, _NOT_XML.sub("", text)).lstrip().encode("utf-8", "replace")
        media_type = "application/xml; charset=utf-8"
    headers = {"content-type": media_type, "content-location": url}
    try:
        parsed = _parsed(content, headers)
    except Exception:  # its own, over places, sizes and characters that make no sense: entries are worth more
        parsed = _parsed(_STUMBLES.sub(b"", content), headers)
    return {
        "version": parsed.get("version", ""),
        "broken": str(parsed.get("bozo_exception", "")) if parsed["bozo"] else "",
        "entries": read_entries(parsed, url=url, known=known),
        "ttl": _ttl(parsed["feed"]),
        "hub": _linked(parsed["feed"], "hub", url),
        "topic": _linked(parsed["feed"], "self", url),
    }


def _parsed(content: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    parsed: dict[str, Any] = _feedparser().parse(
        content, sanitize_html=False, resolve_relative_uris=False, response_headers=dict(headers)
    )
    return parsed


@cache
def _feedparser() -> ModuleType:
    """It joins the feed's address to itself at every element, a fifth of its time; here it remembers its last joins."""
    import feedparser.mixin

    feedparser.mixin.make_safe_absolute_uri = lru_cache(_JOINS)(feedparser.mixin.make_safe_absolute_uri)
    return cast(ModuleType, feedparser)


def _character(found: re.Match[str]) -> str:
    """A reference to a character as it is, to none as U+FFFD: feedparser gives up over it."""
    number = int(found[1][1:], 16) if found[1][0] in "xX" else int(found[1])
    real = number < 0xD800 or 0xDFFF < number < 0x110000
    return found[0] if real else "\ufffd"


def _ttl(feed: dict[str, Any]) -> float | None:
    """Seconds for which the feed says that it stays as it is: RSS ttl (minutes), or the syndication module's period."""
    minutes, period = str(feed.get("ttl", "")), str(feed.get("sy_updateperiod", "")).lower()
    if minutes.isascii() and minutes.isdigit():
        return float(minutes[:7]) * 60
    if period not in _PERIODS:
        return None
    often = str(feed.get("sy_updatefrequency", ""))
    return _PERIODS[period] / max(int(often[:4]) if often.isascii() and often.isdigit() else 1, 1)


def _linked(feed: dict[str, Any], relation: str, url: str) -> str:
    """The first link of the feed with that relation: WebSub, 4."""
    links = feed.get("links") or ()
    found = (web_link(str(link.get("href", "")), url) for link in links if link.get("rel") == relation)
    return next(filter(None, found), "")


def _answer(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    limit_ourselves(cpu_seconds=CPU_SECONDS, memory_bytes=MEMORY_BYTES)
    try:
        return read_feed(content, **request)
    except Exception:  # whatever a feed does to a library, it does to itself
        return {}


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    while True:
        try:
            request, content = json.loads(read_frame(sys.stdin.buffer)), read_frame(sys.stdin.buffer)
        except (EOFError, OSError):
            return
        write_frame(answers, json.dumps(_answer(request, content), ensure_ascii=False).encode())
        if has_grown(_GROWN):
            return


if __name__ == "__main__":
    main()
