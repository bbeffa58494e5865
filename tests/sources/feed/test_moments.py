"""When an entry was published: by feedparser's reading, but for the source's zone and Chinese dates."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from feedparser.datetimes import _parse_date
from hypothesis import example, given
from hypothesis import strategies as st

from notifier.sources.feed.entries import dates_of
from notifier.sources.feed.moments import moment

SHANGHAI = ZoneInfo("Asia/Shanghai")


def read(written: str, *, chinese: bool = False) -> str:
    found = moment(
        list(dates_of({"published": written, "published_parsed": _parse_date(written)})), SHANGHAI, chinese=chinese
    )
    return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if found else "-"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # a zone that feedparser knows: its reading
        ("Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z"),
        ("Thu, 01 Jan 2004 19:48:21 EST", "2004-01-02T00:48:21Z"),
        ("Thu, 01 Jan 2004 19:48:21 CST", "2004-01-02T01:48:21Z"),
        ("Thu, 01 Jan 2004 19:48 +0200", "2004-01-01T17:48:00Z"),
        ("Thu, 01 Jan 2004 19:48:21 GMT-05:00", "2004-01-02T00:48:21Z"),
        ("2003-12-31T10:14:55.7Z", "2003-12-31T10:14:55Z"),
        ("2003-12-31T10:14-08:00", "2003-12-31T18:14:00Z"),
        ("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z"),
        ("Tue Aug 25 16:44:16 CST 2020", "2020-08-25T22:44:16Z"),
        # none: the wall clock is the source's
        ("2020-08-25 16:44:16", "2020-08-25T08:44:16Z"),
        ("Thu, 01 Jan 2004 19:48:21", "2004-01-01T11:48:21Z"),
        ("Sun Jan 4 16:29:06 2004", "2004-01-04T08:29:06Z"),
        ("2003-12", "2003-11-30T16:00:00Z"),
        ("20031231", "2003-12-30T16:00:00Z"),
        # a zone that feedparser does not know, and takes for UTC
        ("Thu, 01 Jan 2004 19:48:21 JST", "2004-01-01T10:48:21Z"),
        ("Thu, 01 Jan 2004 19:48:21 北京时间", "2004-01-01T11:48:21Z"),
        # what feedparser cannot read, or reads as the time of reading
        ("2026年9月15日 10:00", "2026-09-15T02:00:00Z"),
        ("2026年9月", "-"),
        ("1598345056", "-"),
        ("昨天", "-"),
    ],
)
def test_a_date_is_feedparsers_or_the_sources(written: str, expected: str) -> None:
    assert read(written) == expected


def test_cst_is_chinas_where_the_entry_is_chinese() -> None:
    assert read("Tue, 25 Aug 2020 16:44:16 CST", chinese=True) == "2020-08-25T08:44:16Z"
    assert read("Tue Aug 25 16:44:16 CST 2020", chinese=True) == "2020-08-25T08:44:16Z"
    assert read("Tue, 25 Aug 2020 16:44:16 EST", chinese=True) == "2020-08-25T21:44:16Z"


def test_the_first_date_that_names_a_day_counts() -> None:
    dates = [("soon", None), ("2026-09-15T10:00:00Z", 1789466400)]
    assert moment(dates, SHANGHAI) == datetime(2026, 9, 15, 10, tzinfo=UTC)
    assert moment([], SHANGHAI) is None


@example("00")
@example("0000-00-00")
@given(st.text(alphabet="0123456789-/:年月日 TZ+ Zaugcstgm一오후().,", max_size=40))
def test_no_text_breaks_it(written: str) -> None:
    assert read(written)
