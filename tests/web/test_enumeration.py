"""Nobody learns who subscribes: for known and unknown addresses the same is answered, after the same work."""

import asyncio
import dataclasses
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI

from accounts.person import watched
from notifier.accounts.sessions import new_key
from notifier.bootstrap import Service
from notifier.bootstrap.running import open_signups, web_parts
from notifier.web.app import make_app
from notifier.web.forms import make_token
from pipeline.job import subscribe

KNOWN, UNKNOWN = "known@example.org", "other@example.org"
FORMS = {"/login": {"next": "/"}, "/subscribe": {"rules": "核电"}}


def _post(app: FastAPI, path: str, key: str, fields: dict[str, str], timeline: list[str]) -> str:
    """Post a form; the page. The timeline gets "sent" when the last byte of the answer has left."""
    body, page = urlencode(fields).encode(), bytearray()
    headers = {b"content-type": b"application/x-www-form-urlencoded", b"cookie": f"notifier={key}".encode()}
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": list(headers.items())}
    scope |= {"client": ("192.0.2.1", 1), "scheme": "http", "server": ("127.0.0.1", 80), "root_path": ""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        page.extend(message.get("body", b""))
        if message["type"] == "http.response.body" and not message.get("more_body"):
            timeline.append("sent")

    asyncio.run(app(scope, receive, send))
    return page.decode()


@pytest.mark.parametrize("path", FORMS)
def test_known_and_unknown_get_the_same_page_after_the_same_work(service: Service, path: str) -> None:
    """Work is compared rather than time: what the answer waits for is the same, to the statement."""
    subscribe(service, KNOWN, "核电")
    site = dataclasses.replace(web_parts(service), signups=open_signups(service))
    app, pages, work, after = make_app(site), {}, {}, {}
    for email in (KNOWN, UNKNOWN):
        timeline: list[str] = []
        key = new_key()
        fields = {"form_token": make_token(site.tokens.secret, key), "email": email} | FORMS[path]
        with watched(service, timeline):
            page = _post(app, path, key, fields, timeline)
        pages[email] = re.sub(r'value="[^"]{80,}"', "", page).replace(email, "")
        at = timeline.index("sent")
        work[email], after[email] = timeline[:at], timeline[at + 1 :]
    assert pages[KNOWN] == pages[UNKNOWN]
    assert work[KNOWN] == work[UNKNOWN]
    assert after[KNOWN] != after[UNKNOWN]  # what differs is done when the answer has left
