"""A setting, a command or an option that is not documented fails here."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from notifier.cli import app as cli
from notifier.config import Settings, SourceSettings, load_settings
from notifier.resources import resource

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")


def _commands() -> Iterator[str]:
    for command in cli.app.registered_commands:
        yield command.name or command.callback.__name__  # type: ignore[union-attr]
    for group in cli.app.registered_groups:
        for command in group.typer_instance.registered_commands:  # type: ignore[union-attr]
            yield f"{group.name} {command.name}"
        for inner in group.typer_instance.registered_groups:  # type: ignore[union-attr]
            for command in inner.typer_instance.registered_commands:  # type: ignore[union-attr]
                yield f"{group.name} {inner.name} {command.name}"


@pytest.mark.parametrize("name", list(_commands()))
def test_every_command_is_in_the_reference(name: str) -> None:
    assert re.search(rf"`notifier {name}\b", COMMANDS)


def test_the_reference_names_no_command_that_does_not_exist() -> None:
    known = set(_commands())
    known |= {name.rpartition(" ")[0] for name in known if name.count(" ") == 2}
    for found in re.findall(r"`notifier ([a-z-]+(?: [a-z]+)?)", COMMANDS):
        assert found in known or found.split()[0] in known


def _settings() -> Iterator[tuple[str, str]]:
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from ((name, key) for key in field.annotation.model_fields)
    yield from (("sources", key) for key in SourceSettings.model_fields)


@pytest.mark.parametrize(("part", "key"), list(_settings()))
def test_every_setting_is_in_the_example(part: str, key: str) -> None:
    section = re.split(rf"^#? ?\[+{part}\]+", EXAMPLE, maxsplit=1, flags=re.M)[1]
    assert re.search(rf"^(# )?{key} = ", section, flags=re.M)


def test_the_example_is_a_config_and_says_the_defaults() -> None:
    example = tomllib.loads(EXAMPLE)
    for name, part in example.items():
        if name != "sources":
            assert type(getattr(Settings(), name))(**part) == getattr(Settings(), name)
    assert load_settings(resource("config.example.toml")).sources[0].name == "要参"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_both_readmes_have_the_two_commands_and_no_dead_links(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/notifier demo" in text
    assert "scripts/test" in text
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target
