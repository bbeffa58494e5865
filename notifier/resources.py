"""Where the files that ship with the program are: inside the wheel, or beside the package in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """The path of `rules`, `templates` or `config.example.toml` as shipped."""
    inside = _PACKAGE / name
    return inside if inside.exists() else _PACKAGE.parent / name
