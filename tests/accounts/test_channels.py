"""Channels as their owners and operators set them up."""

import pytest

from notifier.accounts.channels import add_channel, list_channels, masked
from notifier.accounts.subscribers import Defaults, add_subscribers, new_subscriber
from notifier.bootstrap import Service
from notifier.errors import InputError

LI = "li@example.org"


@pytest.fixture
def li(service: Service) -> Service:
    person = new_subscriber(LI, [], topics=service.library.topics)
    add_subscribers(service.database, [person], Defaults(), now=service.clock())
    return service


def _shown(service: Service) -> list[str]:
    return [masked(channel) for channel in list_channels(service.database, LI)]


def test_what_is_shown_of_a_channel_holds_no_key(li: Service) -> None:
    for address in ("https://hooks.example.org/T0/B0/key", "dingtalk://abcdefghijkl"):
        add_channel(li.database, LI, address, now=li.clock())
    assert _shown(li) == ["https://hooks.example.org/…", "dingtalk://…"]


def test_a_channel_of_the_same_name_is_replaced_with_a_new_secret(li: Service) -> None:
    first = add_channel(li.database, LI, "https://a.example.org/", now=li.clock())
    second = add_channel(li.database, LI, "https://b.example.org/", now=li.clock())
    assert first.secret != second.secret
    assert _shown(li) == ["https://b.example.org/…"]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://user:pass@x.org/", ""), ("https://", ""), ("ftp://x.org/", ""), ("json://x.org", ""), ("", ""),
        ("https://x.org/ y", ""), ("dingtalk://abcdefghijkl", "webhook"), ("https://x.org/", "mail"),
        ("file:///etc/passwd", ""),
    ],
)  # fmt: skip
def test_what_leads_nowhere_or_anywhere_is_refused(li: Service, address: str, kind: str) -> None:
    with pytest.raises(InputError):
        add_channel(li.database, LI, address, kind=kind, now=li.clock())
    assert _shown(li) == []


def test_nobody_has_no_channels(li: Service) -> None:
    with pytest.raises(InputError, match="no subscriber"):
        add_channel(li.database, "wang@example.org", "https://x.org/", now=li.clock())
