"""How strongly an article answers a rule: 0..1, from where the hits stand and how many there are.

One hit weighs what its place weighs; a passing mention in a list of many things (`listed`) weighs least. Several hits
w1 >= w2 >= w3 ... of one term combine to

    1 - (1 - w1) * (1 - w2 / 2 / 2) * (1 - w3 / 2 / 3) * ...

so that the strongest counts in full and every further one less. Sorted hits stay above the old ones, place by
place, when one is added, and each factor falls as its weight grows: adding a hit never lowers a score. The same
formula combines the branches of OR that hold. AND is the mean of its parts that look for something.
"""

from collections.abc import Iterable, Sequence

from notifier.matching.prepared import Place

PLACE_WEIGHTS: dict[Place, float] = {
    "title": 0.8, "section": 0.65, "origin": 0.65, "heading": 0.5, "first": 0.4, "body": 0.3, "listed": 0.15
}  # fmt: skip
REPEATED = 0.5  # what a further hit counts, before it is divided by its rank


def combine(weights: Iterable[float]) -> float:
    """The formula above, for weights in any order; 0 for none."""
    rest = 1.0
    for rank, weight in enumerate(sorted(weights, reverse=True), 1):
        rest *= 1 - (weight if rank == 1 else weight * REPEATED / rank)
    return 1 - rest


def mean(scores: Sequence[float]) -> float:
    return sum(scores) / len(scores) if scores else 0.0
