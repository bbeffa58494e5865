"""What is allowed on the wire, and that a body comes out of it as it went in."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.delivery.wire import is_safe_address, mail_options, rcpt_options, wire_body, xtext
from notifier.errors import DeliveryError

from .relays import envelope

LINE_PARTS = st.sampled_from(
    [b".", b"..", b"\r\n", b"\n", b"\r", b"a", b"\r\n.\r\n", b"\n.\n", b"\xe7\xa7\x91", b"x" * 1000]
)
BODIES = st.lists(LINE_PARTS, max_size=30).map(b"".join)


def unstuffed(wire: bytes) -> bytes:
    """What a receiver makes of it, RFC 5321 4.5.2."""
    lines = wire.split(b"\r\n")
    return b"\r\n".join(line.removeprefix(b".") for line in lines)


@given(BODIES)
def test_a_body_survives_the_wire_but_for_its_line_ends(content: bytes) -> None:
    plain = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    expected = plain if plain.endswith(b"\r\n") else plain + b"\r\n"
    assert unstuffed(wire_body(content)) == expected


@given(BODIES)
def test_no_end_of_data_and_no_bare_line_end_stands_inside_a_body(content: bytes) -> None:
    wire = wire_body(content)
    assert b"\r\n.\r\n" not in b"\r\n" + wire
    assert wire.replace(b"\r\n", b"").translate(None, b"\r\n") == wire.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "address",
    [
        "a@b\r\nRCPT TO:<evil@x.org>",
        '"a\nRCPT TO:<evil@x.org>"@x.org',
        "a b@x.org",
        "<a@x.org>",
        "a@x.org>",
        "a\x00@x.org",
        "a\x7f@x.org",
        "a\u2028@x.org",
        "a\u3000@x.org",
        "",
        "nobody",
        "@x.org",
        "a@",
        "a" * 250 + "@x.org",
    ],
)
def test_an_address_that_could_mean_more_is_refused(address: str) -> None:
    assert not is_safe_address(address)


@pytest.mark.parametrize(
    "address", ["a@x.org", "first.last+tag@sub.x.org", "张三@例子.公司", "o'hara@x.org", "a@[192.0.2.1]"]
)
def test_an_ordinary_address_is_taken(address: str) -> None:
    assert is_safe_address(address)


@given(st.text(max_size=40))
def test_no_safe_address_can_end_its_command(address: str) -> None:
    if is_safe_address(address):
        assert not set("\r\n<> \t\x00") & set(address)


def test_mail_options_use_what_is_offered_and_needed() -> None:
    eight_bit = envelope(content="科技".encode(), to="张三@例子.公司")
    offers = {"size": "1000", "8bitmime": "", "smtputf8": ""}
    assert mail_options(eight_bit, offers, size=6) == [b"SIZE=6", b"BODY=8BITMIME", b"SMTPUTF8"]
    assert mail_options(envelope(), offers, size=6) == [b"SIZE=6"]
    assert mail_options(envelope(), {}, size=6) == []


def test_a_message_over_the_relays_limit_fails_for_good_before_it_is_sent() -> None:
    with pytest.raises(DeliveryError) as caught:
        mail_options(envelope(), {"size": "5"}, size=6)
    assert caught.value.permanent
    assert caught.value.code == 552


def test_an_address_beyond_ascii_needs_smtputf8() -> None:
    with pytest.raises(DeliveryError) as caught:
        mail_options(envelope(to="张三@例子.公司"), {"8bitmime": ""}, size=6)
    assert caught.value.permanent


def test_what_relays_report_is_asked_for_where_they_offer_it() -> None:
    one = envelope(1, to="a+b=c@example.org")
    assert mail_options(one, {"dsn": ""}, size=1) == [b"RET=HDRS ENVID=m1@example.org"]
    assert rcpt_options(one, {"dsn": ""}) == [b"NOTIFY=FAILURE", b"ORCPT=rfc822;a+2Bb+3Dc@example.org"]
    assert rcpt_options(one, {}) == mail_options(one, {}, size=1) == []


@given(st.text())
def test_xtext_is_printable_and_reads_back(value: str) -> None:
    """RFC 3461, 4."""
    value = value.encode("utf-8", "ignore").decode()
    coded = xtext(value)
    assert re.fullmatch(rb"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*", coded)
    assert re.sub(rb"\+(..)", lambda found: bytes([int(found[1], 16)]), coded).decode() == value
