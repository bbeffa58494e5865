"""The list of a page without any selectors: found in many styles, all of it and nothing else; no list is no guess."""

from zoneinfo import ZoneInfo

import pytest

from notifier.sources.listing.guess import guess_list
from notifier.sources.listing.markup import parse
from notifier.sources.listing.rows import html_rows, read_rows
from notifier.sources.listing.spec import read_listing

from .styles import ENTRIES, NO_LISTS, STYLES, around

URL = "https://www.example.org/col/5/index.html"


def found(markup: str) -> list[tuple[str, str, str]]:
    """(title, path, day) of what the guessed selectors find in the page."""
    tree = parse(markup)
    guess = guess_list(tree, URL)
    if guess is None:
        return []
    listing = read_listing(guess.options)
    rows = read_rows(html_rows(tree, listing), listing, base=URL, zone=ZoneInfo("Asia/Shanghai"))
    return [(item.title, item.link.removeprefix("https://www.example.org"), item.at[:10]) for item in rows.items]


@pytest.mark.parametrize("style", STYLES)
def test_a_list_is_found_whole_and_nothing_else(style: str) -> None:
    dated = style != "no dates"
    wanted = [(title, link, day if dated else "") for title, link, day in ENTRIES]
    assert found(around(STYLES[style])) == wanted


@pytest.mark.parametrize("style", STYLES)
def test_it_is_found_without_the_site_around_it_too(style: str) -> None:
    assert [title for title, _, _ in found(f"<html><body>{STYLES[style]}</body></html>")] == [
        title for title, _, _ in ENTRIES
    ]


@pytest.mark.parametrize("page", NO_LISTS)
def test_a_page_without_a_list_is_no_guess(page: str) -> None:
    assert found(around(NO_LISTS[page])) == []
