"""Nothing but an address ever reaches an envelope."""

import random
import string

import pytest

from notifier.accounts.addresses import parse_address
from notifier.errors import InputError

ALPHABET = (
    string.ascii_letters
    + string.digits
    + "@@@...--_+!#$%&'*/=?^`{|}~<>()[]:;,\\\"' \t\r\n\0\x7f\x85\u2028\u3000。＠中é\u202e\ud800"
)
INJECTIONS = (
    "a\r\nBcc: evil@x.org@example.org",
    "a@example.org\r\nBcc: evil@x.org",
    "a@example.org\nRCPT TO:<evil@x.org>",
    '"a\r\nRCPT TO:<evil@x.org>"@x.org',
    "a@example.org>\r\nDATA",
    "<a@example.org>",
    "a@example.org,b@example.org",
    "a@example.org b@example.org",
    "a@example.org;b@example.org",
    "a b@example.org",
    "a@exam ple.org",
    "a@example.org\0b",
    "a\0@example.org",
    "a@example.org SIZE=1",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a@localhost",
    "@example.org",
    "a@",
    "a@@example.org",
    "a..b@example.org",
    ".a@example.org",
    "a.@example.org",
    "a@example..org",
    "a@-example.org",
    "a@example-.org",
    "a@example.org.",
    "a@exam_ple.org",
    "名@example.org",
    "a@\u2028example.org",
    "x@evil.org\u3000a@example.org",
    "Ops <a@example.org>",
    "a(comment)@example.org",
    "a@example.org(comment)",
    "a" * 65 + "@example.org",
    "a@" + "b" * 64 + ".org",
    "a@" + ".".join(["b" * 60] * 5) + ".org",
    "",
    " ",
    "a",
)


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_is_no_plain_address_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_address(text)
    assert "\n" not in str(caught.value)
    assert "\r" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Li.Ming@Example.ORG", "li.ming@example.org"),
        (" a+tag@example.org\n", "a+tag@example.org"),
        ("o'neil@example.co.uk", "o'neil@example.co.uk"),
        ("a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s"),
        ("a@例子。中国", "a@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_an_address_is_stored_in_one_form(text: str, stored: str) -> None:
    assert parse_address(text) == stored


def test_of_ten_thousand_mangled_addresses_what_is_accepted_is_itself_again_and_holds_nothing_else() -> None:
    rng = random.Random(52)
    accepted = 0
    for _ in range(10_000):
        text = list("reader.name@mail.example.org")
        for _ in range(rng.randrange(4)):
            place = rng.randrange(len(text))
            text[place : place + rng.randrange(2)] = rng.choice(ALPHABET)
        try:
            stored = parse_address("".join(text))
        except InputError:
            continue
        accepted += 1
        assert parse_address(stored) == stored
        assert stored.isascii()
        assert stored.isprintable()
        assert not set(stored) & set(' <>()[]:;,\\"')
        assert stored.count("@") == 1
    assert accepted > 2_000
