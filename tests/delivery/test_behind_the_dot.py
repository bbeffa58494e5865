"""Where the relay offers PIPELINING, a message is begun behind the dot of the one before, and shares not its fate."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notifier.delivery import Smtp
from notifier.delivery.smtp import VAIN
from notifier.errors import DeliveryError

from .relays import DROP, HANG, Dots, ScriptedRelay, envelope, make_certificate

GROUPED = ("PIPELINING", "SIZE 1000")
GROUP = ["MAIL FROM:<alerts@example.org> SIZE=3", "RCPT TO:<reader@example.org>", "DATA"]
Outcome = list[str | DeliveryError]


def all_sent(relay: ScriptedRelay, count: int = 3, *, contents: tuple[bytes, ...] = (), **options: Any) -> Outcome:
    """Send so many at once over one connection: the reply, or the error, of each."""

    async def scene() -> Outcome:
        async with relay.running():
            smtp = Smtp(
                "127.0.0.1", relay.port, timeout=options.pop("timeout", 2.0), local_hostname="h.test", **options
            )
            bodies = contents or tuple(b"%d\r\n" % number for number in range(count))
            sends = [sent(smtp, number, body) for number, body in enumerate(bodies)]
            outcome = await asyncio.gather(*sends)
            await smtp.close()
            return outcome

    return asyncio.run(asyncio.wait_for(scene(), 20))


async def sent(
    smtp: Smtp, number: int, body: bytes, before_dot: Callable[[], Any] | None = None
) -> str | DeliveryError:
    try:
        receipt = await smtp.send(envelope(number, content=body), before_dot or Dots())
    except DeliveryError as error:
        return error
    return receipt.reply


def one_connection(**script: list[str]) -> ScriptedRelay:
    relay = ScriptedRelay(offers=GROUPED)
    relay.script = script
    return relay


class Patient(ScriptedRelay):
    """Answers a dot when the next command has come, but for the last of `count` messages."""

    def __init__(self, count: int) -> None:
        super().__init__(offers=GROUPED)
        self.count = count

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        await super()._talk(reader, writer)

    async def _say(self, writer: asyncio.StreamWriter, stage: str) -> bool:
        if stage == "DOT" and len(self.bodies) < self.count:
            command = await self.reader.readline()
            assert command.startswith(b"MAIL")
            self.commands.append(command.decode().rstrip())
            writer.write(b"250 taken\r\n250 sender ok\r\n")
            return True
        return await super()._say(writer, stage)


def test_the_next_message_does_not_wait_for_the_answer_to_the_one_before() -> None:
    relay = Patient(4)
    assert all_sent(relay, 4, connections=1) == ["250 taken"] * 3 + ["250 queued as 1"]
    assert relay.commands == ["EHLO h.test", *GROUP * 4, "QUIT"]
    assert relay.bodies == [b"0\r\n", b"1\r\n", b"2\r\n", b"3\r\n"]


def test_its_own_dot_waits_for_the_answer_to_the_one_before() -> None:
    """Or else a crash could leave two messages of unknown fate on one connection."""
    relay, seen = one_connection(DOT=["250 first"]), []

    async def noted(number: int) -> None:
        seen.append(f"dot {number}")

    async def scene() -> None:
        async with relay.running():
            smtp = Smtp("127.0.0.1", relay.port, connections=1)

            async def one(number: int) -> None:
                await sent(smtp, number, b"x\r\n", lambda: noted(number))
                seen.append(f"sent {number}")

            await asyncio.gather(*(one(number) for number in range(3)))
            await smtp.close()

    asyncio.run(scene())
    assert seen == ["dot 0", "sent 0", "dot 1", "sent 1", "dot 2", "sent 2"]


@pytest.mark.parametrize("code", [421, 451, 550])
def test_one_that_is_refused_at_its_dot_takes_no_other_with_it(code: int) -> None:
    relay = one_connection(DOT=[f"{code} not this one"])
    first, *others = all_sent(relay, connections=1)
    assert isinstance(first, DeliveryError)
    assert (first.code, first.uncertain) == (code, False)
    assert others == ["250 queued as 1"] * 2
    assert relay.bodies == [b"0\r\n", b"1\r\n", b"2\r\n"]
    assert relay.connections == (2 if code == 421 else 1)


@pytest.mark.parametrize("what", [DROP, HANG, "what the"])
def test_one_whose_answer_is_lost_is_the_only_one_in_doubt(what: str) -> None:
    relay = one_connection(DOT=[what])
    first, *others = all_sent(relay, connections=1, timeout=0.3)
    assert isinstance(first, DeliveryError)
    assert first.uncertain
    assert others == ["250 queued as 1"] * 2
    assert relay.bodies == [b"0\r\n", b"1\r\n", b"2\r\n"]


@pytest.mark.parametrize("reply", ["503 not now", "554 synchronization error", "451 wait", "421 bye", DROP, "what the"])
def test_one_that_is_not_taken_behind_a_dot_is_asked_again_by_itself(reply: str) -> None:
    relay = one_connection(MAIL=["250 ok", reply])
    assert all_sent(relay, connections=1) == ["250 queued as 1"] * 3
    assert sorted(body for body in relay.bodies if body) == [b"0\r\n", b"1\r\n", b"2\r\n"]


def test_one_that_is_refused_by_itself_as_well_is_refused() -> None:
    relay = one_connection(MAIL=["250 ok", "550 no", "550 not you"])
    first, second = all_sent(relay, 2, connections=1)
    assert first == "250 queued as 1"
    assert isinstance(second, DeliveryError)
    assert (second.code, second.reply) == (550, "550 not you")


def test_a_recipient_that_is_refused_behind_a_dot_is_refused_for_good() -> None:
    relay = one_connection(RCPT=["250 ok", "550 nobody"])
    first, second, third = all_sent(relay, connections=1)
    assert isinstance(second, DeliveryError)
    assert (second.code, second.permanent) == (550, True)
    assert (first, third) == ("250 queued as 1", "250 queued as 1")
    assert relay.bodies == [b"0\r\n", b"", b"2\r\n"], "nothing is sent as the data of nobody"
    assert relay.connections == 1


def test_one_that_this_relay_cannot_carry_is_never_begun() -> None:
    contents = (b"0\r\n", b"x" * 2000, b"2\r\n")
    relay = one_connection()
    first, large, last = all_sent(relay, contents=contents, connections=1)
    assert isinstance(large, DeliveryError)
    assert large.code == 552
    assert (first, last) == ("250 queued as 1", "250 queued as 1")
    assert relay.bodies == [b"0\r\n", b"2\r\n"]


def test_one_that_is_given_up_leaves_the_one_before_its_answer() -> None:
    relay = one_connection()

    async def scene() -> None:
        async with relay.running():
            smtp = Smtp("127.0.0.1", relay.port, connections=1)
            written = asyncio.Event()

            async def say_later(writer: asyncio.StreamWriter, stage: str) -> bool:
                if stage == "DOT":
                    written.set()
                    await asyncio.sleep(0.1)
                return await ScriptedRelay._say(relay, writer, stage)

            relay._say = say_later  # type: ignore[method-assign]
            first, second = (asyncio.create_task(sent(smtp, number, b"x\r\n")) for number in range(2))
            await written.wait()
            second.cancel()
            assert await first == "250 queued as 1"
            with contextlib.suppress(asyncio.CancelledError):
                await second
            assert await sent(smtp, 3, b"y\r\n") == "250 queued as 1"
            await smtp.close()

    asyncio.run(scene())
    assert relay.bodies == [b"x\r\n", b"y\r\n"]
    assert relay.connections == 2


def test_it_is_the_same_over_tls(tmp_path: Path) -> None:
    relay = Patient(4)
    relay.offers, relay.context = ("STARTTLS", *GROUPED), make_certificate(tmp_path, name="127.0.0.1")
    outcome = all_sent(relay, 4, connections=1, tls="starttls", ca_file=tmp_path / "127.0.0.1.pem")
    assert outcome == ["250 taken"] * 3 + ["250 queued as 1"]
    assert relay.commands[3:] == [*GROUP * 4, "QUIT"]


class OneEach(ScriptedRelay):
    """Takes one message a connection, and closes it without a word."""

    async def _take_body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await super()._take_body(reader, writer)
        return False


def test_a_relay_that_takes_one_message_a_connection_gets_all_and_is_soon_spared_what_it_does_not_bear() -> None:
    relay = OneEach(offers=GROUPED)
    count = 4 * VAIN
    assert all_sent(relay, count, connections=1) == ["250 queued as 1"] * count
    assert sorted(relay.bodies) == sorted(b"%d\r\n" % number for number in range(count))
    assert relay.connections == count


@pytest.mark.parametrize("what", ["421 no", DROP, "HTTP/1.1 400"])
def test_nobody_in_line_is_left_waiting_when_no_connection_can_be_had(what: str) -> None:
    relay = one_connection(GREETING=[what] * 8)
    outcome = all_sent(relay, 8, connections=2)
    assert all(isinstance(one, DeliveryError) and not one.uncertain and not one.permanent for one in outcome)
    assert relay.bodies == []


def test_those_in_line_are_served_when_the_relay_is_back() -> None:
    outcome = all_sent(relay := one_connection(GREETING=["421 not yet"] * 2), 6, connections=2)
    assert sorted(one for one in outcome if isinstance(one, str)) == ["250 queued as 1"] * 4
    assert len(relay.bodies) == 4


def test_those_in_line_are_served_when_others_are_given_up_together() -> None:
    """The first ends its connection before the second, who is called then, has heard that it is given up itself."""
    relay = ScriptedRelay()
    relay.script = {"DOT": [HANG]}

    async def scene() -> list[str | DeliveryError | BaseException]:
        async with relay.running():
            smtp = Smtp("127.0.0.1", relay.port, connections=1)
            written = asyncio.Event()

            async def before_dot() -> None:
                written.set()

            first = asyncio.create_task(sent(smtp, 0, b"0\r\n", before_dot))
            await written.wait()
            line = [asyncio.create_task(sent(smtp, number, b"x\r\n")) for number in (1, 2, 3)]
            await asyncio.sleep(0)
            first.cancel()
            line[0].cancel()
            outcome = await asyncio.gather(first, *line, return_exceptions=True)
            await smtp.close()
            return outcome

    first, second, *others = asyncio.run(asyncio.wait_for(scene(), 10))
    assert isinstance(first, asyncio.CancelledError)
    assert isinstance(second, asyncio.CancelledError)
    assert others == ["250 queued as 1"] * 2
