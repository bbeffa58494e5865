"""Signing in by a mailed link: once, in time, in the browser that asked; and what a stranger can do with it."""

import asyncio
import re
from collections.abc import Iterator

import httpx2
import pytest
from sqlalchemy import text

from conftest import Clock
from notifier.accounts import suppress
from notifier.accounts.login import PER_ADDRESS
from notifier.accounts.sessions import hash_of
from notifier.accounts.subscribers import unsubscribe
from notifier.bootstrap import Service
from notifier.bootstrap.running import open_signups, web_parts
from notifier.web.app import make_app
from notifier.web.site import Site
from pipeline.job import lines, mails, subscribe
from web.conftest import eventually, form_token, post_form, serving, sign_in

LI = "li@example.org"


@pytest.fixture
def number(service: Service) -> int:
    return subscribe(service, LI, "核电")


@pytest.fixture
def site(service: Service) -> Site:
    return web_parts(service)


@pytest.fixture
def client(site: Site) -> Iterator[httpx2.Client]:
    with serving(make_app(site)) as client:
        yield client


def _asked(service: Service) -> int:
    return sum(line.kind == "notice" for line in lines(service))


def _link(service: Service) -> str:
    """The path of the newest login link that was mailed."""
    asyncio.run(service.deliver())
    texts = [str(mail.get_body(("plain",)).get_content()) for mail in mails(service)]  # type: ignore[union-attr]
    found = [path for body in texts for path in re.findall(r"(/login/\S+)", body)]
    return str(found[-1])


def _ask(client: httpx2.Client, service: Service, path: str = "/login") -> str:
    before = _asked(service)
    assert post_form(client, "/login", at=path, email=LI, next=path.partition("next=")[2]).status_code == 200
    assert eventually(lambda: _asked(service) == before + 1)
    return _link(service)


def _press(client: httpx2.Client, link: str) -> httpx2.Response:
    return client.post(link, data={"form_token": form_token(client, link)})


def _signed_in(client: httpx2.Client) -> bool:
    return client.get("/settings").status_code == 200


def test_a_form_a_mail_a_button_and_the_page_that_was_asked_for(
    client: httpx2.Client, service: Service, number: int
) -> None:
    away = client.get("/settings")
    assert (away.status_code, away.headers["location"]) == (303, "/login?next=/settings")
    link = _ask(client, service, away.headers["location"])
    assert not _signed_in(client)
    answer = _press(client, link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings")
    assert LI in client.get("/settings").text


def test_a_hundred_gets_of_the_link_change_nothing_and_it_still_works(
    client: httpx2.Client, service: Service, number: int
) -> None:
    link = _ask(client, service)
    assert {client.get(link).status_code for _ in range(100)} == {200}
    assert not _signed_in(client)
    assert _press(client, link).status_code == 303
    assert _signed_in(client)


def test_a_link_works_once(client: httpx2.Client, service: Service, number: int) -> None:
    link = _ask(client, service)
    token = form_token(client, link)
    key = client.cookies["notifier"]
    assert client.post(link, data={"form_token": token}).status_code == 303
    client.cookies.set("notifier", key, domain="127.0.0.1", path="/")
    assert client.post(link, data={"form_token": token}).status_code == 404
    assert client.get(link).status_code == 404


def test_a_link_ends_after_fifteen_minutes(client: httpx2.Client, service: Service, number: int, clock: Clock) -> None:
    link = _ask(client, service)
    clock.forward(minutes=16)
    assert client.get(link).status_code == 404
    assert client.post(link, data={"form_token": form_token(client, "/login")}).status_code == 404


def test_in_another_browser_the_link_says_so_shows_a_way_on_and_signs_nobody_in(
    client: httpx2.Client, service: Service, number: int
) -> None:
    link = _ask(client, service)
    with httpx2.Client(base_url=client.base_url, trust_env=False) as other:
        page = other.get(link)
        assert "另一个浏览器" in page.text
        assert 'href="/login"' in page.text
        assert LI not in page.text
        assert other.post(link, data={"form_token": form_token(other, "/login")}).status_code == 404
        assert not _signed_in(other)
    assert _press(client, link).status_code == 303  # the right one still can


def test_the_key_of_the_browser_changes_at_login_so_a_planted_one_is_worth_nothing(
    client: httpx2.Client, service: Service, number: int
) -> None:
    link = _ask(client, service)
    planted = client.cookies["notifier"]
    assert _press(client, link).status_code == 303
    assert client.cookies["notifier"] != planted
    with httpx2.Client(base_url=client.base_url, trust_env=False, cookies={"notifier": planted}) as thief:
        assert not _signed_in(thief)


def test_signing_out_ends_this_session_and_everywhere_ends_all(
    client: httpx2.Client, service: Service, number: int
) -> None:
    keys = [sign_in(client, service, number) for _ in range(3)]
    assert post_form(client, "/logout", at="/settings").status_code == 303
    assert not _signed_in(client)
    client.cookies.set("notifier", keys[0], domain="127.0.0.1", path="/")
    assert _signed_in(client)
    assert post_form(client, "/settings/sign-out", at="/settings").status_code == 303
    for key in keys:
        with httpx2.Client(base_url=client.base_url, trust_env=False, cookies={"notifier": key}) as other:
            assert not _signed_in(other)


def test_a_session_ends_after_thirty_days(client: httpx2.Client, service: Service, number: int, clock: Clock) -> None:
    sign_in(client, service, number)
    assert _signed_in(client)
    clock.forward(days=31)
    assert not _signed_in(client)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: httpx2.Client) -> None:
    said = client.get("/login").headers["set-cookie"]
    assert "HttpOnly" in said
    assert "samesite=lax" in said.lower()


def test_five_mails_a_day_are_all_that_an_address_gets(
    client: httpx2.Client, service: Service, number: int, clock: Clock
) -> None:
    site = web_parts(service)
    asked = sum(
        site.logins.ask(LI, "key", next_path="/", network=f"10.{at // 250}.{at % 250}.1") for at in range(1_000)
    )
    assert asked == PER_ADDRESS
    assert not web_parts(service).logins.ask(LI, "key", next_path="/", network="198.51.100.1")  # the table counts too
    clock.forward(days=1, minutes=1)
    assert web_parts(service).logins.ask(LI, "key", next_path="/", network="198.51.100.1")


@pytest.mark.parametrize("state", ["unknown", "pending", "suppressed"])
def test_who_must_get_no_mail_gets_none(service: Service, state: str) -> None:
    if state == "suppressed":
        subscribe(service, LI, "核电")
        suppress.add(service.database, LI, reason="complaint", now=service.clock())
    if state == "pending":
        signups = open_signups(service)
        signups.ask(signups.check(LI, ["核电"]), network="192.0.2.1")
    assert not web_parts(service).logins.ask(LI, "key", next_path="/", network="192.0.2.1")


def test_who_has_left_may_come_in_to_see_or_delete_what_is_stored(
    client: httpx2.Client, service: Service, number: int
) -> None:
    unsubscribe(service.database, number, 1, now=service.clock())
    assert _press(client, _ask(client, service)).status_code == 303
    assert "已退订" in client.get("/settings").text


def test_nobody_is_led_to_another_site(client: httpx2.Client, service: Service, number: int) -> None:
    sign_in(client, service, number)
    for path in ("//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "evil"):
        assert client.get("/login", params={"next": path}).headers["location"] == "/"


def test_the_table_holds_no_key_that_opens_anything(client: httpx2.Client, service: Service, number: int) -> None:
    key = sign_in(client, service, number)
    with service.database.read() as session:
        (stored,) = session.execute(text("SELECT key_hash FROM web_session")).scalars()
    assert stored == hash_of(key) != key
    assert len(key) >= 43  # 256 bits
