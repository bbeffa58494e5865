"""A database that fails while messages go out: before the dot nothing is sent, after it nothing is sent twice."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from notifier.delivery import Maildir
from notifier.domain import Envelope, Receipt
from notifier.errors import StorageError
from notifier.storage.database import Database
from notifier.storage.schema import prepare
from pipeline.outboxes import Post, played


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    database = Database(f"sqlite:///{tmp_path}/notifier.db", busy_timeout=50)
    prepare(database)
    yield Post(database)
    database.close()


class Troubled(Maildir):
    """A mailbox during whose deliveries something happens to the database, before or after the last byte."""

    def __init__(self, path: Path, *, before: Callable[[], object] | None = None, after: Any = None) -> None:
        super().__init__(path)
        self._trouble = before, after

    async def send(self, envelope: Envelope, before_dot: Any) -> Receipt:
        before, after = self._trouble
        if before:
            before()
        receipt = await super().send(envelope, before_dot)
        if after:
            after()
        return receipt


def _mails(folder: Path) -> int:
    return len(list((folder / "new").glob("*"))) if (folder / "new").is_dir() else 0


class Lock:
    """Another program that writes for longer than anybody waits."""

    def __init__(self, folder: Path) -> None:
        self._other = sqlite3.connect(folder / "notifier.db", isolation_level=None, check_same_thread=False)

    def hold(self) -> None:
        if not self._other.in_transaction:
            self._other.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        if self._other.in_transaction:
            self._other.execute("ROLLBACK")
        self._other.close()


def _forbid(post: Post) -> Callable[[], None]:
    """Makes the database read-only from now on; what is returned makes it writable again."""

    def only_reading(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(post.database.engine, "checkout", only_reading)

    def allow() -> None:
        event.remove(post.database.engine, "checkout", only_reading)
        post.database.close()

    return allow


def test_a_lock_that_comes_before_the_dot_sends_nothing_and_the_message_goes_when_it_ends(
    post: Post, tmp_path: Path
) -> None:
    lock, box = Lock(tmp_path), tmp_path / "box"
    message = post.message()

    async def play() -> None:
        with pytest.raises(StorageError, match="locked"):
            await post.deliver(Troubled(box, before=lock.hold))
        assert (post.state(message), _mails(box)) == ("claimed", 0)
        lock.let_go()
        await post.settle(Maildir(box))
        assert (post.state(message), _mails(box)) == ("sent", 1)

    played(play)


def test_a_lock_that_comes_after_the_dot_leaves_doubt_that_evidence_ends(post: Post, tmp_path: Path) -> None:
    lock, box = Lock(tmp_path), tmp_path / "box"
    message = post.message()

    async def play() -> None:
        with pytest.raises(StorageError, match="locked"):
            await post.deliver(Troubled(box, after=lock.hold))
        assert (post.state(message), _mails(box)) == ("committing", 1)
        lock.let_go()
        await post.settle(Maildir(box))
        assert (post.state(message), _mails(box)) == ("sent", 1)
        assert post.attempts(message)[-1].reply == "found by evidence"

    played(play)


def test_a_database_that_can_only_be_read_sends_nothing_and_says_so(post: Post, tmp_path: Path) -> None:
    box, message = tmp_path / "box", post.message()

    async def play() -> None:
        allow = _forbid(post)
        with pytest.raises(StorageError, match="read-only"):
            await post.deliver(Maildir(box))
        assert _mails(box) == 0
        allow()
        await post.settle(Maildir(box))
        assert (post.state(message), _mails(box)) == ("sent", 1)

    played(play)


def test_a_database_that_is_gone_and_comes_back_is_gone_on_with(post: Post, tmp_path: Path) -> None:
    box, away = tmp_path / "box", tmp_path / "away"
    message = post.message()
    files = ("notifier.db", "notifier.db-wal", "notifier.db-shm")

    async def play() -> None:
        post.database.close()
        away.mkdir()
        for name in files:
            if (tmp_path / name).exists():
                (tmp_path / name).rename(away / name)
        (tmp_path / "notifier.db").mkdir()
        with pytest.raises(StorageError, match="opened"):
            await post.deliver(Maildir(box))
        (tmp_path / "notifier.db").rmdir()
        for kept in away.iterdir():
            kept.rename(tmp_path / kept.name)
        await post.deliver(Maildir(box))
        assert (post.state(message), _mails(box)) == ("sent", 1)

    played(play)


def test_a_full_disk_stops_the_mail_before_the_dot(post: Post, tmp_path: Path) -> None:
    """No more pages for the database: what cannot be said is not done."""
    box = tmp_path / "box"
    ids = post.messages([f"f{number}@example.org" for number in range(300)])
    with post.database.write() as session:
        session.execute(text("CREATE TABLE ballast (x)"))
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
    post.database.close()

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    async def until_it_is_full() -> None:
        while True:
            await post.deliver(Maildir(box))
            post.messages(["more@example.org"])

    async def play() -> None:
        event.listen(post.database.engine, "connect", limit)
        with pytest.raises(StorageError, match="full"):
            await until_it_is_full()
        event.remove(post.database.engine, "connect", limit)
        post.database.close()
        await post.settle(Maildir(box))
        assert {post.state(one) for one in ids} == {"sent"}
        assert _mails(box) == post.states()["sent"]

    asyncio.run(play())
