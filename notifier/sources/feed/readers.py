"""The feed readers' parent: a few processes, kept for the next feed, each ended when a feed keeps it too long."""

import json
from collections.abc import Mapping
from typing import Any

from notifier.children import Children
from notifier.errors import SourceError
from notifier.sources.feed.entries import NOTHING
from notifier.sources.http.fetch import Response

SECONDS = 20.0  # wall time for one feed; the reader's own limit is CPU time
PROCESSES = 4  # at most: one feed that was made to be slow leaves room for the others


class FeedReaders:
    """Reads feeds, up to `processes` at once. Safe for threads and event loops."""

    def __init__(self, processes: int = PROCESSES, *, seconds: float = SECONDS) -> None:
        self._children = Children("notifier.sources.feed.process", most=processes, seconds=seconds)

    async def read(self, answer: Response, known: Mapping[str, str]) -> dict[str, Any]:
        """As `read_now`, without blocking the event loop."""
        return _result(answer, await self._children.ask(_header(answer, known), answer.content))

    def read_now(self, answer: Response, known: Mapping[str, str] = NOTHING) -> dict[str, Any]:
        """What the feed says, as `read_feed` has it. Blocks. SourceError where that takes too long, or breaks."""
        return _result(answer, self._children.ask_now(_header(answer, known), answer.content))


def _header(answer: Response, known: Mapping[str, str]) -> bytes:
    said = {
        "url": answer.url,
        "media_type": answer.headers.get("content-type", ""),
        "location": answer.headers.get("content-location", ""),
        "known": dict(known),
    }
    return json.dumps(said).encode("ascii")


def _result(answer: Response, said: bytes | None) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(said) if said else {}
    if not result:
        raise SourceError(
            f"{answer.url} 的内容无法解析（格式错乱或过于庞大）；请与发布者联系，或停用此来源",
            f"the content of {answer.url} cannot be read (malformed or made to be slow); tell its publisher, "
            "or remove the source",
        )
    return result


READERS = FeedReaders()  # of this process; it holds nothing until the first feed comes
