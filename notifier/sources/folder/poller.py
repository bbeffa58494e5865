"""A source that is a folder: files that people and programs put there, by content, once they are whole."""

import asyncio
import hashlib
import mimetypes
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from notifier.domain import Document, PollResult, PollState, Source
from notifier.errors import SourceError
from notifier.sources.folder.settled import BusyError, leases_count, read_settled
from notifier.sources.folder.walk import Errors, Found, line, walk
from notifier.sources.http.fetch import Fetcher

SETTLED = 1.0  # seconds without a change after which a file may be whole
MAX_FILE = 64 * 1024 * 1024  # bytes
MAX_PASS = 512 * 1024 * 1024  # bytes that one pass hands over; the next pass takes the rest
MAX_GONE = 20_000  # files that are remembered although they are not there
PATIENCE = 600.0  # seconds for a share that does not answer
# Threads of its own: one that waits for a share that is away never comes back, and must not hold up the database.
_THREADS = ThreadPoolExecutor(4, "folder")
_Result = TypeVar("_Result")

# key -> [size, mtime_ns, sha256], "" for a file that is too large; a fourth value is the key that it came under.
Known = Mapping[str, Sequence[Any]]


@dataclass(slots=True)
class Pass:
    """What one pass brings together. `first`: nothing was known, and what is there does not count."""

    known: Known
    gone: dict[str, str]  # sha256 of a file that is not there any more -> the key that it came under
    first: bool
    documents: list[Document] = field(default_factory=list)
    files: dict[str, list[Any]] = field(default_factory=dict)
    errors: Errors = field(default_factory=list)
    taken: int = 0  # bytes


async def poll_folder(source: Source, state: PollState, *, now: datetime, fetcher: Fetcher) -> PollResult:
    """Files that are new or changed, in the order of their paths; one that is being written is left for the next pass.

    A file that was moved or renamed is the one it was, and so is one that comes back: a share that was away is not new.
    SourceError where the folder is missing or closed to us. A file that cannot be read is in `errors`.
    """
    folder = Path(source.address)
    found, errors = await _aside(folder, lambda: walk(folder))
    known = _with_moved(found, state.cursor.get("files", {}), errors)
    candidates = [file for file in found if list(known.get(file.key, ()))[:2] != [file.size, file.mtime_ns]]
    wait = _until_settled(candidates, time.time())
    if wait > 0:
        await asyncio.sleep(wait)  # once, however many files are young
    gone = _gone(found, known, errors)
    digests = {known[key][2]: _came_as(key, known[key]) for key in gone if known[key][2] and known[key][0]}
    done = Pass(known, digests, first=source.first == "new" and not state.cursor)
    await _aside(folder, lambda: _take(folder, candidates, done))
    present = {file.key: known[file.key] for file in found if file.key in known} | done.files
    files = _remembered(known, present, gone)
    return PollResult(tuple(done.documents), PollState(cursor={"files": files}), (*errors, *done.errors))


async def _aside(folder: Path, work: Callable[[], _Result]) -> _Result:
    """In a thread of ours. SourceError where the share keeps it waiting."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.get_running_loop().run_in_executor(_THREADS, work)
    except TimeoutError as error:
        raise SourceError(
            f"文件夹 {folder} 没有响应；请检查网络盘", f"the folder {folder} does not answer; check the share"
        ) from error


def _until_settled(candidates: Sequence[Found], now: float) -> float:
    """Seconds until the youngest has been left alone for long enough; a clock that runs ahead costs no more."""
    newest = max((file.mtime_ns for file in candidates), default=0) / 1e9
    return min(max(newest + SETTLED - now, 0.0), SETTLED)


# --- what is known ---------------------------------------------------------------------------------------------


def _came_as(key: str, entry: Sequence[Any]) -> str:
    return str(entry[3]) if len(entry) > 3 else key


def _gone(found: Sequence[Found], known: Known, errors: Errors) -> list[str]:
    """Keys of files that are not there any more; those in folders that could not be listed may be."""
    present, closed = {file.key for file in found}, tuple(f"{key}/" for key, _ in errors)
    return [key for key in known if key not in present and not (closed and key.startswith(closed))]


def _with_moved(found: Sequence[Found], known: Known, errors: Errors) -> dict[str, Sequence[Any]]:
    """`known`, where a file of the same name, size and time that stands elsewhere now is known there."""
    strange = [file for file in found if file.key not in known]
    gone = _gone(found, known, errors) if strange and known else []
    lost = {(key.rpartition("/")[2], *known[key][:2]): key for key in gone}
    moved = {file.key: lost.pop(mark) for file in strange if (mark := (file.name, file.size, file.mtime_ns)) in lost}
    taken = set(moved.values())
    kept = {key: entry for key, entry in known.items() if key not in taken}
    return kept | {key: _entry(known[old][0], known[old][1], known[old][2], key, _came_as(old, known[old]))
                   for key, old in moved.items()}  # fmt: skip


def _entry(size: int, mtime_ns: int, digest: str, key: str, came_as: str) -> list[Any]:
    return [size, mtime_ns, digest] if key == came_as else [size, mtime_ns, digest, came_as]


def _remembered(known: Known, present: Known, gone: Sequence[str]) -> dict[str, Any]:
    """What is there, what may be, and what was there last; a file that came back elsewhere is there."""
    here = {_came_as(key, entry) for key, entry in present.items()}
    absent = set(gone)
    closed = {key: known[key] for key in known if key not in present and key not in absent}
    left = [key for key in gone if _came_as(key, known[key]) not in here]
    newest = sorted(left, key=lambda key: int(known[key][1]))[-MAX_GONE:]
    return {key: known[key] for key in newest} | closed | dict(present)


# --- what is new -----------------------------------------------------------------------------------------------


def _take(folder: Path, candidates: Sequence[Found], done: Pass) -> None:
    """Read what is whole. One file that cannot be read never stops the others."""
    use_leases = leases_count(folder)
    for file in candidates:
        if file.size > MAX_FILE:
            limit = MAX_FILE // 1024 // 1024
            done.errors.append((file.key, f"超过 {limit} MB，未读 / larger than {limit} MB, not read"))
            done.files[file.key] = [file.size, file.mtime_ns, ""]
            continue
        if done.taken + file.size > MAX_PASS and done.taken and not done.first:
            break
        try:
            content = read_settled(Path(file.path), file.size, mtime_ns=file.mtime_ns, use_leases=use_leases)
        except (BusyError, FileNotFoundError):
            continue
        except OSError as error:
            done.errors.append((file.key, line(error)))
            continue
        _keep(done, file, content)


def _keep(done: Pass, file: Found, content: bytes) -> None:
    """Hand over a file whose content is not the one that was known under its path.

    One that was gone and came back otherwise is handed over as what it was: who stores it knows what became of it.
    What was there at the start, and is too much for one pass, is only remembered: the next pass would take it for new.
    """
    digest = hashlib.sha256(content).hexdigest()
    before = done.known.get(file.key, ())
    came_as = _came_as(file.key, before) if before else done.gone.get(digest, file.key)
    done.files[file.key] = _entry(file.size, file.mtime_ns, digest, file.key, came_as)
    if list(before)[2:3] == [digest] or (done.first and done.taken + file.size > MAX_PASS):
        return
    done.taken += file.size
    media_type = mimetypes.guess_type(file.name)[0] or ""
    done.documents.append(Document(key=came_as, name=file.name, media_type=media_type, content=content))
