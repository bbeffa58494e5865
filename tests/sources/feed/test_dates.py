"""Dates as feeds write them, in a Chinese source."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.sources.feed.dates import read_date

SHANGHAI = ZoneInfo("Asia/Shanghai")
LINES = Path(__file__).with_name("dates.tsv").read_text(encoding="utf-8").splitlines()[1:]
TABLE = [tuple(line.split("\t")) for line in LINES]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_a_date_is_read_as_it_was_meant(text: str, expected: str) -> None:
    """dates.tsv: as written, and what it names; "-" where it names no day."""
    found = read_date(text, SHANGHAI)
    assert (found.isoformat() if found else "-") == expected


def test_the_same_letters_mean_another_zone_elsewhere() -> None:
    text = "Tue, 25 Aug 2020 16:44:16 CST"
    assert read_date(text, ZoneInfo("Europe/Berlin")) == datetime(2020, 8, 25, 22, 44, 16, tzinfo=UTC)
    assert read_date("2020-08-25 16:44:16", ZoneInfo("America/New_York")) == datetime(
        2020, 8, 25, 20, 44, 16, tzinfo=UTC
    )


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0)))
def test_what_python_writes_is_read_back(at: datetime) -> None:
    aware = at.replace(tzinfo=UTC)
    assert read_date(at.isoformat(), UTC) == aware
    assert read_date(at.isoformat(" ") + " +08:00", UTC) == at.replace(tzinfo=SHANGHAI) or at.year < 1992
    assert read_date(at.strftime("%a, %d %b %Y %H:%M:%S +0000"), SHANGHAI) == aware


@given(st.text(alphabet="0123456789-/:年月日 T+Zaug周一下午().,", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read_date(text, SHANGHAI)
    assert found is None or found.tzinfo is not None
