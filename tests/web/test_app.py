"""What every answer has, what a broken database or template leads to, and what no log may hold."""

import dataclasses
import socket
import sqlite3
import threading
from pathlib import Path

import httpx2
import pytest
import structlog

from conftest import Clock
from notifier.bootstrap import Service, open_service
from notifier.bootstrap.running import web_parts
from notifier.config import Settings
from notifier.errors import ConfigError
from notifier.rendering import Renderer
from notifier.resources import resource
from notifier.web.app import make_app
from notifier.web.server import open_port
from pipeline.job import note, subscribe, take
from web.conftest import serving

HEADERS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}


@pytest.fixture
def paths(service: Service) -> dict[str, str]:
    number = subscribe(service, "a@example.org", "核电")
    take(service, "a.txt", note("核电项目开工"))
    return {
        "feed": f"/feeds/{service.tokens.sign('feed', number, 1)}.rss",
        "unsubscribe": f"/unsubscribe/{service.tokens.sign('unsubscribe', number, 1)}",
        "login": f"/login/{service.tokens.sign('login', 1, 0)}",
        "own feed": f"/feeds/{service.tokens.sign('own_feed', 1, 1)}.atom",
    }


def _guarded(answer: httpx2.Response) -> bool:
    policy = answer.headers.get("content-security-policy", "")
    return "default-src 'none'" in policy and all(answer.headers.get(name) == value for name, value in HEADERS.items())


def test_every_answer_has_the_security_headers_also_errors(client: httpx2.Client, paths: dict[str, str]) -> None:
    for path in (
        *paths.values(),
        "/healthz",
        "/feeds/style.css",
        "/",
        "/feeds/x.rss",
        "/unsubscribe/x",
        "/docs",
        "/%ff",
    ):
        answer = client.get(path)
        assert _guarded(answer), path
        assert "uvicorn" not in str(answer.headers).lower()
    assert _guarded(client.post("/healthz"))
    assert _guarded(client.get(paths["feed"], headers={"If-None-Match": "*"}))


def test_there_are_no_documentation_pages(client: httpx2.Client) -> None:
    assert {client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}


def test_healthz_says_ok(client: httpx2.Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_locked_database_is_a_503_for_those_who_write_and_nothing_for_those_who_read(
    settings: Settings, clock: Clock
) -> None:
    service = open_service(settings, clock=clock, busy_timeout=50)
    number = subscribe(service, "a@example.org", "核电")
    other = sqlite3.connect(settings.folder / "notifier.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with serving(make_app(web_parts(service))) as client:
        path = f"/unsubscribe/{service.tokens.sign('unsubscribe', number, 1)}"
        answer = client.post(path)
        assert answer.status_code == 503
        assert _guarded(answer)
        assert client.get("/healthz").status_code == 200
        assert client.get(f"/feeds/{service.tokens.sign('feed', number, 1)}.rss").status_code == 200
        other.execute("ROLLBACK")
        assert client.post(path).status_code == 200
    other.close()
    service.database.close()


def test_a_database_that_is_gone_is_a_503(service: Service, paths: dict[str, str], place: Path) -> None:
    with serving(make_app(web_parts(service))) as client:
        service.database.close()
        for file in place.glob("notifier.db*"):
            file.unlink()
        (place / "notifier.db").write_bytes(b"no database at all\n" * 1000)
        for path in ("/healthz", *paths.values()):
            answer = client.post(path) if "unsubscribe" in path else client.get(path)
            assert answer.status_code == 503, path
            assert _guarded(answer)


def test_a_template_that_raises_is_a_500_with_the_headers_and_no_token_in_the_log(
    service: Service, paths: dict[str, str], place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (place / "own" / "feed").mkdir(parents=True)
    (place / "own" / "feed" / "rss.xml").write_text("{{ nothing.of.this.name }}")
    broken = dataclasses.replace(web_parts(service), renderer=Renderer(resource("templates"), override=place / "own"))
    with structlog.testing.capture_logs() as logs, serving(make_app(broken)) as client:
        answer = client.get(paths["feed"])
    assert answer.status_code == 500
    assert _guarded(answer)
    assert [entry["event"] for entry in logs] == ["web.broke"]
    token = paths["feed"].split("/")[2].removesuffix(".rss")
    assert token not in str(logs)
    out = capfd.readouterr()
    assert token not in out.out + out.err


def test_no_token_gets_into_any_output(
    service: Service, paths: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    with structlog.testing.capture_logs() as logs, serving(make_app(web_parts(service))) as client:
        for path in paths.values():
            for method in ("GET", "HEAD", "POST", "PUT"):
                client.request(method, path)
                client.request(method, path + "x")
    out = capfd.readouterr()
    for path in paths.values():
        token = path.rpartition("/")[2].removesuffix(".rss").removesuffix(".atom")
        assert token not in out.out + out.err + str(logs)


def test_many_readers_at_once_are_all_served(service: Service, paths: dict[str, str]) -> None:
    """More than the database has connections for."""
    codes: list[int] = []
    with serving(make_app(web_parts(service))) as client:
        threads = [
            threading.Thread(target=lambda: codes.append(client.get(paths["feed"]).status_code)) for _ in range(50)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert codes == [200] * 50


@pytest.mark.parametrize("listen", ["127.0.0.1:99999", "192.0.2.1:8000", "no.such.host.invalid:80"])
def test_an_address_that_cannot_be_listened_on_is_one_clear_error(listen: str) -> None:
    with pytest.raises(ConfigError, match=r"web\.listen"):
        open_port(listen)


def test_a_port_that_is_taken_is_one_clear_error() -> None:
    with open_port("127.0.0.1:0") as port, pytest.raises(ConfigError, match=r"web\.listen"):
        open_port(f"127.0.0.1:{port.getsockname()[1]}")


def test_ipv6_is_listened_on() -> None:
    with open_port("[::1]:0") as port:
        assert port.getsockname()[0] == "::1"


def test_answers_do_not_wait_for_acknowledgements() -> None:
    """asyncio sets TCP_NODELAY only on sockets that name their protocol; without it each answer takes 40 ms more."""
    with open_port("127.0.0.1:0") as port:
        assert port.proto == socket.IPPROTO_TCP
