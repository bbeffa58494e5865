"""The pages of alerts and reading in a real browser: usable by everybody, without JavaScript, on a phone."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from accounts.stored import put
from notifier.accounts.sessions import begin_session
from notifier.bootstrap import Service
from pipeline.job import note, subscribe, take
from web.browser.conftest import DESK, PHONE, faults, small_targets, too_wide

CALL = note("低空物流项目申报通知", "现组织申报低空物流项目，核电配套优先。请于2026年3月25日17时前申报。")
TABLE = "# 核电项目名单\n\n核电项目如下。\n\n| 项目 | 地区 | 规模 |\n|---|---|---|\n| 核电一期 | 广元市 | 100 MW |\n"


@pytest.fixture
def open_mine(open_page: Callable[..., Any], client: httpx2.Client, service: Service) -> Callable[..., Any]:
    """Opens a page as somebody who has alerts."""
    who = subscribe(service, "a@example.org", "核电")
    for number, text in enumerate((note("核电项目开工"), note("核电招聘公告"), CALL)):
        take(service, f"{number}.txt", text)
    take(service, "table.md", TABLE)
    put(service, ("核电甲", "正文。"), ("核电乙", "正文。"))

    def open_one(path: str, **options: Any) -> Any:
        page = open_page("/healthz", **options)
        with service.database.write() as session:
            key = begin_session(session, who, old_key="", now=service.clock())
        cookie = {"name": "notifier", "value": key, "url": str(client.base_url)}
        page.context.add_cookies([cookie])
        page.goto(path)
        return page

    return open_one


@pytest.mark.parametrize("path", ["/alerts", "/articles/4", "/bulletins/5", "/deadlines", "/alerts/2/narrow"])
@pytest.mark.parametrize(("width", "language", "dark"), [(DESK, "zh-CN", True), (PHONE, "en", False)])
def test_a_page_of_ones_own_can_be_used_by_everybody(
    open_mine: Callable[..., Any], path: str, width: int, language: str, dark: bool
) -> None:
    page = open_mine(f"{path}?lang={language}", width=width, language=language, dark=dark)
    assert page.evaluate("document.documentElement.lang") == language
    assert faults(page) == []
    assert not too_wide(page)
    assert small_targets(page) == []


def test_an_irrelevant_alert_narrows_its_rule_without_javascript(open_mine: Callable[..., Any]) -> None:
    page = open_mine("/alerts", width=PHONE, scripts=False)
    page.locator("ol.alerts > li", has_text="核电招聘公告").get_by_role("button", name="不相关").click()
    page.locator(".list > li", has_text="核电 NOT 招聘公告").get_by_role("button", name="就这样改").click()
    assert "规则已改为：核电 NOT 招聘公告" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="返回我的提醒").click()
    page.get_by_role("link", name="不相关", exact=True).click()
    assert page.locator("ol.alerts > li").count() == 1


def test_a_hit_can_be_gone_to_by_keyboard(open_mine: Callable[..., Any]) -> None:
    page = open_mine("/alerts")
    page.get_by_role("link", name="低空物流项目申报通知").click()
    page.locator("summary").press("Enter")
    page.get_by_role("link", name="跳到命中处").press("Enter")
    assert page.evaluate("location.hash") == "#hit-1"
    assert page.evaluate("document.querySelector(':target mark').textContent") == "核电"
