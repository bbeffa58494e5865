"""sources add: what is typed, as [[sources]] has it; every setting that the config knows can be given."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from notifier.cli import listing
from notifier.errors import InputError

Row = dict[str, object]


def given_settings(pairs: Sequence[str], **named: str) -> Row:
    """`KEY=VALUE`s and options that were given a value; a value is TOML, or the text that it is."""
    return dict(map(_pair, pairs)) | {key: value for key, value in named.items() if value}


def _pair(text: str) -> tuple[str, object]:
    key, mark, value = text.partition("=")
    if not mark or not key.strip():
        raise InputError(
            f"--set {text} 应写成 键=值，例如 --set timezone=Asia/Urumqi",
            f"--set {text}: write KEY=VALUE, such as --set timezone=Asia/Urumqi",
        )
    return key.strip(), _value(value.strip())


def _value(text: str) -> object:
    """What is no TOML is taken as it is: a name or a selector needs no quotes. Nor is a date meant as one."""
    try:
        found = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return found["value"] if len(found) == 1 and isinstance(found["value"], bool | list | dict | str) else text


def new_row(
    config: Path | None, name: str, *, kind: str, address: str, catalogue: str, yes: bool, given: Mapping[str, object]
) -> Row:
    """From the catalogue, or as given; a list without `item` is guessed, shown and confirmed."""
    if catalogue:
        return {**listing.catalogue_row(config, name, catalogue), **given}
    if not kind or not address:
        raise InputError("请给出 --kind 和 --address，或 --catalogue", "give --kind and --address, or --catalogue")
    row = {"name": name, "kind": kind, "path" if kind == "folder" else "url": address, **given}
    return row if kind != "listing" or "item" in given else listing.guessed_row(config, row, yes=yes)
