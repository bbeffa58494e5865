"""A reminder: what is left, what is to be done, and the .ics file; foreign text stays text."""

import datetime as dt
import email
import email.policy
from dataclasses import replace
from zoneinfo import ZoneInfo

import icalendar
import pytest
from selectolax.lexbor import LexborHTMLParser

from notifier.domain import Article, Deadline, Entry, Fact, Letter, MessageKind, Reason
from notifier.errors import RenderError
from notifier.rendering import FEED, Renderer, assemble
from notifier.rendering.renderer import MAX_MAIL

from .fiction import FIRST, LIST_ID, RECIPIENT, SECOND, SENDER

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _deadline(value: str, label: str = "application", *, sentence: str = "", inferred: bool = False) -> Deadline:
    return Deadline(
        Fact("deadline", value, value, "body", 0, 1, label, sentence=sentence, inferred=inferred), SHANGHAI
    )  # fmt: skip


def _letter(*entries: Entry, language: str = "zh-CN") -> Letter:
    return Letter(MessageKind.REMINDER, entries, language, "云岭要参速递", dt.date(2031, 5, 6))


COMMENTS = Entry(
    "2", SECOND, (Reason("深海装备", (), 0.4),), deadlines=(_deadline("2031-05-20", "comments", inferred=True),)
)
APPLICATION = Entry(
    "1",
    FIRST,
    (Reason("低空物流", (), 0.5), Reason("#低空", (), 0.3)),
    issue="12",
    deadlines=(_deadline("2031-05-09T17:00", sentence="请于5月9日17时前申报。"),),
    original="12.txt",
)
LETTER = _letter(COMMENTS, APPLICATION)


def test_the_soonest_deadline_comes_first_with_what_is_left_and_why(renderer: Renderer) -> None:
    frozen = renderer.letter(LETTER)
    assert frozen.subject == "【提醒】还有 3 天申报截止：云岭市出台“星桥计划”支持低空物流 等 2 项"
    tree = LexborHTMLParser(frozen.html)
    assert [node.text() for node in tree.css(".deadline")] == ["还有 3 天申报截止", "还有 14 天征求意见截止"]
    assert [node.text() for node in tree.css("h2")] == [FIRST.title, SECOND.title]
    assert [node.text() for node in tree.css("strong")] == [
        "2031年5月9日（星期五）17:00",
        "2031年5月20日（星期二）（年份为推定）",
    ]
    for said in ("请于5月9日17时前申报。", "规则：低空物流、#低空", "原文：12.txt", "云岭创新要参 第12期"):
        assert said in tree.body.text()  # type: ignore[union-attr]
        assert said in frozen.text
    assert tree.css_first(".read a").attributes["href"] == "https://example.org/a?id=7&part=%E6%B7%B1%E6%B5%B7"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("2031-05-06", "今天申报截止", "Applications close today"),
        ("2031-05-07", "明天申报截止", "Applications close tomorrow"),
        ("2031-05-08", "还有 2 天申报截止", "Applications close in 2 days"),
    ],
)
def test_what_is_left_is_said_as_people_say_it(renderer: Renderer, value: str, zh: str, en: str) -> None:
    one = replace(APPLICATION, deadlines=(_deadline(value),))
    assert renderer.letter(_letter(one)).subject == f"【提醒】{zh}：{FIRST.title}"
    assert renderer.letter(_letter(one, language="en")).subject == f"[Reminder] {en}: {FIRST.title}"


def test_the_calendar_file_has_the_deadlines_as_days_and_moments(renderer: Renderer) -> None:
    calendar = icalendar.Calendar.from_ical(renderer.letter(LETTER).calendar)
    first, second = calendar.walk("VEVENT")
    assert first.decoded("dtstart") == dt.datetime(2031, 5, 9, 9, 0, tzinfo=dt.UTC)
    assert second.decoded("dtstart") == dt.date(2031, 5, 20)
    assert str(first["summary"]) == f"申报截止：{FIRST.title}"
    assert "请于5月9日17时前申报。" in str(first["description"])
    assert str(second["url"]).startswith("https://example.org/a")
    assert len({str(first["uid"]), str(second["uid"])}) == 2
    assert renderer.letter(LETTER).calendar == renderer.letter(LETTER).calendar
    later = renderer.letter(replace(_letter(APPLICATION), local_date=dt.date(2031, 5, 8))).calendar
    assert str(icalendar.Calendar.from_ical(later).walk("VEVENT")[0]["uid"]) == str(first["uid"])  # the same event
    assert all(len(line.encode()) <= 75 for line in later.split("\r\n"))  # RFC 5545, 3.1


def test_the_end_of_a_day_is_that_day_in_the_calendar(renderer: Renderer) -> None:
    frozen = renderer.letter(_letter(replace(APPLICATION, deadlines=(_deadline("2031-05-09T24:00"),))))
    (event,) = icalendar.Calendar.from_ical(frozen.calendar).walk("VEVENT")
    assert event.decoded("dtstart") == dt.date(2031, 5, 9)
    assert "2031年5月9日（星期五）24:00" in frozen.text


def test_the_file_stands_beside_the_letter(renderer: Renderer) -> None:
    frozen = renderer.letter(LETTER)
    content = assemble(frozen, RECIPIENT, sender=SENDER, list_id=LIST_ID)
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip
    (attachment,) = mail.iter_attachments()  # type: ignore[attr-defined]
    assert attachment.get_filename() == "deadlines.ics"
    assert attachment.get_content().replace("\r\n", "\n") == frozen.calendar.replace("\r\n", "\n")
    assert RECIPIENT.unsubscribe_url in mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not any(part.defects for part in mail.walk())
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", "a\r\nATTENDEE:mailto:x@example.org", "a;b,c\\n", "{{ 7*7 }}"]
)
def test_foreign_text_stays_text_in_mail_and_calendar(renderer: Renderer, evil: str) -> None:
    article = Article(evil, evil, section=evil, source=evil, bulletin=evil, byline=evil, url=evil)
    one = Entry("1", article, (Reason(evil, (), 1.0),), deadlines=(_deadline("2031-05-09", sentence=evil),))
    frozen = renderer.letter(_letter(one))
    assert "<script>" not in frozen.html
    assert "49" not in frozen.subject
    (event,) = icalendar.Calendar.from_ical(frozen.calendar).walk("VEVENT")
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "TRANSP"}
    assert "\r" not in frozen.subject
    assert "\n" not in str(event["summary"])


def test_very_many_deadlines_stay_within_a_mail_and_the_rest_is_linked(renderer: Renderer) -> None:
    long = replace(FIRST, title="申报指南" * 100, url="https://example.org/" + "a" * 800)
    many = [
        replace(
            APPLICATION,
            id=f"{n}",
            article=long,
            deadlines=(_deadline(f"2031-06-{n % 28 + 1:02}", sentence="请" * 999),),
        )
        for n in range(500)
    ]
    frozen = renderer.letter(_letter(*many))
    assert len(assemble(frozen, RECIPIENT, sender=SENDER, list_id=LIST_ID)) <= MAX_MAIL
    shown = len(LexborHTMLParser(frozen.html).css("h2"))
    assert shown >= 5
    assert len(icalendar.Calendar.from_ical(frozen.calendar).walk("VEVENT")) == shown
    more = LexborHTMLParser(frozen.html).css_first(".rest a")
    assert (more.attributes["href"], f"另有 {500 - shown} 篇" in more.text()) == (FEED, True)


def test_a_reminder_of_nothing_is_refused(renderer: Renderer) -> None:
    with pytest.raises(RenderError):
        renderer.letter(_letter(replace(APPLICATION, deadlines=())))
