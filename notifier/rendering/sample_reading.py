"""Made-up content of the pages of alerts and reading. None of it exists."""

from typing import Any

from notifier.domain import Entry, Letter
from notifier.rendering.reading import alert_view, reading_view
from notifier.rendering.reminders import reminder_view


def reading_pages(entries: tuple[Entry, ...], reminder: Letter) -> tuple[tuple[str, dict[str, Any]], ...]:
    """(page, context) of each page about articles, with these."""
    at = entries[0].alerted_at
    assert at is not None
    alerts = [
        alert_view(number, entry, "zh-CN", at=at, marks=marks, carried=(("email", "sent"), ("办公群", "deferred")))
        for number, (entry, marks) in enumerate(zip(entries, ({"saved"}, {"irrelevant"}), strict=True), 1)
    ]
    rule = {"rule_id": 1, "text": "低空物流"}
    listed = [{"id": 1, "title": "样例一"}, {"id": 2, "title": "样例二"}]
    issue = {
        "id": 1,
        "title": "样例要参",
        "issue": "7",
        "publishers": ("样例厅",),
        "sections": [("省内要情", listed)],
        "contents": listed,
        "distribution": {"to": ("样例",), "cc": ("样例",)},
    }
    asked = {"q": "物流", "show": "", "rule": 1, "before": 0}
    proposal = {
        "rule_id": 1,
        "text": "低空物流 NOT 样例",
        "mode": "standard",
        "min_score": 0.0,
        "zh": "不要样例",
        "en": "none",
        "lost": 2,
        "of": 3,
        "saved": 1,
        "unwanted": 1,
        "titles": ("样例",),
    }
    own = {"id": 1, "marks": {"saved"}}
    return (
        ("alerts", {"alerts": alerts, "older": "before=1", "here": "/alerts", "asked": asked, "rules": [rule]}),
        ("alerts", {"alerts": [], "older": "", "here": "/alerts", "asked": asked, "rules": []}),
        ("narrow", {"alert": alerts[0], "proposals": [proposal], "problem": "样例", "changed": ""}),
        ("narrow", {"alert": alerts[0], "proposals": [], "problem": "", "changed": "样例"}),
        *(
            ("article", {"reading": reading_view(entry, "zh-CN"), "issue": issue, "number": 1, **more})
            for entry in entries
            for more in ({"alert": own, "address": "https://example.org/"}, {"alert": None, "address": ""})
        ),
        ("bulletin", {"issue": issue, "date": "2026年3月2日", "address": "https://example.org/"}),
        (
            "deadlines",
            {"reminder": reminder_view(reminder, 1, home="/"), "more": 1, "calendar": "https://example.org/c"},
        ),
    )
