"""Forms that other sites make: refused by their origin, and without the token that only our pages give."""

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.bootstrap import Service
from notifier.web.forms import is_foreign, is_token, make_token
from notifier.web.guard import MAX_BODY
from pipeline.job import subscribe
from web.conftest import form_token, sign_in

OURS = "http://127.0.0.1:8000"
SECRET, KEY = b"s" * 64, "k" * 43


@pytest.fixture
def signed_in(client: httpx2.Client, service: Service) -> httpx2.Client:
    sign_in(client, service, subscribe(service, "li@example.org", "核电"))
    return client


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),
        ({"origin": "null"}, False),  # a form of a page with Referrer-Policy: no-referrer
        ({"origin": OURS}, False),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "http://127.0.0.1:8000.evil.example"}, True),
        ({"origin": "http://127.0.0.1"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "null"}, True),  # a sandboxed frame
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": ""}, True),
    ],
)
def test_what_a_browser_says_of_where_a_form_comes_from(headers: dict[str, str], foreign: bool) -> None:
    assert is_foreign(headers, OURS) is foreign


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_a_post_of_another_site_changes_nothing(signed_in: httpx2.Client, headers: dict[str, str]) -> None:
    """It has the cookie (say that SameSite failed) and knows the fields, but no page of ours."""
    fields = {"email": "li@example.org", "name": "planted"}
    for path in ("/settings/delete", "/settings/pause", "/settings/sign-out", "/settings", "/feeds", "/logout"):
        assert signed_in.post(path, data=fields, headers=headers).status_code == 403
    assert signed_in.get("/settings").status_code == 200
    assert "planted" not in signed_in.get("/feeds").text


def test_a_token_counts_only_with_its_origin_and_its_browser(signed_in: httpx2.Client) -> None:
    data = {"form_token": form_token(signed_in, "/settings")}
    headers = {"Origin": "https://evil.example"}
    assert signed_in.post("/settings/pause", data=data, headers=headers).status_code == 403
    with httpx2.Client(base_url=signed_in.base_url, trust_env=False) as other:
        token = form_token(other, "/login")
    assert signed_in.post("/settings/pause", data={"form_token": token}).status_code == 403
    assert signed_in.post("/settings/pause", data=data).status_code == 303


def test_scripts_send_the_token_as_a_header(signed_in: httpx2.Client) -> None:
    headers = {"X-Form-Token": form_token(signed_in, "/settings")}
    assert signed_in.post("/settings/pause", headers=headers).status_code == 303


@given(token=st.text(max_size=200), key=st.text(max_size=50))
def test_nothing_but_a_token_is_a_token(token: str, key: str) -> None:
    assert not is_token(SECRET, key, token)


def test_a_token_is_for_one_key_and_another_at_each_call() -> None:
    one, two = make_token(SECRET, KEY), make_token(SECRET, KEY)
    assert one != two
    assert is_token(SECRET, KEY, one)
    assert is_token(SECRET, KEY, two)
    assert not is_token(SECRET, KEY + "x", one)
    assert not is_token(SECRET + b"x", KEY, one)
    assert not is_token(SECRET, "", make_token(SECRET, ""))


def test_a_body_over_the_bound_is_refused_with_the_headers_of_every_answer(client: httpx2.Client) -> None:
    answer = client.post("/login", content=b"x" * (MAX_BODY + 1), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 403  # not even read
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/login", content=b"a=" + b"x" * MAX_BODY, headers=form)
    assert answer.status_code == 413
    assert "default-src 'none'" in answer.headers["content-security-policy"]
