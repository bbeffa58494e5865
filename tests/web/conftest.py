"""A service on SQLite with one alert, its web part on a real port, and a real client."""

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from notifier.accounts.sessions import begin_session
from notifier.bootstrap import Service
from notifier.bootstrap.running import web_parts
from notifier.web.app import make_app
from notifier.web.server import open_port, serve


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/notifier.db"


@contextlib.contextmanager
def serving(app: FastAPI) -> Iterator[httpx2.Client]:
    """The app behind the real server, in a thread of its own."""
    port = open_port("127.0.0.1:0")
    number = port.getsockname()[1]
    loop, stopping = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve(app, port, stopping)))
    thread.start()
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{number}", timeout=10, trust_env=False) as client:
            yield client
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(20)
        for _ in range(50):
            if not thread.is_alive():
                break
            time.sleep(0.1)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def eventually(condition: Callable[[], bool]) -> bool:
    """What a handler does after its answer takes a moment."""
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.05)
    return False


def form_token(client: httpx2.Client, path: str) -> str:
    """The token of the form at `path`; the client keeps the cookie that goes with it."""
    found = re.search(r'name="form_token" value="([^"]+)"', client.get(path).text)
    return found[1] if found else ""


def post_form(client: httpx2.Client, path: str, *, at: str = "", **fields: object) -> httpx2.Response:
    """Send a form as a browser does: get the page it is on (`at`, or `path`), then post it with its token."""
    return client.post(path, data={"form_token": form_token(client, at or path)} | fields)


def sign_in(client: httpx2.Client, service: Service, subscriber_id: int) -> str:
    """Give the client a session, as the login does; the key."""
    with service.database.write() as session:
        key = begin_session(session, subscriber_id, old_key="", now=service.clock())
    client.cookies.set("notifier", key, domain="127.0.0.1", path="/")
    return key


@pytest.fixture
def client(service: Service) -> Iterator[httpx2.Client]:
    with serving(make_app(web_parts(service))) as client:
        yield client
