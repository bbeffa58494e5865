"""A message is one durable file, named by its Message-ID, delivered once."""

import asyncio
import mailbox
import os
import resource
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.delivery import Maildir
from notifier.delivery.maildir import file_name
from notifier.errors import DeliveryError

from .relays import Dots, envelope


def files(box: Path) -> list[str]:
    return sorted(str(path.relative_to(box)) for path in box.rglob("*") if path.is_file())


def test_the_bytes_arrive_unchanged_where_any_reader_finds_them(tmp_path: Path) -> None:
    content = "Subject: x\r\n\r\n.科技\nlone\r".encode()
    receipt = asyncio.run(Maildir(tmp_path / "deep" / "mail").send(envelope(content=content), Dots()))
    assert Path(receipt.where).read_bytes() == content
    assert len(mailbox.Maildir(tmp_path / "deep" / "mail")) == 1


def test_delivering_again_changes_nothing_and_still_says_when_it_commits(tmp_path: Path) -> None:
    box, dots = Maildir(tmp_path), Dots()

    async def twice() -> None:
        await box.send(envelope(), dots)
        await box.send(envelope(content=b"other bytes"), dots)

    asyncio.run(twice())
    assert dots.count == 2
    assert [path.read_bytes() for path in (tmp_path / "new").iterdir()] == [envelope().content]
    assert files(tmp_path) == ["new/m1@example.org"]


@pytest.mark.parametrize("flags", ["", ":2,", ":2,RS", ";2,S", "!2,S"])
def test_a_message_that_was_read_is_evidence_and_is_not_delivered_again(tmp_path: Path, flags: str) -> None:
    box = Maildir(tmp_path)

    async def read_then_again() -> bool | None:
        receipt = await box.send(envelope(), Dots())
        Path(receipt.where).rename(tmp_path / "cur" / f"m1@example.org{flags}")
        await box.send(envelope(), Dots())
        return await box.evidence("<m1@example.org>")

    assert asyncio.run(read_then_again()) is True
    assert files(tmp_path) == [f"cur/m1@example.org{flags}"]


def test_there_is_no_evidence_of_what_was_not_delivered(tmp_path: Path) -> None:
    assert asyncio.run(Maildir(tmp_path / "none").evidence("x@y")) is False


def test_before_the_dot_the_bytes_are_on_the_disk_and_not_in_the_box(tmp_path: Path) -> None:
    seen: list[list[str]] = []

    async def before_dot() -> None:
        seen.append(files(tmp_path))

    asyncio.run(Maildir(tmp_path).send(envelope(), before_dot))
    assert len(seen) == 1
    assert [name.split("/")[0] for name in seen[0]] == ["tmp"]


def test_nothing_is_delivered_and_nothing_left_when_the_commit_is_refused(tmp_path: Path) -> None:
    async def before_dot() -> None:
        raise RuntimeError("lease lost")

    with pytest.raises(RuntimeError, match="lease lost"):
        asyncio.run(Maildir(tmp_path).send(envelope(), before_dot))
    assert files(tmp_path) == []


def test_a_place_that_cannot_be_written_is_no_fault_of_the_message(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(DeliveryError) as caught:
        asyncio.run(Maildir(tmp_path / "mail").send(envelope(), Dots()))
    assert not caught.value.permanent
    assert not caught.value.uncertain


def test_a_disk_that_takes_no_more_leaves_nothing_behind_and_may_pass(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(DeliveryError) as caught:
            asyncio.run(Maildir(tmp_path).send(envelope(content=b"x" * 20_000), Dots()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (caught.value.permanent, caught.value.uncertain) == (False, False)
    assert files(tmp_path) == []


def test_check_writes_counts_and_sweeps_what_crashes_left(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    asyncio.run(box.send(envelope(), Dots()))
    old, fresh = tmp_path / "tmp" / "old", tmp_path / "tmp" / "fresh"
    old.write_text("x")
    fresh.write_text("x")
    os.utime(old, (time.time() - 40 * 3600,) * 2)
    assert "1 unread" in asyncio.run(box.check())
    assert files(tmp_path) == ["new/m1@example.org", "tmp/fresh"]


def test_two_hundred_at_once_make_two_hundred_files(tmp_path: Path) -> None:
    async def many() -> None:
        box = Maildir(tmp_path)
        await asyncio.gather(*(box.send(envelope(number % 100), Dots()) for number in range(200)))

    asyncio.run(many())
    assert len(files(tmp_path)) == 100


@given(st.text(min_size=1, max_size=300).filter(lambda text: text.strip().strip("<>")))
def test_a_name_is_safe_short_and_its_own(message_id: str) -> None:
    name = file_name(message_id)
    assert name == file_name(message_id)
    assert not name.startswith(".")
    assert not set(name) & set("/\\:;!\x00 \n")
    assert len(name) <= 180


@given(st.text(alphabet="aA.:/=<é@", min_size=1, max_size=8), st.text(alphabet="aA.:/=<é@", min_size=1, max_size=8))
def test_two_ids_never_share_a_name(one: str, other: str) -> None:
    ids = {f"x{one}x", f"x{other}x"}
    assert len({file_name(message_id) for message_id in ids}) == len(ids)
