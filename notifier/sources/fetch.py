"""HTTP with guards: what a source's address, its redirects and its answers may not do to us.

Each hop resolves its host once, checks every address and connects to one that was checked, by number; TLS and the Host
header keep the name. So a name that changes its mind in between (DNS rebinding) gains nothing.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from notifier import __version__
from notifier.errors import ConfigError
from notifier.sources import complaints
from notifier.sources.addresses import Address, is_allowed, read_addresses, read_networks
from notifier.sources.health.certificate import certificate_end
from notifier.sources.schedule import retry_after_seconds

if TYPE_CHECKING:
    import httpx2

MAX_REDIRECTS = 5
MAX_ADDRESSES = 4  # of one host, tried in turn
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.8"
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer; to a `get`, below 400. `url` is where the redirects ended; names of `headers` are in lower case.
    certificate_ends: of the server that gave it, None without TLS."""

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    certificate_ends: datetime | None = None

    @property
    def not_modified(self) -> bool:
        return self.status == 304


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses of `host` as the system knows them; OSError where there is none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Fetcher:
    """An HTTP client that is safe to point at addresses that others chose.

    allow_private: networks that may be fetched although they are not public, such as "127.0.0.0/8".
    contact: an address or URL by which a site's administrator reaches the operator. timeout: seconds, for all of one
    `get`. max_bytes: of the content, decompressed. Proxies and other settings of the environment are not used.
    """

    def __init__(
        self,
        *,
        allow_private: Sequence[str] = (),
        contact: str,
        timeout: float = 20.0,
        max_bytes: int = 20 * 1024 * 1024,
        resolver: Resolver = system_resolver,
        ca_file: Path | None = None,
    ) -> None:
        try:
            self._allowed = read_networks(allow_private)
        except ValueError as error:
            raise ConfigError(
                f"fetch.allow_private 有误：{error}；应为如 127.0.0.0/8 的网段",
                f"fetch.allow_private is wrong: {error}; it takes networks such as 127.0.0.0/8",
            ) from error
        self._agent = f"notifier/{__version__} (+{contact})"
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._resolver = resolver
        self._ca_file = ca_file
        self._client: httpx2.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        self._client = await asyncio.to_thread(_make_client, self._agent, self._ca_file)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Response:
        """The content at `url`, or status 304 where it still is what `etag` and `last_modified` stand for.

        SourceError in one line for anything else; with `retry_after` where the server named a time.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value and value.isprintable()}
        try:
            async with asyncio.timeout(self._timeout):
                return await self._follow(url, headers)
        except TimeoutError as error:
            raise complaints.too_slow(url, self._timeout) from error

    async def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Response:
        """The answer to a POST, whatever its status; a redirect is an answer and is not followed.

        SourceError in one line where there is no answer: not reached, not allowed, too slow, too large.
        """
        try:
            async with asyncio.timeout(self._timeout):
                async with self._hop(_checked(url), headers, content) as answer:
                    named = {name.lower(): value for name, value in answer.headers.items()}
                    return Response(answer.status_code, url, named, await self._content(answer, url))
        except TimeoutError as error:
            raise complaints.too_slow(url, self._timeout) from error

    async def _follow(self, url: str, headers: Mapping[str, str]) -> Response:
        for _ in range(MAX_REDIRECTS + 1):
            async with self._hop(_checked(url), headers) as answer:
                if answer.status_code not in REDIRECTS or "location" not in answer.headers:
                    return await self._take(answer, url)
                target = _joined(url, answer.headers["location"])
            url = target
        raise complaints.too_many_redirects(url, MAX_REDIRECTS)

    @contextlib.asynccontextmanager
    async def _hop(
        self, url: "httpx2.URL", headers: Mapping[str, str], content: bytes | None = None
    ) -> AsyncIterator["httpx2.Response"]:
        """One request (a POST where there is content), open until the block ends."""
        answer = await self._send(url, headers, content)
        try:
            yield answer
        finally:
            await answer.aclose()

    async def _send(self, url: "httpx2.URL", headers: Mapping[str, str], content: bytes | None) -> "httpx2.Response":
        """The answer of the first checked address that takes a connection."""
        import httpx2

        if self._client is None:
            raise RuntimeError("a Fetcher is used within `async with`")
        addresses = (await self._resolve(url))[:MAX_ADDRESSES]
        failure: httpx2.HTTPError | None = None
        for address in addresses:
            request = self._client.build_request(
                "GET" if content is None else "POST",
                url.copy_with(host=str(address)),
                content=content,
                headers={**headers, "Host": url.netloc.decode("ascii")},
                extensions={"sni_hostname": url.raw_host.decode("ascii"), "timeout": self._steps(len(addresses))},
            )
            try:
                return await self._client.send(request, stream=True)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = error
            except httpx2.HTTPError as error:
                raise complaints.broken(str(url), error) from error
        raise complaints.not_connected(str(url), failure) from failure

    def _steps(self, addresses: int) -> dict[str, float]:
        """Seconds for each step; a dead address leaves time for the others."""
        return {
            "connect": self._timeout / addresses,
            "read": self._timeout,
            "write": self._timeout,
            "pool": self._timeout,
        }

    async def _resolve(self, url: "httpx2.URL") -> Sequence[Address]:
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            addresses = read_addresses(await self._resolver(url.raw_host.decode("ascii"), port))
        except (OSError, UnicodeError) as error:
            raise complaints.no_such_host(url.host) from error
        allowed = [address for address in addresses if is_allowed(address, self._allowed)]
        if not addresses:
            raise complaints.no_such_host(url.host)
        if not allowed:
            raise complaints.private_address(url.host, str(addresses[0]))
        return allowed

    async def _take(self, answer: "httpx2.Response", url: str) -> Response:
        if answer.status_code >= 400 or answer.status_code in REDIRECTS:
            wait = retry_after_seconds(answer.headers.get("retry-after", ""), now=datetime.now(UTC))
            raise complaints.bad_status(url, answer.status_code, wait)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        ends = certificate_end(answer.extensions)
        return Response(answer.status_code, url, headers, await self._content(answer, url), ends)

    async def _content(self, answer: "httpx2.Response", url: str) -> bytes:
        """The body, decompressed in bounded pieces, up to the cap."""
        import httpx2

        content = bytearray()
        try:
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > self._max_bytes:
                    raise complaints.too_large(url, self._max_bytes)
        except httpx2.HTTPError as error:
            raise complaints.broken(url, error) from error
        return bytes(content)


def _make_client(agent: str, ca_file: Path | None) -> "httpx2.AsyncClient":
    import ssl
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx2

    verify: ssl.SSLContext | bool = ssl.create_default_context(cafile=ca_file) if ca_file else True
    return httpx2.AsyncClient(
        headers={"User-Agent": agent, "Accept": ACCEPT},
        verify=verify,
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        # A connection is never shared: by number, one kept for another name of the same server would look the same.
        limits=httpx2.Limits(max_connections=50, max_keepalive_connections=0),
    )


def _checked(url: str) -> "httpx2.URL":
    """The URL taken apart; SourceError where we do not go there, whoever resolves it."""
    import httpx2

    try:
        parts = httpx2.URL(url.strip())
    except (httpx2.InvalidURL, ValueError, TypeError) as error:
        raise complaints.bad_url(url) from error
    if parts.scheme not in ("http", "https") or not parts.host:
        raise complaints.bad_url(url)
    if parts.userinfo:
        raise complaints.credentials_in_url(parts.host)
    return parts.copy_with(fragment=None)


def _joined(url: str, location: str) -> str:
    import httpx2

    try:
        return str(httpx2.URL(url).join(location))
    except (httpx2.InvalidURL, ValueError) as error:
        raise complaints.bad_url(location) from error
