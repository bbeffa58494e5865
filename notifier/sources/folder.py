"""A source that is a folder: files that people and programs put there, by content, once they are whole."""

import asyncio
import hashlib
import mimetypes
import os
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from notifier.domain import Document, PollResult, PollState, Source
from notifier.errors import SourceError
from notifier.sources.fetch import Fetcher
from notifier.sources.settled import BusyError, leases_count, read_settled

SETTLED = 1.0  # seconds without a change after which a file may be whole
MAX_FILE = 64 * 1024 * 1024  # bytes
MAX_PASS = 512 * 1024 * 1024  # bytes that one pass hands over; the next pass takes the rest
_TEMPORARY = (".part", ".partial", ".tmp", ".crdownload", ".download", ".swp", ".filepart", "~")
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})

Known = Mapping[str, Any]  # key -> [size, mtime_ns, sha256]; "" for a file that is too large


@dataclass(frozen=True, slots=True)
class Found:
    """A file as the walk met it. `key` is its path within the folder, with /."""

    key: str
    path: Path
    size: int
    mtime_ns: int


@dataclass(slots=True)
class Pass:
    """What one pass brings together."""

    documents: list[Document] = field(default_factory=list)
    files: dict[str, list[Any]] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    taken: int = 0  # bytes


async def poll_folder(source: Source, state: PollState, *, now: datetime, fetcher: Fetcher) -> PollResult:
    """Files that are new or changed, in the order of their paths; one that is being written is left for the next pass.

    SourceError where the folder is missing or closed to us. A file that cannot be read is in `errors`.
    """
    folder, known = Path(source.address), state.cursor.get("files", {})
    found, errors = await asyncio.to_thread(_walk, folder)
    candidates = [file for file in found if list(known.get(file.key, ()))[:2] != [file.size, file.mtime_ns]]
    wait = _until_settled(candidates, time.time())
    if wait > 0:
        await asyncio.sleep(wait)  # once, however many files are young
    done = await asyncio.to_thread(_take, folder, candidates, known)
    kept = {file.key: known[file.key] for file in found if file.key in known} | _unseen(known, errors)
    cursor = {"files": kept | done.files}
    return PollResult(tuple(done.documents), PollState(cursor=cursor), (*errors, *done.errors))


def _until_settled(candidates: Sequence[Found], now: float) -> float:
    """Seconds until the youngest has been left alone for long enough; a clock that runs ahead costs no more."""
    newest = max((file.mtime_ns for file in candidates), default=0) / 1e9
    return min(max(newest + SETTLED - now, 0.0), SETTLED)


def _unseen(known: Known, errors: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What was known of folders that could not be listed this time: a share that is away for a while is not new."""
    closed = tuple(f"{key}/" for key, _ in errors)
    return {key: value for key, value in known.items() if closed and key.startswith(closed)}


def _walk(folder: Path) -> tuple[list[Found], list[tuple[str, str]]]:
    """All files worth reading, by path, and the folders that could not be listed."""
    if not folder.is_dir():
        raise SourceError(
            f"文件夹 {folder} 不存在；请先建立它，或改来源的 path",
            f"there is no folder {folder}; make it, or change the source's path",
        )
    root = folder.resolve()
    found: list[Found] = []
    errors: list[tuple[str, str]] = []
    waiting = [root]
    while waiting:
        here = waiting.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            if here == root:
                raise SourceError(
                    f"文件夹 {folder} 无法读取：{error.strerror}；请检查权限",
                    f"the folder {folder} cannot be read: {error.strerror}; check its permissions",
                ) from error
            errors.append((_key(here, root), _line(error)))
            continue
        waiting += [Path(entry.path) for entry in entries if _is_folder(entry)]
        found += _files(entries, root)
    return sorted(found, key=lambda file: file.key), errors


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)


def _files(entries: Sequence[os.DirEntry[str]], root: Path) -> Iterator[Found]:
    for entry in entries:
        if _is_temporary(entry.name):
            continue
        path = Path(entry.path)
        try:
            if entry.is_symlink():
                path = path.resolve()
                if not path.is_relative_to(root):
                    continue
            facts = path.stat(follow_symlinks=False)
        except (OSError, RuntimeError):  # gone since, or a link into itself
            continue
        if stat.S_ISREG(facts.st_mode):
            yield Found(_key(Path(entry.path), root), path, facts.st_size, facts.st_mtime_ns)


def _is_temporary(name: str) -> bool:
    lower = name.lower()
    return name.startswith((".", "~$")) or lower.endswith(_TEMPORARY) or lower in _SYSTEM_FILES


def _key(path: Path, root: Path) -> str:
    """The path within the folder, with /. Names that are not UTF-8 come from Windows: they are read as GB18030."""
    inner = path.relative_to(root).as_posix()
    try:
        inner.encode()
    except UnicodeEncodeError:
        return os.fsencode(inner).decode("gb18030", "replace")
    return inner


def _line(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"无法读取：{reason} / cannot be read: {reason}"


def _take(folder: Path, candidates: Sequence[Found], known: Known) -> Pass:
    """Read what is whole. One file that cannot be read never stops the others."""
    done = Pass()
    use_leases = leases_count(folder)
    for file in candidates:
        if file.size > MAX_FILE:
            limit = MAX_FILE // 1024 // 1024
            done.errors.append((file.key, f"超过 {limit} MB，未读 / larger than {limit} MB, not read"))
            done.files[file.key] = [file.size, file.mtime_ns, ""]
            continue
        if done.taken + file.size > MAX_PASS and done.taken:
            break
        try:
            content = read_settled(file.path, file.size, mtime_ns=file.mtime_ns, use_leases=use_leases)
        except (BusyError, FileNotFoundError):
            continue
        except OSError as error:
            done.errors.append((file.key, _line(error)))
            continue
        _keep(done, file, content, known)
    return done


def _keep(done: Pass, file: Found, content: bytes, known: Known) -> None:
    """Hand over a file whose content is not the one that was known."""
    digest = hashlib.sha256(content).hexdigest()
    done.files[file.key] = [file.size, file.mtime_ns, digest]
    if list(known.get(file.key, ()))[2:] == [digest]:
        return
    done.taken += file.size
    name = file.key.rsplit("/", 1)[-1]
    media_type = mimetypes.guess_type(name)[0] or ""
    done.documents.append(Document(key=file.key, name=name, media_type=media_type, content=content))
