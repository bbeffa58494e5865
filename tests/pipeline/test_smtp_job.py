"""The main job through a real relay: what goes wrong there delays or stops one message, and loses none."""

import asyncio
import contextlib
import datetime as dt
import email
import email.policy
import email.utils
from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import text

from conftest import Clock
from delivery.relays import DROP, ScriptedRelay
from notifier.bootstrap import Service
from notifier.domain import State
from notifier.pipeline.explaining.check import check_accounts
from pipeline.job import lines, note, put, subscribe, take, titles_sent

Open = Callable[..., Service]


@contextlib.asynccontextmanager
async def _relayed(on_sqlite: Open, *more: str, people: int = 1) -> AsyncIterator[tuple[Service, ScriptedRelay]]:
    """A relay, and a service whose first article waits to go out through it to these people."""
    async with ScriptedRelay().running() as relay:
        service = on_sqlite(
            f'[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {relay.port}\nconnections = 1', *more
        )
        for number in range(people):
            subscribe(service, f"p{number}@example.org", "核电")
        take(service, "a.txt", note("核电项目开工", "核电项目今日开工。"))
        yield service, relay


def _mail(body: bytes) -> EmailMessage:
    return email.message_from_bytes(body, policy=email.policy.default)  # type: ignore[return-value]


def _states(service: Service) -> list[tuple[str, str]]:
    return [(line.subscriber[:2], line.state) for line in lines(service)]


def _balanced(service: Service) -> bool:
    return check_accounts(service.database).verdict == "good"


def test_a_mail_has_the_headers_that_mail_programs_and_relays_look_for(on_sqlite: Open, clock: Clock) -> None:
    async def run() -> tuple[Service, ScriptedRelay]:
        async with _relayed(on_sqlite) as (service, relay):
            await service.deliver()
            return service, relay

    service, relay = asyncio.run(run())
    (mail,) = map(_mail, relay.bodies)
    assert mail["To"] == "p0@example.org"
    assert "alerts@example.org" in mail["From"]
    assert mail["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/unsubscribe/")
    assert mail["List-Unsubscribe"].endswith(">")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "<alerts.example.org>" in mail["List-Id"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert email.utils.parsedate_to_datetime(mail["Date"]) == clock()
    assert mail["Message-ID"] == f"<{lines(service)[0].message_id}>"
    for name in ("To", "From", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post"):
        assert len(mail.get_all(name, [])) == 1
    assert "Bcc" not in mail
    assert {part.get_content_type() for part in mail.walk()} >= {"text/plain", "text/html"}
    commands = [command for command in relay.commands if command[:4] in ("MAIL", "RCPT")]
    assert commands[0].startswith("MAIL FROM:<alerts@example.org>")
    assert commands[1] == "RCPT TO:<p0@example.org>"


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "DOT"])
def test_what_the_relay_does_not_take_now_goes_out_later_as_it_was(on_sqlite: Open, clock: Clock, stage: str) -> None:
    async def run() -> None:
        async with _relayed(on_sqlite) as (service, relay):
            relay.script = {stage: ["451 4.3.0 later, please"]}
            planned = clock()
            await service.deliver()
            assert [state for _, state in _states(service)] == ["deferred"]
            (line,) = lines(service)
            assert [(one.code, "later, please" in one.reply) for one in line.attempts] == [(451, True)]
            await service.deliver()
            assert len(lines(service)[0].attempts) == 1
            clock.forward(minutes=1)
            await service.deliver()
            assert titles_sent(service) == {"p0@example.org": ["核电项目开工"]}
            mail = _mail(relay.bodies[-1])
            assert mail["Message-ID"] == f"<{line.message_id}>"
            assert email.utils.parsedate_to_datetime(mail["Date"]) == planned
            assert _balanced(service)

    asyncio.run(run())


def test_a_5xx_stops_that_message_alone(on_sqlite: Open, clock: Clock) -> None:
    async def run() -> None:
        async with _relayed(on_sqlite, people=3) as (service, relay):
            relay.script = {"RCPT": ["250 ok", "550 5.1.1 no such user"]}
            await service.deliver()
            states = sorted(state for _, state in _states(service))
            assert states == ["bounced", "sent", "sent"]
            clock.forward(days=1)
            await service.deliver()
            assert len(relay.bodies) == 2
            assert _balanced(service)
            bounced = next(line.subscriber for line in lines(service) if line.state == "bounced")
            titles = [entry.article.title for entry in service.feeds.by_email(bounced, "rss").entries]
            assert titles == ["核电项目开工"]

    asyncio.run(run())


def test_a_connection_that_drops_inside_the_data_is_tried_again(on_sqlite: Open, clock: Clock) -> None:
    async def run() -> None:
        async with _relayed(on_sqlite) as (service, relay):
            relay.script = {"MIDDATA": [DROP, DROP]}
            await service.deliver()
            assert [state for _, state in _states(service)] in (["deferred"], ["in_doubt"])
            relay.script = {}
            clock.forward(minutes=20)
            await service.recover()
            await service.deliver()
            assert [state for _, state in _states(service)] == ["sent"]
            assert len(relay.bodies) == 1
            assert _balanced(service)

    asyncio.run(run())


def test_a_connection_that_drops_after_the_dot_leaves_doubt_and_then_the_same_bytes_go_again(
    on_sqlite: Open, clock: Clock
) -> None:
    async def run() -> None:
        async with _relayed(on_sqlite) as (service, relay):
            relay.script = {"DOT": [DROP]}
            await service.deliver()
            assert [state for _, state in _states(service)] == ["in_doubt"]
            for minutes in (0, 5, 4):  # not yet: the relay may have taken it
                clock.forward(minutes=minutes)
                await service.recover()
                await service.deliver()
                assert [state for _, state in _states(service)] == ["in_doubt"]
                assert len(relay.bodies) == 1
            clock.forward(minutes=1)
            await service.recover()
            await service.deliver()
            assert [state for _, state in _states(service)] == ["sent"]
            first, second = relay.bodies
            assert first == second
            assert _balanced(service)

    asyncio.run(run())


def test_while_the_relay_is_down_messages_wait_and_after_three_days_they_are_given_up_with_the_feed_intact(
    on_sqlite: Open, clock: Clock
) -> None:
    async def run() -> Service:
        async with _relayed(on_sqlite, people=2) as (service, _):
            pass  # it is down from here on
        await service.deliver()
        assert [state for _, state in _states(service)] == ["deferred", "deferred"]
        for _ in range(40):
            clock.forward(hours=3)
            await service.deliver()
        return service

    service = asyncio.run(run())
    assert [state for _, state in _states(service)] == ["dead", "dead"]
    assert 8 <= len(lines(service)[0].attempts) <= 40
    assert _balanced(service)
    assert len(service.feeds.by_email("p0@example.org", "rss").entries) == 1


def test_a_process_that_died_after_the_dot_leaves_doubt_for_its_successor(on_sqlite: Open, clock: Clock) -> None:
    """Committing, with the lease of a process that is no more."""

    async def run() -> None:
        async with _relayed(on_sqlite) as (service, relay):
            with service.database.write() as session:
                session.execute(
                    text("UPDATE message SET state = 'committing', lease_owner = :owner, lease_until = :until"),
                    {"owner": "elsewhere:1:1", "until": f"{(clock() + dt.timedelta(minutes=10)).replace(tzinfo=None)}"},
                )
            assert await service.recover() == {}
            clock.forward(minutes=11)
            assert await service.recover() == {State.IN_DOUBT.value: 1}
            clock.forward(minutes=10)
            assert await service.recover() == {State.READY.value: 1}
            await service.deliver()
            assert len(relay.bodies) == 1

    asyncio.run(run())


class SlowRelay(ScriptedRelay):
    """Nine minutes pass before each last answer, and a recovery comes by."""

    service: Service

    async def _say(self, writer: asyncio.StreamWriter, stage: str) -> bool:
        if stage == "DOT":
            self.service.clock.forward(minutes=9)  # type: ignore[attr-defined]
            assert State.IN_DOUBT.value not in await self.service.recover()
        return await super()._say(writer, stage)


def test_an_answer_that_comes_after_a_long_queue_still_counts(on_sqlite: Open, clock: Clock) -> None:
    """The lease begins anew before the dot: a message that waited for its turn is not taken for lost while it goes."""

    async def run() -> None:
        async with SlowRelay().running() as relay:
            mail = f'[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {relay.port}\nconnections = 1'
            service = relay.service = on_sqlite(mail)  # type: ignore[attr-defined]
            for number in range(3):
                subscribe(service, f"p{number}@example.org", "核电")
            take(service, "a.txt", note("核电项目开工"))
            for _ in range(3):
                await service.deliver()
                clock.forward(hours=1)
                await service.recover()
            assert sorted(str(_mail(body)["To"]) for body in relay.bodies) == [f"p{n}@example.org" for n in range(3)]
            assert _balanced(service)

    asyncio.run(run())


POISON = """
{% for group in letter.groups %}{% for section in group.sections %}{% for article in section.articles %}
{% if '有毒' in article.title %}{{ nothing.of.this.name }}{% endif %}
{% endfor %}{% endfor %}{% endfor %}
text
"""


def test_an_article_that_a_template_fails_on_stops_itself_alone(on_sqlite: Open, place: Path) -> None:
    (place / "own" / "email").mkdir(parents=True)
    (place / "own" / "email" / "letter.txt").write_text(POISON, encoding="utf-8")

    async def run() -> None:
        async with ScriptedRelay().running() as relay:
            mail = f'[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {relay.port}'
            service = on_sqlite(mail, '[templates]\nfolder = "own"')
            subscribe(service, "a@example.org", "核电")
            subscribe(service, "b@example.org", "有毒")
            for name, title in (("a", "核电项目开工"), ("b", "核电有毒"), ("c", "核电项目并网")):
                put(service, f"{name}.txt", note(title))
            await service.poll(everything=True)
            service.process()
            await service.deliver()
            told = {(line.subscriber[0], line.articles, line.state) for line in lines(service)}
            assert told == {
                ("a", ("核电项目开工", "核电项目并网"), "sent"),
                ("a", ("核电有毒",), "dead"),
                ("b", ("核电有毒",), "dead"),
            }
            assert all(line.reason.startswith("template") for line in lines(service) if line.state == "dead")
            titles = {entry.article.title for entry in service.feeds.by_email("a@example.org", "rss").entries}
            assert titles == {"核电项目开工", "核电有毒", "核电项目并网"}
            assert _balanced(service)

    asyncio.run(run())
