"""Another program holds the database for a minute while mail goes out over SMTP.

Time runs a hundred times as fast: a minute is as often as a writer's patience, of ten seconds, fits into it.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery.relays import ScriptedRelay
from notifier.delivery import Relays
from notifier.errors import StorageError
from notifier.storage.database import BUSY_TIMEOUT, Database
from notifier.storage.schema import prepare
from pipeline.outboxes import Post, played

FASTER = 100
PATIENCE = BUSY_TIMEOUT // 1000  # seconds
A_MINUTE = 60 // PATIENCE  # times that it runs out


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    database = Database(f"sqlite:///{tmp_path}/notifier.db", busy_timeout=BUSY_TIMEOUT // FASTER)
    prepare(database)
    yield Post(database)
    database.close()


class LockingRelay(ScriptedRelay):
    """Writes its log as Postfix does. At its second mail, before or after the dot, the database is locked."""

    def __init__(self, folder: Path, stage: str) -> None:
        super().__init__(offers=("PIPELINING",))
        self.log = folder / "mail.log"
        self.log.touch()
        self._stage, self._seen = stage, 0
        self._other = sqlite3.connect(folder / "notifier.db", isolation_level=None)

    async def _say(self, writer: asyncio.StreamWriter, stage: str) -> bool:
        if stage == "DOT":
            self._note(self.bodies[-1])
        self._seen += stage == self._stage
        if self._seen == 2 and stage == self._stage:
            self._seen += 1
            self._other.execute("BEGIN IMMEDIATE")
        return await super()._say(writer, stage)

    def let_go(self) -> None:
        self._other.rollback()
        self._other.close()

    def _note(self, body: bytes) -> None:
        name = body.partition(b"Message-ID: <")[2].partition(b">")[0].decode()
        queue = f"4F{len(self.bodies):04X}"
        with self.log.open("a") as file:
            file.write(f"Nov 26 10:00:00 box postfix/cleanup[1]: {queue}: message-id=<{name}>\n")
            file.write(f"Nov 26 10:00:00 box postfix/qmgr[1]: {queue}: from=<a@b.cn>, size=9, nrcpt=1 (queue active)\n")

    def recipients(self) -> Counter[bytes]:
        return Counter(body.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0] for body in self.bodies)


@pytest.mark.parametrize(("stage", "held"), [("DATA", "claimed"), ("DOT", "committing")])
def test_a_database_that_is_locked_for_a_minute_loses_nothing_and_sends_nothing_twice(
    post: Post, tmp_path: Path, stage: str, held: str
) -> None:
    addresses = [f"p{number}@example.org" for number in range(8)]
    ids = post.messages(addresses)
    post.options = {"concurrency": 4}

    async def play() -> None:
        async with LockingRelay(tmp_path, stage).running() as relay:
            assert isinstance(relay, LockingRelay)
            way = Relays([{"host": "127.0.0.1", "port": relay.port, "connections": 1}], postfix_log=relay.log)
            for _ in range(A_MINUTE):
                with pytest.raises(StorageError, match="locked"):
                    await post.deliver(way)
                post.clock.forward(seconds=PATIENCE)
            during = post.states()
            assert during[held] >= 1
            assert set(during) <= {"sent", "claimed", "committing", "ready"}
            assert len(relay.bodies) == during["sent"] + during["committing"], "nothing goes out without a word before"
            relay.let_go()
            await post.settle(way)
            assert {post.state(one) for one in ids} == {"sent"}
            assert relay.recipients() == Counter({address.encode(): 1 for address in addresses})
            await way.close()

    played(play)
