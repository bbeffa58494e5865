"""Where the database does not matter, a test asks for `on_sqlite`: a service on SQLite alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Clock
from notifier.bootstrap import Service
from notifier.config import load_settings


@pytest.fixture
def configured(place: Path) -> Callable[..., Path]:
    """Writes a config.toml with a public and a restricted folder source and these further lines; its path."""

    def write(*lines: str) -> Path:
        sources = [
            '[[sources]]\nname = "要参"\nkind = "folder"\npath = "inbox"\nevery = "1m"',
            '[[sources]]\nname = "内参"\nkind = "folder"\npath = "restricted"\nevery = "1m"\naudience = ["内部"]',
        ]
        (place / "restricted").mkdir(exist_ok=True)
        (place / "config.toml").write_text("\n".join([*lines, *sources]) + "\n", encoding="utf-8")
        return place / "config.toml"

    return write


@pytest.fixture
def on_sqlite(
    configured: Callable[..., Path], clock: Clock, open_services: Callable[..., Service]
) -> Callable[..., Service]:
    """Opens a service on SQLite with these lines in its config."""

    def open_one(*lines: str, **options: object) -> Service:
        return open_services(load_settings(configured(*lines)), **({"clock": clock} | options))

    return open_one
