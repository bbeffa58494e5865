"""Plain values as TOML, so that what is printed can be pasted into a config."""

import json
from collections.abc import Mapping


def to_toml(table: str, row: Mapping[str, object]) -> str:
    """One [[table]] entry; keys in their order, empty values left out."""
    lines = [f"{key} = {_value(value)}" for key, value in row.items() if value not in ("", [], {}, None)]
    return "\n".join((f"[[{table}]]", *lines))


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        if any(isinstance(one, Mapping) for one in value):
            return "[\n" + "".join(f"  {_value(one)},\n" for one in value) + "]"
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # a JSON string, number or boolean is one of TOML
