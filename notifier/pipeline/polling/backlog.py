"""Which source is polled next: the one that came due first, one of a host at a time. Pure.

Sources that failed the last time share a part of the places: however many hang, they never take those of the others.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

PLACES = 256  # sources polled at once; most of them wait for their host's turn
FAILING_PLACES = 64  # of these, for sources that failed the last time


@dataclass(frozen=True, slots=True)
class Due:
    """A source whose time has come. `host`: sources of the same one take turns."""

    id: int
    name: str
    host: str
    failing: bool


class Backlog:
    """Sources that wait, and those under way. A source is in it once, from when it is offered until it is done."""

    def __init__(self, *, places: int = PLACES, failing_places: int = FAILING_PLACES) -> None:
        self._free = {False: places - failing_places, True: failing_places}
        self._ready: dict[bool, deque[Due]] = {False: deque(), True: deque()}
        self._behind: defaultdict[str, deque[Due]] = defaultdict(deque)
        self._hosts: set[str] = set()  # with a source that is ready or under way
        self._known: dict[int, Due] = {}

    def offer(self, due: Iterable[Due]) -> None:
        """Add those that are not in it yet, in this order."""
        for one in due:
            if one.id in self._known:
                continue
            self._known[one.id] = one
            if one.host in self._hosts:
                self._behind[one.host].append(one)
            else:
                self._make_ready(one)

    def take(self) -> list[Due]:
        """All that may start now; each is under way until it is `done`."""
        taken: list[Due] = []
        for failing, ready in self._ready.items():
            while ready and self._free[failing] > 0:
                self._free[failing] -= 1
                taken.append(ready.popleft())
        return taken

    def done(self, due: Due) -> None:
        del self._known[due.id]
        self._free[due.failing] += 1
        self._hosts.discard(due.host)
        behind = self._behind.get(due.host)
        if behind:
            self._make_ready(behind.popleft())
        else:
            self._behind.pop(due.host, None)

    def left(self) -> list[Due]:
        """Those that wait or are under way."""
        return list(self._known.values())

    def _make_ready(self, due: Due) -> None:
        self._hosts.add(due.host)
        self._ready[due.failing].append(due)
