"""My interests in a real browser: the preview while somebody types, chips, the keyboard, a phone, no JavaScript."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from accounts.stored import put
from notifier.accounts.interests import own_rules
from notifier.bootstrap import Service
from notifier.bootstrap.running import web_parts
from notifier.domain import Subscriber
from notifier.storage.subscribers import get_subscribers
from pipeline.job import subscribe
from web.browser.conftest import DESK, PHONE, faults, small_targets, too_wide
from web.conftest import sign_in

Open = Callable[..., Any]


@pytest.fixture
def who(service: Service) -> Subscriber:
    number = subscribe(service, "li@example.org", "科技金融", "标题:核电 NEAR/5 四川")
    put(service, ("核电开工", "正文"), ("科技金融专营机构", "支持科技金融。"), ago=1)
    put(service, ("各地推广元宇宙", "推广元宇宙应用。"), ("核能供暖", "广元核能供暖。"), ago=3)
    with service.database.read() as session:
        return get_subscribers(session, [number])[number]


@pytest.fixture
def open_rules(open_page: Open, service: Service, client: httpx2.Client, who: Subscriber) -> Open:
    """The same as open_page, signed in."""
    key = sign_in(client, service, who.id)

    def open_one(path: str, **options: Any) -> Any:
        page = open_page("/login", **options)
        page.context.add_cookies([{"name": "notifier", "value": key, "url": str(client.base_url)}])
        page.goto(path)
        return page

    return open_one


def said(page: Any) -> str:
    return str(page.inner_text("#preview"))


def wait_for(page: Any, text: str) -> None:
    page.wait_for_selector(f"#preview:has-text('{text}')")


def written(page: Any, text: str) -> bool:
    """Does the rule become this text? Playwright's own waiting evaluates strings, which the CSP forbids."""
    for _ in range(200):
        if page.input_value("#f-text") == text:
            return True
        page.wait_for_timeout(50)
    return False


def test_who_is_signed_out_while_typing_is_led_to_the_login_and_back_with_what_was_typed(
    service: Service, open_rules: Open, who: Subscriber
) -> None:
    page = open_rules("/rules/new")
    web_parts(service).sessions.end_all(who.id)
    page.keyboard.type("核电", delay=30)
    page.wait_for_selector("input[name=next]", state="attached")
    assert page.input_value("input[name=next]") == "/rules/new?text=%E6%A0%B8%E7%94%B5"


def test_a_rule_is_previewed_while_it_is_typed_and_saved(service: Service, open_rules: Open, who: Subscriber) -> None:
    page = open_rules("/rules/new")
    assert page.evaluate("document.activeElement.id") == "f-text"
    page.keyboard.type("核电", delay=30)
    wait_for(page, "核电开工")
    assert "最近 90 天里有 1 篇" in said(page)
    page.keyboard.type(" OR")
    page.wait_for_selector("#fault")
    assert page.get_attribute("#f-text", "aria-invalid") == "true"
    assert "fault" in page.get_attribute("#f-text", "aria-describedby").split()
    assert "第 4 个字" in said(page)
    page.keyboard.type(" 核能", delay=30)
    wait_for(page, "核能供暖")
    assert page.get_attribute("#f-text", "aria-invalid") is None
    assert page.evaluate("document.activeElement.id") == "f-text"
    page.wait_for_selector("#heard:has-text('2 篇')", state="attached")
    assert page.locator("[data-list=any_of] .chip").all_inner_texts() == ["核电 ×", "核能 ×"]
    page.click("button[value=save]")
    page.wait_for_url("**/rules?saved=*")
    assert own_rules(service.database, who)[0].text == "核电 OR 核能"


def test_chips_write_the_rule_by_keyboard_alone(service: Service, open_rules: Open, who: Subscriber) -> None:
    page = open_rules("/rules/new")
    page.focus("#f-any_of")
    page.keyboard.type("核电、核能、")
    page.keyboard.press("Tab")
    page.keyboard.type("供暖")
    page.keyboard.press("Enter")
    assert written(page, "核电、核能 供暖")
    wait_for(page, "核能供暖")
    assert page.evaluate("document.activeElement.id") == "f-all_of"
    page.keyboard.press("Shift+Tab")  # over its chip
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Backspace")
    assert written(page, "核电 供暖")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "移除 核电"
    page.keyboard.press("Enter")
    assert written(page, "供暖")
    assert page.evaluate("document.activeElement.id") == "f-any_of"


def test_a_proposal_is_taken_in_one_click(open_rules: Open) -> None:
    page = open_rules("/rules/new?text=核电")
    page.click("#preview button:has-text('#核电')")
    assert written(page, "#核电")
    wait_for(page, "核能供暖")
    assert page.evaluate("document.activeElement.id") == "f-text"


def test_a_stale_answer_never_overwrites_a_newer_one(open_rules: Open) -> None:
    page = open_rules("/rules/new")
    page.evaluate(
        """() => {
            const real = window.fetch; let first = true;
            window.fetch = async (...all) => {
                const slow = first; first = false;
                const answer = await real(...all);
                if (slow) await new Promise((done) => setTimeout(done, 1500));
                return answer;
            };
        }"""
    )
    page.keyboard.type("核电")
    page.wait_for_timeout(600)
    page.fill("#f-text", "核能")
    wait_for(page, "核能供暖")
    page.wait_for_timeout(1500)
    assert "核能供暖" in said(page)


def test_an_edit_shows_what_it_gains_and_loses(open_rules: Open) -> None:
    page = open_rules("/rules/1")
    assert "科技金融专营机构" in said(page)
    page.fill("#f-text", "核能")
    wait_for(page, "少收到 1 篇")
    assert "多收到 1 篇" in said(page)
    page.click("#preview summary:has-text('少收到')")
    assert "支持科技金融" in said(page)


def test_a_rule_is_deleted_and_taken_back(service: Service, open_rules: Open, who: Subscriber) -> None:
    page = open_rules("/rules")
    page.click("button[aria-label='删除规则：科技金融']")
    page.wait_for_url("**/rules?dropped=1")
    assert [rule.text for rule in own_rules(service.database, who)] == ["标题:核电 NEAR/5 四川"]
    page.click(".undo button")
    page.wait_for_url("**/rules?saved=1")
    assert len(own_rules(service.database, who)) == 2


def test_all_of_it_works_without_javascript(service: Service, open_rules: Open, who: Subscriber) -> None:
    page = open_rules("/rules/new", scripts=False, width=PHONE)
    page.fill("#f-any_of", "核电、核能")
    page.click("button[value=chips]")
    assert page.input_value("#f-text") == "核电、核能"
    assert "核能供暖" in said(page)
    page.fill("#f-text", "核能")
    page.click("button[value=preview]")
    assert "核电开工" not in said(page)
    assert page.input_value("#f-any_of") == "核能"
    page.click("#preview button:has-text('#核电')")
    assert page.input_value("#f-text") == "#核电"
    page.click("button[value=save]")
    assert own_rules(service.database, who)[0].text == "#核电"


@pytest.mark.parametrize("path", ["/rules", "/rules/new?text=(核电", "/rules/1", "/rules/topics"])
@pytest.mark.parametrize(("width", "language", "dark"), [(DESK, "zh-CN", False), (PHONE, "en", True)])
def test_a_page_can_be_used_by_everybody(open_rules: Open, path: str, width: int, language: str, dark: bool) -> None:
    page = open_rules(f"{path}{'&' if '?' in path else '?'}lang={language}", width=width, dark=dark)
    assert page.evaluate("document.documentElement.lang") == language
    assert faults(page) == []
    assert not too_wide(page)
    assert small_targets(page) == []
