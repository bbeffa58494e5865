"""Personal feeds over HTTP: what they are served as, when they are unchanged, and who gets none."""

import html
import json
import xml.etree.ElementTree as ET

import httpx2
import pytest

from accounts.person import watched
from notifier.accounts.channels import add_channel, drop_channel
from notifier.accounts.feed_tokens import add_feed, own_feeds, revoke_feed
from notifier.accounts.subscribers import set_groups
from notifier.bootstrap import Service
from notifier.domain import FEED_FORMATS
from notifier.storage.feed_tokens import FeedKey, glance_at_state, state_of
from notifier.storage.subscribers import get_subscriber
from pipeline.job import note, put, subscribe, take, work
from web.conftest import eventually

TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
HOSTILE = '核电<script>alert(1)</script> & "引号" <b>粗</b>'


@pytest.fixture
def token(service: Service) -> str:
    number = subscribe(service, "a@example.org", "核电")
    take(service, "a.txt", note("核电项目开工", "核电项目今日开工。"))
    return service.tokens.sign("feed", number, 1)


@pytest.mark.parametrize("kind", FEED_FORMATS)
def test_each_format_is_served_as_what_it_is(client: httpx2.Client, token: str, kind: str) -> None:
    answer = client.get(f"/feeds/{token}.{kind}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{TYPES[kind]}; charset=utf-8"
    assert answer.headers["cache-control"].startswith("private")
    assert "核电项目开工" in answer.text
    assert f"/feeds/{token}.{kind}" in answer.text


@pytest.mark.parametrize("kind", FEED_FORMATS)
def test_an_unchanged_feed_is_a_304_without_body(client: httpx2.Client, token: str, kind: str) -> None:
    etag = client.get(f"/feeds/{token}.{kind}").headers["etag"]
    for shape in ("{}", "W/{}", '"other", {}', '"a",W/{},"b"', "*"):
        answer = client.get(f"/feeds/{token}.{kind}", headers={"If-None-Match": shape.format(etag)})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)


def test_another_tag_gets_the_feed(client: httpx2.Client, token: str) -> None:
    for tag in ('"other"', "", "W/", '""', "x", '"*"'):
        assert client.get(f"/feeds/{token}.rss", headers={"If-None-Match": tag}).status_code == 200


def test_a_new_alert_changes_the_tag(client: httpx2.Client, service: Service, token: str) -> None:
    etag = client.get(f"/feeds/{token}.rss").headers["etag"]
    assert client.get(f"/feeds/{token}.rss").headers["etag"] == etag
    take(service, "b.txt", note("核电项目并网"))
    answer = client.get(f"/feeds/{token}.rss", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert answer.headers["etag"] != etag


def test_head_says_the_same_without_a_body(client: httpx2.Client, token: str) -> None:
    got, head = client.get(f"/feeds/{token}.atom"), client.head(f"/feeds/{token}.atom")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "content-length", "last-modified"):
        assert head.headers[name] == got.headers[name]
    assert client.head(f"/feeds/{token}.atom", headers={"If-None-Match": got.headers["etag"]}).status_code == 304


def test_a_token_that_is_wrong_tampered_or_of_another_purpose_is_not_found(
    client: httpx2.Client, service: Service, token: str
) -> None:
    wrong = [
        "nonsense", "a.b", "%00", "..%2f..%2fetc", token[:-4], token[1:], token + "x", token.swapcase(),
        service.tokens.sign("unsubscribe", 1, 1), service.tokens.sign("feed", 2, 1), service.tokens.sign("feed", 1, 2),
    ]  # fmt: skip
    for one in wrong:
        assert client.get(f"/feeds/{one}.rss").status_code == 404, one
    for kind in ("html", "xml", "RSS", "rss.rss", ""):
        assert client.get(f"/feeds/{token}.{kind}").status_code == 404, kind


def test_a_revoked_token_is_not_found(client: httpx2.Client, service: Service, token: str) -> None:
    with service.database.write() as session:
        row = get_subscriber(session, 1)
        assert row is not None
        row.token_version = 2
    assert client.get(f"/feeds/{token}.rss").status_code == 404
    assert client.get(f"/feeds/{service.tokens.sign('feed', 1, 2)}.rss").status_code == 200


def test_the_stylesheet_is_there(client: httpx2.Client) -> None:
    answer = client.get("/feeds/style.css")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "{" in answer.text


def test_a_title_with_markup_is_text_in_all_three(client: httpx2.Client, service: Service) -> None:
    number = subscribe(service, "b@example.org", "核电")
    take(service, "x.txt", note(HOSTILE, "核电<img src=x onerror=alert(2)>说明。"))
    token = service.tokens.sign("feed", number, 1)
    rss = ET.fromstring(client.get(f"/feeds/{token}.rss").content)
    atom = ET.fromstring(client.get(f"/feeds/{token}.atom").content)
    told = json.loads(client.get(f"/feeds/{token}.json").content)
    titles = [rss.findtext(".//item/title"), atom.findtext(".//{*}entry/{*}title"), told["items"][0]["title"]]
    for title in titles:
        assert html.unescape(str(title)) == HOSTILE
    assert atom.find(".//{*}entry/{*}summary").get("type", "text") == "text"  # type: ignore[union-attr]
    as_html = [
        rss.findtext(".//item/description"),
        rss.findtext(".//item/{*}encoded"),
        atom.findtext(".//{*}entry/{*}content"),
        told["items"][0]["content_html"],
    ]
    for body in as_html:
        assert "onerror=alert(2)" in html.unescape(str(body))
        assert "<script" not in str(body)
        assert "<img" not in str(body)


HUB = "https://hub.example.org/?a=1&b=2"


@pytest.mark.parametrize("kind", FEED_FORMATS)
def test_a_feed_names_its_hub_while_there_is_one(
    client: httpx2.Client, service: Service, token: str, kind: str
) -> None:
    add_channel(service.database, "a@example.org", HUB, kind="websub", now=service.clock())
    answer = client.get(f"/feeds/{token}.{kind}")
    assert answer.headers["link"].startswith(f'<{HUB}>; rel="hub", <')
    if kind == "json":
        assert json.loads(answer.text)["hubs"] == [{"type": "WebSub", "url": HUB}]
    else:
        links = ET.fromstring(answer.content).iter("{http://www.w3.org/2005/Atom}link")
        assert [link.get("href") for link in links if link.get("rel") == "hub"] == [HUB]
    drop_channel(service.database, "a@example.org", "websub", now=service.clock())
    answer = client.get(f"/feeds/{token}.{kind}")
    assert "link" not in answer.headers
    assert "hub.example.org" not in answer.text


@pytest.mark.parametrize("own", [False, True])
def test_a_feed_that_a_commit_did_not_change_is_known_by_one_glance(
    client: httpx2.Client, service: Service, token: str, own: bool
) -> None:
    """What anybody commits makes nobody's feed anew; what changes this one is seen at once."""
    added = add_feed(service.database, 1, "手机", now=service.clock())
    path = f"/feeds/{service.tokens.sign('own_feed', added, 1) if own else token}.rss"
    etag = client.get(path).headers["etag"]
    assert eventually(lambda: own_feeds(service.database, service.links, 1)[own].read_at is not None)
    subscribe(service, "b@example.org", "广元")
    said: list[str] = []
    with watched(service, said):
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert said == []  # through the library: the glance goes past it
    revoke_feed(service.database, 1, added, now=service.clock())
    assert client.get(path, headers={"If-None-Match": etag}).status_code == (404 if own else 304)
    set_groups(service.database, "a@example.org", ["内部"], now=service.clock())
    put(service, "inner.txt", note("核电内部情况"), folder="restricted")
    work(service)
    assert client.get(path, headers={"If-None-Match": etag}).status_code == (404 if own else 200)


def test_a_glance_finds_the_same_state_as_the_query(service: Service, token: str) -> None:
    set_groups(service.database, "a@example.org", ["内部", "乙"], now=service.clock())
    added = add_feed(service.database, 1, "手机", now=service.clock())
    for key in (FeedKey(False, 1, 1), FeedKey(True, added, 1), FeedKey(False, 1, 2), FeedKey(True, added, 2)):
        with service.database.read() as session:
            assert glance_at_state(service.database, key) == state_of(session, key)
    assert glance_at_state(service.database, FeedKey(True, added, 1)) is not None
