"""Made-up content with which `notifier check` tries the pages: each in every state that it knows."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from notifier.domain import MessageKind, QuietHours, Subscriber, SubscriberState
from notifier.rendering.charts import bar_chart
from notifier.rendering.sample_reading import reading_pages
from notifier.rendering.samples import ENTRIES, LETTERS

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
    id=1, is_single=False, title="样例", issue="7", date=_DAY, sections=(("要情", ("甲", "乙")),), more=3
)
_FEED = SimpleNamespace(
    id=1,
    name="样例",
    read_at=None,
    created_at=_DAY,
    urls=dict.fromkeys(("rss", "atom", "json"), "https://example.org/x"),
    rules=(("核电", "https://example.org/x/1.rss"),),
)
_LISTS = ("any_of", "all_of", "none_of", "sections", "places")
_NO_RULE: dict[str, Any] = {
    "text": "样例", "plain": True, "fault": None, "found": None, "effect": None, "chips_json": "{}",
    "chips": dict.fromkeys(_LISTS, ("样例",)),
}  # fmt: skip
_FAULT = {"message": "样例", "hint": "样例", "column": 1, "before": "", "at": "样", "after": "例"}
_FORM: dict[str, Any] = {
    "me": {"email": "a@example.org", "delivery": "daily"}, "problem": "", "rule": None, "lists": _LISTS,
    "fields": {"delivery": "", "mode": "standard", "min_score": 0.0, "rests_until": ""},
    "chips_were": "", "text_was": "",
    "modes": ("standard",), "schedules": ("daily",), "scores": (0.0,), "tomorrow": "2026-01-01",
}  # fmt: skip
_RULE = {"rule_id": 1, "text": "核电", "mode": "standard", "min_score": 0.0}
_LISTED = [
    {"rule": _RULE, "said": "样例", "delivery": "daily", "rests": "", "chart": chart}
    for chart in (bar_chart((0, 3, 1)), None)
]
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
    ("rules/list", {"rules": (), "dropped": None, "saved": None}),
    ("rules/list", {"rules": _LISTED, "dropped": None, "saved": None}),
    ("rules/topics", {"topics": ()}),
    ("rules/preview", _NO_RULE | {"fault": _FAULT}),
    ("rules/edit", _NO_RULE | _FORM),
    *reading_pages(ENTRIES, next(one for one in LETTERS if one.kind is MessageKind.REMINDER)),
    ("error", {"code": 404, "message": "没有这一页。"}),
)
