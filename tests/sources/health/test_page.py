"""What was taken off a list, told from what only moved on."""

import datetime as dt

from notifier.domain import SeenItem
from notifier.sources.health import short
from notifier.sources.health.page import Page, Placed, vanished

from .polls import Life


def page(*names: str, dated: bool = True) -> Page:
    """Names are days of March, the newest first; `x` before one tells two of a day apart."""
    return tuple(Placed(name, dt.date(2026, 3, int(name.strip("xp"))) if dated else None) for name in names)


def test_gone_from_between_its_neighbours() -> None:
    assert vanished(page("9", "8", "7", "6", "5"), page("9", "8", "6", "5")) == {"7"}
    assert vanished(page("9", "8", "7", "6", "5"), page("8", "7", "6", "5")) == {"9"}
    assert vanished(page("9", "8", "7", "6", "5", dated=False), page("9", "8", "7", "5", dated=False)) == {"6"}


def test_what_new_items_push_off_the_page_is_not_gone() -> None:
    assert vanished(page("9", "8", "7", "6", "5"), page("11", "10", "9", "8", "7")) == set()


def test_a_page_that_shows_other_things_tells_nothing() -> None:
    assert vanished(page("9", "8", "7", "6", "5"), page("9")) == set()
    assert vanished(page("9", "8", "7", "6", "5"), ()) == set()
    assert vanished((), page("9", "8")) == set()


def test_an_old_item_that_is_pinned_no_more_is_not_gone() -> None:
    assert vanished(page("1", "9", "8", "7", "6"), page("9", "8", "7", "6")) == set()
    undated = page("1", "9", "8", "7", "6", dated=False)
    assert vanished(undated, undated[1:]) == set()


def _seen(*names: str) -> list[SeenItem]:
    return [SeenItem(placed.key, placed.day, True, True) for placed in page(*names)]


def test_it_is_gone_when_it_is_missing_twice_and_back_when_it_is_seen() -> None:
    life = Life().sees(_seen("9", "8", "7", "6")).sees(_seen("9", "7", "6"))
    assert life.memory.gone == ()
    life.sees(_seen("9", "8", "7", "6"))  # a cache had an older page
    assert life.memory.gone == ()
    life.sees(_seen("9", "7", "6")).sees(_seen("9", "7", "6"))
    assert life.memory.gone == (short("8"),)
    life.sees(_seen("9", "8", "7", "6"))
    assert life.memory.gone == ()


def test_a_page_that_stays_as_it_is_confirms_it() -> None:
    life = Life().sees(_seen("9", "8", "7", "6")).sees(_seen("9", "7", "6")).sees(None)
    assert life.memory.gone == (short("8"),)
