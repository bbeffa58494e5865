"""Charts as inline SVG: what they say stands beside them in words, so that nobody needs to see them."""

from collections.abc import Sequence
from dataclasses import dataclass

BAR, GAP, HEIGHT = 6, 2, 24  # of a bar chart, in the units of its viewBox
LEAST = 1.5  # height of a bar that counts something


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars from the oldest to the newest, on one line; where nothing was counted there is none."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    total: int
    latest: int
    said: str  # the counts, joined


def bar_chart(counts: Sequence[int]) -> BarChart:
    """As high as the highest count."""
    most = max(counts, default=0)
    bars = []
    for place, count in enumerate(counts):
        height = round(max(count / most * HEIGHT, LEAST), 1) if count else 0.0
        bars.append(Bar(place * (BAR + GAP), round(HEIGHT - height, 1), height))
    width = len(counts) * (BAR + GAP) - GAP if counts else 0
    shown = tuple(bar for bar in bars if bar.height)
    return BarChart(shown, width, HEIGHT, sum(counts), counts[-1] if counts else 0, ", ".join(map(str, counts)))
