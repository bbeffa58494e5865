"""Made-up content with which `notifier check` tries every template. None of it exists."""

import dataclasses
import datetime as dt
from typing import Any

from notifier.domain import (
    FEED_FORMATS,
    Article,
    Certainty,
    Deadline,
    Entry,
    Fact,
    Feed,
    Hit,
    Letter,
    MessageKind,
    Paragraph,
    Point,
    Reason,
    Schedule,
)

FORMATS = FEED_FORMATS
_NOW = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
_LONG = "云岭市举办低空物流试点。" * 400

_POINTS = Article(
    title="云岭市启动“星桥”低空物流试点 <甲>",
    body=(Paragraph("近日，云岭市启动试点。"), Point(1, "完善低空物流网络", "建设 12 个起降点。")),
    section="省内要情",
    bulletin="样例要参",
    source="样例",
    byline="云岭市科技局",
)
_LINKED = Article(title="Sample & Co", body=_LONG, source="样例", url="https://example.org/a?b=1&c=2")


def _hit(field: str, text: str, term: str, certainty: Certainty = "certain") -> Hit:
    start = text.index(term)
    return Hit(field, start, start + len(term), term, term, certainty)


ENTRIES = (
    Entry(
        id="urn:uuid:00000000-0000-4000-8000-000000000001",
        article=_POINTS,
        reasons=(
            Reason("低空物流", (_hit("body", _POINTS.text, "低空物流"),), 0.9),
            Reason("标题:试点", (_hit("title", _POINTS.title, "试点", "likely"),), 0.5),
        ),
        issue="7",
        date=dt.date(2026, 3, 2),
        original="7.txt",
        alerted_at=_NOW,
    ),
    Entry(
        id="2",
        article=_LINKED,
        reasons=(Reason("物流", (), 0.2),),
        alerted_at=_NOW,
        position=1,
        others=(("省科技厅", "https://example.org/1"), ("市科技局", "")),
    ),
)
_MANY = tuple(Entry(id=f"many-{n}", article=_LINKED, reasons=ENTRIES[0].reasons, position=n) for n in range(120))

_FACTS = (
    Fact("deadline", "3月5日", "2026-03-05", "body", 0, 4, "application", sentence="请于3月5日前申报。"),
    Fact("deadline", "4月1日17时", "2026-04-01T17:00", "body", 0, 7, "comments", inferred=True),
)
_DUE = tuple(
    dataclasses.replace(entry, deadlines=(Deadline(fact, _NOW.tzinfo or dt.UTC),))
    for entry, fact in zip(ENTRIES, _FACTS, strict=True)
)

LETTERS = tuple(
    Letter(kind, entries, language=language, local_date=_NOW.date(), schedule=schedule)
    for language in ("zh-CN", "en")
    for kind, entries, schedule in (
        (MessageKind.ALERT, ENTRIES[:1], Schedule.DAILY),
        (MessageKind.REMINDER, _DUE, Schedule.DAILY),
        (MessageKind.DIGEST, ENTRIES, Schedule.DAILY),
        (MessageKind.DIGEST, _MANY, Schedule.WEEKLY),
    )
)


def sample_letter(kind: MessageKind, language: str, service: str) -> Letter:
    """A letter of this kind with made-up articles."""
    found = next(one for one in LETTERS if one.kind is kind)
    return dataclasses.replace(found, language=language, service=service)


NOTICES: dict[str, dict[str, Any]] = {
    "confirm": {"service": "样例", "link": "https://example.org/confirm?token=x"},
    "login": {"service": "样例", "link": "https://example.org/login?token=x"},
    "operator": {"service": "样例", "subject": "样例", "lines": ["一", "二"]},
    "rule": {"service": "样例", "lines": ["一", "二"]},
    "channel": {"service": "样例", "lines": ["一", "二"]},
}
FEED = Feed(
    id="urn:uuid:00000000-0000-4000-8000-00000000000f",
    title="样例订阅源",
    self_url="https://example.org/feeds/x.rss",
    home_url="https://example.org/",
    updated=_NOW,
    entries=ENTRIES,
)
