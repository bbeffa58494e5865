"""我的提醒 over HTTP: listed, searched, marked; an irrelevant alert narrows its rule; deadlines ahead."""

import re

import httpx2
import pytest

from notifier.accounts.interests import own_rules
from notifier.bootstrap import Service
from notifier.storage.subscribers import get_subscriber, to_subscriber
from pipeline.job import note, subscribe, take
from web.conftest import form_token, post_form, sign_in

CALL = note("低空物流项目申报通知", "现组织申报低空物流项目，核电配套优先。请于2026年3月25日17时前申报。")


@pytest.fixture
def reader(service: Service, client: httpx2.Client) -> int:
    """Somebody who is signed in and has three alerts."""
    who = subscribe(service, "a@example.org", "核电", "物流")
    for number, text in enumerate((note("核电项目开工"), note("核电招聘公告"), CALL)):
        take(service, f"{number}.txt", text)
    sign_in(client, service, who)
    return who


def _titles(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/articles/\d+">([^<]+)</a>', page)


def _alert_id(page: str, title: str) -> str:
    return re.findall(r'id="alert-(\d+)"', page)[_titles(page).index(title)]


def test_who_is_not_signed_in_is_led_to_the_login_and_back(client: httpx2.Client) -> None:
    for path in ("/alerts", "/deadlines", "/alerts/1/narrow"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")


def test_alerts_are_listed_searched_and_filtered(client: httpx2.Client, reader: int, service: Service) -> None:
    assert _titles(client.get("/alerts").text) == ["低空物流项目申报通知", "核电招聘公告", "核电项目开工"]
    assert _titles(client.get("/alerts", params={"q": "招聘"}).text) == ["核电招聘公告"]
    assert _titles(client.get("/alerts", params={"q": "<script>"}).text) == []
    assert "<script>" not in client.get("/alerts", params={"q": '"><script>alert(1)</script>'}).text
    for odd in ({"show": "x"}, {"rule": "x"}, {"rule": "9" * 30}, {"before": "0"}):
        assert client.get("/alerts", params=odd).status_code == 200
    assert client.get("/alerts", params={"before": "-1"}).status_code == 422


def test_a_mark_is_a_post_with_a_token_and_shows(client: httpx2.Client, reader: int) -> None:
    page = client.get("/alerts").text
    number = _alert_id(page, "核电项目开工")
    assert client.post(f"/alerts/{number}/note", data={"mark": "saved", "on": "yes"}).status_code == 403
    path, back = f"/alerts/{number}/note", "/alerts?show=saved"
    answer = post_form(client, path, at="/alerts", mark="saved", on="yes", back=back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts?show=saved")
    assert _titles(client.get("/alerts?show=saved").text) == ["核电项目开工"]
    away = post_form(client, path, at="/alerts", mark="saved", on="", back="//evil.example/")
    assert away.headers["location"] == "/"
    assert _titles(client.get("/alerts?show=saved").text) == []
    assert post_form(client, path, at="/alerts", mark="x", on="yes").status_code == 422
    assert post_form(client, "/alerts/999/note", at="/alerts", mark="saved", on="yes").status_code == 404


def test_an_article_that_was_opened_is_read(client: httpx2.Client, reader: int) -> None:
    page = client.get("/alerts").text
    href = re.search(r'<a href="(/articles/\d+)">核电项目开工', page)
    assert href is not None
    assert "<mark>核电</mark>" in client.get(href[1]).text
    assert _titles(client.get("/alerts?show=unread").text) == ["低空物流项目申报通知", "核电招聘公告"]


def test_who_finds_it_irrelevant_is_offered_a_narrower_rule_and_takes_it(
    client: httpx2.Client, reader: int, service: Service
) -> None:
    number = _alert_id(client.get("/alerts").text, "核电招聘公告")
    answer = post_form(client, f"/alerts/{number}/note", at="/alerts", mark="irrelevant", on="yes")
    assert answer.headers["location"] == f"/alerts/{number}/narrow"
    page = client.get(answer.headers["location"]).text
    assert "核电 NOT 招聘公告" in page
    edit = re.search(r'<a href="(/rules/\d+\?text=[^"]+)"', page)
    assert edit is not None
    assert ">核电 NOT 招聘公告</textarea>" in client.get(edit[1]).text
    rule = re.search(r'name="rule_id" value="(\d+)"', page)
    assert rule is not None
    path, fields = f"/alerts/{number}/narrow", {"rule_id": rule[1], "mode": "standard", "min_score": "0"}
    bad = post_form(client, path, text="核电 NOT (", **fields)
    assert bad.status_code == 422
    done = post_form(client, path, text="核电 NOT 招聘公告", **fields)
    assert "规则已改为：核电 NOT 招聘公告" in done.text
    with service.database.read() as session:
        row = get_subscriber(session, reader)
        assert row is not None
    texts = [one.text for one in own_rules(service.database, to_subscriber(row))]
    assert sorted(texts) == ["核电 NOT 招聘公告", "物流"]
    take(service, "later.txt", note("核电招聘公告第二批", "另一批岗位核电招聘公告。"))
    take(service, "more.txt", note("核电机组并网"))
    assert _titles(client.get("/alerts").text)[0] == "核电机组并网"


def test_nobody_changes_the_rule_of_another(client: httpx2.Client, reader: int, service: Service) -> None:
    other = subscribe(service, "b@example.org", "风电")
    with service.database.read() as session:
        row = get_subscriber(session, other)
        assert row is not None
    (theirs,) = own_rules(service.database, to_subscriber(row))
    number = _alert_id(client.get("/alerts").text, "核电项目开工")
    token = form_token(client, "/alerts")
    answer = client.post(
        f"/alerts/{number}/narrow", data={"form_token": token, "rule_id": theirs.rule_id, "text": "水电"}
    )
    assert answer.status_code == 422
    assert [one.text for one in own_rules(service.database, to_subscriber(row))] == ["风电"]


def test_deadlines_are_a_list_and_a_calendar_for_the_owner_of_the_address(
    client: httpx2.Client, reader: int, service: Service
) -> None:
    page = client.get("/deadlines").text
    assert "低空物流项目申报通知" in page
    address = re.search(r'value="http://[^/]+(/calendar/[^"]+)"', page)
    assert address is not None
    client.cookies.clear()
    answer = client.get(address[1])
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "DTSTART:20260325T090000Z" in answer.text
    again = client.get(address[1], headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    feed = service.tokens.sign("feed", reader, 1)
    assert client.get(f"/calendar/{feed}.ics").status_code == 404
