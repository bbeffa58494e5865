"""Fetching from a real server: what is taken, and what each fault is called."""

import asyncio
import gzip
import socket
import ssl
import subprocess
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from notifier.errors import ConfigError, SourceError
from notifier.sources import Fetcher, Response

from ..sites import Site, local_fetcher, serving


def get(url: str, *, etag: str = "", last_modified: str = "", **options: Any) -> Response:
    async def fetch() -> Response:
        async with local_fetcher(**options) as fetcher:
            return await fetcher.get(url, etag=etag, last_modified=last_modified)

    return asyncio.run(fetch())


def refusal(url: str, **options: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        get(url, **options)
    assert "\n" not in str(caught.value)
    return caught.value


def names(table: dict[str, Sequence[str]]) -> Any:
    """A resolver that knows `table` alone, and counts."""

    async def resolver(host: str, port: int) -> Sequence[str]:
        if host not in table:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return table[host]

    return resolver


def test_a_page_is_taken_with_what_the_server_says_of_it(site: Site) -> None:
    answer = get(site.page(["/feed", "a=1"][0], b"hello", ETag='"1"', Content_Type="text/xml") + "?a=1#part")
    assert (answer.status, answer.content, answer.headers["etag"]) == (200, b"hello", '"1"')
    assert answer.url == site.url("/feed?a=1#part")
    path, headers = site.requests[0]
    assert path == "/feed?a=1"
    assert headers["host"] == f"127.0.0.1:{site.port}"
    assert headers["user-agent"] == "notifier/0.1.0 (+mailto:operator@example.org)"


def test_the_conditions_of_the_last_time_are_sent_and_304_has_no_content(site: Site) -> None:
    url = site.versioned("/feed", b"hello", '"1"')
    first = get(url)
    again = get(url, etag=first.headers["etag"], last_modified=first.headers["last-modified"])
    assert (again.status, again.content, again.not_modified) == (304, b"", True)
    assert site.requests[1][1]["if-modified-since"] == "Tue, 25 Aug 2020 16:44:16 GMT"


def test_an_etag_that_would_be_a_header_of_its_own_is_not_sent(site: Site) -> None:
    get(site.page("/feed", b"x"), etag='"1"\r\nX-Evil: 1')
    assert "x-evil" not in site.requests[0][1]
    assert "if-none-match" not in site.requests[0][1]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_the_last_address_is_told(site: Site, status: int) -> None:
    site.page("/b/feed", b"there")
    answer = get(site.redirect("/a", "b/feed", status))
    assert (answer.content, answer.url) == (b"there", site.url("/b/feed"))


def test_redirects_end(site: Site) -> None:
    url = site.redirect("/loop", "/loop")
    assert "more than 5 redirects" in refusal(url).en
    assert len(site.requests) == 6


@pytest.mark.parametrize("target", ["http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data"])
def test_a_redirect_to_an_inner_address_is_refused(site: Site, target: str) -> None:
    assert "not public" in refusal(site.redirect("/a", target)).en


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/x", "javascript:alert(1)"]
)
def test_a_redirect_to_another_scheme_is_refused(site: Site, target: str) -> None:
    assert "only http" in refusal(site.redirect("/a", target)).en


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/x", "//example.org", "example.org", "", "http://", "http://[::1", "\x00"],
)
def test_only_http_and_https_are_fetched(url: str) -> None:
    assert "only http" in refusal(url).en


@pytest.mark.parametrize("url", ["http://user:secret@127.0.0.1/", "http://user@127.0.0.1/"])
def test_credentials_in_an_address_are_refused_and_not_shown(url: str) -> None:
    error = refusal(url)
    assert "remove it" in error.en
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0"],
)
def test_this_machine_is_not_fetched_by_any_of_its_names(site: Site, host: str) -> None:
    error = refusal(site.url("/", host), allow_private=[])
    assert "not public" in error.en or "does not resolve" in error.en
    assert site.requests == []


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(site: Site) -> None:
    """Rebinding: the first answer is checked and used; the name is not asked again for the same request."""
    asked: list[str] = []

    async def flips(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    url = site.page("/", b"checked").replace("127.0.0.1", "rebind.test")
    assert get(url, resolver=flips, allow_private=["127.0.0.1/32"]).content == b"checked"
    assert asked == ["rebind.test"]
    assert site.requests[0][1]["host"] == f"rebind.test:{site.port}"


def test_each_hop_is_checked_anew(site: Site) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    async def flips(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    url = site.redirect("/a", "/b").replace("127.0.0.1", "rebind.test")
    assert "10.0.0.1" in refusal(url, resolver=flips).en


def test_of_several_addresses_only_those_allowed_are_tried_and_a_dead_one_is_passed_over(site: Site) -> None:
    url = site.page("/", b"x").replace("127.0.0.1", "many.test")
    resolver = names({"many.test": ["10.0.0.1", "127.0.0.2", "127.0.0.1"]})
    assert get(url, resolver=resolver).content == b"x"


def test_a_name_that_does_not_resolve_is_named() -> None:
    assert "no.test does not resolve" in refusal("http://no.test/", resolver=names({})).en
    assert "empty.test does not resolve" in refusal("http://empty.test/", resolver=names({"empty.test": []})).en


def test_a_refused_connection_is_named() -> None:
    assert "cannot connect" in refusal("http://127.0.0.1:1/").en


@pytest.mark.parametrize(
    ("status", "word"), [(403, "refuses"), (404, "no such page"), (410, "gone"), (418, "check"), (500, "failed")]
)
def test_a_bad_status_says_what_to_do(site: Site, status: int, word: str) -> None:
    site.pages["/"] = lambda handler: handler.reply(status)
    error = refusal(site.url())
    assert str(status) in error.en
    assert word in error.en
    assert error.retry_after is None


@pytest.mark.parametrize("status", [429, 503])
def test_the_time_that_a_server_asks_for_is_kept(site: Site, status: int) -> None:
    site.pages["/"] = lambda handler: handler.reply(status, Retry_After="120")
    assert refusal(site.url()).retry_after == 120.0


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, lambda data: zlib.compress(data)[2:-4]])
def test_packed_content_is_unpacked(site: Site, pack: Any) -> None:
    encoding = "gzip" if pack is gzip.compress else "deflate"
    assert get(site.page("/", pack(b"x" * 5000), Content_Encoding=encoding)).content == b"x" * 5000


def test_a_gzip_bomb_is_stopped_at_the_cap(site: Site) -> None:
    assert "over 1000000 bytes" in refusal(site.bomb("/", 50_000_000), max_bytes=1_000_000).en


def test_too_much_plain_content_is_stopped_at_the_cap(site: Site) -> None:
    url = site.page("/", b"x" * 2000)
    assert "over 1000 bytes" in refusal(url, max_bytes=1000).en
    assert len(get(url, max_bytes=2000).content) == 2000


def test_a_server_that_hangs_costs_no_more_than_the_deadline(site: Site) -> None:
    assert "0.3 seconds" in refusal(site.hang("/", 1.0), timeout=0.3).en


def test_bytes_that_drip_cost_no_more_than_the_deadline(site: Site) -> None:
    assert "0.3 seconds" in refusal(site.drip("/", 0.05), timeout=0.3).en


@pytest.mark.parametrize("body", [b"not gzip at all", gzip.compress(b"x", mtime=0)[:10] + b"\xff" * 50])
def test_content_that_does_not_unpack_is_named(site: Site, body: bytes) -> None:
    assert "broken" in refusal(site.page("/", body, Content_Encoding="gzip")).en


def test_an_answer_that_breaks_off_is_named(site: Site) -> None:
    def breaks_off(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.close_connection = True

    site.pages["/"] = breaks_off
    assert "broken" in refusal(site.url()).en


def test_proxies_of_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert get(site.page("/", b"x")).content == b"x"


def test_cookies_are_not_kept(site: Site) -> None:
    site.page("/", b"x", Set_Cookie="a=b; Path=/")

    async def twice() -> None:
        async with local_fetcher() as fetcher:
            await fetcher.get(site.url())
            await fetcher.get(site.url())

    asyncio.run(twice())
    assert "cookie" not in site.requests[1][1]


def test_a_network_that_is_none_is_a_wrong_setting() -> None:
    with pytest.raises(ConfigError, match="allow_private"):
        Fetcher(allow_private=["localhost"], contact="x")


# --- TLS keeps the name


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    files = ["-keyout", "key", "-out", "pem"]
    name = ["-subj", "/CN=feed.test", "-addext", "subjectAltName=DNS:feed.test"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *files, *name]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=20)
    return folder


def secured(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "pem", certificate / "key")
    return context


def test_tls_checks_the_name_although_the_connection_goes_to_a_number(certificate: Path) -> None:
    resolver = names({"feed.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]})
    with serving(secured(certificate)) as site:
        site.page("/", b"secret")
        answer = get(site.url("/", "feed.test"), resolver=resolver, ca_file=certificate / "pem")
        assert answer.content == b"secret"
        assert answer.certificate_ends is not None
        assert timedelta(days=1) < answer.certificate_ends - datetime.now(UTC) < timedelta(days=3)
        wrong = refusal(site.url("/", "other.test"), resolver=resolver, ca_file=certificate / "pem")
        assert "certificate" in wrong.en


def test_a_certificate_that_nobody_vouches_for_is_named(certificate: Path) -> None:
    with serving(secured(certificate)) as site:
        error = refusal(site.url("/", "feed.test"), resolver=names({"feed.test": ["127.0.0.1"]}))
        assert "self-signed" in error.en


def test_tls_to_a_server_in_the_clear_is_named(site: Site) -> None:
    assert "no TLS" in refusal(site.url().replace("http:", "https:")).en
