"""Lists of feeds as OPML (1.0 and 2.0, http://opml.org/spec2.opml): read and written. Pure.

Read as a stream, without entities and DTD: how a small file becomes a large one, or reads another.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from notifier.errors import InputError
from notifier.sources.feed.decoding import decode_feed
from notifier.sources.markup import line as one_line
from notifier.sources.markup import web_link

MAX_DEPTH = 50
_FEED = re.compile(r"^feed:(?=(//)?)", re.IGNORECASE)  # feed://host/ and feed:https://host/, as browsers had it
MAX_FEEDS = 20_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed of the list. `category`: the folders that it stands in, joined by /. `line`: where it stands."""

    title: str
    url: str
    category: str = ""
    line: int = 0


@dataclass
class _Reading:
    feeds: list[Listed] = field(default_factory=list)
    bad: list[tuple[int, str, str]] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)  # of each open outline; "" for one that is no folder
    root: str = ""


def read_opml(content: bytes) -> list[Listed]:
    """The feeds, in order. InputError names every line that cannot be used; then none of them should be taken."""
    parser = expat.ParserCreate()
    reading = _Reading()
    parser.StartElementHandler = lambda name, attributes: _begin(reading, parser, name, attributes)
    parser.EndElementHandler = lambda name: _finish(reading, name)
    parser.StartDoctypeDeclHandler = _no_dtd
    try:
        parser.Parse(_text(content), True)
    except expat.ExpatError as error:
        raise InputError(
            f"第 {error.lineno} 行不是正确的 XML（{expat.ErrorString(error.code)}）；请核对，& 要写成 &amp;",
            f"line {error.lineno} is no XML ({expat.ErrorString(error.code)}); check it, & is written &amp;",
        ) from error
    if reading.root != "opml":
        raise InputError(f"这不是 OPML，而是 <{reading.root[:40]}>", f"this is no OPML but <{reading.root[:40]}>")
    if reading.bad:
        raise _unusable(reading.bad)
    return reading.feeds


def _text(content: bytes) -> bytes:
    """As UTF-8 without a declaration: expat knows few encodings."""
    text = (decode_feed(content, "") or content.decode("utf-8", "replace")).lstrip()
    if text.startswith("<?xml"):
        declaration, end, rest = text.partition("?>")
        text = "\n" * declaration.count("\n") + rest if end else text  # lines keep their numbers
    return text.encode("utf-8", "replace")


def _no_dtd(*_: object) -> None:
    raise InputError("OPML 里有 DTD，已拒绝；请去掉 <!DOCTYPE …> 后重试", "refused: a DTD; remove <!DOCTYPE …>")


def _begin(reading: _Reading, parser: Any, name: str, attributes: dict[str, str]) -> None:
    reading.root = reading.root or name.lower()
    if name.lower() != "outline":
        return
    lower = {key.lower(): value for key, value in attributes.items()}
    title = one_line(lower.get("title", "") or lower.get("text", ""))
    line = parser.CurrentLineNumber
    is_feed = "xmlurl" in lower or lower.get("type", "").lower() in ("rss", "atom")
    if is_feed:
        _take(reading, title, lower.get("xmlurl", ""), line)
    reading.folders.append("" if is_feed else title.replace("/", "／"))
    if len(reading.folders) > MAX_DEPTH or len(reading.feeds) > MAX_FEEDS:
        raise InputError(
            f"第 {line} 行起，这个列表太深或太长", f"from line {line} on, the list is too deep or too long"
        )


def _take(reading: _Reading, title: str, address: str, line: int) -> None:
    url = web_link(_FEED.sub(lambda found: "http:" if found[1] else "", address.strip()), "")
    if url and urlsplit(url).username is not None:
        reading.bad.append((line, "地址里含用户名或密码，请去掉", "the address holds a user name; remove it"))
    elif url:
        reading.feeds.append(Listed(title or url, url, "/".join(filter(None, reading.folders)), line))
    elif address.strip():
        shown = one_line(address)[:80]
        reading.bad.append((line, f"地址不能抓取：{shown}", f"cannot fetch {shown}"))
    else:
        reading.bad.append((line, f"“{title[:40]}”没有 xmlUrl", f"{title[:40]!r} has no xmlUrl"))


def _finish(reading: _Reading, name: str) -> None:
    if name.lower() == "outline":
        reading.folders.pop()


def _unusable(bad: list[tuple[int, str, str]]) -> InputError:
    more = f"；另有 {len(bad) - 20} 行" if len(bad) > 20 else ""
    return InputError(
        "；".join(f"第 {line} 行 (line {line})：{zh} / {en}" for line, zh, en in bad[:20]) + more,
        f"{len(bad)} bad lines, nothing was imported",
    )


# --- written ----------------------------------------------------------------------------------------------------


def write_opml(feeds: Iterable[Listed], *, title: str) -> str:
    """OPML 2.0, the folders nested as their names say, in the order in which they are met."""
    root: dict[str, Any] = {}
    for feed in feeds:
        folder = root
        for name in filter(None, feed.category.split("/")):
            folder = folder.setdefault(name, {})
        folder.setdefault("", []).append(feed)
    body = "\n".join(_lines(root, 2))
    head = f"  <head>\n    <title>{escape(title)}</title>\n  </head>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n{head}\n  <body>\n{body}\n  </body>\n</opml>\n'
    )


def _lines(folder: dict[str, Any], depth: int) -> Iterable[str]:
    space = "  " * depth
    for feed in folder.get("", ()):
        name = quoteattr(feed.title)
        yield f'{space}<outline type="rss" text={name} title={name} xmlUrl={quoteattr(feed.url)}/>'
    for name, inner in folder.items():
        if name:
            yield f"{space}<outline text={quoteattr(name)}>"
            yield from _lines(inner, depth + 1)
            yield f"{space}</outline>"
