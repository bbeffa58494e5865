"""Sending to a real server: what arrives, over how many connections, and what each fault means."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from notifier.delivery import Smtp
from notifier.delivery.relay import own_name
from notifier.errors import DeliveryError

from .relays import DROP, HANG, Dots, ScriptedRelay, envelope, make_certificate

MAIL_RCPT_DATA = ["MAIL FROM:<alerts@example.org>", "RCPT TO:<reader@example.org>", "DATA"]
Play = Callable[[ScriptedRelay, Smtp], Coroutine[Any, Any, None]]


def run(relay: ScriptedRelay, play: Play, **options: Any) -> None:
    async def scene() -> None:
        async with relay.running():
            smtp = Smtp("127.0.0.1", relay.port, **{"timeout": 3.0, "local_hostname": "here.test", **options})
            try:
                await play(relay, smtp)
            finally:
                await smtp.close()

    asyncio.run(asyncio.wait_for(scene(), 20))


def fault(relay: ScriptedRelay, dots: Dots | None = None, **options: Any) -> DeliveryError:
    caught: list[DeliveryError] = []

    async def play(_: ScriptedRelay, smtp: Smtp) -> None:
        with pytest.raises(DeliveryError) as error:
            await smtp.send(envelope(), dots or Dots())
        caught.append(error.value)

    run(relay, play, **options)
    return caught[0]


def scripted(stage: str, *replies: str, **options: Any) -> ScriptedRelay:
    relay = ScriptedRelay(**options)
    relay.script[stage] = list(replies)
    return relay


def test_the_dialogue_is_the_one_of_the_rfc_and_the_dot_comes_after_the_commit() -> None:
    relay, seen = ScriptedRelay(offers=("SIZE 1000", "8BITMIME")), []

    async def before_dot() -> None:
        await asyncio.sleep(0.05)
        seen.append(list(relay.bodies))

    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        receipt = await smtp.send(envelope(content=b".dot\n\n.\n"), before_dot)
        assert receipt.reply == "250 queued as 1"
        assert receipt.where == f"127.0.0.1:{relay.port}"

    run(relay, play)
    assert seen == [[]]
    assert relay.bodies == [b"..dot\r\n\r\n..\r\n"]
    assert relay.commands == [
        "EHLO here.test",
        "MAIL FROM:<alerts@example.org> SIZE=13",
        "RCPT TO:<reader@example.org>",
        "DATA",
        "QUIT",
    ]


PLAIN, GROUPED = ("8BITMIME",), ("PIPELINING",)
both_ways = pytest.mark.parametrize("offers", [PLAIN, GROUPED], ids=["one by one", "grouped"])


@both_ways
@pytest.mark.parametrize("stage", ["RCPT", "DATA", "DOT"])
@pytest.mark.parametrize(
    ("code", "permanent"), [(421, False), (450, False), (451, False), (550, True), (552, True), (554, True)]
)
def test_a_refusal_is_certain_and_its_code_decides(stage: str, code: int, permanent: bool, offers: Any) -> None:
    dots = Dots()
    error = fault(scripted(stage, f"{code} so there", offers=offers), dots)
    assert (error.permanent, error.uncertain, error.code) == (permanent, False, code)
    assert error.reply == f"{code} so there"
    assert dots.count == (1 if stage == "DOT" else 0)


@pytest.mark.parametrize(("code", "permanent"), [(451, False), (550, True), (530, False), (503, False)])
def test_a_refused_mail_is_the_messages_fault_unless_the_session_is(code: int, permanent: bool) -> None:
    error = fault(scripted("MAIL", f"{code} no", f"{code} no"))
    assert (error.permanent, error.uncertain, error.code) == (permanent, False, code)


@pytest.mark.parametrize("stage", ["GREETING", "EHLO"])
@pytest.mark.parametrize("code", [421, 450, 554])
def test_a_relay_that_refuses_us_is_for_the_operator_and_never_the_recipients_fault(stage: str, code: int) -> None:
    relay = scripted(stage, f"{code} go away")
    relay.script["HELO"] = [f"{code} go away"]
    error = fault(relay)
    assert (error.permanent, error.uncertain, error.code) == (False, False, code)
    assert "refuses to serve us" in error.en


def test_a_server_without_extensions_is_greeted_the_old_way() -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        await smtp.send(envelope(), Dots())

    relay = scripted("EHLO", "502 what is that?")
    run(relay, play)
    assert relay.commands[1] == "HELO here.test"
    assert len(relay.bodies) == 1


@both_ways
@pytest.mark.parametrize("stage", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("what", [DROP, HANG])
def test_a_connection_lost_before_the_body_is_certain(stage: str, what: str, offers: Any) -> None:
    dots = Dots()
    error = fault(scripted(stage, what, what, offers=offers), dots, timeout=0.2)
    assert (error.permanent, error.uncertain, dots.count) == (False, False, 0)


def test_a_connection_that_is_lost_in_the_body_is_certain_if_that_is_known_before_the_dot() -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        with pytest.raises(DeliveryError) as error:
            await smtp.send(envelope(), lambda: asyncio.sleep(0.2))
        assert (error.value.permanent, error.value.uncertain) == (False, False)

    run(scripted("MIDDATA", DROP), play)


@pytest.mark.parametrize("what", [DROP, HANG, "what the", "354 go on and on"])
def test_after_the_dot_anything_but_an_answer_is_uncertain(what: str) -> None:
    dots = Dots()
    error = fault(scripted("DOT", what), dots, timeout=0.3)
    assert (error.permanent, error.uncertain, dots.count) == (False, True, 1)


@pytest.mark.parametrize("stage", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"])
def test_garbage_before_the_dot_ends_the_connection_and_says_what_to_check(stage: str) -> None:
    relay = scripted(stage, "HTTP/1.1 400 Bad Request", "HTTP/1.1 400 Bad Request")
    error = fault(relay)
    assert (error.permanent, error.uncertain) == (False, False)
    assert "not SMTP" in error.en


def test_a_server_that_refuses_in_the_middle_of_the_body_is_heard() -> None:
    large = b"Subject: x\r\n\r\n" + b"x" * 70 + b"\r\n"

    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        with pytest.raises(DeliveryError) as error:
            await smtp.send(envelope(content=large), lambda: asyncio.sleep(0.2))
        assert (error.value.code, error.value.permanent, error.value.uncertain) == (552, True, False)
        assert relay.bodies == []

    run(scripted("MIDDATA", "552 too big"), play)


class Deaf(ScriptedRelay):
    """Refuses a body at its first line, and reads no more."""

    async def _take_body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readline()
        writer.write(b"552 too big\r\n")
        return await self._say(writer, "DOT")


def test_a_server_that_refuses_a_body_and_reads_no_more_of_it_is_not_waited_for() -> None:
    relay, dots = Deaf(), Dots()
    relay.script = {"DOT": [HANG]}

    async def play(_: ScriptedRelay, smtp: Smtp) -> None:
        with pytest.raises(DeliveryError) as error:
            await smtp.send(envelope(content=b"x\r\n" * 10_000_000), dots)
        assert (error.value.code, error.value.uncertain, dots.count) == (552, False, 0)

    run(relay, play, timeout=0.3)


def test_a_commit_that_fails_sends_no_dot() -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        async def before_dot() -> None:
            raise RuntimeError("lease lost")

        with pytest.raises(RuntimeError):
            await smtp.send(envelope(), before_dot)
        await smtp.send(envelope(2), Dots())
        assert len(relay.bodies) == 1
        assert relay.connections == 2

    run(ScriptedRelay(), play)


def test_a_send_that_is_cancelled_sends_no_dot() -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        started = asyncio.Event()

        async def before_dot() -> None:
            started.set()
            await asyncio.sleep(10)

        task = asyncio.create_task(smtp.send(envelope(), before_dot))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.05)
        assert relay.bodies == []

    run(ScriptedRelay(), play)


@both_ways
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "DOT"])
def test_a_refusal_leaves_the_connection_for_the_next_message(stage: str, offers: Any) -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        for number in range(2):
            relay.script[stage] = ["550 no"]
            with pytest.raises(DeliveryError) as error:
                await smtp.send(envelope(number), Dots())
            assert error.value.reply == "550 no"
            await smtp.send(envelope(number), Dots())
        assert relay.connections == 1
        assert ("RSET" in relay.commands) == (stage != "DOT")
        assert len([body for body in relay.bodies if body]) == (4 if stage == "DOT" else 2)

    run(ScriptedRelay(offers=offers), play)


def test_commands_go_in_one_group_where_the_relay_takes_it() -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        relay.script["RCPT"] = ["550 nobody here"]
        with pytest.raises(DeliveryError):
            await smtp.send(envelope(), Dots())
        assert relay.commands[1:] == [*MAIL_RCPT_DATA, "RSET"]
        assert relay.bodies == [b""], "a relay that took DATA without a recipient is given nothing to deliver"
        await smtp.send(envelope(), Dots())
        assert relay.commands[5:] == MAIL_RCPT_DATA

    run(ScriptedRelay(offers=GROUPED), play)


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "DOT"])
def test_a_421_ends_the_connection(stage: str) -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        with pytest.raises(DeliveryError):
            await smtp.send(envelope(), Dots())
        await smtp.send(envelope(2), Dots())
        assert relay.connections == 2

    run(scripted(stage, "421 closing"), play)


@both_ways
def test_a_kept_connection_that_went_stale_is_replaced_without_a_failed_try(offers: Any) -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        await smtp.send(envelope(1), Dots())
        relay.hang_up()
        await smtp.send(envelope(2), Dots())
        relay.script["MAIL"] = ["421 you were idle"]
        await smtp.send(envelope(3), Dots())
        relay.script["MAIL"] = [DROP]
        await smtp.send(envelope(4), Dots())
        assert len(relay.bodies) == 4
        assert relay.connections == 4

    run(ScriptedRelay(offers=offers), play)


@both_ways
def test_200_messages_over_4_connections_all_arrive(offers: Any) -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        dots = Dots()
        sends = (smtp.send(envelope(n, content=b"%d\r\n" % n, to=f"r{n}@example.org"), dots) for n in range(200))
        await asyncio.gather(*sends)
        assert sorted(int(body) for body in relay.bodies) == list(range(200))
        assert relay.connections == 4
        assert dots.count == 200

    run(ScriptedRelay(offers=offers), play, connections=4)


class Inbox:
    """A handler for aiosmtpd, an implementation that is not ours."""

    def __init__(self) -> None:
        self.mail: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, mail: Any) -> str:
        self.mail.append((mail.mail_from, mail.rcpt_tos, mail.original_content))
        return "250 taken"


def test_another_implementation_takes_what_was_sent_byte_for_byte() -> None:
    inbox = Inbox()
    content = "Subject: x\r\n\r\n.科技\r\n..\r\n.\r\n".encode()

    async def scene() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(inbox, hostname="relay.test", loop=loop), "127.0.0.1", 0)
        async with server:
            smtp = Smtp("127.0.0.1", server.sockets[0].getsockname()[1], timeout=3.0)
            receipt = await smtp.send(envelope(content=content), Dots())
            await smtp.close()
        assert receipt.reply == "250 taken"

    asyncio.run(scene())
    assert inbox.mail == [("alerts@example.org", ["reader@example.org"], content)]


def test_a_large_message_arrives_whole() -> None:
    large = b"Subject: x\r\n\r\n" + (b"." + b"x" * 75 + b"\r\n") * 40_000

    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        await smtp.send(envelope(content=large), Dots())
        assert relay.bodies[0].replace(b"\r\n..", b"\r\n.") == large

    run(ScriptedRelay(), play, timeout=10.0)


@pytest.mark.parametrize("to", ["a@x.org\r\nRCPT TO:<evil@x.org>", "a b@x.org", "a@x.org>", "nobody"])
def test_an_address_that_could_mean_more_never_reaches_the_wire(to: str) -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        with pytest.raises(DeliveryError) as error:
            await smtp.send(envelope(to=to), Dots())
        assert error.value.permanent
        assert "\n" not in error.value.en
        assert relay.commands == []

    run(ScriptedRelay(), play)


def test_an_address_beyond_ascii_goes_as_it_is_where_the_relay_takes_it() -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        await smtp.send(envelope(to="张三@例子.公司"), Dots())
        assert "RCPT TO:<张三@例子.公司>" in relay.commands
        assert relay.commands[1].endswith(" SMTPUTF8")

    run(ScriptedRelay(offers=("SMTPUTF8", "8BITMIME")), play)


@pytest.mark.parametrize(
    ("hostname", "name"),
    [("mail.example.org", "mail.example.org"), ("box", "[127.0.0.1]"), ("主机.cn", "[127.0.0.1]"), ("", "[127.0.0.1]")],
)
def test_we_introduce_ourselves_without_asking_the_dns(hostname: str, name: str) -> None:
    assert own_name(hostname) == name


def test_a_server_that_is_not_there_is_named() -> None:
    async def scene() -> DeliveryError:
        with pytest.raises(DeliveryError) as error:
            await Smtp("127.0.0.1", 1, timeout=2.0).send(envelope(), Dots())
        return error.value

    error = asyncio.run(scene())
    assert (error.permanent, error.uncertain) == (False, False)
    assert "127.0.0.1:1" in error.en


# --- TLS and login


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext, ssl.SSLContext]:
    good, old = tmp_path_factory.mktemp("good"), tmp_path_factory.mktemp("old")
    return good, make_certificate(good, name="127.0.0.1"), make_certificate(old, name="127.0.0.1", days=-1)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_message_goes_over_tls_to_a_certificate_that_is_trusted(tls: Any, certificates: Any) -> None:
    folder, good, _ = certificates
    relay = ScriptedRelay(offers=("STARTTLS", "8BITMIME"), context=good)
    relay.implicit = tls == "tls"

    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        await smtp.send(envelope(), Dots())
        assert len(relay.bodies) == 1
        assert "TLSv1" in await smtp.check()

    run(relay, play, tls=tls, ca_file=folder / "127.0.0.1.pem")


@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize(("which", "word"), [(1, "self-signed"), (2, "self-signed")])
def test_a_certificate_that_is_not_trusted_sends_nothing(tls: Any, which: int, word: str, certificates: Any) -> None:
    relay = ScriptedRelay(offers=("STARTTLS",), context=certificates[which])
    relay.implicit = tls == "tls"
    error = fault(relay, tls=tls)
    assert (error.permanent, error.uncertain) == (False, False)
    assert "certificate" in error.en
    assert word in error.en
    assert not any(command.startswith("MAIL") for command in relay.commands)


def test_a_certificate_that_ran_out_is_named(certificates: Any) -> None:
    relay = ScriptedRelay(offers=("STARTTLS",), context=certificates[2])
    expired = certificates[0].parent / "old0" / "127.0.0.1.pem"
    assert "expired" in fault(relay, tls="starttls", ca_file=expired).en


def test_tls_never_falls_back_to_the_clear() -> None:
    relay = ScriptedRelay(offers=("8BITMIME",))
    error = fault(relay, tls="starttls")
    assert (error.permanent, error.uncertain) == (False, False)
    assert "STARTTLS" in error.en
    assert not any(command.startswith("MAIL") for command in relay.commands)


def test_tls_to_a_server_that_speaks_in_the_clear_names_the_setting() -> None:
    error = fault(ScriptedRelay(), tls="tls", timeout=1.0)
    assert not error.permanent
    assert "tls setting" in error.en


def test_a_login_uses_the_password_file_and_a_refused_one_is_for_the_operator(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("open sesame\n")
    relay = ScriptedRelay(offers=("AUTH PLAIN",))

    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        await smtp.send(envelope(), Dots())
        assert relay.commands[1] == "AUTH PLAIN AHVzZXIAb3BlbiBzZXNhbWU="
        assert "logged in as user" in await smtp.check()

    run(relay, play, username="user", password_file=secret)
    error = fault(scripted("AUTH", "535 no", offers=("AUTH PLAIN",)), username="user", password_file=secret)
    assert (error.permanent, error.code) == (False, 535)
    assert "password_file" in error.en
    assert "open sesame" not in str(error)


@pytest.mark.parametrize("offers", [("8BITMIME",), ("AUTH GSSAPI",)])
def test_a_login_that_is_not_offered_is_for_the_operator(offers: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "password").write_text("x")
    error = fault(ScriptedRelay(offers=offers), username="user", password_file=tmp_path / "password")
    assert not error.permanent
    assert "offers no login" in error.en


def test_a_missing_password_file_is_named(tmp_path: Path) -> None:
    error = fault(ScriptedRelay(offers=("AUTH PLAIN",)), username="user", password_file=tmp_path / "none")
    assert not error.permanent
    assert str(tmp_path / "none") in error.en


def test_check_says_what_is_offered_and_evidence_is_unknown() -> None:
    async def play(relay: ScriptedRelay, smtp: Smtp) -> None:
        report = await smtp.check()
        assert "no TLS" in report
        assert "size 1000" in report
        assert "NOOP" in relay.commands
        assert await smtp.evidence("m1@example.org") is None

    run(ScriptedRelay(offers=("SIZE 1000",)), play)
