"""What subscribers do, in a real browser: sign up, confirm, read, change, come back, leave. Without JavaScript too."""

import asyncio
import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from notifier.bootstrap import Service
from notifier.bootstrap.running import open_signups, web_parts
from notifier.storage.subscribers import subscriber_row
from notifier.web.app import make_app
from pipeline.job import lines, mails, note, subscribe, take
from web.browser.conftest import DESK, PHONE
from web.conftest import eventually, serving, sign_in

LI = "li@example.org"


@pytest.fixture
def client(service: Service) -> Iterator[httpx2.Client]:
    parts = dataclasses.replace(web_parts(service), signups=open_signups(service))
    with serving(make_app(parts)) as client:
        yield client


def _mailed(service: Service, path: str, notices: int) -> str:
    """The link below `path` of the newest mail, when so many notices have been planned."""
    assert eventually(lambda: sum(line.kind == "notice" for line in lines(service)) == notices)
    asyncio.run(service.deliver())
    texts = [str(mail.get_body(("plain",)).get_content()) for mail in mails(service)]  # type: ignore[union-attr]
    return next(found[0] for text in texts if (found := re.search(rf"/{path}/\S+", text)))


def _state(service: Service) -> str:
    with service.database.read() as session:
        row = subscriber_row(session, LI)
    return row.state if row else ""


@pytest.mark.parametrize(("width", "language", "scripts"), [(PHONE, "zh-CN", False), (DESK, "en", True)])
def test_from_the_first_page_to_the_last(
    open_page: Callable[..., Any], service: Service, width: int, language: str, scripts: bool
) -> None:
    english = language == "en"
    page = open_page("/", width=width, language=language, scripts=scripts)
    page.click("main a[href='/subscribe']")
    page.fill("[name=email]", LI)
    page.fill("[name=rules]", "核电")
    page.click("main button")
    assert page.locator("[role=status]").count() == 1
    page.goto(_mailed(service, "confirm", 1))
    assert _state(service) == "pending"
    page.click("main button")
    assert _state(service) == "active"
    assert page.locator("header nav a").count() == 4  # signed in: it is the browser that asked
    take(service, "a.txt", note("核电项目开工"))
    page.click("header nav a[href='/feeds']")
    address = page.locator("input[readonly]").first.input_value()
    assert "核电项目开工" in page.request.get("/feeds/" + address.split("/feeds/")[1]).text()
    page.fill("[name=name]", "手机")
    page.click("main form[action='/feeds'] button")
    assert page.locator("section.panel").count() == 2
    page.click("header nav a[href='/settings']")
    page.select_option("[name=delivery]", "daily")
    page.click("main form[action='/settings'] > p button")
    assert page.locator("[role=status]").inner_text() == ("Saved." if english else "已保存。")
    assert page.locator("[name=delivery]").input_value() == "daily"
    page.click("header .who button")
    page.goto("/settings")
    assert "/login" in page.url
    page.fill("[name=email]", LI)
    page.click("main button")
    page.goto(_mailed(service, "login", 2))
    page.click("main button")
    assert page.url.endswith("/settings")
    page.goto(f"/unsubscribe/{service.tokens.sign('unsubscribe', 1, 1)}")
    page.click("main button")
    assert _state(service) == "unsubscribed"


def test_a_copy_button_copies_and_is_only_there_with_javascript(
    open_page: Callable[..., Any], client: httpx2.Client, service: Service
) -> None:
    key = sign_in(client, service, subscribe(service, LI, "核电"))
    for scripts in (True, False):
        page = open_page("/", scripts=scripts)
        page.context.add_cookies([{"name": "notifier", "value": key, "url": str(client.base_url)}])
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto("/feeds")
        buttons = page.locator("[data-copy]:visible")
        assert buttons.count() == (3 if scripts else 0)
        if scripts:
            buttons.first.click()
            assert eventually(lambda: buttons.first.inner_text() == "已复制")  # noqa: B023 - asked at once
            assert (
                page.evaluate("navigator.clipboard.readText()") == page.locator("input[readonly]").first.input_value()
            )


def test_a_feed_is_readable_in_a_browser(
    open_page: Callable[..., Any], client: httpx2.Client, service: Service
) -> None:
    """The stylesheet is taken, in spite of the CSP: the title is large, what is for machines is hidden."""
    number = subscribe(service, LI, "核电")
    take(service, "a.txt", note("核电项目开工"))
    for kind, item in (("rss", "item"), ("atom", "entry")):
        page = open_page("/")
        page.goto(f"/feeds/{service.tokens.sign('feed', number, 1)}.{kind}")
        size, shown = page.evaluate(
            f"""() => {{ const title = document.querySelector('{item} > title');
            return [getComputedStyle(title).fontWeight, title.textContent]; }}"""
        )
        assert (size, shown) == ("700", "核电项目开工")
