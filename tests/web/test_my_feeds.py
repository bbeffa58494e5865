"""My feeds: addresses with names, one for each interest, revoked alone, and when each was last read."""

import gzip
import re

import httpx2
import pytest
from sqlalchemy import text

from conftest import Clock
from notifier.accounts.feed_tokens import MOST, add_feed, own_feeds, renew_mailed, revoke_feed
from notifier.accounts.subscribers import set_groups
from notifier.bootstrap import Service
from notifier.errors import InputError
from pipeline.job import note, put, subscribe, take, work
from web.conftest import eventually, form_token, post_form, sign_in

LI = "li@example.org"


@pytest.fixture
def number(service: Service) -> int:
    number = subscribe(service, LI, "核电", "广元")
    subscribe(service, "wang@example.org", "广元")
    take(service, "a.txt", note("核电项目开工"))
    take(service, "b.txt", note("广元新闻"))
    return number


def _paths(service: Service, number: int, at: int) -> dict[str, str]:
    feed = own_feeds(service.database, service.links, number)[at]
    found = feed.urls | dict(feed.rules)
    return {name: "/" + url.removeprefix(service.links.home) for name, url in found.items()}


def _guids(feed: str) -> list[str]:
    return re.findall(r"<guid[^>]*>([^<]+)", feed)


def test_an_address_is_added_read_and_revoked_and_the_others_go_on(
    client: httpx2.Client, service: Service, number: int
) -> None:
    sign_in(client, service, number)
    assert post_form(client, "/feeds", name="手机").status_code == 303
    mine, mailed = _paths(service, number, 1), _paths(service, number, 0)
    page = client.get("/feeds").text
    assert all(path in page for path in (*mine.values(), *mailed.values()))
    assert "核电项目开工" in client.get(mine["rss"]).text
    token_id = own_feeds(service.database, service.links, number)[1].id
    assert post_form(client, f"/feeds/{token_id}/revoke", at="/feeds").status_code == 303
    assert {client.get(path).status_code for path in mine.values()} == {404}
    assert {client.get(path).status_code for path in mailed.values()} == {200}


def test_a_feed_of_one_interest_holds_what_that_brought(client: httpx2.Client, service: Service, number: int) -> None:
    paths = _paths(service, number, 0)
    power, city = client.get(paths["核电"]).text, client.get(paths["广元"]).text
    assert "核电项目开工" in power
    assert "广元新闻" not in power
    assert "广元新闻" in city
    whole = client.get(paths["rss"]).text
    assert sorted(_guids(power) + _guids(city)) == sorted(_guids(whole))
    assert len(_guids(whole)) == 2
    assert paths["核电"] in power  # its own address


def test_the_interests_of_others_are_no_feeds_of_mine(client: httpx2.Client, service: Service, number: int) -> None:
    paths = _paths(service, number, 0)
    for rule in (3, 99, 0):
        assert client.get(re.sub(r"/\d+\.rss$", f"/{rule}.rss", paths["核电"])).status_code == 404


def test_nobody_revokes_the_addresses_of_others(client: httpx2.Client, service: Service, number: int) -> None:
    wang = subscribe(service, "zhao@example.org", "核电")
    theirs = add_feed(service.database, wang, "她的", now=service.clock())
    sign_in(client, service, number)
    data = {"form_token": form_token(client, "/feeds")}
    assert client.post(f"/feeds/{theirs}/revoke", data=data).status_code == 404
    assert own_feeds(service.database, service.links, wang)[1].id == theirs
    assert "她的" not in client.get("/feeds").text


def test_the_mailed_address_is_replaced_and_old_mails_lead_nowhere(service: Service, number: int) -> None:
    old = service.tokens.sign("feed", number, 1)
    renew_mailed(service.database, number, now=service.clock())
    assert service.feeds.find(old, "rss") is None
    assert service.feeds.find(service.tokens.sign("feed", number, 2), "rss") is not None


def test_there_are_enough_addresses_and_each_has_a_name(service: Service, number: int) -> None:
    for name in ("", "   ", "名" * 41):
        with pytest.raises(InputError):
            add_feed(service.database, number, name, now=service.clock())
    ids = [add_feed(service.database, number, f"第{at}个", now=service.clock()) for at in range(MOST)]
    with pytest.raises(InputError):
        add_feed(service.database, number, "再一个", now=service.clock())
    assert revoke_feed(service.database, number, ids[0], now=service.clock())
    assert not revoke_feed(service.database, number, ids[0], now=service.clock())
    add_feed(service.database, number, "再一个", now=service.clock())


def test_when_an_address_was_read_is_written_once_an_hour(
    client: httpx2.Client, service: Service, number: int, clock: Clock
) -> None:
    add_feed(service.database, number, "手机", now=clock())
    mailed, mine = (_paths(service, number, at)["rss"] for at in (0, 1))
    etag = client.get(mine).headers["etag"]

    def read_at(at: int) -> object:
        return own_feeds(service.database, service.links, number)[at].read_at

    assert eventually(lambda: read_at(1) == clock())
    assert read_at(0) is None
    first = clock()
    clock.forward(minutes=30)
    version = service.database.version()
    for _ in range(20):
        assert client.get(mine, headers={"If-None-Match": etag}).status_code == 304
    assert service.database.version() == version  # nothing was written
    assert read_at(1) == first
    clock.forward(minutes=31)
    assert client.get(mine, headers={"If-None-Match": etag}).status_code == 304
    assert eventually(lambda: read_at(1) == clock())
    client.get(mailed)
    assert eventually(lambda: read_at(0) == clock())


def test_an_alert_that_comes_while_the_feed_is_in_memory_is_there_at_the_next_reading(
    client: httpx2.Client, service: Service, number: int
) -> None:
    path = _paths(service, number, 0)["rss"]
    etags = [client.get(path).headers["etag"] for _ in range(3)]
    assert len(set(etags)) == 1
    take(service, "c.txt", note("核电项目并网"))
    assert "核电项目并网" in client.get(path, headers={"If-None-Match": etags[0]}).text


def test_a_feed_is_sent_compressed_with_the_same_tag(client: httpx2.Client, service: Service, number: int) -> None:
    path = _paths(service, number, 0)["atom"]
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert answer.headers["etag"] == plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]


def test_what_may_not_be_seen_is_on_no_page_and_in_no_feed_and_leaves_at_once(
    client: httpx2.Client, service: Service, number: int
) -> None:
    """Two audiences: who is in the group, who is not, and who was."""
    set_groups(service.database, LI, ["内部"], now=service.clock())
    put(service, "secret.txt", note("核电内部情况", "只给内部看。"), folder="restricted")
    put(service, "held.txt", "机密\n\n" + note("核电机密情况", "机密★1年"))
    work(service)
    paths = _paths(service, number, 0)
    inside = client.get(paths["rss"]).text
    assert "核电内部情况" in inside
    other = subscribe(service, "zhao@example.org", "核电")
    anybody = [client.get(path).text for path in ("/", "/login", *_paths(service, other, 0).values())]
    assert "核电项目开工" in anybody[0]  # the home page shows what is public
    assert not any("内部情况" in page or "机密情况" in page for page in anybody)
    assert "机密情况" not in inside
    set_groups(service.database, LI, [], now=service.clock())
    for path in paths.values():
        assert "内部情况" not in client.get(path).text
    sign_in(client, service, number)
    assert not any("内部情况" in client.get(path).text for path in ("/", "/feeds", "/settings"))


def test_a_bulletin_that_is_held_later_leaves_home_and_feeds(
    client: httpx2.Client, service: Service, number: int
) -> None:
    path = _paths(service, number, 0)["rss"]
    assert "核电项目开工" in client.get("/").text
    assert "核电项目开工" in client.get(path).text
    with service.database.write() as session:
        session.execute(text("UPDATE bulletin SET held = true"))
    assert "核电项目开工" not in client.get("/").text
    assert "核电项目开工" not in client.get(path).text
