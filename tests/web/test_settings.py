"""设置: what is saved is what is shown; pauses that end by themselves; one's data."""

import asyncio
import io
import zipfile

import httpx2
import pytest

from conftest import Clock
from notifier.accounts.profile import profile
from notifier.bootstrap import Service
from notifier.domain import Schedule, SubscriberState
from notifier.storage.subscribers import get_subscribers, subscriber_row
from pipeline.job import note, subscribe, take, titles_sent
from web.conftest import form_token, post_form, sign_in

LI = "li@example.org"
FORM = {
    "delivery": "weekly",
    "language": "en",
    "timezone": "Asia/Urumqi",
    "hour": "7",
    "weekday": "4",
    "monthday": "15",
    "remind": "0",
    "quiet_from": "22:00",
    "quiet_to": "07:00",
    "working_days": "yes",
}


@pytest.fixture
def number(client: httpx2.Client, service: Service) -> int:
    number = subscribe(service, LI, "核电")
    sign_in(client, service, number)
    return number


def test_what_is_saved_is_what_is_shown_and_in_the_new_language(
    client: httpx2.Client, service: Service, number: int
) -> None:
    assert post_form(client, "/settings", **FORM).status_code == 303
    with service.database.read() as session:
        one = get_subscribers(session, [number])[number]
    assert (one.delivery, one.language, one.timezone) == (Schedule.WEEKLY, "en", "Asia/Urumqi")
    assert (one.digest_hour, one.digest_weekday, one.digest_monthday, one.remind_days) == (7, 4, 15, 0)
    assert (str(one.quiet), one.working_days) == ("22:00-07:00", True)
    page = client.get("/settings?done=saved").text
    for part in ('lang="en"', "Saved.", "Asia/Urumqi", 'value="22:00"', '<option value="4" selected>', "checked"):
        assert part in page, part
    assert post_form(client, "/settings", **(FORM | {"quiet_from": "", "quiet_to": ""})).status_code == 303
    assert post_form(client, "/settings", **{k: v for k, v in FORM.items() if k != "working_days"}).status_code == 303
    with service.database.read() as session:
        one = get_subscribers(session, [number])[number]
    assert not one.working_days


def test_what_is_wrong_is_said_and_nothing_is_changed(client: httpx2.Client, service: Service, number: int) -> None:
    wrong = {
        "timezone": "Mars/Base",
        "quiet_to": "",
        "hour": "24",
        "language": "fr",
        "delivery": "urgent",
        "remind": "x",
    }
    for name, value in wrong.items():
        assert post_form(client, "/settings", **(FORM | {name: value})).status_code == 422, name
    with service.database.read() as session:
        assert get_subscribers(session, [number])[number].delivery is Schedule.IMMEDIATE


def test_a_pause_keeps_alerts_and_ends_by_itself_on_its_day(
    client: httpx2.Client, service: Service, number: int, clock: Clock
) -> None:
    for wrong in ("2020-01-01", "2999-01-01", "never", "2026-03-16"):
        assert post_form(client, "/settings/pause", at="/settings", until=wrong).status_code == 422
    assert post_form(client, "/settings/pause", at="/settings", until="2026-03-18").status_code == 303
    assert "2026-03-18" in client.get("/settings").text
    take(service, "a.txt", note("核电项目开工"))
    asyncio.run(service.deliver())
    assert titles_sent(service) == {}
    clock.forward(days=1, hours=12)  # 18 March, 00:00 in Shanghai
    asyncio.run(service.deliver())
    assert titles_sent(service)[LI] == ["核电项目开工"]
    assert profile(service.database, number, now=clock()).subscriber.state is SubscriberState.ACTIVE


def test_a_pause_without_a_day_waits_for_its_owner(
    client: httpx2.Client, service: Service, number: int, clock: Clock
) -> None:
    assert post_form(client, "/settings/pause", at="/settings").status_code == 303
    clock.forward(days=300)
    asyncio.run(service.deliver())
    sign_in(client, service, number)
    assert post_form(client, "/settings/resume", at="/settings").status_code == 303
    assert profile(service.database, number, now=clock()).subscriber.state is SubscriberState.ACTIVE


def test_one_takes_ones_data_away_and_deletes_it_by_typing_ones_address(
    client: httpx2.Client, service: Service, number: int
) -> None:
    answer = client.get("/settings/export")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "data.json" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert post_form(client, "/settings/delete", email="other@example.org").status_code == 422
    page = client.post("/settings/delete", data={"form_token": form_token(client, "/settings/delete"), "email": LI})
    assert page.status_code == 200
    assert "E-" in page.text
    assert client.get("/settings").status_code == 303  # signed out
    with service.database.read() as session:
        assert subscriber_row(session, LI) is None
