"""Webhooks: signed as Standard Webhooks has it, redirects refused, 410 is the end."""

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from delivery.receivers import Receiver
from notifier.delivery.webhook import Webhook, new_secret, read_secret, signature
from notifier.domain import Consignment
from notifier.errors import DeliveryError, InputError, SourceError
from notifier.sources import Fetcher

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = dt.datetime(2021, 2, 25, 14, 55, 30, tzinfo=dt.UTC)  # 1614264930


@dataclass(frozen=True)
class Said:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""


def _webhook(answer: Said | SourceError) -> Webhook:
    async def post(url: str, content: bytes, headers: Mapping[str, str]) -> Said:
        if isinstance(answer, SourceError):
            raise answer
        return answer

    return Webhook(post, lambda: NOW)


def _carry(answer: Said | SourceError) -> str:
    consignment = Consignment("abc@example.org", "https://x.org/hook", SECRET, b"{}")
    return asyncio.run(_webhook(answer).carry(consignment)).reply


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    made = signature(
        SECRET, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, content=b'{"test": 2432232314}'
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_random_long_and_readable() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    assert len(read_secret(new_secret())) == 32


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_???", "whsec_" + "QUFB" * 30])
def test_what_is_no_secret_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(InputError, match="24 to 64") as caught:
        read_secret(secret)
    assert len(secret) < 10 or secret not in str(caught.value)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_two_hundred_and_its_like_are_success(status: int) -> None:
    assert _carry(Said(status)) == str(status)


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(301, False), (307, False), (400, False), (404, False), (410, True), (429, False), (500, False)],
)
def test_all_else_is_tried_again_save_410(status: int, permanent: bool) -> None:
    with pytest.raises(DeliveryError) as caught:
        _carry(Said(status, content=b"no\r\nX: y"))
    assert (caught.value.code, caught.value.permanent, caught.value.uncertain) == (status, permanent, False)
    assert "\n" not in caught.value.reply


def test_what_a_receiver_asks_to_wait_is_heeded() -> None:
    with pytest.raises(DeliveryError) as caught:
        _carry(Said(429, {"retry-after": "7200"}))
    assert caught.value.retry_after == 7200


def test_a_receiver_that_is_not_reached_is_tried_again() -> None:
    with pytest.raises(DeliveryError) as caught:
        _carry(SourceError("连不上", "not reached"))
    assert not caught.value.permanent


def test_over_a_real_connection_a_receiver_can_check_every_header() -> None:
    async def run() -> Receiver:
        async with Receiver().running() as receiver, Fetcher(allow_private=["127.0.0.0/8"], contact="x") as fetcher:
            receiver.script = [(302, "Location: http://127.0.0.1:1/"), (204, "")]
            webhook = Webhook(fetcher.post, lambda: NOW)
            consignment = Consignment("abc@example.org", receiver.url, SECRET, '{"标题":1}'.encode())
            with pytest.raises(DeliveryError, match="redirects"):
                await webhook.carry(consignment)
            await webhook.carry(consignment)
            return receiver

    receiver = asyncio.run(run())
    for got in receiver.got:
        assert got.line == "POST /hook HTTP/1.1"
        assert got.headers["webhook-id"] == "msg_abc"
        assert got.headers["content-type"] == "application/json"
        timestamp = int(got.headers["webhook-timestamp"])
        made = signature(SECRET, message_id="msg_abc", timestamp=timestamp, content=got.body)
        assert got.headers["webhook-signature"] == made


@pytest.mark.parametrize("url", ["http://127.0.0.1:{}/", "http://[::ffff:127.0.0.1]:{}/", "http://0x7f000001:{}/"])
def test_an_inner_network_is_not_posted_to(url: str) -> None:
    async def run() -> Receiver:
        async with Receiver().running() as receiver, Fetcher(contact="x") as fetcher:
            consignment = Consignment("abc@example.org", url.format(receiver.port), SECRET, b"{}")
            with pytest.raises(DeliveryError):
                await Webhook(fetcher.post, lambda: NOW).carry(consignment)
            return receiver

    assert asyncio.run(run()).got == []


@pytest.mark.parametrize(
    "said",
    ["连不上 {}；请核对地址", "{} 在 30 秒内没有答完", "cannot connect to {}; check it", "no TLS with {}: bad"],
)
@pytest.mark.parametrize("path", ["/hook/s3cret", "/s3cret:s3cret,s3cret;x=1?key=s3cret#s3cret", "?s3cret"])
def test_an_address_is_told_by_its_host_alone(said: str, path: str) -> None:
    line = said.format(f"https://hooks.example.org:8443{path}")
    with pytest.raises(DeliveryError) as caught:
        _carry(SourceError(line, line))
    assert "s3cret" not in str(caught.value)
    assert "hooks.example.org:8443" in caught.value.en
    assert caught.value.en.endswith(said[-3:])
