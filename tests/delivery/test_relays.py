"""Several relays: mail goes by the first that works, once; rates are kept and rests are told."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from notifier.delivery import Relays
from notifier.delivery.pacing import FAILURES, HOLD, REST
from notifier.delivery.replies import refused, says_too_fast
from notifier.errors import DeliveryError, Postponed

from .relays import DROP, Dots, ScriptedRelay, envelope


class Timer:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextlib.asynccontextmanager
async def two(**options: Any) -> AsyncIterator[tuple[ScriptedRelay, ScriptedRelay, Relays, Timer]]:
    """Two relays that run, the way over both, and its time."""
    async with ScriptedRelay().running() as first, ScriptedRelay().running() as second:
        timer = Timer()
        places = [{"host": "127.0.0.1", "port": relay.port, "timeout": 1.0} for relay in (first, second)]
        way = Relays(places, now=timer, **options)
        try:
            yield first, second, way, timer
        finally:
            await way.close()


@pytest.mark.parametrize(
    ("stage", "reply"), [("GREETING", "554 go away"), ("MAIL", "421 busy"), ("RCPT", DROP), ("DATA", "HTTP/1.1 400")]
)
def test_another_relay_takes_what_the_first_cannot(stage: str, reply: str) -> None:
    async def play() -> None:
        async with two() as (first, second, way, _):
            first.script = {stage: [reply]}
            receipt = await way.send(envelope(), Dots())
            assert receipt.where.endswith(str(second.port))
            assert (len(first.bodies), len(second.bodies)) == (0, 1)
            await way.send(envelope(2), Dots())
            assert len(first.bodies) == 1, "one failure does not put it to rest"

    asyncio.run(play())


@pytest.mark.parametrize(("stage", "reply"), [("RCPT", "550 5.1.1 nobody"), ("RCPT", "450 later"), ("DOT", "451 full")])
def test_a_refusal_of_one_message_is_no_reason_for_another_relay(stage: str, reply: str) -> None:
    async def play() -> None:
        async with two() as (first, second, way, _):
            first.script = {stage: [reply]}
            with pytest.raises(DeliveryError):
                await way.send(envelope(), Dots())
            assert second.commands == []

    asyncio.run(play())


@pytest.mark.parametrize("reply", [DROP, "421 4.3.2 shutting down"])
def test_once_the_dot_was_near_no_other_relay_is_tried(reply: str) -> None:
    """Else a message that the first relay has taken after all would arrive twice."""

    async def play() -> None:
        async with two() as (first, second, way, _):
            first.script = {"DOT": [reply]}
            with pytest.raises(DeliveryError) as error:
                await way.send(envelope(), Dots())
            assert error.value.uncertain == (reply == DROP)
            assert second.commands == []

    asyncio.run(play())


def test_a_relay_that_fails_again_and_again_rests_and_is_tried_again_by_one() -> None:
    async def play() -> None:
        async with two() as (first, second, way, timer):
            first.script = {"GREETING": ["554 no"] * (FAILURES + 1)}
            for number in range(FAILURES + 3):
                await way.send(envelope(number), Dots())
            assert first.connections == FAILURES
            timer.now += REST
            await way.send(envelope(90), Dots())
            await way.send(envelope(91), Dots())
            assert first.connections == FAILURES + 1, "it failed again, and rests for longer"
            timer.now += 2 * REST
            await way.send(envelope(92), Dots())
            assert len(first.bodies) == 1
            assert len(second.bodies) == FAILURES + 5

    asyncio.run(play())


def test_where_all_relays_rest_nothing_is_tried_and_the_time_is_told() -> None:
    async def play() -> None:
        async with two() as (first, second, way, _):
            first.script = second.script = {"GREETING": ["554 no"] * 2 * FAILURES}
            for number in range(FAILURES):
                with pytest.raises(DeliveryError):
                    await way.send(envelope(number), Dots())
            with pytest.raises(Postponed) as error:
                await way.send(envelope(90), Dots())
            assert 0 < error.value.seconds <= REST
            assert not error.value.paced
            assert not error.value.permanent

    asyncio.run(play())


def test_domains_that_are_paced_hold_up_nobody_else() -> None:
    async def play() -> None:
        pacing = [{"domains": ["qq.com", "foxmail.com"], "rate": 5.0, "burst": 2}]
        async with two(pacing=pacing) as (first, _, way, timer):
            for number, domain in enumerate(("qq.com", "foxmail.com", "example.org", "example.org")):
                await way.send(envelope(number, to=f"a@{domain}"), Dots())
            for seconds in (1.0, 2.0):
                with pytest.raises(Postponed) as error:
                    await way.send(envelope(90, to="b@qq.com"), Dots())
                assert error.value.paced
                assert error.value.seconds == pytest.approx(seconds, abs=0.2)
            timer.now += 1.0
            await way.send(envelope(91, to="b@qq.com"), Dots())
            assert len(first.bodies) == 5

    asyncio.run(play())


def test_a_host_that_says_too_fast_is_left_alone_for_a_while() -> None:
    async def play() -> None:
        pacing = [{"domains": ["qq.com"], "rate": 5.0, "burst": 9}]
        async with two(pacing=pacing) as (first, _, way, timer):
            first.script = {"RCPT": ["450 4.7.1 Frequency limited"]}
            with pytest.raises(DeliveryError):
                await way.send(envelope(to="a@qq.com"), Dots())
            with pytest.raises(Postponed):
                await way.send(envelope(to="b@qq.com"), Dots())
            timer.now += HOLD + 20
            await way.send(envelope(to="c@qq.com"), Dots())
            assert len(first.bodies) == 1

    asyncio.run(play())


@pytest.mark.parametrize(
    ("code", "reply", "fast"),
    [
        (421, "421 closing", True),
        (450, "450 4.7.1 Error: too many mails", True),
        (451, "451 Frequency limited, see http://service.mail.qq.com", True),
        (450, "450 发送频率过快", True),
        (450, "450 4.7.1 greylisted, try again in five minutes", False),
        (452, "452 4.2.2 mailbox full", False),
        (451, "451 4.3.0 corporate gateway failed", False),
        (550, "550 5.7.1 too many", False),
    ],
)
def test_too_fast_is_told_from_other_reasons_to_wait(code: int, reply: str, fast: bool) -> None:
    assert says_too_fast(refused("RCPT", code, reply[4:])) is fast


def test_a_relay_that_fails_is_named_in_the_log() -> None:
    async def play() -> None:
        async with two() as (first, _, way, _):
            first.script = {"GREETING": ["554 go away"]}
            with capture_logs() as logs:
                await way.send(envelope(), Dots())
            (event,) = [one for one in logs if one["event"] == "relay.failed"]
            assert event["relay"] == f"127.0.0.1:{first.port}"
            assert event["failures"] == 1
            assert "554 go away" in event["error"]

    asyncio.run(play())


def test_the_rate_of_a_relay_is_kept_and_what_it_cannot_take_goes_by_the_next() -> None:
    async def play() -> None:
        async with ScriptedRelay().running() as relay:
            timer = Timer()
            way = Relays([{"host": "127.0.0.1", "port": relay.port, "rate": 2.0}], now=timer)
            await way.send(envelope(1), Dots())
            await way.send(envelope(2), Dots())
            with pytest.raises(Postponed) as error:
                await way.send(envelope(3), Dots())
            assert error.value.paced
            timer.now += 1.0
            await way.send(envelope(3), Dots())
            assert len(relay.bodies) == 3
            await way.close()

    asyncio.run(play())
