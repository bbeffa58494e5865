"""HTTP with guards: what a source's address, its redirects and its answers may not do to us, and we not to its host.

Addresses are checked where connections are opened (connections.py), at each hop of a redirect anew. Where a `Fetcher`
is given manners, each request waits for its host's turn and asks its robots.txt first (manners.py).
"""

import asyncio
import contextlib
import copy
import dataclasses
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from notifier import __version__
from notifier.sources.health.certificate import certificate_end
from notifier.sources.http import complaints
from notifier.sources.http.addresses import allowed_networks
from notifier.sources.http.answers import ACCEPTED, read_body
from notifier.sources.http.connections import Connections, Resolver, system_resolver
from notifier.sources.http.manners import Manners
from notifier.sources.schedule import retry_after_seconds

if TYPE_CHECKING:
    import httpcore2
    import httpx2

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.8"
# Ports of services that would take a request for something else; no web site has them.
FOREIGN_PORTS = frozenset({22, 23, 25, 53, 110, 143, 465, 587, 993, 995, 3306, 5432, 6379, 11211})


@dataclass(frozen=True, slots=True)
class Response:
    """An answer; to a `get`, below 400. `url` is where the redirects ended; names of `headers` are in lower case.

    moved_to: where the redirects ended if each of them said that it is for good; else "". certificate_ends: of the
    server that gave it, None without TLS.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    moved_to: str = ""
    certificate_ends: datetime | None = None

    @property
    def not_modified(self) -> bool:
        return self.status == 304


class Fetcher:
    """An HTTP client that is safe to point at addresses that others chose.

    allow_private: networks that may be fetched although they are not public, such as "127.0.0.0/8".
    contact: an address or URL by which a site's administrator reaches the operator. timeout: seconds, for all that is
    sent and received in one `get`; waiting for a host's turn is not in it. max_bytes: of the content, as it comes and
    unpacked. manners: None for posts and single requests. Proxies and other settings of the environment are not used.
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
        manners: Manners | None = None,
    ) -> None:
        self._allowed = allowed_networks(allow_private)
        self._agent = f"notifier/{__version__} (+{contact})"
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._resolver = resolver
        self._ca_file = ca_file
        self._manners = manners
        self._robots = True
        self._connections: Connections | None = None
        self.first: Response | None = None

    async def __aenter__(self) -> Self:
        self._connections = await asyncio.to_thread(
            Connections, self._resolver, self._allowed, timeout=self._timeout, ca_file=self._ca_file
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connections is not None:
            await self._connections.aclose()
            self._connections = None

    def visit(self, *, robots: bool = True) -> "Fetcher":
        """The same client for one source's poll. `first` will be its first answer, without content.

        robots: False where the operator has a reason not to ask robots.txt.
        """
        one = copy.copy(self)
        one._robots, one.first = robots, None
        return one

    async def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Response:
        """The content at `url`, or status 304 where it still is what `etag` and `last_modified` stand for.

        SourceError in one line for anything else; with `retry_after` where the server named a time.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value and _is_one_line(value)}
        answer = await self._follow(url, headers, robots=self._robots)
        if self.first is None:
            self.first = dataclasses.replace(answer, content=b"")
        return answer

    async def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Response:
        """The answer to a POST, whatever its status; a redirect is an answer and is not followed.

        SourceError in one line where there is no answer: not reached, not allowed, too slow, too large.
        """
        async with self._within(url, self._timeout), self._hop(_checked(url), headers, content) as answer:
            return await self._response(answer, url)

    async def _follow(self, url: str, headers: Mapping[str, str], *, robots: bool) -> Response:
        left, moved = self._timeout, True
        for hop in range(MAX_REDIRECTS + 1):
            checked = _checked(url)
            async with self._turn(checked, robots=robots):
                started = time.monotonic()
                async with self._within(url, left), self._hop(checked, headers) as answer:
                    location = _header(answer, b"location")
                    if answer.status not in REDIRECTS or not location:
                        return await self._take(answer, url, moved=moved and hop > 0)
                    moved = moved and answer.status in PERMANENT
                    url = _joined(url, location)
            left = max(left - (time.monotonic() - started), 0.1)
        raise complaints.too_many_redirects(url, MAX_REDIRECTS)

    @contextlib.asynccontextmanager
    async def _within(self, url: str, seconds: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError as error:
            raise complaints.too_slow(url, self._timeout) from error

    @contextlib.asynccontextmanager
    async def _turn(self, url: "httpx2.URL", *, robots: bool) -> AsyncIterator[None]:
        """The host's turn; it is told how the request went."""
        if self._manners is None:
            yield
            return
        if robots:
            await self._manners.permit(str(url), self._robots_file)
        async with self._manners.turn(str(url)):
            yield

    async def _robots_file(self, url: str) -> Response:
        return await self._follow(url, {}, robots=False)

    @contextlib.asynccontextmanager
    async def _hop(
        self, url: "httpx2.URL", headers: Mapping[str, str], content: bytes | None = None
    ) -> AsyncIterator["httpcore2.Response"]:
        """One request (a POST where there is content), open until the block ends."""
        import httpcore2

        if self._connections is None:
            raise RuntimeError("a Fetcher is used within `async with`")
        try:
            async with self._connections.answer(self._request(url, headers, content)) as answer:
                yield answer
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            raise complaints.not_connected(str(url), error) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException) as error:
            raise complaints.broken(str(url), error) from error

    def _request(self, url: "httpx2.URL", headers: Mapping[str, str], content: bytes | None) -> "httpcore2.Request":
        import httpcore2

        own = {"Host": url.netloc.decode("ascii"), "User-Agent": self._agent, "Accept": ACCEPT}
        size = {} if content is None else {"Content-Length": str(len(content))}
        named = {**own, "Accept-Encoding": ACCEPTED, **size, **headers}
        return httpcore2.Request(
            "GET" if content is None else "POST",
            httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()],
            content=content,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), self._timeout)},
        )

    async def _take(self, answer: "httpcore2.Response", url: str, *, moved: bool) -> Response:
        if answer.status >= 400 or answer.status in REDIRECTS:
            wait = retry_after_seconds(_header(answer, b"retry-after"), now=datetime.now(UTC))
            raise complaints.bad_status(url, answer.status, wait)
        return dataclasses.replace(await self._response(answer, url), moved_to=url if moved else "")

    async def _response(self, answer: "httpcore2.Response", url: str) -> Response:
        encoding = _header(answer, b"content-encoding")
        content = await read_body(answer, url, encoding=encoding, limit=self._max_bytes)
        ends = certificate_end(answer.extensions)
        return Response(answer.status, url, _headers(answer), content, certificate_ends=ends)


def _headers(answer: "httpcore2.Response") -> dict[str, str]:
    """By name; bytes beyond ASCII are kept one for one, so that an ETag goes back as it came."""
    named: dict[str, str] = {}
    for raw_name, raw_value in answer.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        named[name] = f"{named[name]}, {value}" if name in named else value
    return named


def _header(answer: "httpcore2.Response", name: bytes) -> str:
    return ", ".join(value.decode("latin-1") for key, value in answer.headers if key.lower() == name)


def _is_one_line(value: str) -> bool:
    """Whether it can be sent as the value of a header: no controls, one byte a character."""
    return all(" " <= char <= "~" or "\x80" <= char <= "\xff" for char in value)


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
    if parts.port in FOREIGN_PORTS:
        raise complaints.foreign_port(parts.host, parts.port)
    return parts.copy_with(fragment=None) if parts.fragment else parts


def _joined(url: str, location: str) -> str:
    import httpx2

    try:
        return str(httpx2.URL(url).join(location))
    except (httpx2.InvalidURL, ValueError) as error:
        raise complaints.bad_url(location) from error
