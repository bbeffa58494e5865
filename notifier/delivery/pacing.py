"""How fast mail may go, and when a relay rests. Pure: times are seconds of any clock that only goes forward."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

LEAST = 1 / 60  # messages a second, below which a domain is not slowed down
HOLD = 60.0  # seconds without mail to a domain that has said "too fast"
AHEAD = 60.0  # seconds at most that a message is put off for: the rate may have grown by then
GROWTH = 100  # messages taken in a row, after which a rate has grown from its start to its limit
FAILURES = 5  # in a row, after which a relay rests
REST, LONGEST_REST = 5.0, 300.0  # seconds; doubled at every vain try


@dataclass(slots=True)
class Pace:
    """At most `limit` messages a second, after a `burst`; from `start` on, if that is less (slow start).

    `start` 0 means no slow start. A message that has no turn yet is told when to come back, one after the other.
    """

    limit: float
    start: float = 0.0
    burst: float = 1.0
    rate: float = field(init=False)
    _tokens: float = field(init=False)  # how many may go at once
    _at: float = field(default=0.0, init=False)  # when that was counted
    _queued: float = field(default=0.0, init=False)  # until when turns have been given out

    def __post_init__(self) -> None:
        self.rate = min(self.start or self.limit, self.limit)
        self._tokens = self.burst

    def turn(self, now: float) -> float:
        """0.0: go now, and that is counted. Else the seconds until this message's turn."""
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens >= 1 - 1e-6:
            self._tokens -= 1
            return 0.0
        first = now + (1 - self._tokens) / self.rate
        self._queued = max(self._queued + 1 / self.rate, first)
        if self._queued > now + AHEAD:  # more than fit: they share the second half
            self._queued = now + AHEAD / 2
            return AHEAD
        return self._queued - now

    def went_well(self) -> None:
        if self.start:
            self.rate = min(self.rate + (self.limit - self.start) / GROWTH, self.limit)

    def was_too_fast(self, now: float) -> None:
        """Half as fast from now on, and nothing at all for a while. The rate grows again as mail is taken."""
        self.rate = max(self.rate / 2, LEAST)
        self._tokens, self._at, self._queued = -HOLD * self.rate, now, 0.0


@dataclass(slots=True)
class Breaker:
    """Closed while a relay works. After FAILURES in a row it rests; then one message tries, and decides."""

    failures: int = 0
    _until: float = 0.0
    _rest: float = REST
    _trying: bool = False

    def wait(self, now: float) -> float:
        """0.0: use it. Else the seconds it still rests. Who gets 0.0 after a rest is the only one for a while."""
        if self.failures < FAILURES:
            return 0.0
        if now < self._until:
            return self._until - now
        self._until = now + self._rest  # the others wait for what comes of this try
        self._trying = True
        return 0.0

    def failed(self, now: float) -> None:
        """Those that were under way when it began to rest fail too: they are no further reason."""
        self.failures += 1
        if self.failures == FAILURES or self._trying:
            self._rest = min(self._rest * 2, LONGEST_REST) if self._trying else REST
            self._until, self._trying = now + self._rest, False

    def worked(self) -> None:
        self.failures, self._until, self._rest, self._trying = 0, 0.0, REST, False


class Paces:
    """A pace for each group of domains; a domain of none is not held back."""

    def __init__(self, groups: Iterable[Mapping[str, object]]) -> None:
        self._of: dict[str, Pace] = {}
        self._at: list[tuple[str, Pace]] = []  # pattern of a host's name, and its group's pace
        for group in groups:
            domains, hosts, limit, burst = _group(**group)  # type: ignore[arg-type]
            pace = Pace(limit, start=min(1.0, limit), burst=burst)
            self._of |= dict.fromkeys(domains, pace)
            self._at += [(pattern, pace) for pattern in hosts]

    def of(self, address: str) -> Pace | None:
        return self._of.get(address.rpartition("@")[2].lower())

    @property
    def by_hosts(self) -> bool:
        """Does it matter who takes a domain's mail?"""
        return bool(self._at)

    def at(self, hosts: Iterable[str]) -> Pace | None:
        """The pace of whoever has their mail at these hosts."""
        return next((pace for host in hosts for pattern, pace in self._at if fnmatchcase(host, pattern)), None)


def _group(
    *, domains: Sequence[str], rate: float, burst: float = 1.0, hosts: Sequence[str] = ()
) -> tuple[list[str], list[str], float, float]:
    return [domain.lower() for domain in domains], [host.lower() for host in hosts], rate, burst
