"""How many articles a rule matches, where not all of those that may match can be judged. Pure."""

import random
from collections.abc import Sequence
from typing import NamedTuple

NEWEST = 20  # articles that are judged in any case
JUDGED = 50  # with the sample of the others


class Tally(NamedTuple):
    """How many articles: `least` were seen to match, `about` so many will; `judged` of `candidates` were looked at."""

    least: int = 0
    about: int = 0
    judged: int = 0
    candidates: int = 0

    @property
    def exact(self) -> bool:
        return self.judged == self.candidates

    def joined(self, other: "Tally") -> "Tally":
        """Both, of candidates that have none in common."""
        return Tally(*map(sum, zip(self, other, strict=True)))


def tallied(newest: Sequence[bool], sample: Sequence[bool], candidates: int) -> Tally:
    """Whether each of the newest and of a sample of the others matches, for all of the candidates.

    The newest speak for themselves, the sample for all others; without a sample the newest do.
    """
    seen, judged = sum(newest) + sum(sample), len(newest) + len(sample)
    others = candidates - len(newest)
    speaking = sample or newest
    more = round(others * sum(speaking) / len(speaking)) if speaking else 0
    return Tally(seen, max(seen, sum(newest) + more), judged, candidates)


def chosen(ids: Sequence[int], *, newest: int = NEWEST, judged: int = JUDGED) -> list[int]:
    """Of ids with the newest first: the newest, then a sample of the others.

    The sample is spread evenly, and its order is by chance (always the same): broken off anywhere, it is one still.
    """
    rest = ids[newest:]
    room = min(len(rest), max(0, judged - newest))
    sample = [rest[at * len(rest) // room] for at in range(room)]
    random.Random(0).shuffle(sample)
    return [*ids[:newest], *sample]
