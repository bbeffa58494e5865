"""What is news, once and only once: outages, pages that fail, rows that are taken away, old pages, backfill."""

import asyncio
import json
from itertools import pairwise
from typing import Any

import pytest

from notifier.errors import SourceError
from notifier.sources.listing.memory import KEPT, first_page, key_of, read_memory, remember, to_cursor
from notifier.sources.listing.reader import read_page
from notifier.sources.listing.rows import Item

from .lists import NOW, SIMPLE, Place, news, rows, serve, shown, titles

PAGED = SIMPLE | {"pages": {"url": "list_{page}.html"}}


def lay(place: Place, *numbers: int, size: int = 4) -> None:
    """A list of these, newest first, over pages of `size`."""
    pages = [numbers[at : at + size] for at in range(0, len(numbers), size)]
    for n, page in enumerate(pages, 1):
        place.page("/list.html" if n == 1 else f"/list_{n}.html", rows(*news(*page, day="2026-10-{:02}")))
    serve(place, *numbers)


def test_at_the_start_the_first_page_is_all_and_its_pages_are_spared_where_first_is_new(place: Place) -> None:
    lay(place, *range(8, 0, -1))
    documents = place.poll(PAGED, first="new").documents
    assert titles(documents) == [f"第{n}号通知" for n in (5, 6, 7, 8)]
    assert place.asked == ["/list.html"]
    assert all(one.content == b"" for one in documents)


def test_an_outage_is_caught_up_to_the_last_known_item_and_not_a_row_further(place: Place) -> None:
    """Nobody ever looked at page 2 before: what stands below the last known item is no news."""
    lay(place, *range(8, 0, -1))
    place.poll(PAGED)
    lay(place, *range(18, 0, -1))
    place.asked.clear()
    assert titles(place.poll(PAGED).documents) == [f"第{n}号通知" for n in range(9, 19)]
    assert [path for path in place.asked if "list" in path] == ["/list.html", "/list_2.html", "/list_3.html"]
    assert place.poll(PAGED).not_modified


def test_rows_that_are_taken_away_bring_no_old_ones_up_as_news(place: Place) -> None:
    lay(place, *range(8, 0, -1))
    place.poll(PAGED)
    lay(place, 9, 8, 6, 5, 4, 3, 2, 1)  # 7 is withdrawn: 5 stays, nothing moves up
    assert titles(place.poll(PAGED).documents) == ["第9号通知"]
    lay(place, 9, 6, 5, 4, 3, 2, 1)  # 8 is withdrawn: 4 moves up
    assert place.poll(PAGED).documents == ()


def test_a_first_page_that_grows_shows_older_rows_not_news(place: Place) -> None:
    lay(place, *range(8, 0, -1))
    place.poll(PAGED)
    lay(place, *range(9, 0, -1), size=8)
    assert titles(place.poll(PAGED).documents) == ["第9号通知"]


def test_a_late_one_put_in_by_its_date_is_news(place: Place) -> None:
    lay(place, 9, 7, 5, 3, 1)
    place.poll(PAGED)
    lay(place, 9, 7, 6, 5, 3, 1)
    assert titles(place.poll(PAGED).documents) == ["第6号通知"]


def test_a_late_one_is_news_after_an_outage_too_and_a_wrong_date_hides_nothing(place: Place) -> None:
    """Everything on the first page is new; one of it is dated before all that was known, which ended in 2062."""
    known = [("/d9.html", "第9号通知", "2026-10-09"), ("/d8.html", "第8号通知", "2062-10-08")]
    serve(place, 1, 8, 9, 11, 12)
    place.page("/list.html", rows(*known))
    place.poll()
    late = ("/d1.html", "第1号通知", "2026-01-01")
    fresh = [("/d12.html", "第12号通知", "2026-10-12"), ("/d11.html", "第11号通知", "2026-10-11")]
    place.page("/list.html", rows(fresh[0], late, fresh[1]))
    assert titles(place.poll().documents) == ["第11号通知", "第1号通知", "第12号通知"]


@pytest.mark.parametrize(("pinned", "found"), [(True, 6), (False, 3)])
def test_what_stands_on_top_of_every_page_ends_the_way_back_only_where_nothing_is_pinned(
    place: Place, pinned: bool, found: int
) -> None:
    top = ("/d1.html", "第1号通知", "2026-01-01")
    serve(place, *range(1, 11))
    place.page("/list.html", rows(top, *news(4, 3)))
    place.poll()
    place.page("/list.html", rows(top, *news(10, 9, 8)))
    place.page("/list_2.html", rows(top, *news(7, 6, 5, 4)))
    assert len(place.poll(PAGED | {"pinned": pinned}).documents) == found


def test_an_older_page_that_fails_is_asked_again(place: Place) -> None:
    lay(place, 4, 3, 2, 1)
    place.poll(PAGED)
    lay(place, *range(12, 0, -1))
    second = place.site.pages.pop("/list_2.html")
    result = place.poll(PAGED)
    assert titles(result.documents) == [f"第{n}号通知" for n in (9, 10, 11, 12)]
    assert [key for key, _ in result.errors] == ["第 2 页"]
    place.site.pages["/list_2.html"] = second
    assert titles(place.poll(PAGED).documents) == [f"第{n}号通知" for n in (5, 6, 7, 8)]
    assert place.poll(PAGED).not_modified


def test_a_page_that_fails_is_tried_again_stops_nobody_and_is_never_lost(place: Place) -> None:
    lay(place, 3, 2, 1)
    whole = place.site.pages.pop("/d2.html")
    assert titles(place.poll().documents) == ["第1号通知", "第3号通知"]
    place.site.pages["/d2.html"] = whole
    (late,) = place.poll().documents
    assert "第2号通知的正文" in late.content.decode()
    lay(place, 4, 3, 2, 1)
    place.site.pages.pop("/d4.html")
    polls = [place.poll() for _ in range(5)]
    assert [len(one.documents) for one in polls] == [0, 0, 0, 1, 0]
    assert [len(one.errors) for one in polls] == [1, 1, 1, 1, 0]
    (kept,) = polls[3].documents
    assert (kept.title, kept.attachments[0].url) == ("第4号通知", kept.url)
    assert "404" in kept.attachments[0].problem


def test_a_site_that_wants_a_pause_gets_it(place: Place) -> None:
    """Nothing more is asked for at this poll, and nothing is lost."""
    lay(place, 4, 3, 2, 1)
    place.site.pages["/d2.html"] = lambda handler: handler.reply(429, Retry_After="60")
    assert titles(place.poll().documents) == ["第1号通知"]
    assert place.asked == ["/list.html", "/d1.html", "/d2.html"]
    serve(place, 2)
    assert sorted(titles(place.poll().documents)) == ["第2号通知", "第3号通知", "第4号通知"]


def test_a_challenge_instead_of_an_items_page_is_tried_again(place: Place) -> None:
    lay(place, 1)
    place.page("/d1.html", "<title>访问验证</title><p>请完成安全验证</p>")
    result = place.poll()
    assert (result.documents, len(result.errors)) == ((), 1)
    serve(place, 1)
    assert titles(place.poll().documents) == ["第1号通知"]


def test_a_failure_of_the_list_forgets_nothing(place: Place) -> None:
    lay(place, 3, 2, 1)
    place.poll()
    place.site.pages.pop("/list.html")
    with pytest.raises(SourceError):
        place.poll()
    lay(place, 4, 3, 2, 1)
    assert titles(place.poll().documents) == ["第4号通知"]


def test_only_new_items_pages_are_fetched(place: Place) -> None:
    lay(place, 3, 2, 1)
    place.poll()
    lay(place, 4, 3, 2, 1)
    place.asked.clear()
    place.poll()
    assert place.asked == ["/list.html", "/d4.html"]


def test_what_is_remembered_is_bounded() -> None:
    """Forty polls, each with a page of news: the cursor stops growing, and nothing comes twice."""
    cursor: dict[str, Any] = {}
    brought: list[str] = []
    sizes: list[int] = []
    for turn in range(1, 41):
        numbers = range(turn * 50, turn * 50 - 50, -1)
        page = [Item(f"第{n}号公报", f"https://example.org/{n}.html") for n in numbers]
        memory = read_memory(json.loads(json.dumps(cursor)))
        fresh = first_page(page, memory).fresh
        remember(memory, fresh)
        memory.anchor = [key_of(item) for item in page]
        cursor = to_cursor(memory, now=NOW)
        brought += [item.title for item in fresh]
        sizes.append(len(json.dumps(cursor)))
    assert len(brought) == len(set(brought)) == 2_000
    assert sizes[-1] < 60 * KEPT
    assert all(after <= before * 1.01 for before, after in pairwise(sizes[25:]))


def test_backfill_brings_what_was_never_fetched_and_changes_no_news(place: Place) -> None:
    lay(place, *range(10, 0, -1))
    place.poll(PAGED, first="new")
    results = place.backfill(3, PAGED)
    brought = [one for result in results for one in result.documents]
    assert sorted(shown(brought)) == sorted((f"第{n}号通知", f"2026-10-{n:02}") for n in range(1, 11))
    assert all(one.content for one in brought)
    assert [len(result.documents) for result in place.backfill(3, PAGED)] == [0, 0, 0]
    lay(place, *range(11, 0, -1))
    assert titles(place.poll(PAGED).documents) == ["第11号通知"]


def test_more_than_one_poll_may_take_waits_for_the_next(place: Place) -> None:
    lay(place, *range(130, 0, -1), size=130)
    counts = [len(place.poll().documents) for _ in range(4)]
    assert counts == [60, 60, 10, 0]


def test_a_guess_is_kept_with_what_the_list_remembers(place: Place) -> None:
    """A list without selectors: found at the first poll, and read so ever after."""
    lay(place, *range(8, 0, -1), size=8)
    assert len(place.poll({}).documents) == 8
    assert place.state.cursor["guess"]["item"]
    lay(place, *range(9, 0, -1), size=9)
    assert titles(place.poll({}).documents) == ["第9号通知"]


def test_a_page_made_to_be_slow_harms_itself_alone(place: Place) -> None:
    place.page("/list.html", "<div>" * 300_000)
    with pytest.raises(SourceError, match="解析"):
        place.poll()
    lay(place, 1)
    assert titles(place.poll().documents) == ["第1号通知"]


def test_a_page_made_to_be_slow_delays_no_other_list() -> None:
    request = {"do": "list", "number": 1, "zone": "Asia/Shanghai", "options": {}, "url": "https://example.org/"}
    good = rows(*news(4, 3, 2, 1)).encode()

    async def scene() -> tuple[int, bool]:
        await asyncio.gather(read_page(request, good), read_page(request, good))  # two processes are warm
        slow = asyncio.create_task(read_page(request, b"<div>" * 300_000))
        await asyncio.sleep(0.05)
        read = await read_page(request, good)
        waited = slow.done()
        with pytest.raises(SourceError):
            await slow
        return len(read["items"]), waited

    assert asyncio.run(scene()) == (4, False)
