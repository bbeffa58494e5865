"""Feeds as they were sent last, in bounded memory: good while nothing that decides what they hold has changed."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, Protocol, TypeVar

from notifier.accounts.feeds import FeedAddress
from notifier.storage.feed_tokens import FeedState

MOST_BYTES = 64 * 1024 * 1024


class Sized(Protocol):
    @property
    def size(self) -> int: ...


S = TypeVar("S", bound=Sized)


class FeedCache(Generic[S]):
    """The feeds read last; one an address. Safe between threads."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._held: OrderedDict[str, tuple[FeedState, S]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, address: FeedAddress) -> S | None:
        """None where it was never put here, or was made of another state."""
        with self._lock:
            held = self._held.get(address.path)
            if held is None or held[0] != address.state:
                return None
            self._held.move_to_end(address.path)
            return held[1]

    def put(self, address: FeedAddress, served: S) -> None:
        with self._lock:
            self._drop(address.path)
            self._held[address.path] = (address.state, served)
            self._bytes += served.size
            while self._bytes > self._most and self._held:
                self._drop(next(iter(self._held)))

    def _drop(self, path: str) -> None:
        held = self._held.pop(path, None)
        if held is not None:
            self._bytes -= held[1].size
