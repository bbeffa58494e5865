"""Channels one by one: a test that goes there now, and a message that goes there in several parts."""

import asyncio
import dataclasses
import json
from collections.abc import Callable

import pytest

from conftest import Clock
from delivery.receivers import Receiver
from notifier.accounts.channel_trial import try_channel
from notifier.accounts.channels import add_channel, list_channels
from notifier.bootstrap import Service
from notifier.delivery.apprise import Apprise
from notifier.delivery.webhook import signature
from notifier.errors import DeliveryError, InputError
from notifier.pipeline.sending.channels import Channels
from notifier.pipeline.sending.deliver import deliver_messages
from notifier.rendering import unpack_text
from pipeline.job import lines, note, put, subscribe

Open = Callable[..., Service]
LI = "li@example.org"


def test_a_test_goes_to_a_channel_now_and_is_in_no_ledger(on_sqlite: Open) -> None:
    async def run() -> None:
        async with Receiver().running() as receiver:
            service = on_sqlite('[fetch]\nallow_private = ["127.0.0.0/8"]')
            subscribe(service, LI, "核电")
            secret = add_channel(service.database, LI, receiver.url, now=service.clock()).secret
            before = len(list(lines(service)))

            async def tried(name: str) -> str:
                async with service.carriers() as carrier_of:
                    receipt = await try_channel(
                        service.database, carrier_of, service.mail, LI, name, now=service.clock()
                    )
                return receipt.reply

            assert await tried("webhook") == "204"
            (got,) = receiver.got
            said = json.loads(got.body)
            assert (said["type"], said["data"]["kind"]) == ("message.notice", "notice")
            assert got.headers["webhook-signature"] == signature(
                secret,
                message_id=got.headers["webhook-id"],
                timestamp=int(got.headers["webhook-timestamp"]),
                content=got.body,
            )
            receiver.script = [(500, "")]
            with pytest.raises(DeliveryError):
                await tried("webhook")
            with pytest.raises(InputError):
                await tried("dingtalk")
            assert len(list(lines(service))) == before
            assert not list_channels(service.database, LI)[0].reason

    asyncio.run(run())


class Chat:
    """A chat that takes so many parts at a time; keeps those that it took."""

    def __init__(self, takes: int) -> None:
        self.takes, self.left = takes, takes
        self.said: list[str] = []

    def add(self, servers: str) -> bool:
        return True

    def notify(self, body: str, title: str) -> object:
        if not self.left:
            self.left = self.takes
            return False
        self.left -= 1
        self.said.append(body)
        return True


def test_a_long_message_goes_on_where_a_chat_broke_off(on_sqlite: Open, clock: Clock) -> None:
    service, chat = on_sqlite(), Chat(takes=2)
    apprise = Apprise(read=unpack_text, pause=0.0, open=lambda url, one: chat)
    way_out = Channels(service.database, service.desk, carrier_of=lambda name: apprise, clock=clock)
    subscribe(service, LI, "核电")
    add_channel(service.database, LI, "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", now=clock())
    for number in range(8):
        put(service, f"{number}.txt", note(f"核电项目{number}期开工", "核电项目今日开工，各方加强协调配合" * 20))
    asyncio.run(service.poll(everything=True))
    service.process()

    async def run() -> None:
        async with service.channels() as outbox:
            mine = dataclasses.replace(outbox, transport=way_out)
            while _chat_states(service) != ["sent"]:
                await deliver_messages(mine)
                clock.forward(hours=7)

    asyncio.run(run())
    numbers = [body.partition("/")[0] for body in chat.said]
    assert numbers == [f"（{number}" for number in range(1, len(numbers) + 1)]
    assert len(numbers) > 2


def _chat_states(service: Service) -> list[str]:
    return [line.state for line in lines(service) if line.channel == "discord"]
