"""A source that is a feed: RSS, Atom or RDF, asked for with the conditions of the last time."""

import asyncio
import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from notifier.children import command, environment
from notifier.domain import Document, PollResult, PollState, SeenItem, Source
from notifier.errors import SourceError
from notifier.sources.dates import read_date
from notifier.sources.fetch import Fetcher, Response
from notifier.sources.glance import answered
from notifier.sources.health.challenge import challenge_sign

READER_SECONDS = 30.0  # wall time; the reader's own limit is CPU time
_REMEMBERED = 200  # entries that left the feed and may come back, at least
Seen = dict[str, str]  # short hash of an id -> short hash of what the entry said


async def poll_feed(source: Source, state: PollState, *, now: datetime, fetcher: Fetcher) -> PollResult:
    """Entries that are new or say something else than at the last poll, oldest first.

    SourceError where the address cannot be fetched or is not a feed. Entries without title and content are in `errors`.
    """
    answer = await fetcher.get(source.address, etag=state.etag, last_modified=state.last_modified)
    digest = hashlib.sha256(answer.content).hexdigest()
    if answer.not_modified or digest == state.cursor.get("body"):
        return PollResult(state=_conditions(state, answer), not_modified=True, glance=answered(answer, now))
    read = await asyncio.to_thread(read_answer, answer)
    _check(read, answer)
    documents, seen = _changed(read["entries"], dict(state.cursor.get("seen", ())), zone=_zone(source))
    errors = tuple((key, line) for key, line in read["errors"])
    cursor = {"body": digest, "seen": [list(pair) for pair in seen.items()]}
    etag, last_modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
    glance = answered(answer, now, _seen(read["entries"], _zone(source)))
    return PollResult(documents, PollState(etag, last_modified, cursor), errors, glance=glance)


def _seen(entries: Sequence[Mapping[str, str]], zone: tzinfo) -> tuple[SeenItem, ...]:
    dates = (read_date(entry["published"], zone) for entry in entries)
    return tuple(
        SeenItem(entry["id"], date.astimezone(zone).date() if date else None, bool(entry["title"]), bool(entry["link"]))
        for entry, date in zip(entries, dates, strict=True)
    )


def _conditions(state: PollState, answer: Response) -> PollState:
    """The state after "nothing new": a server may name the same content anew."""
    return PollState(
        answer.headers.get("etag", state.etag), answer.headers.get("last-modified", state.last_modified), state.cursor
    )


def _zone(source: Source) -> tzinfo:
    try:
        return ZoneInfo(source.timezone)
    except (KeyError, ValueError, OSError) as error:
        raise SourceError(
            f"来源“{source.name}”的时区“{source.timezone}”不存在；请改为如 Asia/Shanghai",
            f"the time zone {source.timezone!r} of source {source.name} is not known; use one such as Asia/Shanghai",
        ) from error


def read_answer(answer: Response, *, seconds: float = READER_SECONDS) -> dict[str, Any]:
    """What the feed reader, a process of its own, makes of the content within `seconds`. Blocks."""
    header = {"url": answer.url, "media_type": answer.headers.get("content-type", "")}
    try:
        done = subprocess.run(
            command("notifier.sources.feed_reader"),
            input=json.dumps(header).encode("ascii") + b"\n" + answer.content,
            capture_output=True,
            timeout=seconds,
            env=environment(),
            check=True,
        )
        result: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError, OSError) as error:
        raise SourceError(
            f"{answer.url} 的内容无法解析（格式错乱或过于庞大）；请与发布者联系，或停用此来源",
            f"the content of {answer.url} cannot be read (malformed or made to be slow); tell its publisher, "
            "or remove the source",
        ) from error
    return result


def _check(read: Mapping[str, Any], answer: Response) -> None:
    """SourceError where this is no feed; one that is broken, with something to use in it, is a feed."""
    if read["entries"] or read["errors"] or (read["version"] and not read["broken"]):
        return
    sign = challenge_sign(answer.content)
    zh, en = (
        (f"要求验证的页面（{sign}）", f"a page that wants to see a person ({sign})")
        if sign
        else _what_came(answer.content.lstrip()[:2000].lower(), answer.headers.get("content-type", ""))
    )
    raise SourceError(
        f"{answer.url} 不是 RSS/Atom：来的是{zh}；请核对地址",
        f"{answer.url} is not a feed: {en} came; check the address",
        symptom="challenge" if sign else "",
    )


def _what_came(start: bytes, content_type: str) -> tuple[str, str]:
    if not start:
        return "空内容", "nothing"
    if b"<html" in start or b"<!doctype html" in start:
        return "网页", "a web page"
    if start.startswith(b"%pdf"):
        return "PDF", "a PDF"
    if start.startswith((b"{", b"[")):
        return " JSON", "JSON"
    if b"<rss" in start or b"<feed" in start or b"<rdf" in start:
        return "残缺的 RSS/Atom", "a feed that breaks off"
    return f"别的内容（{content_type[:60]}）", f"something else ({content_type[:60]})"


def _changed(entries: Sequence[Mapping[str, str]], seen: Seen, *, zone: tzinfo) -> tuple[tuple[Document, ...], Seen]:
    """Documents of the entries that `seen` does not know as they are, oldest first, and what is to be remembered."""
    present: Seen = {}
    fresh: list[Document] = []
    for entry in reversed(entries):
        key, said = _short(entry["id"]), _short(entry["title"], entry["media_type"], entry["content"])
        if seen.get(key) != said and present.get(key) != said:
            fresh.append(_document(entry, zone))
        present[key] = said
    gone = [(key, said) for key, said in seen.items() if key not in present]
    kept = gone[-max(_REMEMBERED, len(present)) :]
    return tuple(_oldest_first(fresh)), {**dict(kept), **present}


def _short(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]


def _oldest_first(documents: Sequence[Document]) -> list[Document]:
    """By date; one without stays behind the one it came after. `documents` is the feed's order turned round."""
    ranks: list[tuple[float, int]] = []
    last = float("-inf")
    for place, document in enumerate(documents):
        last = document.published_at.timestamp() if document.published_at else last
        ranks.append((last, place))
    return [documents[place] for _, place in sorted(ranks)]


def _document(entry: Mapping[str, str], zone: tzinfo) -> Document:
    return Document(
        key=entry["id"],
        name=entry["title"] or entry["link"],
        media_type=entry["media_type"],
        content=entry["content"].encode(),
        title=entry["title"],
        url=entry["link"],
        published_at=read_date(entry["published"], zone),
        byline=entry["byline"],
        encoding="utf-8",
    )
