"""A source that is a feed (RSS, Atom, RDF, JSON Feed …), asked for with the conditions of the last time."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from notifier.domain import Document, PollResult, PollState, SeenItem, Source
from notifier.errors import SourceError
from notifier.sources.feed.enclosures import Enclosures, text_of
from notifier.sources.feed.moments import moment
from notifier.sources.feed.readers import READERS
from notifier.sources.feed.websub import Hub, offered_hub
from notifier.sources.glance import answered
from notifier.sources.http.challenge import challenge_sign
from notifier.sources.http.fetch import Fetcher, Response

_REMEMBERED = 200  # entries that left the feed and may come back, at least
_CHINESE = re.compile("[\u4e00-\u9fff]")
Seen = dict[str, str]  # short hash of an id -> short hash of what the entry said


async def poll_feed(source: Source, state: PollState, *, now: datetime, fetcher: Fetcher) -> PollResult:
    """Entries that are new or say something else than at the last poll, oldest first.

    SourceError where the address cannot be fetched or is not a feed. Entries without title and content are in `errors`.
    """
    answer = await fetcher.get(source.address, etag=state.etag, last_modified=state.last_modified)
    digest = hashlib.sha256(answer.content).hexdigest()
    if answer.not_modified or digest == state.cursor.get("body"):
        unchanged = _conditions(state, answer)
        return PollResult(state=unchanged, not_modified=True, ttl=state.cursor.get("ttl"), glance=answered(answer, now))
    seen = dict(state.cursor.get("seen", ()))
    read = await READERS.read(answer, seen)
    _check(read, answer)
    fresh, seen = _changed(read["entries"], seen)
    enclosures = Enclosures(fetcher, state.cursor.get("waiting", {}))
    old = not state.cursor and source.first == "new"
    documents = await _documents(fresh, None if old else enclosures, _zone(source))
    errors = (*((key, line) for key, line in read["errors"]), *enclosures.errors)
    return PollResult(
        documents,
        _state(answer, read, seen, digest, enclosures.waiting),
        errors,
        ttl=read["ttl"],
        glance=answered(answer, now, _seen(read["entries"], _zone(source))),
    )


def _state(answer: Response, read: Mapping[str, Any], seen: Seen, digest: str, waiting: Mapping[str, int]) -> PollState:
    """Where entries wait for their files, the next poll asks without conditions, and finds them new."""
    hub = offered_hub(answer, hub=read["hub"], topic=read["topic"])
    known = [[key, said] for key, said in seen.items() if key not in waiting]
    cursor = {"seen": known, "ttl": read["ttl"], **_hub_kept(hub)}
    if waiting:
        return PollState("", "", cursor | {"waiting": dict(waiting)})
    etag, last_modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
    return PollState(etag, last_modified, cursor | {"body": digest})


async def _documents(
    entries: Sequence[Mapping[str, Any]], enclosures: Enclosures | None, zone: tzinfo
) -> tuple[Document, ...]:
    """Oldest first. enclosures: None where nobody is told of what is there, and files may stay where they are."""
    documents = _oldest_first([(entry, _document(entry, zone)) for entry in entries])
    if enclosures is None:
        return tuple(document for _, document in documents)
    return tuple([await enclosures.joined(entry, document) for entry, document in documents])


def _seen(entries: Sequence[Mapping[str, Any]], zone: tzinfo) -> tuple[SeenItem, ...]:
    dates = (moment(entry["dates"], zone) for entry in entries)
    return tuple(
        SeenItem(entry["name"], date.astimezone(zone).date() if date else None, entry["titled"], entry["linked"])
        for entry, date in zip(entries, dates, strict=True)
    )


def hub_of(state: PollState) -> Hub | None:
    """The hub that the feed named when it was read last."""
    kept = state.cursor.get("hub")
    return Hub(*kept) if kept else None


def _hub_kept(hub: Hub | None) -> dict[str, list[str]]:
    return {"hub": [hub.address, hub.topic]} if hub else {}


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


def _changed(entries: Sequence[Mapping[str, Any]], seen: Seen) -> tuple[list[Mapping[str, Any]], Seen]:
    """The entries that `seen` does not know as they are, the last first, and what is to be remembered."""
    present: Seen = {}
    fresh: list[Mapping[str, Any]] = []
    for entry in reversed(entries):
        key, said = entry["key"], entry["said"]
        if seen.get(key) != said and present.get(key) != said:
            fresh.append(entry)
        present[key] = said
    gone = [(key, said) for key, said in seen.items() if key not in present]
    kept = gone[-max(_REMEMBERED, len(present)) :]
    return fresh, {**dict(kept), **present}


def _oldest_first(documents: Sequence[tuple[Mapping[str, Any], Document]]) -> list[tuple[Mapping[str, Any], Document]]:
    """By date; one without stays behind the one it came after. `documents` is the feed's order turned round."""
    ranks: list[tuple[float, int]] = []
    last = float("-inf")
    for place, (_, document) in enumerate(documents):
        last = document.published_at.timestamp() if document.published_at else last
        ranks.append((last, place))
    return [documents[place] for _, place in sorted(ranks)]


def _document(entry: Mapping[str, Any], zone: tzinfo) -> Document:
    chinese = _CHINESE.search(entry["title"]) or _CHINESE.search(entry["content"])
    return Document(
        key=entry["id"],
        name=entry["title"] or entry["link"] or entry["id"],
        media_type=entry["media_type"],
        content=text_of(entry).encode(),
        title=entry["title"],
        url=entry["link"],
        published_at=moment(entry["dates"], zone, chinese=chinese is not None),
        byline=entry["byline"],
        encoding="utf-8",
    )
