"""Connections to addresses that were checked: the guard stands where the socket is opened.

A name is resolved once for each connection, every address is checked, and the connection goes to one that was checked,
by number. The pool keeps connections by scheme, name and port, and TLS and the Host header keep the name: so a name
that changes its mind in between (DNS rebinding) gains nothing, and two names of one server never share a connection.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from notifier.sources import complaints
from notifier.sources.addresses import Address, Network, is_allowed, read_addresses

if TYPE_CHECKING:
    import httpcore2

MAX_ADDRESSES = 4  # of one host, tried in turn
MAX_CONNECTIONS = 200
MAX_IDLE = 50  # connections kept open for the next request to the same host
IDLE_SECONDS = 20.0
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

# Names that nobody answers for keep a thread for half a minute each: here they hold up no other work in threads.
_LOOKUPS = ThreadPoolExecutor(32, thread_name_prefix="resolver")


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses of `host` as the system knows them; OSError where there is none."""
    found = await asyncio.get_running_loop().run_in_executor(_LOOKUPS, _look_up, host, port)
    return [str(entry[4][0]) for entry in found]


def _look_up(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class Doorman:
    """Opens the pool's connections (as an AsyncNetworkBackend of httpcore does), to checked addresses alone."""

    def __init__(self, resolver: Resolver, allowed: Sequence[Network], timeout: float) -> None:
        import httpcore2

        self._resolver = resolver
        self._allowed = allowed
        self._timeout = timeout
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: "Iterable[httpcore2.SOCKET_OPTION] | None" = None,
    ) -> "httpcore2.AsyncNetworkStream":
        """The first checked address that takes the connection; a dead one leaves time for the others."""
        import httpcore2

        addresses = (await self.resolve(host, port))[:MAX_ADDRESSES]
        share = (timeout or self._timeout) / len(addresses)
        failure: Exception | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(str(address), port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure

    async def connect_unix_socket(self, *_: Any, **__: Any) -> "httpcore2.AsyncNetworkStream":
        raise NotImplementedError("a source is never a socket of this machine")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        """The addresses that may be connected to, at least one. SourceError where there is none."""
        try:
            addresses = _literal(host) or read_addresses(await self._resolver(host, port))
        except (OSError, UnicodeError, ValueError) as error:
            raise complaints.no_such_host(host) from error
        if not addresses:
            raise complaints.no_such_host(host)
        allowed = [address for address in addresses if is_allowed(address, self._allowed)]
        if not allowed:
            raise complaints.private_address(host, str(addresses[0]))
        return allowed


def _literal(host: str) -> tuple[Address, ...]:
    """The address that `host` is itself. Forms such as 127.1 and 0x7f000001 are for the system's resolver."""
    try:
        return (ip_address(host.strip("[]")),)
    except ValueError:
        return ()


def make_pool(
    resolver: Resolver, allowed: Sequence[Network], *, timeout: float, ca_file: Path | None
) -> "httpcore2.AsyncConnectionPool":
    """Reads certificates from disk: call it in a thread."""
    import ssl

    import httpcore2

    context = ssl.create_default_context(cafile=ca_file) if ca_file else httpcore2.default_ssl_context()
    return httpcore2.AsyncConnectionPool(
        ssl_context=context,
        max_connections=MAX_CONNECTIONS,
        max_keepalive_connections=MAX_IDLE,
        keepalive_expiry=IDLE_SECONDS,
        network_backend=cast("httpcore2.AsyncNetworkBackend", Doorman(resolver, allowed, timeout)),
    )
