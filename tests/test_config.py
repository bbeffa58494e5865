"""Settings that are wrong are told in one line: what, where, and what would be right."""

from pathlib import Path

import pytest

from notifier.config import load_settings
from notifier.errors import ConfigError


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('sections = ["x("]', r"reading.sections: 'x\(' is no RE2 pattern: missing \): x\("),
        ('issues = ["abc"]', "'abc' needs a group in round brackets"),
        ("section = []", r"did you mean sections\?"),
    ],
)
def test_a_wrong_form_of_a_house_is_told(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "config.toml").write_text(f"[reading]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_settings(tmp_path / "config.toml")


def test_the_forms_of_a_house_are_settings(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[reading]\ncontents = ["速览"]\nissues = ["刊号(.+)"]\n', encoding="utf-8")
    reading = load_settings(tmp_path / "config.toml").reading
    assert (reading.contents, reading.issues, reading.to) == (("速览",), ("刊号(.+)",), ())


@pytest.mark.parametrize("quiet", ["22", "8:00-8:00", "night"])
def test_wrong_quiet_hours_are_told(tmp_path: Path, quiet: str) -> None:
    (tmp_path / "config.toml").write_text(f'[service]\nquiet = "{quiet}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="write 22:00-07:00"):
        load_settings(tmp_path / "config.toml")
