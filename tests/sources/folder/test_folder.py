"""Folders as people and programs use them: what is taken, what is left for the next pass, and what fails alone."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from notifier.domain import PollResult, PollState, Source
from notifier.errors import SourceError
from notifier.sources import poll
from notifier.sources.folder import poller as folder_source
from notifier.sources.folder.poller import MAX_FILE
from notifier.sources.folder.settled import leases_count, open_for_writing

from ..sites import local_fetcher

EMPTY = PollState()
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def polled(folder: Path, state: PollState = EMPTY, *, first: Any = "all") -> PollResult:
    stored = PollState(cursor=json.loads(json.dumps(state.cursor, sort_keys=True)))
    source = Source("s", "folder", str(folder), first=first)
    return asyncio.run(poll(source, stored, now=NOW, fetcher=local_fetcher()))


def put(path: Path, content: bytes = b"x", *, age: float = 60.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    at = time.time() - age
    os.utime(path, (at, at))
    return path


def keys(result: PollResult) -> list[str]:
    return [document.key for document in result.documents]


def test_files_of_all_depths_come_with_their_bytes_and_kind(tmp_path: Path) -> None:
    put(tmp_path / "52.txt", "要参".encode())
    put(tmp_path / "2026" / "09" / "53.pdf", b"%PDF")
    put(tmp_path / "no suffix", b"?")
    result = polled(tmp_path)
    assert [(one.key, one.name, one.media_type, one.content) for one in result.documents] == [
        ("2026/09/53.pdf", "53.pdf", "application/pdf", b"%PDF"),
        ("52.txt", "52.txt", "text/plain", "要参".encode()),
        ("no suffix", "no suffix", "", b"?"),
    ]
    assert result.errors == ()


def test_only_new_and_changed_files_come_again(tmp_path: Path) -> None:
    put(tmp_path / "a"), put(tmp_path / "b")
    state = polled(tmp_path).state
    assert keys(polled(tmp_path, state)) == []
    put(tmp_path / "b", b"other", age=30)
    put(tmp_path / "c")
    result = polled(tmp_path, state)
    assert keys(result) == ["b", "c"]
    assert keys(polled(tmp_path, result.state)) == []


def test_a_file_that_was_only_touched_or_copied_over_itself_is_not_new(tmp_path: Path) -> None:
    state = polled(put(tmp_path / "a").parent).state
    put(tmp_path / "a", age=30)
    result = polled(tmp_path, state)
    assert keys(result) == []
    assert result.state.cursor != state.cursor


def test_a_share_that_was_away_is_not_new(tmp_path: Path) -> None:
    """Not mounted, its folder is there and empty."""
    share, mount = tmp_path / "share", tmp_path / "mount"
    for number in range(3):
        put(share / "2026" / f"{number}.txt", f"{number}".encode())
    mount.symlink_to(share)
    state = polled(mount).state
    mount.unlink()
    mount.mkdir()
    state = polled(mount, state).state
    mount.rmdir()
    with pytest.raises(SourceError):
        polled(mount, state)
    mount.symlink_to(share)
    put(share / "3.txt", b"new")
    result = polled(mount, state)
    assert keys(result) == ["3.txt"]
    assert len(result.state.cursor["files"]) == 4


def test_a_file_that_moves_is_the_one_it_was_and_changes_under_its_first_name(tmp_path: Path) -> None:
    path = put(tmp_path / "inbox" / "52.txt", b"first")
    state = polled(tmp_path).state
    (tmp_path / "2026").mkdir()
    moved = path.rename(tmp_path / "2026" / "52.txt")
    result = polled(tmp_path, state)
    assert keys(result) == []
    again = moved.rename(tmp_path / "2026" / "第52期.txt")
    renamed = polled(tmp_path, result.state)
    assert [(one.key, one.name) for one in renamed.documents] == [("inbox/52.txt", "第52期.txt")], (
        "who stores it knows it"
    )
    put(again, b"second", age=30)
    changed = polled(tmp_path, renamed.state)
    assert [(one.key, one.content) for one in changed.documents] == [("inbox/52.txt", b"second")]
    assert list(changed.state.cursor["files"]) == ["2026/第52期.txt"]


def test_a_copy_is_a_file_of_its_own(tmp_path: Path) -> None:
    state = polled(put(tmp_path / "a", b"same").parent).state
    put(tmp_path / "b", b"same")
    assert keys(polled(tmp_path, state)) == ["b"]


def test_empty_files_are_not_taken_for_one_another(tmp_path: Path) -> None:
    state = polled(put(tmp_path / "a", b"").parent).state
    (tmp_path / "a").unlink()
    put(tmp_path / "b", b"", age=30)
    state = polled(tmp_path, state).state
    put(tmp_path / "b", b"filled", age=20)
    assert keys(polled(tmp_path, state)) == ["b"]


def test_a_file_that_was_replaced_by_a_rename_is_changed(tmp_path: Path) -> None:
    state = polled(put(tmp_path / "a", b"one").parent).state
    put(tmp_path / "a.tmp", b"two").rename(tmp_path / "a")
    assert [one.content for one in polled(tmp_path, state).documents] == [b"two"]


def test_what_is_gone_is_remembered_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_source, "MAX_GONE", 2)
    for number in range(4):
        put(tmp_path / str(number), str(number).encode(), age=100 - number)
    state = polled(tmp_path).state
    for number in range(4):
        (tmp_path / str(number)).unlink()
    assert list(polled(tmp_path, state).state.cursor["files"]) == ["2", "3"]


def test_where_only_new_files_count_a_large_folder_is_old_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not fit into one pass, and the second must not take the rest for new."""
    monkeypatch.setattr(folder_source, "MAX_PASS", 10)
    for number in range(3):
        put(tmp_path / str(number), b"12345678")
    assert keys(polled(tmp_path, first="all")) == ["0"]
    first = polled(tmp_path, first="new")
    assert keys(first) == ["0"]
    assert keys(polled(tmp_path, first.state, first="new")) == []


def test_names_that_look_alike_are_two_files(tmp_path: Path) -> None:
    put(tmp_path / "要参.txt", b"utf-8")
    with open(os.fsencode(tmp_path) + b"/" + "要参.txt".encode("gb18030"), "wb") as file:  # noqa: PTH123
        file.write(b"gb18030")
    first = polled(tmp_path)
    assert len(set(keys(first))) == 2
    assert keys(polled(tmp_path, first.state)) == []


def test_a_long_path_is_read(tmp_path: Path) -> None:
    path = put(tmp_path.joinpath(*["长" * 80] * 5) / "a.txt")
    assert len(os.fsencode(path)) > 1_000
    assert keys(polled(tmp_path)) == ["/".join(["长" * 80] * 5) + "/a.txt"]


def test_a_share_that_does_not_answer_is_an_error_and_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_source, "PATIENCE", 0.05)
    with pytest.raises(SourceError, match="does not answer"):
        asyncio.run(folder_source._aside(tmp_path, lambda: time.sleep(0.5)))


@pytest.mark.parametrize(
    "name",
    [
        ".hidden",
        "~$report.docx",
        "a.part",
        "a.tmp",
        "a.TMP",
        "a.crdownload",
        "a.swp",
        "a.filepart",
        "a~",
        "Thumbs.db",
        ".git/x",
    ],
)
def test_hidden_and_temporary_files_are_not_bulletins(tmp_path: Path, name: str) -> None:
    put(tmp_path / name)
    assert keys(polled(tmp_path)) == []


def test_links_that_leave_the_folder_or_lead_nowhere_are_ignored(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    put(inside / "a"), put(outside / "secret")
    (inside / "leaves").symlink_to(outside / "secret")
    (inside / "folder").symlink_to(outside)
    (inside / "up").symlink_to("..")
    (inside / "loop").symlink_to(inside)
    (inside / "itself").symlink_to("itself")
    (inside / "nowhere").symlink_to("nothing")
    (inside / "stays").symlink_to("a")
    assert keys(polled(inside)) == ["a", "stays"]


def test_a_folder_may_itself_be_a_link(tmp_path: Path) -> None:
    put(tmp_path / "real" / "a")
    (tmp_path / "link").symlink_to("real")
    assert keys(polled(tmp_path / "link")) == ["a"]


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert keys(polled(tmp_path)) == []


def test_a_young_file_is_waited_for_once_and_then_taken(tmp_path: Path) -> None:
    for number in range(20):
        put(tmp_path / str(number), age=0.2)
    began = time.monotonic()
    assert len(polled(tmp_path).documents) == 20
    assert 0.5 < time.monotonic() - began < 5  # one second for all, not for each


def test_old_files_are_not_waited_for(tmp_path: Path) -> None:
    put(tmp_path / "a")
    began = time.monotonic()
    polled(tmp_path)
    assert time.monotonic() - began < 0.95  # the wait would be a second


def test_a_clock_that_runs_ahead_costs_one_second_at_most(tmp_path: Path) -> None:
    put(tmp_path / "a", age=-3600)
    began = time.monotonic()
    assert keys(polled(tmp_path)) == ["a"]
    assert time.monotonic() - began < 5  # not an hour


def test_a_file_that_grows_is_left_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "grows"
    script = "import sys, time\nfor _ in range(16):\n    open(sys.argv[1], 'ab').write(b'x')\n    time.sleep(0.1)\n"
    with subprocess.Popen([sys.executable, "-W", "ignore", "-c", script, str(path)]) as writer:
        while not path.exists():
            time.sleep(0.01)
        first = polled(tmp_path)
        assert keys(first) == []
        writer.wait(10)
    assert polled(tmp_path, first.state).documents[0].content == b"x" * 16


def test_a_file_that_is_open_for_writing_is_left_however_old(tmp_path: Path) -> None:
    assert leases_count(tmp_path), "these tests run on Linux, on a local file system"
    put(tmp_path / "whole")
    path = put(tmp_path / "open", b"half")
    script = "import sys; f = open(sys.argv[1], 'ab'); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        first = polled(tmp_path)
        assert keys(first) == ["whole"]
    assert keys(polled(tmp_path, first.state)) == ["open"]


def test_asking_for_a_lease_kills_nobody_and_leaves_none(tmp_path: Path) -> None:
    path = put(tmp_path / "a")
    with path.open("rb") as file:
        assert not open_for_writing(file.fileno())
        with path.open("ab"):
            assert open_for_writing(file.fileno())
        assert not open_for_writing(file.fileno())


def test_a_file_that_is_too_large_is_told_once_and_the_others_come(tmp_path: Path) -> None:
    put(tmp_path / "a")
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    os.utime(large, (1, 1))
    result = polled(tmp_path)
    assert (keys(result), [key for key, _ in result.errors]) == (["a"], ["large"])
    assert "64 MB" in result.errors[0][1]
    assert polled(tmp_path, result.state).errors == ()


def test_a_name_from_windows_that_is_not_utf8_is_read(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    with open(folder + b"/" + "要参.txt".encode("gbk"), "wb") as file:  # noqa: PTH123
        file.write(b"x")
    assert keys(polled(tmp_path)) == ["要参.txt"]


def test_a_missing_folder_says_to_make_it(tmp_path: Path) -> None:
    for place in (tmp_path / "none", put(tmp_path / "file")):
        with pytest.raises(SourceError, match="make it"):
            polled(place)


def test_a_file_that_goes_away_during_the_pass_is_no_error(tmp_path: Path) -> None:
    put(tmp_path / "a"), put(tmp_path / "b", age=0.0)

    async def scene() -> PollResult:
        source = Source("s", "folder", str(tmp_path))
        task = asyncio.create_task(poll(source, EMPTY, now=NOW, fetcher=local_fetcher()))
        await asyncio.sleep(0.4)
        (tmp_path / "a").unlink()
        return await task

    result = asyncio.run(scene())
    assert (keys(result), result.errors) == (["b"], ())


AS_NOBODY = """
import asyncio, datetime, json, os, sys
from notifier.domain import PollState, Source
from notifier.sources import Fetcher, poll

def polled(folder):
    state = PollState(cursor={"files": {"shut/b": [1, 1, "known"], "gone": [1, 1, "known"]}})
    now = datetime.datetime.now(datetime.timezone.utc)
    return asyncio.run(poll(Source("s", "folder", folder), state, now=now, fetcher=Fetcher(contact="x")))

polled(sys.argv[2])  # loads what is loaded late
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
result = polled(sys.argv[1])
known = sorted(result.state.cursor["files"])
print(json.dumps([[document.key for document in result.documents], result.errors, known]))
"""


def test_an_unreadable_file_or_folder_is_an_error_of_its_own(tmp_path: Path) -> None:
    """In a process of another user: root reads everything."""
    put(tmp_path / "empty" / "any")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        put(folder / "a")
        put(folder / "closed").chmod(0o000)
        put(folder / "shut" / "b").parent.chmod(0o000)
        command = [sys.executable, "-c", AS_NOBODY, name, str(tmp_path / "empty")]
        done = subprocess.run(command, capture_output=True, timeout=20)
        (folder / "shut").chmod(0o755)
    assert done.returncode == 0, done.stderr.decode()
    found, errors, known = json.loads(done.stdout)
    assert found == ["a"]
    assert sorted(key for key, _ in errors) == ["closed", "shut"]
    assert known == ["a", "gone", "shut/b"], "what a closed folder held is not new when it opens again"
