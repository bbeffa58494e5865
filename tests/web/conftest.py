"""A service on SQLite with one alert, its web part on a real port, and a real client."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from notifier.bootstrap import Service, web_parts
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


@pytest.fixture
def client(service: Service) -> Iterator[httpx2.Client]:
    with serving(make_app(web_parts(service))) as client:
        yield client
