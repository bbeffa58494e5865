"""Which network addresses may be fetched: those of the public internet, and what the operator allows. Pure."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from notifier.errors import ConfigError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IANA's special-purpose registries (RFC 6890 and after), multicast and reserved space. `is_global` of the standard
# library differs between versions and lets NAT64 and 6to4 through.
_DENIED_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_UNICAST_6 = IPv6Network("2000::/3")  # all that is assigned as global unicast; the rest is denied
_DENIED_6 = tuple(IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")
_TEREDO = IPv6Network("2001::/32")
_ISATAP = (0x00005EFE, 0x02005EFE)  # bits 64 to 96 of such an address, RFC 5214


def embedded(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 address stands for: mapped, NAT64, 6to4, Teredo (server and client), ISATAP."""
    if isinstance(address, IPv4Address):
        return ()
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _NAT64 or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        return (low,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    return address.teredo or ()


def is_allowed(address: Address, allow_private: Sequence[Network] = ()) -> bool:
    """Whether to connect to `address`: every address that it stands for is public, or in `allow_private`."""
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    if _within(address, allow_private):
        return True
    inner = embedded(address)
    if inner:
        return all(is_allowed(one, allow_private) for one in inner)
    if isinstance(address, IPv4Address):
        return not _within(address, _DENIED_4)
    return address in _UNICAST_6 and not _within(address, _DENIED_6)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def is_within(host: str, networks: Sequence[Network]) -> bool:
    """Whether `host` is an address, written as a number, of one of these networks."""
    try:
        return _within(ip_address(host), networks)
    except ValueError:
        return False


def read_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """ValueError where one is not a network such as 127.0.0.0/8."""
    return tuple(ip_network(text, strict=False) for text in texts)


def allowed_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """What the operator allows. ConfigError where one is no network."""
    try:
        return read_networks(texts)
    except ValueError as error:
        raise ConfigError(
            f"fetch.allow_private 有误：{error}；应为如 127.0.0.0/8 的网段",
            f"fetch.allow_private is wrong: {error}; it takes networks such as 127.0.0.0/8",
        ) from error


def read_addresses(texts: Iterable[str]) -> tuple[Address, ...]:
    return tuple(dict.fromkeys(ip_address(text) for text in texts))
