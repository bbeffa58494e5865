"""A small WebSub hub on 127.0.0.1: takes subscriptions, asks back, and tells of news as it is told to."""

import contextlib
import hashlib
import hmac
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx2


class Hub:
    """asked: the forms that came. members: (callback, topic) -> secret, once they agreed. lease: seconds given."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.members: dict[tuple[str, str], str] = {}
        self.lease, self.status, self.asks_back = 3_600, 202, True
        self.moved_to = ""
        self.url = ""

    def take(self, form: dict[str, str]) -> int:
        self.asked.append(form)
        if self.status == 202 and self.asks_back:
            self.ask_back(form)
        return self.status

    def ask_back(self, form: dict[str, str], **changes: str) -> bool:
        """Whether they agreed: 2xx, and the challenge came back."""
        said = {
            "hub.mode": form["hub.mode"],
            "hub.topic": form["hub.topic"],
            "hub.challenge": "c<h>allenge",
            "hub.lease_seconds": str(self.lease),
        } | changes
        answer = httpx2.get(f"{form['hub.callback']}?{urlencode(said)}", trust_env=False)
        agreed = answer.status_code == 200 and answer.text == "c<h>allenge"
        if agreed and said["hub.mode"] == "subscribe":
            self.members[form["hub.callback"], said["hub.topic"]] = form["hub.secret"]
        elif agreed:
            del self.members[form["hub.callback"], said["hub.topic"]]
        return agreed

    def tell(self, content: bytes, *, secret: str = "") -> int:
        """Push to all; the last answer's status."""
        status = 0
        for (callback, _), own in self.members.items():
            value = hmac.new((secret or own).encode(), content, hashlib.sha256).hexdigest()
            headers = {"X-Hub-Signature": f"sha256={value}", "Content-Type": "application/rss+xml"}
            status = httpx2.post(callback, content=content, headers=headers, trust_env=False).status_code
        return status


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.hub.moved_to and self.path == "/":
            self._answer(307, self.hub.moved_to)
            return
        self._answer(self.hub.take({name: values[0] for name, values in parse_qs(body).items()}))

    def _answer(self, status: int, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def hub_running() -> Iterator[Hub]:
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("HubHandler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
