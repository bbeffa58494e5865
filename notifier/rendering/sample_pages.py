"""Made-up content with which `notifier check` tries the pages: each in every state that it knows."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from notifier.domain import QuietHours, Subscriber, SubscriberState

EVERY_PAGE: dict[str, Any] = {
    "service": "样例",
    "me": None,
    "path": "/",
    "form_token": lambda: "x",
    "asks_for": lambda language: f"/?lang={language}",
    "when": str,
}
_DAY = dt.date(2026, 3, 2)
_STATES = ("ask", "done", "unknown")
_TYPED: dict[str, Any] = {"problem": "样例", "email": "a@example.org", "rules": "样例", "code": ""}
_ISSUE = SimpleNamespace(
    is_single=False, title="样例", issue="7", date=_DAY, sections=(("要情", ("甲", "乙")),), more=3
)
_FEED = SimpleNamespace(
    id=1,
    name="样例",
    read_at=None,
    created_at=_DAY,
    urls=dict.fromkeys(("rss", "atom", "json"), "https://example.org/x"),
    rules=(("核电", "https://example.org/x/1.rss"),),
)
_RECEIPT = {"receipt": "E-0", "removed": {"rule": 1}, "kept": {"message": 1}, "suppressed": True}


def _profile(state: SubscriberState) -> dict[str, Any]:
    quiet = QuietHours.parse("22:00-07:00")
    one = Subscriber(id=1, email="a@example.org", state=state, quiet=quiet)
    profile = SimpleNamespace(subscriber=one, paused_until=_DAY, browsers=1, suppressed=False)
    context = {"profile": profile, "me": one, "zones": ("Asia/Shanghai",), "tomorrow": "2026-03-03"}
    return context | {"problem": "", "done": "样例"}


PAGES: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("unsubscribe", {"state": state, "action": "/u/x"}) for state in _STATES),
    *(("confirm", {"state": state, "action": "/c/x"}) for state in _STATES),
    *(
        ("subscribe", {"state": state, "policy": kind, "domains": ("example.org",)} | _TYPED)
        for state in ("ask", "asked")
        for kind in ("open", "domains", "invitation")
    ),
    *(
        ("login", {"state": state, "problem": "", "email": "", "next_path": "/", "token": "x"})
        for state in ("form", "asked", "ask", "elsewhere", "unknown")
    ),
    ("home", {"signup": True, "issues": (_ISSUE,)}),
    ("feeds", {"feeds": (_FEED,), "problem": "样例", "longest": 40}),
    *(("settings", _profile(state)) for state in SubscriberState),
    ("delete", {"state": "ask", "problem": "样例", "receipt": None}),
    ("delete", {"state": "done", "problem": "", "receipt": _RECEIPT}),
    ("error", {"code": 404, "message": "没有这一页。"}),
)
