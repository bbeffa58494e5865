"""Signing up on the web: a form, the same answer for everybody, a button behind the link."""

import dataclasses
import re
from collections.abc import Iterator

import httpx2
import pytest
from sqlalchemy import text

from notifier.bootstrap import Service
from notifier.bootstrap.running import open_signups, web_parts
from notifier.storage.subscribers import subscriber_row
from notifier.web.app import make_app
from pipeline.job import lines, subscribe
from web.conftest import eventually, post_form, serving

LI = "li@example.org"
_CONTENT = text("SELECT text FROM content")


@pytest.fixture
def open_client(service: Service) -> Iterator[httpx2.Client]:
    parts = dataclasses.replace(web_parts(service), signups=open_signups(service))
    with serving(make_app(parts)) as client:
        yield client


def _asked(service: Service) -> int:
    return sum(line.kind == "notice" for line in lines(service))


def _state(service: Service, email: str = LI) -> str:
    with service.database.read() as session:
        row = subscriber_row(session, email)
    return row.state if row else ""


def _ask(client: httpx2.Client, email: str = LI, rules: str = "核电\r\n\r\n广元") -> httpx2.Response:
    return post_form(client, "/subscribe", email=email, rules=rules)


def test_signing_up_is_closed_unless_the_operator_opens_it(client: httpx2.Client) -> None:
    assert client.get("/subscribe").status_code == 404
    assert post_form(client, "/subscribe", at="/login", email=LI, rules="核电").status_code == 404


def test_a_form_a_mail_a_button(open_client: httpx2.Client, service: Service) -> None:
    assert 'name="rules"' in open_client.get("/subscribe").text
    assert _ask(open_client).status_code == 200
    assert eventually(lambda: _asked(service) == 1)
    assert _state(service) == "pending"
    with service.database.read() as session:
        (said,) = [row[0] for row in session.execute(_CONTENT)]
    path = re.search(r"/confirm/\S+", said)
    assert path is not None
    for _ in range(100):
        page = open_client.get(path[0])
    assert (page.status_code, _state(service)) == (200, "pending")
    assert f'action="{path[0]}"' in page.text
    assert [open_client.post(path[0]).status_code for _ in range(2)] == [200, 200]
    assert _state(service) == "active"
    assert open_client.post("/confirm/x").status_code == 404


def test_the_answer_is_the_same_for_who_subscribes_already_and_who_does_not(
    open_client: httpx2.Client, service: Service
) -> None:
    subscribe(service, "known@example.org", "核电")
    known, unknown = _ask(open_client, "known@example.org"), _ask(open_client, "new@example.org")
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert eventually(lambda: _asked(service) == 1)
    assert [line.subscriber for line in lines(service)] == ["new@example.org"]


def test_what_cannot_be_used_is_said_with_the_form_as_it_was_and_harmless(open_client: httpx2.Client) -> None:
    answer = _ask(open_client, '"><script>alert(1)</script>', "核电")
    assert answer.status_code == 422
    assert "<script>" not in answer.text
    assert "核电" in answer.text
    assert _ask(open_client, LI, "(核电").status_code == 422
    assert _ask(open_client, LI, "").status_code == 422
    assert _ask(open_client, "a\r\nRCPT TO:<b@x.org>@x.org", "核电").status_code == 422
