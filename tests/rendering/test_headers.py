"""RFC 2047 and the cleaning of header values."""

import re
from base64 import b64encode
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.errors import RenderError
from notifier.rendering import headers

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def unfolded(field: str) -> str:
    return str(make_header(decode_header(field.partition(": ")[2].replace("\r\n ", " "))))


@given(st.text(max_size=120))
def test_any_subject_is_read_back_as_its_cleaned_self(value: str) -> None:
    field = headers.unstructured("Subject", value)
    assert unfolded(field).strip() == headers.plain(value).strip()


@given(st.text(max_size=200))
def test_lines_hold_76_octets_and_words_75(value: str) -> None:
    lines = headers.unstructured("Subject", value).split("\r\n")
    assert max(map(len, lines)) <= 76
    assert all(len(word) <= 75 for line in lines for word in re.findall(r"=\?.*?\?=", line))
    assert "\n" not in "".join(lines)
    assert "\r" not in "".join(lines)


@given(st.text(max_size=60), st.sampled_from(["utf-8", "gbk", "utf-7", "x-none"]), st.booleans())
def test_what_is_hidden_in_an_encoded_word_is_cleaned_as_well(value: str, charset: str, base64: bool) -> None:
    octets = f"x\r\nBcc: {value}".encode("utf-8", "replace")
    hidden = b64encode(octets).decode() if base64 else "".join(f"={octet:02X}" for octet in octets)
    plain = headers.plain(f"=?{charset}?{'b' if base64 else 'q'}?{hidden}?=")
    assert not CONTROLS.search(plain)
    assert not re.search(r"=\?[^?]+\?[bqBQ]\?[^?]*\?=", plain)


def test_a_word_that_appears_only_after_cleaning_is_decoded_too() -> None:
    assert headers.plain("=\x00?utf-8?b?YQ0KQmNjOiB4?=") == "a Bcc: x"


def test_nested_words_are_decoded_to_the_bottom() -> None:
    assert headers.plain("=?utf-8?b?PT91dGYtOD9iP1lRMEtRbU5qT2lCND89?=") == "a Bcc: x"


@pytest.mark.parametrize(
    "value",
    [
        *("", "a", "a@", "@b", "a b@c.org", "a@b.org\r\nBcc: x@y.org", "<a@b.org>", "a@b.org>", '"a b"@c.org'),
        *("a@b.org,c@d.org", "a@b.org ", "a@b .org", "a\x00@b.org", "用户@例子.cn", "a@b.org\n", "a(b)@c.org"),
    ],
)
def test_only_a_plain_address_is_taken(value: str) -> None:
    with pytest.raises(RenderError):
        headers.address(value)


@pytest.mark.parametrize(
    "value", ["javascript:x", "https://a b", "https://a>b", "https://a\r\nb", "https://例子.cn", "", "//a"]
)
def test_only_a_plain_web_address_is_taken(value: str) -> None:
    with pytest.raises(RenderError):
        headers.url(value)


def test_a_list_id_may_have_a_phrase() -> None:
    assert headers.list_id("alerts.example.org") == "List-Id: <alerts.example.org>"
    assert unfolded(headers.list_id("要参 <alerts.example.org>")) == "要参 <alerts.example.org>"
    with pytest.raises(RenderError):
        headers.list_id("a b")
