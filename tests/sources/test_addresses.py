"""Which addresses are fetched: a table, and a few rules about it."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.sources.addresses import embedded, is_allowed, read_networks

DENIED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.1.2.3",
    "127.255.255.254",
    "169.254.169.254",
    "169.254.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::7f00:1",
    "100::1",
    "100::dead:beef",
    "2001::1",
    "2001:0:a00:1::1",
    "2001:0:4136:e378:8000:63bf:5601:0101",
    "2001:10::1",
    "2001:20::1",
    "2001:2::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::1",
    "2002:c0a8:101::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "8000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fdff::1",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2606:4700::5efe:127.0.0.1",
    "2606:4700::200:5efe:10.0.0.1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.1",
    "192.167.1.1",
    "192.169.1.1",
    "198.17.1.1",
    "198.20.1.1",
    "223.255.255.255",
    "202.38.64.1",
    "2400:3200::1",
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450::1",
    "240c::6666",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]


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
