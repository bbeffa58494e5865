"""Counts that keep their bound: in what they let through, and in memory."""

from limits import RateLimitItemPerHour

from notifier.accounts.limits import Limits, network_of

THREE = RateLimitItemPerHour(3)
TEN = RateLimitItemPerHour(10, 1, "all")


def test_what_is_over_any_of_the_limits_is_refused_and_counts_against_none() -> None:
    limits = Limits()
    assert sum(limits.within((THREE, "a"), (TEN, "all")) for _ in range(100)) == 3
    assert sum(limits.within((THREE, f"b{at}"), (TEN, "all")) for at in range(100)) == 7


def test_a_flood_of_keys_takes_bounded_memory() -> None:
    limits = Limits(slots=256)
    for at in range(2_000):
        limits.within((THREE, f"key{at}"))
    assert 200 < len(limits.limiter.storage.storage) <= 256  # type: ignore[attr-defined]


def test_a_network_is_what_one_person_has_many_addresses_of() -> None:
    assert network_of("192.0.2.77") == network_of("192.0.2.1") == "192.0.2.0/24"
    assert network_of("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert network_of("::ffff:192.0.2.77") == "192.0.2.0/24"
    assert network_of("") == "unknown"
