"""Return addresses: one a message, proven, and of no use for any other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.delivery.verp import Verp

KEY = "0123456789abcdef0123456789abcdef"
VERP = Verp(b"k" * 32, "bounces@example.org")


def test_an_address_of_ours_names_its_message_whatever_relays_do_to_its_case() -> None:
    address = VERP.address_for(f"{KEY}@example.org")
    assert address is not None
    assert address.startswith(f"bounces+{KEY}-")
    assert VERP.key_of(address) == VERP.key_of(address.upper()) == VERP.key_of(f" <{address}> ") == KEY


def test_its_local_part_keeps_within_what_smtp_allows() -> None:
    address = Verp(b"k" * 32, "b234567890@example.org").address_for(f"{KEY}@x.org")
    assert address is not None
    assert len(address.partition("@")[0]) <= 64


@pytest.mark.parametrize("id_", ["a.b@example.org", "UPPER@example.org", "@example.org", "x" * 40 + "@example.org"])
def test_an_id_that_does_not_fit_gets_none(id_: str) -> None:
    assert VERP.address_for(id_) is None


def test_another_secret_message_or_domain_proves_nothing() -> None:
    address = VERP.address_for(f"{KEY}@example.org")
    assert address is not None
    other = Verp(b"x" * 32, VERP.address).address_for(f"{KEY}@example.org")
    assert other is not None
    proof = address.partition("@")[0].rpartition("-")[2]
    forged = [
        other,
        f"bounces+{'f' * 32}-{proof}@example.org",
        f"bounces+{KEY}-@example.org",
        f"bounces+{KEY}@example.org",
        address.replace("example.org", "example.com"),
        address.replace("bounces+", "bounces-"),
        f"bounces+{KEY}-{'é' * 16}@example.org",
    ]
    assert [VERP.key_of(one) for one in forged] == [None] * len(forged)


@given(st.text(max_size=100))
def test_any_text_is_looked_at_without_harm(text: str) -> None:
    assert VERP.key_of(text) is None
    assert VERP.key_of(f"bounces+{text}@example.org") is None
