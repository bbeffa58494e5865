"""Whole pages of many kinds: their content is read, and nothing of the site around it."""

import pytest

from bulletins.pages import Page, compared, pages
from notifier.bulletins.formats.html.reader import read_html
from notifier.domain import Document

PAGES = list(pages())
SEEN = [page for page in PAGES if not page.is_unseen]
UNSEEN = [page for page in PAGES if page.is_unseen]


def _figures(page: Page) -> tuple[float, float]:
    document = Document(key="k", name="k.html", media_type="text/html", content=page.raw.encode())
    right, taken, gold = compared(page, [line.text for line in read_html(document).lines])
    return right / taken, right / gold


@pytest.mark.parametrize("page", SEEN, ids=lambda page: page.name)
def test_the_content_is_read_and_the_site_is_not(page: Page) -> None:
    assert _figures(page) == (1.0, 1.0)


@pytest.mark.parametrize("page", UNSEEN, ids=lambda page: page.name)
def test_nothing_is_lost_of_pages_that_the_rules_were_not_made_with(page: Page) -> None:
    assert _figures(page)[1] == 1.0


def test_little_else_is_read_of_them() -> None:
    assert sum(_figures(page)[0] for page in UNSEEN) / len(UNSEEN) >= 0.9


def test_a_lead_in_the_title_box_does_not_hide_the_text() -> None:
    body = "".join(f"<p>第{at}段讲述平台建设的进展，企业、高校和院所一同参加。</p>" for at in range(6))
    box = "<div><h1>平台建设进展</h1><p>平台建设一年来的进展，请看本文的介绍。</p></div>"
    raw = f"<html><head><title>平台建设进展</title></head><body><div>{box}<div>{body}</div></div></body></html>"
    document = Document(key="k", name="k.html", media_type="text/html", content=raw.encode())
    assert len(read_html(document).lines) == 8
