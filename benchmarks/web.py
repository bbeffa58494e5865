"""The pages and feeds over real HTTP: requests a second against an empty Starlette endpoint on the same server, and
the bytes of each page with all that it loads.

    python benchmarks/web.py [SECONDS]

Goals: feed 304 >= 0.5 x, also after a commit, and feed 200 >= 0.3 x the empty endpoint; no page over 60 KB gzipped. The
feed has 100 entries; readers keep their connection. "written" is what a 304 costs when somebody has written to the
database since the last one, so that it has to be asked. Turns are taken many times, as a busy machine changes its mind:
the median is printed.
"""

import gzip
import http.client
import multiprocessing
import multiprocessing.connection
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from notifier.accounts.sessions import begin_session
from notifier.accounts.subscribers import NewSubscriber, add_subscribers
from notifier.bootstrap import Service, open_service
from notifier.bootstrap.running import web_parts
from notifier.cli.opening import set_up_log
from notifier.config import load_settings
from notifier.domain import Document
from notifier.pipeline.polling.poll import take_documents
from notifier.web.app import make_app
from notifier.web.server import open_port, serve

READER = "reader@example.org"
FILL = "有关部门负责同志介绍了核电项目的工作进展情况，并就下一步安排提出要求，各地各单位要结合实际抓好落实。"
ENTRIES = 100
TURNS = 9
GOALS = {"304": ", goal 0.5", "304, written": ", goal 0.5", "200, gzip": ", goal 0.3", "200, plain": ", goal 0.3"}
PAGES = ("/", "/login", "/subscribe", "/settings", "/feeds", "/settings/delete")
Headers = Mapping[str, str]
Before = Callable[[], object] | None


def fill(service: Service) -> int:
    """A subscriber with ENTRIES alerts; their number."""
    person = NewSubscriber(READER, ("核电",))
    add_subscribers(service.database, [person], service.defaults, now=service.clock())
    with service.database.read() as session:
        source = session.connection().exec_driver_sql("SELECT id FROM source").scalar_one()
    now = service.clock()
    documents = [
        Document(f"{at}", f"{at}.txt", "", f"第{at}号机组核电项目进展\n\n{at}号机组。{FILL * 8}".encode())
        for at in range(ENTRIES)
    ]
    take_documents(service.database, source, documents, now=now)
    service.process()
    return 1


def server(folder: Path, pipe: "multiprocessing.connection.Connection[object, object]") -> None:
    """Serves the app with one more endpoint, /empty; sends its port, the feed's path and a session's key."""
    import asyncio

    service = open_service(load_settings(folder / "config.toml"))
    number = fill(service)

    async def empty(_request: Request) -> Response:
        return Response()

    async def main() -> None:
        port, bare = open_port("127.0.0.1:0"), open_port("127.0.0.1:0")
        with service.database.write() as session:
            key = begin_session(session, number, old_key="", now=service.clock())
        feed = f"/feeds/{service.tokens.sign('feed', number, 1)}.rss"
        from starlette.applications import Starlette

        pipe.send((port.getsockname()[1], bare.getsockname()[1], feed, key))
        app, plain = make_app(web_parts(service)), Starlette(routes=[Route("/empty", empty)])
        stopping = asyncio.Event()
        await asyncio.gather(serve(app, port, stopping), serve(plain, bare, stopping))

    asyncio.run(main())


def rate(port: int, path: str, headers: Headers, seconds: float, *, status: int, before: Before = None) -> float:
    """Requests a second over one kept connection; what is done `before` each does not count."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    done, took = 0, 0.0
    while took < seconds:
        if before is not None:
            before()
        begun = time.perf_counter()
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        took += time.perf_counter() - begun
        assert answer.status == status, answer.status
        done += 1
    connection.close()
    return done / took


def fetch(port: int, path: str, headers: Headers) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers=dict(headers))
    return connection.getresponse()


def weight(port: int, path: str, headers: Headers) -> int:
    """Bytes on the wire of a page, its stylesheets, scripts and icon."""
    answer = fetch(port, path, headers)
    body = answer.read()
    assert answer.status == 200, (path, answer.status)
    text = gzip.decompress(body).decode() if answer.headers["content-encoding"] == "gzip" else body.decode()
    parts = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
    return len(body) + sum(len(fetch(port, part, headers).read()) for part in sorted(parts))


def main(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "inbox").mkdir()
        source = '[[sources]]\nname = "要参"\nkind = "folder"\npath = "inbox"\n'
        (folder / "config.toml").write_text(f'[web]\nsignup = "open"\n{source}')
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.Process(target=server, args=(folder, theirs))
        process.start()
        port, bare, feed, key = ours.recv()
        time.sleep(1)
        report(port, bare, feed, str(key), seconds, writer(folder))
        process.terminate()
        process.join()


def writer(folder: Path) -> Callable[[], object]:
    """Commits something that no feed shows."""
    connection = sqlite3.connect(folder / "notifier.db", isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    return lambda: connection.execute("UPDATE counter SET value = value + 1 WHERE name = 'revision'")


def report(port: int, bare: int, feed: str, key: str, seconds: float, write: Callable[[], object]) -> None:
    etag = fetch(port, feed, {}).headers["etag"]
    ways: dict[str, tuple[str, Headers, int, Before]] = {
        "304": (feed, {"If-None-Match": etag}, 304, None),
        "304, written": (feed, {"If-None-Match": etag}, 304, write),
        "200, gzip": (feed, {"Accept-Encoding": "gzip"}, 200, None),
        "200, plain": (feed, {}, 200, None),
    }
    ratios: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(TURNS):
        empty = rate(bare, "/empty", {}, seconds / TURNS, status=200)
        for way, (path, headers, status, before) in ways.items():
            ratios[way].append(rate(port, path, headers, seconds / TURNS, status=status, before=before) / empty)
    print(f"empty endpoint: {empty:,.0f}/s")
    for way, found in ratios.items():
        print(f"feed {way:13} {statistics.median(found):.2f} x the empty endpoint{GOALS.get(way, '')}")
    cookies = {"Cookie": f"notifier={key}", "Accept-Encoding": "gzip"}
    for path in PAGES:
        headers = cookies if path in ("/settings", "/feeds", "/settings/delete", "/") else {"Accept-Encoding": "gzip"}
        print(f"{weight(port, path, headers) / 1024:6.1f} KB  {path}")


if __name__ == "__main__":
    set_up_log()
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
