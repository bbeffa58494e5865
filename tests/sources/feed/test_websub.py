"""Who a feed names as its hub, and whose signature a push bears."""

import hashlib
import hmac

import pytest

from notifier.sources import Response
from notifier.sources.feed.poller import hub_of
from notifier.sources.feed.websub import Hub, is_reachable, is_signed, offered_hub
from notifier.sources.http.addresses import read_networks

from ..sites import Site
from .test_feed import item, polled, rss

URL = "http://e.org/feed"


def offered(link: str, *, hub: str = "", topic: str = "") -> Hub | None:
    return offered_hub(Response(200, URL, {"link": link} if link else {}), hub=hub, topic=topic)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<http://hub.org/>; rel="hub", <http://e.org/f>; rel="self"', Hub("http://hub.org/", "http://e.org/f")),
        ("</hub>; title=\"a, b\"; rel=hub, <f>; rel='x'; rel=self", Hub("http://e.org/hub", "http://e.org/feed")),
        (
            '<http://hub.org/?a,b>;rel="preload hub",<http://e.org/f>;REL=SELF',
            Hub("http://hub.org/?a,b", "http://e.org/f"),
        ),
        ("<javascript:x>; rel=hub", None),
        ("<http://hub.org/>; rel=github", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_the_headers_name_a_hub(link: str, expected: Hub | None) -> None:
    assert offered(link) == expected


def test_the_headers_come_before_the_feed() -> None:
    assert offered("<http://a/>; rel=hub", hub="http://b/", topic="http://t/") == Hub("http://a/", "http://t/")
    assert offered("", hub="http://b/", topic="") == Hub("http://b/", URL)


ATOM = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{}" href="{}"/>'


def test_what_a_feed_names_is_kept_also_when_it_is_the_same(site: Site) -> None:
    links = ATOM.format("hub", "http://hub.org/"), ATOM.format("self", "http://e.org/rss")
    first = polled(site.page("/feed", rss(*links, item("a"))))
    assert hub_of(first.state) == Hub("http://hub.org/", "http://e.org/rss")
    assert hub_of(polled(site.url("/feed"), first.state).state) == hub_of(first.state)
    site.page("/feed", rss(item("b")))
    assert hub_of(polled(site.url("/feed"), first.state).state) is None


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_is_that_of_the_content_and_the_secret(method: str) -> None:
    value = hmac.new(b"secret", b"content", getattr(hashlib, method)).hexdigest()
    assert is_signed(b"content", f"{method}={value}", "secret")
    assert is_signed(b"content", f"{method.upper()}={value.upper()}", "secret")
    assert not is_signed(b"other", f"{method}={value}", "secret")
    assert not is_signed(b"content", f"{method}={value}", "other")


@pytest.mark.parametrize("signature", ["", "sha256", "sha256=", "md5=9a0364b9e99bb480dd25e1f0284c8555", "sha256=\xff"])
def test_no_signature_is_none(signature: str) -> None:
    assert not is_signed(b"content", signature, "secret")


@pytest.mark.parametrize(
    ("base", "reachable"),
    [
        ("https://alerts.example.org", True),
        ("http://93.184.215.14:8000", True),
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://192.168.1.9", False),
        ("http://localhost:8000", False),
        ("http://notifier", False),
        ("http://notifier.lan", False),
    ],
)
def test_hubs_are_only_asked_where_they_may_reach_us(base: str, reachable: bool) -> None:
    assert is_reachable(base) is reachable
    assert is_reachable("http://127.0.0.1:8000", read_networks(["127.0.0.0/8"]))
