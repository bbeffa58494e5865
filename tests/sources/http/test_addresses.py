"""Which addresses are fetched: a table, and a few rules about it."""

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.sources.http.addresses import embedded, is_allowed, read_networks

LINES = Path(__file__).with_name("addresses.tsv").read_text().splitlines()[1:]
TABLE = [line.split("\t") for line in LINES]
DENIED = [address for address, verdict in TABLE if verdict == "denied"]
PUBLIC = [address for address, verdict in TABLE if verdict == "public"]


def test_the_table_is_long_enough() -> None:
    assert len(DENIED) >= 60


@pytest.mark.parametrize("text", DENIED)
def test_an_inner_or_special_address_is_refused(text: str) -> None:
    assert not is_allowed(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is_taken(text: str) -> None:
    assert is_allowed(ip_address(text))


@pytest.mark.parametrize("text", ["127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"])
def test_what_the_operator_allows_is_taken_in_every_form(text: str) -> None:
    assert is_allowed(ip_address(text), read_networks(["127.0.0.0/8"]))


@pytest.mark.parametrize("text", ["10.0.0.1", "::1", "169.254.169.254"])
def test_allowing_one_network_opens_no_other(text: str) -> None:
    assert not is_allowed(ip_address(text), read_networks(["127.0.0.0/8", "192.168.1.7/24"]))


@given(st.ip_addresses(v=4))
def test_an_address_is_as_private_as_what_it_stands_for(address) -> None:  # type: ignore[no-untyped-def]
    for form in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert embedded(ip_address(form)) == (address,)
        assert is_allowed(ip_address(form)) == is_allowed(address)


@given(st.ip_addresses())
def test_nothing_that_the_standard_library_calls_private_is_taken_as_public(address) -> None:  # type: ignore[no-untyped-def]
    if is_allowed(address) and not embedded(address):
        assert not address.is_private
        assert not address.is_multicast
        assert not address.is_reserved
        assert not address.is_loopback


def test_a_network_may_be_written_by_one_of_its_addresses() -> None:
    assert read_networks(["192.168.1.7/24"]) == (ip_network("192.168.1.0/24"),)
