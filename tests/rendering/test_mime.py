"""The message as a mail program reads it: parsed again by the standard library."""

import datetime as dt
import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.delivery.wire import wire_body
from notifier.domain import Article, Entry, Frozen, Letter, MessageKind
from notifier.errors import RenderError
from notifier.rendering import FEED, UNSUBSCRIBE, Renderer, assemble

from .fiction import ALERT, LIST_ID, RECIPIENT, SENDER

NAMES = [
    *("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Precedence", "Content-Type"),
]
FROZEN = Frozen("题", f"文\n{UNSUBSCRIBE}\n{FEED}\n", f'<p>文</p><a href="{UNSUBSCRIBE}">退</a><a href="{FEED}">源</a>')
INJECTIONS = [
    "a\r\nBcc: x@y.org",
    "a\nBcc: x@y.org",
    "a\rBcc: x@y.org",
    "a\x0bBcc: x@y.org\x0c\x1c\x1d\x1e\x85\u2028\u2029Bcc: x@y.org",
    "=?utf-8?b?YQ0KQmNjOiB4QHkub3Jn?=",
    "=?utf-8?q?a=0D=0ABcc:_x@y.org?=",
    "=?utf-8?b?YQ0K?= =?utf-8?b?QmNjOiB4QHkub3Jn?=",
    "=?utf-8*zh?b?YQ0KQmNjOiB4QHkub3Jn?=",
    "=?utf-7?q?a+AA0ACg-Bcc:_x@y.org?=",
    "=?x?b?%%%?=",
    "a\r\n\r\n<script>alert(1)</script>",
    "\u202egro.y@x :ccB\u202c",
    "\x00\ufeff\ud800a",
    "题" * 400,
    "a" * 2000,
    " \t\r\n ",
]


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def built(frozen: Frozen = FROZEN, **changes: object) -> bytes:
    return assemble(frozen, replace(RECIPIENT, **changes), sender=SENDER, list_id=LIST_ID)  # type: ignore[arg-type]


def names_in(content: bytes) -> list[str]:
    """As a mail server sees them: lines before the first empty one that do not begin with white space."""
    head = content.split(b"\r\n\r\n")[0].decode("ascii")
    return [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]


def check_headers(content: bytes) -> EmailMessage:
    message = parsed(content)
    assert message.keys() == names_in(content) == NAMES
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", str(message["Subject"]))
    return message


@pytest.mark.parametrize("title", INJECTIONS)
def test_no_title_becomes_a_header(renderer: Renderer, title: str) -> None:
    letter = Letter(MessageKind.ALERT, (Entry("1", Article(title, body="文"), ()),))
    check_headers(built(renderer.letter(letter)))
    check_headers(built(replace(FROZEN, subject=title)))


@given(st.text(max_size=200))
def test_no_text_at_all_becomes_a_header(subject: str) -> None:
    check_headers(built(replace(FROZEN, subject=subject)))


@given(st.text(st.characters(exclude_characters="<>"), max_size=80))
def test_no_sender_name_becomes_a_header(name: str) -> None:
    content = assemble(FROZEN, RECIPIENT, sender=f"{name} <alerts@example.org>", list_id=LIST_ID)
    assert names_in(content) == NAMES
    assert parsed(content)["From"].addresses[0].addr_spec == "alerts@example.org"


@pytest.mark.parametrize(
    "name", ["创新驱动要参信息推送服务平台" * 4, "A Long Service Name " * 4 + "X", "a@b", "要参", "=?utf-8?q?x?="]
)
def test_the_display_name_is_read_back(name: str) -> None:
    content = assemble(FROZEN, RECIPIENT, sender=f"{name} <alerts@example.org>", list_id=LIST_ID)
    # compat32: the newer parser of Python 3.11 leaves spaces between the words of a phrase, against RFC 2047, 6.2
    shown, address = parseaddr(str(make_header(decode_header(message_from_bytes(content)["From"]))))
    assert (shown, address) == ("x" if name.startswith("=?") else name, "alerts@example.org")
    assert not content.startswith(b"From: \r\n")


def test_the_links_for_unsubscribing_are_whole_and_plain() -> None:
    """RFC 8058: one https link in brackets, on one line, not encoded."""
    content = built()
    assert f"\r\nList-Unsubscribe: <{RECIPIENT.unsubscribe_url}>\r\n".encode() in content
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in content
    assert b"\r\nList-Id: <alerts.example.org>\r\n" in content


def test_the_parts_are_the_letter_with_the_recipients_links() -> None:
    message = parsed(built())
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert message.get_content_type() == "multipart/alternative"
    assert text
    assert text.get_content() == f"文\r\n{RECIPIENT.unsubscribe_url}\r\n{RECIPIENT.feed_url}\r\n"
    escaped = RECIPIENT.unsubscribe_url.replace("&", "&amp;")
    assert html
    assert f'href="{escaped}"' in html.get_content()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters=f"\r{UNSUBSCRIBE}{FEED}"), max_size=300))
def test_any_text_arrives_whole(text: str) -> None:
    """Wherever the cut between the fixed and the personal half falls."""
    part = parsed(built(replace(FROZEN, text=f"{text}{UNSUBSCRIBE}\n{text}{FEED}"))).get_body(("plain",))
    assert part
    received = part.get_payload(decode=True).decode().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert received == f"{text}{RECIPIENT.unsubscribe_url}\n{text}{RECIPIENT.feed_url}"


def test_every_line_ends_in_crlf_and_is_short(renderer: Renderer) -> None:
    content = built(renderer.letter(ALERT))
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
    assert content.endswith(b"--\r\n")
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    body = content.split(b"\r\n\r\n", 1)[1]
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert built() == built(Frozen(FROZEN.subject, FROZEN.text, FROZEN.html))


def test_the_date_is_the_recipients_with_its_zone() -> None:
    assert b"\r\nDate: Tue, 06 May 2031 09:30:00 +0800\r\n" in built()
    with pytest.raises(RenderError):
        built(date=dt.datetime(2031, 5, 6))


def test_the_boundary_follows_from_the_message_id() -> None:
    assert parsed(built()).get_boundary() == parsed(built(address="b@example.org")).get_boundary()
    assert parsed(built()).get_boundary() != parsed(built(message_id="other@example.org")).get_boundary()


@pytest.mark.parametrize(
    "change",
    [
        {"address": "a@b.org\r\nBcc: x@y.org"},
        {"address": "A <a@b.org>"},
        {"message_id": "a b@c"},
        {"message_id": "<a@b.org>"},
        {"unsubscribe_url": "https://a/>\r\nBcc: x@y.org"},
        {"unsubscribe_url": ""},
        {"feed_url": "javascript:alert(1)"},
    ],
)
def test_a_recipient_that_does_not_fit_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(RenderError):
        built(**change)


def test_a_notice_has_no_list_headers(renderer: Renderer) -> None:
    notice = renderer.notice("confirm", "zh-CN", service="云岭", link="https://example.org/c?a=1&b=2")
    message = parsed(built(notice, unsubscribe_url="", feed_url=""))
    assert message.keys() == [*NAMES[:8], "Content-Type"]
    assert message["Subject"] == "请确认订阅云岭"


def test_content_cannot_forge_a_recipients_link(renderer: Renderer) -> None:
    article = Article(f"题{UNSUBSCRIBE}目", body=f"文{FEED}章 {UNSUBSCRIBE}", section=UNSUBSCRIBE, byline=FEED)
    message = parsed(built(renderer.letter(Letter(MessageKind.ALERT, (Entry("1", article, ()),)))))
    text = message.get_body(("plain",))
    assert message["Subject"] == "题目"
    assert text
    assert text.get_content().count(RECIPIENT.unsubscribe_url) == 1
    assert text.get_content().count(RECIPIENT.feed_url) == 1


@given(st.sampled_from(INJECTIONS), st.sampled_from([".", "\n.\n..\n"]) | st.text(st.characters(codec="utf-8")))
def test_what_is_assembled_can_go_on_the_wire_as_it_is(subject: str, body: str) -> None:
    """Who sends it is told that it is clean, and does not look again (RFC 5321 4.5.2)."""
    frozen = replace(FROZEN, subject=subject, text=body, html=body, calendar=body)
    content = built(frozen)
    assert wire_body(content) == content
