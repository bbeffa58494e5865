"""The outbox against relays that are well: order, pace, rest, evidence, and an end in the middle."""

import asyncio
import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from delivery.relays import DROP, ScriptedRelay
from notifier.alerts import chinese_calendar
from notifier.bootstrap import utc_now
from notifier.delivery import Relays
from notifier.delivery.pacing import FAILURES
from notifier.domain import END_STATES, Envelope, MessageKind, Receipt, State
from notifier.errors import DeliveryError, Postponed
from notifier.pipeline.sending.deliver import BATCH, deliver_messages
from notifier.storage.database import Database
from notifier.storage.outbox import Attempt, Change, apply_changes
from notifier.storage.schema import prepare
from pipeline.outboxes import Post, played


@pytest.fixture
def post(database_url: str) -> Iterator[Post]:
    database = Database(database_url)
    prepare(database)
    yield Post(database)
    database.close()


@pytest.fixture
def sqlite_post(tmp_path: Path) -> Iterator[Post]:
    database = Database(f"sqlite:///{tmp_path}/notifier.db")
    prepare(database)
    yield Post(database)
    database.close()


class Taker:
    """A transport that takes everything, and notes whom it was for."""

    def __init__(self, before: Callable[[Envelope], None] = lambda _: None) -> None:
        self.taken: list[str] = []
        self._before = before

    async def send(self, envelope: Envelope, before_dot: Any) -> Receipt:
        self._before(envelope)
        await before_dot()
        self.taken.append(envelope.recipient)
        return Receipt("250 ok", "here")

    async def evidence(self, message_id: str) -> bool | None:
        return None

    async def check(self) -> str:
        return "good"

    async def close(self) -> None:
        pass


def test_what_has_to_wait_for_morning_is_put_off_in_steps(post: Post) -> None:
    """In the night of many messages no writer waits for the last of them."""
    post.messages([f"q{number}@example.org" for number in range(2 * BATCH)], kind=MessageKind.ALERT)
    with post.database.write() as session:
        session.execute(text("UPDATE subscriber SET quiet = '11:00-15:00'"))
    watched = _Watched(post.database)
    post.options = {"calendar": chinese_calendar(), "database": watched}

    async def play() -> None:
        assert await post.deliver(Taker()) == {}

    played(play)
    watched.close()
    assert watched.put_off == [0, BATCH, 2 * BATCH]


class _Watched(Database):
    """Notes how many messages wait for the end of quiet hours whenever a transaction begins."""

    def __init__(self, other: Database) -> None:
        super().__init__(other.url)
        self.put_off: list[int] = []

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        with super().write() as session:
            waits = text("SELECT count(*) FROM message WHERE reason = 'quiet hours or a day off'")
            self.put_off.append(session.execute(waits).scalar_one())
            yield session


def test_an_alert_does_not_stand_in_line_behind_the_digests(post: Post) -> None:
    digests = [f"d{number}@example.org" for number in range(2 * BATCH)]

    async def play() -> None:
        post.messages(digests, kind=MessageKind.DIGEST)
        post.clock.forward(minutes=1)
        post.messages(["urgent@example.org"], kind=MessageKind.ALERT)
        taker = Taker()
        assert await post.deliver(taker) == {"sent": 2 * BATCH + 1}
        assert taker.taken.index("urgent@example.org") < BATCH
        assert len(set(taker.taken)) == 2 * BATCH + 1

    played(play)


def test_an_alert_that_comes_while_digests_go_out_is_among_the_next(sqlite_post: Post) -> None:
    def late(envelope: Envelope) -> None:
        if len(taker.taken) == 10:
            sqlite_post.messages(["urgent@example.org"], kind=MessageKind.ALERT)

    async def play() -> None:
        sqlite_post.messages([f"d{number}@example.org" for number in range(5 * BATCH)], kind=MessageKind.DIGEST)
        sqlite_post.options = {"concurrency": 1}
        await sqlite_post.deliver(taker)
        assert taker.taken.index("urgent@example.org") <= 2 * BATCH

    taker = Taker(late)
    played(play)


def test_claims_find_their_rows_by_an_index(sqlite_post: Post) -> None:
    """SQLite uses an index of some rows only where the condition stands in the statement as in the index."""
    with sqlite_post.database.read() as session:
        for kind, index in (("<>", "ix_message_prompt"), ("=", "ix_message_due")):
            plan = session.execute(
                text(
                    f"EXPLAIN QUERY PLAN SELECT id FROM message WHERE state IN ('ready', 'deferred') "
                    f"AND kind {kind} 'digest' AND next_at <= :now ORDER BY next_at, id LIMIT 200"
                ),
                {"now": "2026-01-01"},
            ).all()
            assert index in str(plan)


def test_what_pacing_puts_off_is_waited_for_and_is_no_attempt(sqlite_post: Post) -> None:
    sqlite_post.clock = utc_now  # type: ignore[assignment]

    async def play() -> None:
        async with ScriptedRelay().running() as relay:
            pacing = [{"domains": ["qq.com"], "rate": 20.0, "burst": 1}]
            way = Relays([{"host": "127.0.0.1", "port": relay.port}], pacing=pacing)
            paced = sqlite_post.messages([f"q{number}@qq.com" for number in range(3)])
            free = sqlite_post.messages([f"e{number}@example.org" for number in range(30)])
            started = time.monotonic()
            assert await sqlite_post.deliver(way) == {"sent": 33}
            assert time.monotonic() - started > 0.9, "one a second at first"
            await way.close()
        assert {len(sqlite_post.attempts(one)) for one in (*paced, *free)} == {1}

    played(play)


def test_while_all_relays_rest_messages_wait_without_attempts_and_go_out_afterwards(post: Post) -> None:
    async def play() -> None:
        timer = [1000.0]
        async with ScriptedRelay().running() as relay:
            way = Relays([{"host": "127.0.0.1", "port": relay.port}], now=lambda: timer[0])
            relay.script = {"GREETING": ["554 no"] * 50}
            post.options = {"concurrency": 1}
            ids = post.messages([f"r{number}@example.org" for number in range(FAILURES + 20)])
            assert await post.deliver(way) == {"deferred": FAILURES + 20}
            assert sum(len(post.attempts(one)) for one in ids) == FAILURES
            relay.script = {}
            timer[0] += 3600
            await post.settle(way)
            assert post.states() == {"sent": FAILURES + 20}
            await way.close()

    played(play)


def test_what_waited_for_days_is_given_up_even_if_it_was_never_tried(sqlite_post: Post) -> None:
    class Resting(Taker):
        async def send(self, envelope: Envelope, before_dot: Any) -> Receipt:
            raise Postponed("歇", "rests", seconds=60.0, paced=False)

    async def play() -> None:
        sqlite_post.message()
        for _ in range(80):
            await sqlite_post.deliver(Resting())
            sqlite_post.clock.forward(hours=1)
        assert sqlite_post.states() == {"dead": 1}

    played(play)


def test_a_stop_in_the_middle_gives_back_what_was_not_begun(post: Post) -> None:
    stopping = asyncio.Event()

    def stop(_: Envelope) -> None:
        if len(taker.taken) >= 5:
            stopping.set()

    async def play() -> None:
        post.messages([f"s{number}@example.org" for number in range(50)])
        outcome = await deliver_messages(post.outbox(taker), stopping=stopping)
        assert 5 <= outcome["sent"] < 50
        assert post.states() == {"sent": outcome["sent"], "ready": 50 - outcome["sent"]}
        await post.deliver(taker)
        assert post.states() == {"sent": 50}
        assert len(set(taker.taken)) == len(taker.taken)

    taker = Taker(stop)
    played(play)


def test_doubt_ends_at_once_with_the_relays_log_and_after_a_wait_without(post: Post, tmp_path: Path) -> None:
    """Taken and logged: sent, no second copy. Not in the log: the same bytes again, but only after the wait."""
    log = tmp_path / "mail.log"
    log.write_text("")

    async def play() -> None:
        async with ScriptedRelay().running() as relay:
            way = Relays([{"host": "127.0.0.1", "port": relay.port}], postfix_log=log)
            first, second = post.messages(["a@example.org", "b@example.org"])
            post.options = {"concurrency": 1}
            relay.script = {"DOT": [DROP, DROP]}
            assert await post.deliver(way) == {"in_doubt": 2}
            name = next(line for line in relay.bodies[0].decode().splitlines() if line.startswith("Message-ID"))
            log.write_text(
                f"Nov 26 10:00:01 mail postfix/cleanup[8]: 4F1: message-id={name.split()[1]}\n"
                "Nov 26 10:00:01 mail postfix/qmgr[9]: 4F1: from=<a@x.org>, size=9, nrcpt=1 (queue active)\n"
            )
            assert await post.recover(way) == {"sent": 1}
            assert (post.state(first), post.state(second)) == ("sent", "in_doubt")
            assert post.attempts(first)[-1].reply == "found by evidence"
            post.clock.forward(minutes=10)
            assert await post.recover(way) == {"ready": 1}
            await post.deliver(way)
            assert post.states() == {"sent": 2}
            assert relay.bodies[1:] == [relay.bodies[1]] * 2
            await way.close()

    played(play)


def test_while_the_evidence_cannot_be_read_nothing_is_sent_again(sqlite_post: Post) -> None:
    class Silent(Taker):
        async def evidence(self, message_id: str) -> bool | None:
            raise DeliveryError("读不到", "cannot be read", permanent=False)

    async def play() -> None:
        message = sqlite_post.message()
        with sqlite_post.database.write() as session:
            session.execute(
                text("UPDATE message SET state = 'committing', lease_owner = 'nohost:1:1', lease_until = dated")
            )
        silent = Silent()
        assert await sqlite_post.recover(silent) == {"in_doubt": 1}
        sqlite_post.clock.forward(days=1)
        assert await sqlite_post.recover(silent) == {}
        assert await sqlite_post.recover(Taker()) == {"ready": 1}
        await sqlite_post.deliver(silent)
        assert sqlite_post.state(message) == "sent"

    played(play)


@pytest.mark.parametrize("jump", [dt.timedelta(days=1), dt.timedelta(days=-1)], ids=["ahead", "back"])
def test_a_clock_that_is_a_day_off_loses_and_repeats_nothing(post: Post, jump: dt.timedelta) -> None:
    """Set wrong while messages wait, and right again afterwards."""

    async def play() -> None:
        async with ScriptedRelay().running() as relay:
            way = Relays([{"host": "127.0.0.1", "port": relay.port}])
            relay.script = {"RCPT": ["451 later"], "DOT": [DROP]}
            post.options = {"concurrency": 1}
            post.messages([f"c{number}@example.org" for number in range(4)])
            await post.deliver(way)
            post.clock.now += jump
            await post.recover(way)
            post.messages(["c9@example.org"])
            await post.deliver(way)
            post.clock.now -= jump
            post.clock.forward(days=1, minutes=30)
            await post.settle(way)
            assert post.states() == {"sent": 5}
            assert len(relay.bodies) == 6, "one went again, since nobody knew"
            assert len(set(relay.bodies)) == 5
            await way.close()

    played(play)


def test_ten_thousand_at_once_of_whom_one_in_twenty_fails(sqlite_post: Post) -> None:
    def fail(envelope: Envelope) -> None:
        number = int(envelope.recipient[1:].partition("@")[0])
        if number % 20 == 0:
            raise DeliveryError("没有此人", "550 nobody", permanent=True, code=550)

    async def play() -> None:
        sqlite_post.messages([f"b{number}@example.org" for number in range(10_000)])
        sqlite_post.options = {"concurrency": 64}
        taker = Taker(fail)
        assert await sqlite_post.deliver(taker) == {"sent": 9_500, "bounced": 500}
        assert len(taker.taken) == len(set(taker.taken)) == 9_500
        assert sqlite_post.states() == {"sent": 9_500, "bounced": 500}

    asyncio.run(play())


# --- the state machine itself: many steps at once against one after the other


_STATES = st.sampled_from([State.READY, State.CLAIMED, State.COMMITTING, State.SENT, State.DEFERRED, State.IN_DOUBT])
_STEPS = st.lists(
    st.tuples(st.integers(0, 2), _STATES, st.frozensets(_STATES, min_size=1), st.sampled_from(["me", "", "you"])),
    max_size=12,
)


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_steps_in_one_batch_do_what_they_do_one_by_one(sqlite_post: Post, steps: list[Any]) -> None:
    def after(together: bool) -> tuple[list[bool], list[tuple[Any, ...]]]:
        ids = [sqlite_post.message() for _ in range(3)]
        now = sqlite_post.clock()
        changes = [_change(ids[which], *rest, now=now) for which, *rest in steps]
        with sqlite_post.database.write() as session:
            session.execute(text("UPDATE message SET state = 'claimed', lease_owner = 'me' WHERE state = 'ready'"))
            if together:
                applied = apply_changes(session, changes, now=now)
            else:
                applied = [apply_changes(session, [change], now=now)[0] for change in changes]
            columns = "state, lease_owner, lease_until, tries, ended_at"
            rows = session.execute(text(f"SELECT {columns} FROM message WHERE id >= {ids[0]} ORDER BY id"))
            return applied, [tuple(row) for row in rows]

    applied, rows = after(True)
    assert (applied, rows) == after(False)
    for state, owner, until, _, ended in rows:
        assert bool(owner) <= (state in ("claimed", "committing"))
        assert until is None or state in ("claimed", "committing")
        assert ended is not None or State(state) not in END_STATES
    sqlite_post.forget()


def _change(message: int, state: State, expected: frozenset[State], owner: str, *, now: dt.datetime) -> Change:
    attempt = Attempt(message, now, now, state.value) if state is State.SENT else None
    return Change(message, state, tuple(expected), owner, attempt=attempt, lease=dt.timedelta(minutes=10))
