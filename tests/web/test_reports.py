"""Mail providers report over HTTP: only what is rightly signed changes anything."""

import dataclasses
from collections.abc import Iterator

import httpx2
import pytest

from delivery.posts import SECRETS, post
from notifier.bootstrap import Service
from notifier.bootstrap.running import web_parts
from notifier.config import Settings, load_settings
from notifier.web.app import make_app
from notifier.web.reports import LARGEST
from pipeline.job import lines, note, subscribe, take, work
from web.conftest import serving


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With two providers."""
    config = settings.folder / "config.toml"
    providers = [f'{{ name = "{name}", secret_file = "{name}-key" }}' for name in ("mailgun", "standard")]
    for name in ("mailgun", "standard"):
        (settings.folder / f"{name}-key").write_text(SECRETS[name] + "\n", encoding="utf-8")
    added = f"[bounces]\nproviders = [{', '.join(providers)}]\n"
    config.write_text(added + config.read_text(encoding="utf-8"), encoding="utf-8")
    return load_settings(config)


@pytest.fixture
def client(service: Service) -> Iterator[httpx2.Client]:
    subscribe(service, "li@example.org", "核电")
    take(service, "a.txt", note("核电项目开工"))
    work(service)
    with serving(make_app(web_parts(service))) as client:
        yield client


def _send(client: httpx2.Client, service: Service, provider: str, *, secret: str = "") -> int:
    (line,) = (line for line in lines(service) if line.subscriber == "li@example.org")
    words = "550 5.1.1 no such user"
    posted = post(provider, "bounced", line.message_id, words=words, now=service.clock(), secret=secret)
    return client.post(f"/reports/{provider}", content=posted.content, headers=dict(posted.headers)).status_code


@pytest.mark.parametrize("provider", ["mailgun", "standard"])
def test_a_signed_report_is_taken_and_may_come_again(client: httpx2.Client, service: Service, provider: str) -> None:
    assert client.get(f"/reports/{provider}").status_code == 200
    assert [_send(client, service, provider) for _ in range(2)] == [200, 200]
    assert next(iter(lines(service))).state == "bounced"


def test_what_is_forged_too_large_or_of_nobody_changes_nothing(client: httpx2.Client, service: Service) -> None:
    assert _send(client, service, "mailgun", secret="another") == 401
    assert client.post("/reports/mailgun", content=b"\xff").status_code == 400
    assert client.post("/reports/mailgun", content=b"a" * (LARGEST + 1)).status_code == 413
    for name in ("sendcloud", "x"):  # no secret of it, or no provider
        assert client.post(f"/reports/{name}", content=b"{}").status_code == 404
    assert [line.state for line in lines(service)] == ["sent"]


def test_without_providers_there_is_no_such_page(service: Service) -> None:
    parts = dataclasses.replace(web_parts(service), reports=None)
    with serving(make_app(parts)) as client:
        assert client.post("/reports/mailgun", content=b"{}").status_code == 404
