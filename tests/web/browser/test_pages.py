"""Every page: nothing serious for axe, no sideways scrolling on a phone, large targets, nothing the CSP blocks."""

from collections.abc import Callable
from typing import Any

import pytest

from web.browser.conftest import DESK, PHONE, faults, small_targets, too_wide


@pytest.mark.parametrize("path", ["/", "/login", "/no-such-page", "/unsubscribe/x"])
@pytest.mark.parametrize(("width", "language", "dark"), [(DESK, "zh-CN", False), (PHONE, "en", True)])
def test_a_page_can_be_used_by_everybody(
    open_page: Callable[..., Any], path: str, width: int, language: str, dark: bool
) -> None:
    page = open_page(path, width=width, language=language, dark=dark)
    assert page.evaluate("document.documentElement.lang") == language
    assert faults(page) == []
    assert not too_wide(page)
    assert small_targets(page) == []
