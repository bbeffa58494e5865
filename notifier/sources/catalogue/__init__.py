"""Ready sources: one TOML file each. Those with selectors say where and when these were seen to work; all others are
addresses that nobody has checked, and are marked so."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notifier.errors import ConfigError

SHIPPED = Path(__file__).resolve().parent
_KEYS = frozenset(("name", "verified", "seen", "evidence", "source"))


@dataclass(frozen=True, slots=True)
class Entry:
    """`source` is what stands in [[sources]] of a config, without a name. `seen`: when it was seen to work."""

    id: str
    name: str
    source: Mapping[str, Any]
    verified: bool
    seen: str
    evidence: str

    @property
    def address(self) -> str:
        return str(self.source.get("url", ""))


def catalogue(own: Path | None = None) -> Sequence[Entry]:
    """The entries that ship, and those of the operator's own folder, which replace them by their file's name.

    ConfigError in one line where a file is wrong.
    """
    files = {file.stem: file for folder in (SHIPPED, own) if folder for file in sorted(folder.glob("*.toml"))}
    return [_entry(name, file) for name, file in files.items()]


def _entry(name: str, file: Path) -> Entry:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file} 读不了：{error}", f"{file} cannot be read; fix it") from error
    unknown = sorted(data.keys() - _KEYS)
    if unknown or not isinstance(data.get("source"), dict):
        zh = f"未知的键 {'、'.join(unknown)}" if unknown else "缺少 [source]"
        en = f"unknown keys {', '.join(unknown)}" if unknown else "no [source]"
        raise ConfigError(f"{file}：{zh}；可用 {', '.join(sorted(_KEYS))}", f"{file}: {en}")
    return Entry(
        id=name,
        name=str(data.get("name", name)),
        source=data["source"],
        verified=bool(data.get("verified", False)),
        seen=str(data.get("seen", "")),
        evidence=str(data.get("evidence", "")),
    )
