"""Every page: nothing serious for axe, no sideways scrolling on a phone, large targets, nothing the CSP blocks."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from notifier.accounts.feed_tokens import add_feed
from notifier.accounts.policy import Policy
from notifier.bootstrap import Service
from notifier.bootstrap.running import open_signups, web_parts
from notifier.web.app import make_app
from pipeline.job import note, subscribe, take
from web.browser.conftest import DESK, PHONE, faults, small_targets, too_wide
from web.conftest import serving, sign_in

ANYBODY = ("/", "/login", "/login/x", "/subscribe", "/confirm/x", "/unsubscribe/x", "/no-such-page")
SUBSCRIBER = ("/", "/feeds", "/settings", "/settings/delete")
WAYS = ((DESK, "zh-CN", False), (PHONE, "en", True))


@pytest.fixture
def client(service: Service) -> Iterator[httpx2.Client]:
    signups = dataclasses.replace(open_signups(service), policy=Policy("invitation"))
    with serving(make_app(dataclasses.replace(web_parts(service), signups=signups))) as client:
        yield client


def _complaints(page: Any, language: str) -> list[str]:
    found = faults(page) + small_targets(page)
    found += ["too wide"] if too_wide(page) else []
    return found + ([] if page.evaluate("document.documentElement.lang") == language else ["wrong language"])


@pytest.mark.parametrize(("width", "language", "dark"), WAYS)
def test_pages_for_anybody_can_be_used_by_everybody(
    open_page: Callable[..., Any], service: Service, width: int, language: str, dark: bool
) -> None:
    take(service, "a.txt", note("核电项目开工"))
    page = open_page("/", width=width, language=language, dark=dark)
    for path in ANYBODY:
        page.goto(path)
        assert _complaints(page, language) == [], path


@pytest.mark.parametrize(("width", "language", "dark"), WAYS)
def test_pages_of_subscribers_can_be_used_by_everybody(
    open_page: Callable[..., Any], client: httpx2.Client, service: Service, width: int, language: str, dark: bool
) -> None:
    number = subscribe(service, "li@example.org", "核电", "科技金融、成果转化")
    add_feed(service.database, number, "办公室电脑", now=service.clock())
    page = open_page("/?lang=" + language, width=width, language=language, dark=dark)
    cookie = {"name": "notifier", "value": sign_in(client, service, number), "url": str(client.base_url)}
    page.context.add_cookies([cookie])
    for path in SUBSCRIBER:
        page.goto(path)
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        assert _complaints(page, language) == [], path
