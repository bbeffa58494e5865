"""Requests that no page of ours leads to: they are answered with a page that says so, and lead nowhere else."""

import re
from urllib.parse import urlencode

import httpx2
import pytest

from notifier.bootstrap import Service
from pipeline.job import note, subscribe, take
from web.conftest import form_token, post_form, sign_in

HUGE = "9" * 30  # more than any column holds


@pytest.fixture
def reader(service: Service, client: httpx2.Client) -> int:
    """Somebody who is signed in and has an alert."""
    number = subscribe(service, "li@example.org", "核电")
    take(service, "a.txt", note("核电项目开工"))
    sign_in(client, service, number)
    return number


@pytest.mark.parametrize("number", [HUGE, str(2**63), "-1", "0", "x", "1.5", "%00"])
def test_a_number_that_nothing_has_is_not_found(
    client: httpx2.Client, service: Service, reader: int, number: str
) -> None:
    token = service.tokens.sign("feed", reader, 1)
    for path in ("/articles/{}", "/bulletins/{}", "/rules/{}", "/alerts/{}/narrow", f"/feeds/{token}/{{}}.rss"):
        assert client.get(path.format(number)).status_code == 404, path
    data = {"form_token": form_token(client, "/settings"), "mark": "saved"}
    for path in ("/alerts/{}/note", "/rules/{}/drop", "/rules/{}/take-back", "/feeds/{}/revoke"):
        assert client.post(path.format(number), data=data).status_code == 404, path


def test_a_number_in_a_query_that_nothing_has_is_passed_over(client: httpx2.Client, reader: int) -> None:
    assert client.get(f"/rules?dropped={HUGE}&saved={HUGE}").status_code == 200
    assert client.get(f"/alerts?rule={HUGE}").status_code == 200


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example/%2e%2e", "/%5Cevil.example/"])
def test_the_page_that_says_that_there_is_none_leads_to_no_other_host(client: httpx2.Client, path: str) -> None:
    page = client.get(str(client.base_url).rstrip("/") + path)
    assert page.status_code == 404
    links = re.findall(r'href="([^"]*)"', page.text)
    assert links
    assert not [link for link in links if link.startswith(("//", "/\\", "http"))]


def test_a_host_that_is_no_host_changes_no_link(client: httpx2.Client) -> None:
    page = client.get("/login", headers={"Host": "evil.example/other?"})
    assert 'href="/login?lang=en"' in page.text


def test_a_language_that_there_is_not_is_not_spoken_by_error_pages(client: httpx2.Client) -> None:
    client.cookies.set("language", "klingon", domain="127.0.0.1", path="/")
    assert 'lang="zh-CN"' in client.get("/nowhere").text


def test_characters_that_nobody_sees_are_in_no_name(client: httpx2.Client, reader: int) -> None:
    """PostgreSQL stores no NUL."""
    assert post_form(client, "/feeds", name="\0\x1b").status_code == 422
    assert post_form(client, "/feeds", name="手\0机").status_code == 303
    assert ">手机<" in client.get("/feeds").text
    assert client.get("/alerts", params={"q": "核\0电"}).status_code == 200


def test_who_signs_in_comes_back_to_the_page_with_what_it_was_asked(client: httpx2.Client) -> None:
    answer = client.get("/alerts", params={"q": "核电", "show": "saved"})
    page = client.get(answer.headers["location"])
    assert 'name="next" value="/alerts?q=%E6%A0%B8%E7%94%B5&amp;show=saved"' in page.text


def test_who_is_signed_out_while_a_form_is_open_is_led_to_a_page_not_to_the_form(
    client: httpx2.Client, service: Service, reader: int
) -> None:
    """Its address is no page: after the login it would be 405."""
    data = {"form_token": form_token(client, "/settings")}
    with service.database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM web_session")
    answer = client.post("/rules/1/drop", data=data, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_a_note_leads_back_to_a_long_search(client: httpx2.Client, reader: int) -> None:
    back = "/alerts?" + urlencode({"q": "核" * 200})
    answer = post_form(client, "/alerts/1/note", at="/alerts", mark="saved", on="yes", back=back)
    assert answer.headers["location"] == back


def test_a_preview_by_any_page_counts_against_the_same_limit(client: httpx2.Client, reader: int) -> None:
    headers = {"X-Form-Token": form_token(client, "/rules/new")}
    answers = [client.post("/rules/preview", data={"text": ""}, headers=headers).status_code for _ in range(239)]
    assert set(answers) == {200}
    assert client.get("/rules/1").status_code == 429
