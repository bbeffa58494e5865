"""Files that pages refer to: web/static/*. Served under a name with their hash, so that browsers keep them for ever."""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from notifier.errors import RenderError

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent."""

    name: str  # with its hash: style.0123456789ab.css
    media_type: str
    content: bytes
    zipped: bytes


class Statics:
    """The files of one or more folders, read once; the first folder that has a name wins."""

    def __init__(self, folders: Sequence[Path]) -> None:
        paths = {path.name: path for folder in reversed(folders) for path in (folder / "web" / "static").glob("*.*")}
        files = {name: _read(path) for name, path in paths.items() if path.suffix in _TYPES}
        self._names = {name: file.name for name, file in files.items()}
        self._files = {file.name: file for file in files.values()}

    def url(self, name: str) -> str:
        """Where a page finds it. RenderError where there is none."""
        if name not in self._names:
            raise RenderError(f"没有这个文件：{name}", f"There is no such file: {name}")
        return f"/static/{self._names[name]}"

    def file(self, hashed: str) -> StaticFile | None:
        return self._files.get(hashed)


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    name = f"{path.stem}.{digest}{path.suffix}"
    return StaticFile(name, _TYPES[path.suffix], content, gzip.compress(content, 9, mtime=0))
