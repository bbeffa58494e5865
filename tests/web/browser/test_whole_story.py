"""The whole way in a real browser: from signing up, over a real bulletin and its mail, to leaving."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2
import pytest

from notifier.bootstrap import Service
from notifier.bootstrap.running import open_signups, web_parts
from notifier.storage.subscribers import subscriber_row
from notifier.web.app import make_app
from pipeline.job import lines, mails, put, work
from web.browser.conftest import DESK, PHONE, too_wide
from web.conftest import eventually, serving

WANG = "wang@example.org"
BASE = "http://127.0.0.1:8000"  # of links in mails: the test's own server has another port


@pytest.fixture
def client(service: Service) -> Iterator[httpx2.Client]:
    parts = replace(web_parts(service), signups=open_signups(service))
    with serving(make_app(parts)) as client:
        yield client


def _links(mail: EmailMessage, text: str) -> list[str]:
    """Paths of the links with this text, as the HTML part has them."""
    part = mail.get_body(("html",))
    assert part is not None
    found = re.findall(rf'href="{BASE}([^"]+)"[^>]*>{text}</a>', part.get_content())
    return [path.replace("&amp;", "&") for path in found]


def _newest(service: Service, subject: str) -> EmailMessage:
    asyncio.run(service.deliver())
    return next(mail for mail in mails(service) if subject in str(mail["Subject"]))


def _state(service: Service) -> str:
    with service.database.read() as session:
        row = subscriber_row(session, WANG)
    return row.state if row else ""


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, False), (DESK, True)])
def test_from_signing_up_over_issue_52_to_leaving(
    open_page: Callable[..., Any], service: Service, shared: Path, width: int, scripts: bool
) -> None:
    page = open_page("/subscribe", width=width, scripts=scripts)
    page.fill("[name=email]", WANG)
    page.fill("[name=rules]", "广元")
    page.click("main button")
    assert eventually(lambda: any(line.kind == "notice" for line in lines(service)))
    confirming = _newest(service, "请确认订阅")
    page.goto(_links(confirming, "确认订阅")[0])
    page.click("main button")
    assert _state(service) == "active"

    page.goto("/rules/new")
    page.fill("[name=text]", "科技金融")
    page.click("button[value=save]")
    assert page.locator("main", has_text="科技金融").count() == 1
    put(service, "52.pdf", (shared / "bulletins" / "52.pdf").read_bytes())
    work(service)
    mail = _newest(service, "等 3 篇")
    online = _links(mail, "在线阅读")
    assert len(online) == 3

    page.goto(online[0])
    assert page.locator("article mark").count() > 0
    assert page.locator("nav.contents li").count() == 5
    assert not too_wide(page)
    page.goto("/alerts")
    assert page.locator("ol.alerts > li").count() == 3
    service_trade = page.locator("ol.alerts > li", has_text="我省加快推进科技服务业高质量发展")
    service_trade.get_by_role("button", name="不相关").click()
    changes = page.locator(".list > li")
    assert changes.count() > 0
    changes.first.get_by_role("button", name="就这样改").click()
    assert "规则已改为：" in page.get_by_role("status").inner_text()

    page.goto(_links(mail, "退订")[0])
    page.click("main button")
    assert _state(service) == "unsubscribed"
