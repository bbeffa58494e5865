"""What answers may not do: bombs of every packing, connections that are kept, headers that go back as they came."""

import asyncio
import gzip
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import brotli
import pytest

from notifier.errors import SourceError
from notifier.sources import Response
from notifier.sources.http.answers import packings

from ..sites import Handler, Site, local_fetcher

try:
    from compression import zstd
except ImportError:
    from backports import zstd

PACKINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress),
    ("br", lambda data: brotli.compress(data, quality=5)), ("zstd", zstd.compress),
]  # fmt: skip


def get(*urls: str, **options: Any) -> list[Response]:
    async def main() -> list[Response]:
        async with local_fetcher(**options) as fetcher:
            return [await fetcher.get(url) for url in urls]

    return asyncio.run(main())


def refusal(url: str, **options: Any) -> str:
    with pytest.raises(SourceError) as caught:
        get(url, **options)
    return caught.value.en


@pytest.mark.parametrize(("name", "pack"), PACKINGS)
def test_each_packing_is_asked_for_and_unpacked(site: Site, name: str, pack: Callable[[bytes], bytes]) -> None:
    assert get(site.page("/", pack(b"abc" * 5000), Content_Encoding=name))[0].content == b"abc" * 5000
    assert site.requests[0][1]["accept-encoding"] == "gzip, deflate, br, zstd"


@pytest.mark.parametrize(("name", "pack"), PACKINGS)
def test_a_bomb_of_each_packing_is_stopped_at_the_cap(site: Site, name: str, pack: Callable[[bytes], bytes]) -> None:
    url = site.page("/", pack(bytes(5_000_000)), Content_Encoding=name)
    assert "over 100000 bytes" in refusal(url, max_bytes=100_000)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(10**7), mtime=0), mtime=0)),
        ("br, gzip", gzip.compress(brotli.compress(b"x"), mtime=0)),
        ("compress", b"x"),
        ("gzip, rot13", b"x"),
    ],
)
def test_one_packing_within_another_or_an_unknown_one_is_not_taken(site: Site, encoding: str, body: bytes) -> None:
    assert "one of gzip, br or zstd" in refusal(site.page("/", body, Content_Encoding=encoding))


def test_a_stream_that_unpacks_to_nothing_is_stopped_by_what_came(site: Site) -> None:
    nothing = zlib.compressobj(wbits=31)
    body = nothing.compress(b"") + nothing.flush(zlib.Z_SYNC_FLUSH) * 1 + b"\x00\x00\x00\xff\xff" * 300_000
    assert "over 1000000 bytes" in refusal(site.page("/", body, Content_Encoding="gzip"), max_bytes=1_000_000)


def test_what_changes_nothing_is_no_packing() -> None:
    assert packings("identity, GZIP , ") == ["gzip"]


@pytest.mark.parametrize("tag", ['W/"a b"', '"50c-5f"', "no-quotes", '"\xe4\xb8\xad"', '"a,b"'])
def test_an_etag_goes_back_as_it_came_byte_for_byte(site: Site, tag: str) -> None:
    url = site.page("/", b"x", ETag=tag, Last_Modified="mon,  16 mar 2026")

    async def twice() -> None:
        async with local_fetcher() as fetcher:
            first = await fetcher.get(url)
            tags = first.headers["etag"], first.headers["last-modified"]
            await fetcher.get(url, etag=tags[0], last_modified=tags[1])

    asyncio.run(twice())
    assert site.requests[1][1]["if-none-match"] == tag
    assert site.requests[1][1]["if-modified-since"] == "mon,  16 mar 2026"


# --- connections


def ports(site: Site, *paths: str) -> list[int]:
    """The client's port at each request: the same one is the same connection."""
    seen: list[int] = []

    def page(handler: Handler) -> None:
        seen.append(handler.client_address[1])
        handler.reply(200, b"x")

    for path in paths:
        site.pages[path] = page
    return seen


def named(*addresses: str) -> Any:
    answers = list(addresses)

    async def resolver(host: str, port: int) -> Sequence[str]:
        return [answers.pop(0) if len(answers) > 1 else answers[0]]

    return resolver


def test_a_connection_is_kept_for_the_same_name_and_not_for_another(site: Site) -> None:
    seen = ports(site, "/a", "/b")
    get(*(site.url(path, host) for path, host in [("/a", "x.test"), ("/b", "x.test"), ("/a", "y.test")]),
        resolver=named("127.0.0.1"))  # fmt: skip
    assert seen[0] == seen[1] != seen[2]


def test_a_name_that_flips_is_refused_as_soon_as_a_connection_is_opened(site: Site) -> None:
    """It is asked again for each connection, and each time what it says is checked."""

    def last(handler: Handler) -> None:
        handler.reply(200, b"x", Connection="close")
        handler.close_connection = True

    site.pages["/"] = last
    url = site.url("/", "flips.test")
    resolver = named("127.0.0.1", "127.0.0.1", "169.254.169.254")

    async def main() -> list[str]:
        found = []
        async with local_fetcher(resolver=resolver) as fetcher:
            for _ in range(4):
                try:
                    found.append(str((await fetcher.get(url)).status))
                except SourceError as error:
                    found.append(error.en)
        return found

    first, second, *others = asyncio.run(main())
    assert (first, second) == ("200", "200")
    assert all("169.254.169.254, which is not public" in line for line in others)


def test_a_kept_connection_that_the_server_has_closed_is_replaced(site: Site) -> None:
    def closes(handler: Handler) -> None:
        handler.reply(200, b"x")  # says nothing of closing
        handler.close_connection = True

    site.pages["/"] = closes
    assert [answer.content for answer in get(*[site.url()] * 3)] == [b"x"] * 3


def test_an_answer_that_was_left_half_read_spoils_no_other(site: Site) -> None:
    site.page("/big", b"x" * 500_000)
    site.page("/", b"small")

    async def main() -> bytes:
        async with local_fetcher(max_bytes=1000) as fetcher:
            with pytest.raises(SourceError, match="over 1000"):
                await fetcher.get(site.url("/big"))
            return (await fetcher.get(site.url())).content

    assert asyncio.run(main()) == b"small"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "0x7f.0.0.1", "0x7f000001", "0177.0.0.1", "017700000001", "2130706433", "0",
        "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "[ff02::1]", "10.0.0.1", "192.168.0.1", "172.16.0.1", "100.64.0.1",
        "169.254.169.254", "224.0.0.1", "255.255.255.255", "localhost", "LOCALHOST", "localhost.", "127.0.0.1.",
        "①27.0.0.1", "127。0。0。1",
    ],
)  # fmt: skip
def test_no_spelling_of_an_inner_address_is_connected_to(site: Site, host: str) -> None:
    said = refusal(site.url("/", host), allow_private=[])
    assert "not public" in said or "does not resolve" in said or "only http" in said
    assert site.requests == []


@pytest.mark.parametrize("port", [22, 25, 6379, 11211])
def test_ports_of_other_services_are_not_asked(port: int) -> None:
    assert f"port {port}" in refusal(f"http://example.org:{port}/")


@pytest.mark.parametrize(
    ("statuses", "moved"), [([301], True), ([308, 301], True), ([301, 302], False), ([307], False), ([], False)]
)
def test_a_move_for_good_is_one_where_each_redirect_says_so(site: Site, statuses: list[int], moved: bool) -> None:
    for number, status in enumerate(statuses):
        site.redirect(f"/{number}", f"/{number + 1}", status)
    end = site.page(f"/{len(statuses)}", b"x")
    assert get(site.url("/0"))[0].moved_to == (end if moved else "")
