"""feedparser's own test cases, through our ingestion: what differs from what feedparser says of them.

The cases are in its source distribution: `pip download --no-deps --no-binary feedparser feedparser`, unpack it, and

    python tests/sources/feed/feedparser_cases.py FOLDER/tests

prints each difference that is not meant, and counts. Exit code 1 where there is one.
"""

import asyncio
import calendar
import io
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import feedparser

from notifier.domain import Document, PollState, Source
from notifier.errors import SourceError
from notifier.sources import Fetcher, poll
from notifier.sources.feed.entries import read_entries
from notifier.sources.feed.moments import moment
from notifier.sources.markup import line, plain_text

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_HEADER = re.compile(rb"^Header:\s+([^:\s]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
MEANT = {  # where we differ on purpose, and why
    "illformed/chardet/": "bytes that declare no encoding and are not UTF-8 are GB18030, where they can be",
    "wellformed/sanitize/entry_title_crazy.xml": "no text out of a script comes into a title",
}
Key = tuple[str, str, str, float | None]


@dataclass
class Outcome:
    """counts: files, documents, entries with a date. differences: path and what was said on both sides."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def cases(root: Path) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """(path, content, the headers that the case wants to be served with)."""
    for path in sorted(root.rglob("*.xml")):
        content = path.read_bytes()
        headers = {
            name.decode().title(): value.decode("latin-1").strip() for name, value in _HEADER.findall(content[:4_000])
        }
        yield path.relative_to(root).as_posix(), content, {"Content-Type": "application/xml"} | headers


def is_meant(path: str) -> bool:
    return path.startswith(tuple(MEANT))


def said(content: bytes, headers: Mapping[str, str], url: str) -> Any:
    """What feedparser says, with its defaults, of content from that address."""
    lower = {name.lower(): value for name, value in headers.items()}
    lower["content-location"] = urljoin(url, lower.get("content-location", ""))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return feedparser.parse(io.BytesIO(content), response_headers=lower)


def title_of(entry: Any) -> str:
    """feedparser's title as text: markup, where it says that it is markup, is read."""
    title = entry.get("title", "")
    return line(title) if entry.get("title_detail", {}).get("type") == "text/plain" else plain_text(title)


def seconds_of(entry: Any) -> float | None:
    parsed = next(
        filter(None, (dict.get(entry, f"{name}_parsed") for name in ("published", "updated", "created"))), None
    )
    return float(calendar.timegm(parsed)) if parsed else None


def expected(parsed: Any) -> set[Key]:
    """Of the entries that say anything: title, link, id (else the link) and time."""
    found = set()
    for entry in parsed.entries:
        title, link = title_of(entry), entry.get("link", "")
        if title or link:
            found.add((title, link, entry.get("id", "") or link, seconds_of(entry)))
    return found


def brought(documents: tuple[Document, ...]) -> set[Key]:
    found = set()
    for one in documents:
        at = one.published_at.timestamp() if one.published_at else None
        if one.title or one.url:
            key = one.url if one.key.startswith("sha256:") else one.key
            found.add((one.title, one.url, key, at))
    return found


async def ingest(fetcher: Fetcher, url: str) -> tuple[Document, ...]:
    """What a poll brings; nothing where it says in one line that this is no feed."""
    try:
        return (await poll(Source("s", "feed", url), PollState(), now=NOW, fetcher=fetcher)).documents
    except SourceError:
        return ()


def dates_differ(parsed: Any) -> list[str]:
    """Dates of all entries, also of those that say nothing else."""
    read = [moment(entry["dates"], ZONE) for entry in read_entries(parsed, url="http://example.org/")]
    pairs = zip(read, (seconds_of(entry) for entry in parsed.entries), strict=True)
    return [f"date {ours} | {theirs}" for ours, theirs in pairs if (ours.timestamp() if ours else None) != theirs]


def run(root: Path) -> Outcome:
    """Serve every case and poll it."""
    from sources.sites import local_fetcher, serving

    outcome = Outcome()

    async def scene() -> None:
        with serving() as site:
            async with local_fetcher(timeout=30.0) as fetcher:
                for path, content, headers in cases(root):
                    url = site.page(f"/{path}", content, **{name.replace("-", "_"): v for name, v in headers.items()})
                    await compare(outcome, fetcher, path, said(content, headers, url), url)

    asyncio.run(scene())
    return outcome


async def compare(outcome: Outcome, fetcher: Fetcher, path: str, parsed: Any, url: str) -> None:
    documents = await ingest(fetcher, url)
    outcome.counts.update(files=1, documents=len(documents))
    outcome.counts["dates"] += sum(seconds_of(entry) is not None for entry in parsed.entries)
    wanted, got = expected(parsed), brought(documents)
    found = [f"{sorted(map(str, got - wanted))} | {sorted(map(str, wanted - got))}"] if wanted != got else []
    outcome.counts["compared"] += len(wanted)
    found += dates_differ(parsed)
    if found and is_meant(path):
        outcome.counts["meant"] += 1
        return
    outcome.differences += [f"{path}: {one}" for one in found]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    ended = run(Path(sys.argv[1]))
    print("\n".join(ended.differences))
    print(dict(ended.counts))
    sys.exit(1 if ended.differences else 0)
