"""Feeds as they were sent last, in bounded memory: good while nothing that decides what they hold has changed."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

from notifier.accounts.feeds import FeedAddress

MOST_BYTES = 64 * 1024 * 1024
RawHeaders = list[tuple[bytes, bytes]]


def is_known(etag: str, said: str) -> bool:
    """RFC 9110, 13.1.2: weak comparison with any of the tags that If-None-Match says the reader has."""
    known = [tag.strip().removeprefix("W/") for tag in said.split(",")]
    return etag in known or known == ["*"]


@dataclass(frozen=True, slots=True)
class Served:
    """A feed as it is sent: bytes, and the headers for each way of sending it."""

    etag: str
    content: bytes
    zipped: bytes
    common: RawHeaders  # of every answer, 304 too
    media_type: bytes
    browser_type: bytes

    @property
    def size(self) -> int:
        return len(self.content) + len(self.zipped)

    def answer(self, asked: RawHeaders) -> tuple[int, RawHeaders, bytes]:
        """Status, headers and body for a request with these headers."""
        wanted = dict(asked)
        if is_known(self.etag, wanted.get(b"if-none-match", b"").decode("latin-1")):
            return 304, self.common, b""
        zipped = b"gzip" in wanted.get(b"accept-encoding", b"")
        browser = b"text/html" in wanted.get(b"accept", b"")
        body = self.zipped if zipped else self.content
        headers = [*self.common, (b"content-type", self.browser_type if browser else self.media_type)]
        headers += [(b"content-encoding", b"gzip")] if zipped else []
        return 200, [*headers, (b"content-length", b"%d" % len(body))], body


@dataclass(slots=True)
class _Held:
    address: FeedAddress
    served: Served
    version: int | None  # of the database, when the address was last found to have this state


class FeedCache:
    """The feeds read last, one an address. Safe between threads. Kept by hashes of addresses, which are keys."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._held: OrderedDict[bytes, _Held] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def quick(
        self, path: str, version: int | None, is_still: Callable[[FeedAddress], bool]
    ) -> tuple[FeedAddress, Served] | None:
        """What stands at this path, where the database is as it was when that was found, or the address is still so."""
        with self._lock:
            held = self._held.get(_hash(path))
            if held is None or version is None:
                return None
            if held.version != version:
                if not is_still(held.address):
                    return None
                held.version = version
            return held.address, held.served

    def get(self, address: FeedAddress, version: int | None) -> Served | None:
        """What an address has that is known to have its state at this version of the database."""
        with self._lock:
            held = self._held.get(_hash(address.path))
            if held is None or held.address.state != address.state:
                return None
            held.version = version
            self._held.move_to_end(_hash(address.path))
            return held.served

    def put(self, address: FeedAddress, served: Served, version: int | None) -> None:
        with self._lock:
            key = _hash(address.path)
            self._drop(key)
            self._held[key] = _Held(address, served, version)
            self._bytes += served.size
            while self._bytes > self._most and self._held:
                self._drop(next(iter(self._held)))

    def _drop(self, key: bytes) -> None:
        held = self._held.pop(key, None)
        if held is not None:
            self._bytes -= held.served.size


def _hash(path: str) -> bytes:
    return blake2b(path.encode("utf-8", "surrogatepass"), digest_size=16).digest()
