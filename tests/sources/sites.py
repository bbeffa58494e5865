"""A real HTTP server on 127.0.0.1, in a thread, that behaves as each test needs."""

import contextlib
import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from notifier.sources import Fetcher

Page = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: "Site"

    def do_GET(self) -> None:
        self.site.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        page = self.site.pages.get(self.path.split("?")[0])
        with contextlib.suppress(OSError):
            if page is None:
                self.reply(404)
            else:
                page(self)

    def reply(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Site:
    """Pages by path; every request is kept as (path, headers)."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.port = 0
        self.scheme = "http"

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def page(self, path: str, body: bytes, **headers: str) -> str:
        self.pages[path] = lambda handler: handler.reply(200, body, **headers)
        return self.url(path)

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        self.pages[path] = lambda handler: handler.reply(status, b"", Location=target)
        return self.url(path)

    def bomb(self, path: str, size: int) -> str:
        packed = gzip.compress(b"\0" * size)
        return self.page(path, packed, Content_Encoding="gzip")

    def hang(self, path: str, seconds: float) -> str:
        self.pages[path] = lambda handler: time.sleep(seconds)
        return self.url(path)

    def drip(self, path: str, every: float) -> str:
        def slowly(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", "100")
            handler.end_headers()
            for _ in range(100):
                handler.wfile.write(b".")
                time.sleep(every)

        self.pages[path] = slowly
        return self.url(path)

    def versioned(self, path: str, body: bytes, etag: str) -> str:
        """A page that answers 304 to its own ETag."""

        def conditional(handler: Handler) -> None:
            if handler.headers.get("If-None-Match") == etag:
                handler.reply(304, ETag=etag)
            else:
                handler.reply(200, body, ETag=etag, Last_Modified="Tue, 25 Aug 2020 16:44:16 GMT")

        self.pages[path] = conditional
        return self.url(path)


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Site]:
    site = Site()
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        site.scheme = "https"
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def local_fetcher(**options: Any) -> Fetcher:
    return Fetcher(
        **{"allow_private": ["127.0.0.0/8"], "contact": "mailto:operator@example.org", "timeout": 5.0} | options
    )
