"""What lies in a folder and below it: all files worth reading, and the folders that could not be listed."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from notifier.errors import SourceError

_TEMPORARY = (".part", ".partial", ".tmp", ".crdownload", ".download", ".swp", ".filepart", "~")
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})
Errors = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """A file as the walk met it. `key` is its path within the folder, with /."""

    key: str
    path: str
    size: int
    mtime_ns: int

    @property
    def name(self) -> str:
        return self.key.rpartition("/")[2]


def walk(folder: Path) -> tuple[list[Found], Errors]:
    """By path. SourceError where the folder itself is missing, closed, or on a share that is away."""
    root = _root(folder)
    found: dict[str, Found] = {}
    errors: Errors = []
    waiting = [(root, "")]
    while waiting:
        here, prefix = waiting.pop()
        try:
            with os.scandir(here) as entries:
                inner = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if here == root:
                raise _closed(folder, error) from error
            errors.append((prefix.rstrip("/"), line(error)))
            continue
        waiting += [(entry.path, f"{prefix}{_shown(entry.name)}/") for entry in inner if _is_folder(entry)]
        for file in _files(inner, prefix, root):
            found[_free(file.key, found)] = file
    return [_keyed(file, key) for key, file in sorted(found.items())], errors


def _root(folder: Path) -> str:
    try:
        if stat.S_ISDIR(folder.stat().st_mode):
            return str(folder.resolve())
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _closed(folder, error) from error
    raise SourceError(
        f"文件夹 {folder} 不存在；请先建立它，或改来源的 path",
        f"there is no folder {folder}; make it, or change the source's path",
    )


def _closed(folder: Path, error: OSError) -> SourceError:
    reason = error.strerror or str(error)
    return SourceError(
        f"文件夹 {folder} 无法读取：{reason}；请检查权限，或网络盘是否已连接",
        f"the folder {folder} cannot be read: {reason}; check its permissions, or whether the share is connected",
    )


def _free(key: str, taken: dict[str, Found]) -> str:
    """Two names that are shown alike, one in UTF-8 and one in GB18030, are two files."""
    return key if key not in taken else f"{key} (GB18030)"


def _keyed(file: Found, key: str) -> Found:
    return file if file.key == key else Found(key, file.path, file.size, file.mtime_ns)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
    except OSError:  # a network file system has to ask for the kind, too
        return False


def _files(entries: list[os.DirEntry[str]], prefix: str, root: str) -> Iterator[Found]:
    for entry in entries:
        if _is_temporary(entry.name):
            continue
        path = entry.path
        try:
            if entry.is_symlink():
                path = str(Path(path).resolve())
                if not path.startswith(root.rstrip("/") + "/"):
                    continue
            facts = Path(path).stat() if path != entry.path else entry.stat(follow_symlinks=False)
        except (OSError, RuntimeError):  # gone since, or a link into itself
            continue
        if stat.S_ISREG(facts.st_mode):
            yield Found(prefix + _shown(entry.name), path, facts.st_size, facts.st_mtime_ns)


def _is_temporary(name: str) -> bool:
    lower = name.lower()
    return name.startswith((".", "~$")) or lower.endswith(_TEMPORARY) or lower in _SYSTEM_FILES


def _shown(name: str) -> str:
    """The name as text. One that is not UTF-8 comes from Windows: it is read as GB18030."""
    if name.isascii():
        return name
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name


def line(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"无法读取：{reason} / cannot be read: {reason}"
