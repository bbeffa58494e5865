"""Chats: only services with hosts of their own, messages in parts that they take."""

import asyncio
import json
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.delivery.apprise import SERVICES, Apprise, Service, opened, parts_of, service_of, split
from notifier.domain import Consignment
from notifier.errors import DeliveryError, InputError

GOOD = {
    "wecombot": "wecombot://11111111-aaaa-bbbb-cccc-222222222222",
    "dingtalk": "dingtalk://abcdefghijkl",
    "feishu": "feishu://abcdefghi-abc",
    "lark": "lark://abcdefghi",
    "schan": "schan://SCTabcdefgh",
    "pushplus": "pushplus://abcdefghijklmnopqrstuvwxyz123456",
    "wxpusher": "wxpusher://AT_appid123/1234",
    "tgram": "tgram://123456789:abcdefg_hijklmnop/12345678",
    "ntfy": "ntfy://a-topic-nobody-guesses",
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
    "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
}


@pytest.fixture(scope="module")
def plugins() -> Any:
    """Apprise's plug-ins by scheme, loaded once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses modules of the standard library that are to go
        from apprise.manager_plugins import NotificationManager

        manager = NotificationManager()
        manager.schemas()
    return manager


class Chat:
    """Stands for Apprise: keeps what it is to send, and takes so many."""

    def __init__(self, takes: int = 99) -> None:
        self.said: list[tuple[str, str]] = []
        self.takes = takes

    def add(self, servers: str) -> bool:
        return True

    def notify(self, body: str, title: str) -> object:
        self.said.append((title, body))
        return len(self.said) <= self.takes


def _carry(chat: Chat, url: str, title: str, text: str, taken: int = 0) -> str:
    carrier = Apprise(read=lambda content: tuple(json.loads(content)), pause=0.0, open=lambda url, service: chat)
    content = json.dumps([title, text]).encode()
    return asyncio.run(carrier.carry(Consignment("abc@example.org", url, "", content, taken))).reply


def test_every_service_has_an_address_that_apprise_understands(plugins: Any) -> None:
    assert GOOD.keys() == SERVICES.keys()
    for scheme, url in GOOD.items():
        opened(url, service_of(url))
        assert service_of(url).scheme == scheme


def test_no_service_takes_less_than_apprise_thinks(plugins: Any) -> None:
    for scheme, service in SERVICES.items():
        assert service.body <= plugins[scheme].body_maxlen, scheme
        assert service.title <= plugins[scheme].title_maxlen, scheme


def test_every_other_scheme_that_apprise_knows_is_refused(plugins: Any) -> None:
    """Among them those that run programs, write files, or go to any host."""
    schemes = set(plugins.schemas()) - SERVICES.keys()
    assert {"json", "xml", "form", "dbus", "syslog", "mailto", "ntfys"} <= schemes
    for scheme in (*schemes, "file", "exec", "http", ""):
        with pytest.raises(InputError):
            service_of(f"{scheme}://127.0.0.1/x")


@pytest.mark.parametrize(
    "url",
    [
        "ntfy://127.0.0.1/topic", "ntfy://ntfy.internal", "ntfy://user:pass@topic", "ntfy://topic?mode=private",
        "dingtalk://abcdefghijkl?verify=no", "feishu://abc?to=x", "tgram://1:a/2?rto=9999", "wecombot://", "slack",
        "wecombot://a b", "wecombot://a\r\nHost: x",
    ],
)  # fmt: skip
def test_an_address_that_would_lead_elsewhere_or_set_something_is_refused(url: str) -> None:
    with pytest.raises(InputError) as caught:
        service_of(url)
    assert "abcdefghijkl" not in str(caught.value)


@given(st.text(alphabet="核电项目开工a\n 😀", max_size=400), st.integers(20, 100))
def test_parts_keep_the_limit_in_bytes_and_lose_nothing_but_breaks(text: str, limit: int) -> None:
    parts = list(split(text, limit))
    assert all(len(part.encode()) <= limit for part in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


@given(st.text(min_size=1, max_size=300), st.text(max_size=9_000), st.sampled_from(sorted(SERVICES)))
def test_every_message_keeps_the_limits_of_its_service(title: str, text: str, scheme: str) -> None:
    service: Service = SERVICES[scheme]
    for heading, body in parts_of(service, title, text):
        assert len(heading.encode()) <= service.title
        assert len(body.encode()) <= service.body


def test_a_long_message_goes_in_numbered_parts_between_paragraphs() -> None:
    chat = Chat()
    text = "\n\n".join(f"{'核' * 300}{number}" for number in range(4))
    assert _carry(chat, GOOD["wecombot"], "四篇", text) == "2 parts"
    assert [body[:5] for _, body in chat.said] == ["（1/2）", "（2/2）"]
    assert all(body[-1].isdigit() for _, body in chat.said)


def test_a_chat_that_does_not_take_it_is_tried_again_without_its_address_in_the_error() -> None:
    with pytest.raises(DeliveryError) as caught:
        _carry(Chat(takes=0), GOOD["dingtalk"], "x", "y")
    assert not caught.value.permanent
    assert "abcdefghijkl" not in str(caught.value)


def test_after_a_failed_part_only_those_come_again_that_were_not_taken() -> None:
    text = "\n\n".join(f"{'核' * 300}{number}" for number in range(9))
    whole, chat = Chat(), Chat(takes=2)
    _carry(whole, GOOD["wecombot"], "九篇", text)
    with pytest.raises(DeliveryError) as caught:
        _carry(chat, GOOD["wecombot"], "九篇", text)
    assert caught.value.parts == 2
    again = Chat()
    _carry(again, GOOD["wecombot"], "九篇", text, taken=2)
    assert chat.said[:2] + again.said == whole.said
