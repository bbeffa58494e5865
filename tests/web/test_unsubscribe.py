"""Unsubscribing: a GET is harmless, one POST does it, whatever its body."""

import httpx2
import pytest

from notifier.bootstrap import Service
from notifier.storage.events import events_of
from notifier.storage.subscribers import get_subscriber
from pipeline.job import mails, note, put, subscribe, work


@pytest.fixture
def token(service: Service) -> str:
    return service.tokens.sign("unsubscribe", subscribe(service, "a@example.org", "核电"), 1)


def _state(service: Service) -> str:
    with service.database.read() as session:
        row = get_subscriber(session, 1)
    assert row is not None
    return row.state


def test_a_hundred_gets_change_nothing_and_show_a_button(client: httpx2.Client, service: Service, token: str) -> None:
    for _ in range(100):
        answer = client.get(f"/unsubscribe/{token}")
    assert answer.status_code == 200
    assert '<form method="post"' in answer.text
    assert f'action="/unsubscribe/{token}"' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert _state(service) == "active"
    with service.database.read() as session:
        assert [event.name for event in events_of(session, "subscriber", 1)] == ["subscriber.added"]


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b""},
        {"content": b"\xff\x00 garbage", "headers": {"Content-Type": "application/json"}},
        {"content": b"x" * 100_000},
    ],
    ids=["RFC 8058 form", "multipart", "empty", "garbage", "large"],
)
def test_one_post_is_enough_whatever_its_body(
    client: httpx2.Client, service: Service, token: str, body: dict[str, object]
) -> None:
    answer = client.post(f"/unsubscribe/{token}", **body)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert not answer.history
    assert "set-cookie" not in answer.headers
    assert _state(service) == "unsubscribed"


def test_the_same_again_is_as_good_and_says_nothing_new(client: httpx2.Client, service: Service, token: str) -> None:
    assert [client.post(f"/unsubscribe/{token}").status_code for _ in range(3)] == [200, 200, 200]
    with service.database.read() as session:
        assert [event.name for event in events_of(session, "subscriber", 1)] == ["subscriber.added", "subscriber.state"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_is_not_ours_does_nothing(
    client: httpx2.Client, service: Service, token: str, method: str
) -> None:
    for wrong in ("x", token[:-3], token + "A", service.tokens.sign("feed", 1, 1)):
        assert client.request(method, f"/unsubscribe/{wrong}").status_code == 404
    assert _state(service) == "active"


def test_a_revoked_token_does_nothing(client: httpx2.Client, service: Service, token: str) -> None:
    assert client.post(f"/unsubscribe/{service.tokens.sign('unsubscribe', 1, 2)}").status_code == 404
    assert client.post(f"/unsubscribe/{service.tokens.sign('unsubscribe', 9, 1)}").status_code == 404
    assert _state(service) == "active"


def test_other_methods_change_nothing(client: httpx2.Client, service: Service, token: str) -> None:
    for method in ("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"):
        assert client.request(method, f"/unsubscribe/{token}").status_code == 405
    assert _state(service) == "active"


def test_the_link_in_the_mail_is_the_one_that_works(client: httpx2.Client, service: Service, token: str) -> None:
    put(service, "a.txt", note("核电项目开工"))
    work(service)
    (mail,) = mails(service)
    address = str(mail["List-Unsubscribe"]).strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = address.removeprefix(service.settings.web.base_url)
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    put(service, "b.txt", note("核电项目并网"))
    work(service)
    assert len(mails(service)) == 1
