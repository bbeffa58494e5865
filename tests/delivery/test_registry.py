"""Transports are made by name; a wrong setting names the right ones."""

from pathlib import Path

import pytest

from notifier.delivery import TRANSPORTS, Maildir, Smtp, make_transport
from notifier.errors import ConfigError


def test_each_name_makes_its_transport(tmp_path: Path) -> None:
    assert sorted(TRANSPORTS) == ["maildir", "relays", "smtp"]
    assert isinstance(make_transport("maildir", {"path": tmp_path}), Maildir)
    assert isinstance(make_transport("smtp", {"host": "127.0.0.1", "port": 25, "tls": "none"}), Smtp)


@pytest.mark.parametrize(
    ("name", "options", "named"),
    [
        ("pigeon", {}, "maildir, relays, smtp"),
        ("maildir", {}, "path"),
        ("maildir", {"path": "x", "port": 25}, "port"),
        ("smtp", {"host": "x", "port": 25, "tls": "ssl"}, "starttls"),
    ],
)
def test_a_wrong_setting_is_named(name: str, options: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        make_transport(name, options)
