"""What holds for every page: the cookie and the headers under HTTPS, the language, what is sent compressed."""

import dataclasses

import httpx2
import pytest

from notifier.bootstrap import Service
from notifier.bootstrap.running import web_parts
from notifier.resources import resource
from notifier.web.app import ROOMS, make_app
from notifier.web.site import own_path
from notifier.web.visitor import preferred
from pipeline.job import subscribe
from web.conftest import form_token, serving, sign_in

UNPROTECTED = {
    *("/unsubscribe/{token}", "/confirm/{token}"),  # the token in the address is the right itself
    *("/reports/{name}", "/websub/{token}"),  # for programs, each with a signature
}


def test_under_https_the_cookie_cannot_be_planted_and_browsers_keep_to_https(service: Service) -> None:
    with serving(make_app(dataclasses.replace(web_parts(service), base_url="https://alerts.example.org"))) as client:
        answer = client.get("/login")
        said = answer.headers["set-cookie"]
        assert said.startswith("__Host-notifier=")
        assert all(part in said for part in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"))
        assert "Domain" not in said
        assert answer.headers["strict-transport-security"].startswith("max-age=63072000")


def test_without_https_nothing_promises_it(client: httpx2.Client) -> None:
    answer = client.get("/login")
    assert "strict-transport-security" not in answer.headers
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "unsafe-inline" not in answer.headers["content-security-policy"]


def test_every_page_that_changes_something_checks_its_form() -> None:
    """Found by looking at the routes: nobody has to remember it."""
    posts = [route for room in ROOMS for route in room.router.routes if "POST" in getattr(route, "methods", ())]
    assert len(posts) > 10
    open_ones = {route.path for route in posts if not route.dependencies}  # type: ignore[attr-defined]
    assert open_ones == UNPROTECTED


def test_no_template_has_inline_script_or_style() -> None:
    for path in (resource("templates") / "web").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<style" not in text, path
        assert " style=" not in text, path
        assert "<script>" not in text, path
        assert " onclick" not in text, path


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh-CN"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("fr,en;q=0.3", "en"),
        ("fr", "zh-CN"),
        ("en;q=0.2,zh;q=0.9", "zh-CN"),
        ("*;q=x,en;q=y", "zh-CN"),
        ("en;q=0", "zh-CN"),
    ],
)
def test_the_language_is_the_one_that_is_liked_best(header: str, language: str) -> None:
    assert preferred(header, "zh-CN") == language


def test_the_language_is_chosen_by_a_link_then_kept_also_on_error_pages(client: httpx2.Client) -> None:
    assert 'lang="zh-CN"' in client.get("/").text
    assert 'lang="en"' in client.get("/?lang=en").text
    assert 'lang="en"' in client.get("/").text
    assert "There is no such page" in client.get("/nowhere").text
    assert 'lang="en"' in client.get("/?lang=klingon").text


def test_a_subscriber_is_answered_in_their_own_language(client: httpx2.Client, service: Service) -> None:
    sign_in(client, service, subscribe(service, "li@example.org", "核电"))
    assert 'lang="zh-CN"' in client.get("/settings", headers={"Accept-Language": "en"}).text


def test_static_files_are_kept_for_ever_under_the_name_of_their_content(client: httpx2.Client) -> None:
    page = client.get("/").text
    path = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = client.get(path)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert client.get("/static/style.css").status_code == 404
    assert client.get("/static/..%2f_base.html").status_code == 404


def test_pages_are_kept_by_nobody_and_compressed(client: httpx2.Client) -> None:
    answer = client.get("/login")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-encoding"] == "gzip"
    assert form_token(client, "/login") != form_token(client, "/login")  # which compression would give away


@pytest.mark.parametrize(
    ("path", "leads_to"), [("/settings", "/settings"), ("/a?b=c", "/a?b=c"), ("//x", "/"), ("x", "/"), ("/\x00", "/")]
)
def test_only_paths_of_ours_are_led_to(path: str, leads_to: str) -> None:
    assert own_path(path) == leads_to
