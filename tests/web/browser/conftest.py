"""A real browser: Debian's Chromium, one for all tests, with a fresh profile for each page that a test opens."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import axe_playwright_python
import httpx2
import pytest
from playwright.sync_api import sync_playwright

from web.browser.remote import Remote

PHONE, DESK = 390, 1100  # CSS pixels
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_FAULTS = """async () => (await axe.run()).violations
    .filter(one => one.impact === 'serious' || one.impact === 'critical')
    .map(one => one.id + ': ' + one.nodes.map(node => node.html + ' ' + node.failureSummary).join(' | '))"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Remote]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("no chromium: scripts/test installs it as root, or apt-get install chromium fonts-noto-cjk")
    with ThreadPoolExecutor(max_workers=1) as thread:
        playwright = thread.submit(lambda: sync_playwright().start()).result()
        launch = {"executable_path": path, "args": ["--no-sandbox", "--disable-gpu"]}
        started = thread.submit(lambda: playwright.chromium.launch(**launch)).result()
        yield Remote(thread, started)
        thread.submit(started.close).result()
        thread.submit(playwright.stop).result()


@pytest.fixture
def open_page(browser: Remote, client: httpx2.Client) -> Iterator[Callable[..., Any]]:
    """Opens a page of a fresh browser: `open_page("/", width=PHONE, language="en", dark=True, scripts=False)`.

    What the page logs as an error (a breach of the CSP above all) fails the test.
    """
    contexts: list[Any] = []
    errors: list[str] = []

    def open_one(
        path: str = "/", *, width: int = DESK, language: str = "zh-CN", dark: bool = False, scripts: bool = True
    ) -> Any:
        context = browser.new_context(
            base_url=str(client.base_url),
            locale=language,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.call(lambda tab: tab.on("pageerror", lambda error: errors.append(str(error))))
        page.call(lambda tab: tab.on("console", lambda said: errors.append(said.text) if _breach(said) else None))
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


def _breach(said: Any) -> bool:
    return said.type == "error" and "Content Security Policy" in said.text


def faults(page: Any) -> list[str]:
    """What axe finds that is serious or critical."""
    page.evaluate(AXE)
    return list(page.evaluate(_FAULTS))


def too_wide(page: Any) -> bool:
    """Does the page have to be scrolled sideways?"""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def small_targets(page: Any) -> list[str]:
    """Buttons, fields and links outside of running text that are lower than 44 px."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('button, .button, select, input:not([type=hidden]), nav a')]
            .filter(one => one.checkVisibility() && !['checkbox', 'radio'].includes(one.type))
            .filter(one => one.getBoundingClientRect().height < 43.5 && !one.matches('.skip'))
            .map(one => one.outerHTML.slice(0, 80))"""
        )
    )
