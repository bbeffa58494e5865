"""The body of an answer, unpacked within bounds on what comes and on what it unpacks to.

One packing is taken, gzip, br or zstd; one within another multiplies (a thousand times a thousand) as bombs do. The
bytes that came count like those they unpack to: a stream that unpacks to nothing for ever is a bomb as well.
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from notifier.sources.http import complaints

if TYPE_CHECKING:
    import httpcore2

ACCEPTED = "gzip, deflate, br, zstd"
_PLAIN = frozenset({"", "identity"})
_KNOWN = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})


def packings(value: str) -> list[str]:
    """The codings that a Content-Encoding names, without those that change nothing."""
    return [name for name in (part.strip().lower() for part in value.split(",")) if name not in _PLAIN]


async def read_body(answer: "httpcore2.Response", url: str, *, encoding: str, limit: int) -> bytes:
    """SourceError where it is over `limit` bytes, breaks off, or is packed twice or in a way that was not asked for."""
    import httpx2

    packed = packings(encoding)
    if len(packed) > 1 or not _KNOWN.issuperset(packed):
        raise complaints.packed_wrongly(url, encoding)
    pieces = _bounded(answer, url, limit)
    content = bytearray()
    try:
        async for piece in _unpacked(packed[0].removeprefix("x-"), pieces) if packed else pieces:
            content += piece
            if len(content) > limit:
                raise complaints.too_large(url, limit)
    except httpx2.DecodingError as error:
        raise complaints.broken(url, error) from error
    return bytes(content)


async def _bounded(answer: "httpcore2.Response", url: str, limit: int) -> AsyncIterator[bytes]:
    came = 0
    async for piece in answer.aiter_stream():
        came += len(piece)
        if came > limit:
            raise complaints.too_large(url, limit)
        yield piece


def _unpacked(coding: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Pieces of a megabyte at most, whatever they unpack to."""
    import httpx2

    return httpx2.Response(200, headers={"content-encoding": coding}, content=pieces).aiter_bytes()
