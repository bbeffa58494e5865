"""What a mail that came back reports, and what is no report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.returned import complaint, dsn, letter
from notifier.delivery.reports import Report, read_report
from notifier.delivery.verdicts import Verdict, judge

BACK = "bounces+1-abc@example.org"


def test_a_delivery_status_notification_gives_status_and_words() -> None:
    report = read_report(dsn(BACK))
    assert report is not None
    assert (report.kind, report.status, report.code, report.words) == ("failed", "5.1.1", 550, "550 5.1.1 User unknown")
    assert report.sent_from == (BACK,)


@pytest.mark.parametrize(
    ("action", "kind"),
    [("delayed", "delayed"), ("delivered", "arrived"), ("relayed", "arrived"), ("expanded", "arrived"), ("odd", None)],
)
def test_what_was_done_with_the_mail_decides_what_is_reported(action: str, kind: str | None) -> None:
    report = read_report(dsn(BACK, action=action, status="2.0.0"))
    assert (report.kind if report else None) == kind


def test_the_envelope_id_names_the_mail_that_it_is_about() -> None:
    report = read_report(dsn("d@x.org", action="relayed", envelope_id="abc@example.org"))
    assert report is not None
    assert (report.kind, report.about) == ("arrived", "abc@example.org")


def test_a_complaint_names_the_return_address_of_the_mail_it_is_about() -> None:
    by_field = read_report(complaint(sent_from=BACK))
    by_original = read_report(complaint(original=BACK))
    assert by_field is not None
    assert by_original is not None
    assert by_field.kind == by_original.kind == "complaint"
    assert BACK in by_field.sent_from
    assert BACK in by_original.sent_from


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_praise_and_reports_on_authentication_are_no_complaints(kind: str) -> None:
    assert read_report(complaint(sent_from=BACK, kind=kind)) is None


def test_a_bounce_in_a_form_of_its_own_is_judged_by_its_words() -> None:
    text = "您的邮件无法送达。\n收件人邮件地址 li@qq.example 不存在。\n550 Mailbox not found\n"
    report = read_report(letter(BACK, "系统退信", text, sender="PostMaster@qq.example", Return_Path="<>"))
    assert report is not None
    assert judge(report.code, report.words) is Verdict.UNKNOWN_USER


def test_answers_of_people_and_of_machines_on_holiday_are_no_reports() -> None:
    assert read_report(letter(BACK, "Re: 核电", "谢谢，550 元收到了。")) is None
    assert read_report(letter(BACK, "自动回复", "我在休假。", Auto_Submitted="auto-replied")) is None
    assert read_report(letter(BACK, "自动回复", "我在休假。", Return_Path="<>")) is None


def test_the_envelope_and_the_usual_headers_say_whom_it_came_to() -> None:
    raw = dsn("d@x.org").replace(b"To: d@x.org", b"To: d@x.org\nDelivered-To: a@x.org\nX-Original-To: b@x.org")
    report = read_report(raw, arrived_for=("c@x.org",))
    assert report is not None
    assert set(report.sent_from) == {"a@x.org", "b@x.org", "c@x.org", "d@x.org"}


@pytest.mark.parametrize(
    "broken",
    [
        b"Subject: =?utf-8?b?a?=\n\n",
        b"Return-Path: <\xff>\n\n",
        b"Content-Type: text/plain; charset=undefined\n\n",
    ],
)
def test_a_mail_with_a_broken_header_is_read_by_its_other_words(broken: bytes) -> None:
    report = read_report(b"From: MAILER-DAEMON@qq.example\nTo: d@x.org\n" + broken + b"550 5.1.1 User unknown\n")
    assert report is not None
    assert (report.kind, report.code, report.sent_from) == ("failed", 550, ("d@x.org",))


def test_the_words_of_a_report_can_be_logged_and_stored_whatever_they_are() -> None:
    """PostgreSQL takes no NUL, no database half a character, and a line break would forge a line of the log."""
    report = read_report(dsn(BACK, status="5.1.1\n bounce.taken", words="550 no\x00such\x1buser"))
    assert report is not None
    assert (report.status, report.words) == ("5.1.1 bounce.taken", "550 no such user")


@given(st.binary(max_size=400), st.sampled_from([dsn(BACK), complaint(sent_from=BACK)]), st.integers(0, 900))
def test_any_bytes_are_read_without_harm(noise: bytes, report: bytes, at: int) -> None:
    for raw in (noise, report[:at] + noise + report[at:]):
        found = read_report(raw)
        assert found is None or isinstance(found, Report)
