"""A bar chart: as high as its highest count, and the same in words."""

from hypothesis import given
from hypothesis import strategies as st

from notifier.rendering.charts import HEIGHT, LEAST, bar_chart


@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_bars_stay_within_the_chart_and_say_what_they_show(counts: list[int]) -> None:
    chart = bar_chart(counts)
    assert len(chart.bars) == sum(count > 0 for count in counts)
    assert all(LEAST <= bar.height <= HEIGHT and 0 <= bar.x < chart.width for bar in chart.bars)
    assert all(abs(bar.y + bar.height - HEIGHT) < 0.11 for bar in chart.bars)
    assert max((bar.height for bar in chart.bars), default=HEIGHT) == HEIGHT
    assert chart.total == sum(counts)
    assert [int(one) for one in chart.said.split(", ") if one] == counts


def test_no_counts_are_no_chart() -> None:
    assert (bar_chart([]).bars, bar_chart([]).width) == ((), 0)
