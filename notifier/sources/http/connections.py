"""Connections to addresses that were checked: the guard stands where the socket is opened.

A name is resolved once for each connection, every address is checked, and the connection goes to one that was checked,
by number. Connections are kept by scheme, name and port, and TLS and the Host header keep the name: so a name
that changes its mind in between (DNS rebinding) gains nothing, and two names of one server never share a connection.
"""

import asyncio
import contextlib
import socket
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from notifier.sources.http import complaints
from notifier.sources.http.addresses import Address, Network, is_allowed, read_addresses

if TYPE_CHECKING:
    import httpcore2

MAX_ADDRESSES = 4  # of one host, tried in turn
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
    """Opens connections (as an AsyncNetworkBackend of httpcore does), to checked addresses alone."""

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


class Connections:
    """Connections that are kept for the next request to the same scheme, name and port.

    Of our own: httpcore's pool looks at the socket of every connection that it keeps at each request, which for
    thousands of hosts costs more than the requests.
    """

    def __init__(
        self, resolver: Resolver, allowed: Sequence[Network], *, timeout: float, ca_file: Path | None = None
    ) -> None:
        """Reads certificates from disk: call it in a thread."""
        import ssl

        import httpcore2

        self._doorman = cast("httpcore2.AsyncNetworkBackend", Doorman(resolver, allowed, timeout))
        self._tls = ssl.create_default_context(cafile=ca_file) if ca_file else httpcore2.default_ssl_context()
        self._idle: OrderedDict[str, httpcore2.AsyncHTTPConnection] = OrderedDict()

    @contextlib.asynccontextmanager
    async def answer(self, request: "httpcore2.Request") -> "AsyncIterator[httpcore2.Response]":
        """The answer, open until the block ends."""
        key = str(request.url.origin)
        connection, response = await self._send(key, request)
        try:
            yield response
        finally:
            await response.aclose()
            await self._keep(key, connection, again=request.method == b"GET")

    async def aclose(self) -> None:
        while self._idle:
            _, connection = self._idle.popitem()
            await connection.aclose()

    async def _send(
        self, key: str, request: "httpcore2.Request"
    ) -> "tuple[httpcore2.AsyncHTTPConnection, httpcore2.Response]":
        """Over a kept connection, or, where that has been closed meanwhile or for a POST, over a new one."""
        import httpcore2

        kept = self._idle.pop(key, None)
        if kept is not None and request.method == b"GET" and not kept.has_expired():
            try:
                return kept, await kept.handle_async_request(request)
            except (httpcore2.RemoteProtocolError, httpcore2.ReadError, httpcore2.WriteError):
                pass
        if kept is not None:
            await kept.aclose()
        fresh = httpcore2.AsyncHTTPConnection(
            request.url.origin, self._tls, keepalive_expiry=IDLE_SECONDS, network_backend=self._doorman
        )
        try:
            return fresh, await fresh.handle_async_request(request)
        except BaseException:
            await fresh.aclose()
            raise

    async def _keep(self, key: str, connection: "httpcore2.AsyncHTTPConnection", *, again: bool) -> None:
        if not again or not connection.is_idle() or key in self._idle:
            await connection.aclose()
            return
        self._idle[key] = connection
        while len(self._idle) > MAX_IDLE:
            _, oldest = self._idle.popitem(last=False)
            await oldest.aclose()
