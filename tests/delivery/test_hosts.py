"""Companies' domains are known by who takes their mail; a DNS that does not answer does no harm."""

import asyncio

import pytest

from notifier.config import Settings
from notifier.delivery.hosts import KEPT, REST, MailHosts
from notifier.delivery.pacing import Paces

EXMAIL = ["mxbiz1.qq.com.", "MXBIZ2.QQ.COM."]


class Dns:
    """Answers from a table, or not at all; keeps what it was asked."""

    def __init__(self, **answers: list[str]) -> None:
        self.answers = {name.replace("_", "."): found for name, found in answers.items()}
        self.away = False
        self.asked: list[str] = []
        self.now = 0.0

    def __call__(self, domain: str) -> list[str] | None:
        self.asked.append(domain)
        return None if self.away else self.answers.get(domain, [])

    def hosts(self) -> MailHosts:
        return MailHosts(self, now=lambda: self.now)


def test_a_domain_is_asked_about_once_a_day_however_many_messages_it_gets() -> None:
    async def run() -> None:
        dns = Dns(corp_cn=EXMAIL)
        hosts = dns.hosts()
        found = await asyncio.gather(*(hosts.of(f"p{number}@Corp.cn") for number in range(50)))
        assert set(found) == {("mxbiz1.qq.com", "mxbiz2.qq.com")}
        assert await hosts.of("li@none.cn") == await hosts.of("wang@none.cn") == ()
        assert dns.asked == ["corp.cn", "none.cn"]
        dns.now = KEPT
        await hosts.of("p@corp.cn")
        assert dns.asked == ["corp.cn", "none.cn", "corp.cn"]

    asyncio.run(run())


def test_after_a_vain_look_up_none_is_made_for_a_while() -> None:
    async def run() -> None:
        dns = Dns(corp_cn=EXMAIL)
        hosts, dns.away = dns.hosts(), True
        assert [await hosts.of(f"li@c{number}.cn") for number in range(9)] == [()] * 9
        assert len(dns.asked) == 1
        dns.away, dns.now = False, REST
        assert await hosts.of("li@corp.cn") == ("mxbiz1.qq.com", "mxbiz2.qq.com")

    asyncio.run(run())


@pytest.mark.parametrize("address", ["a@example.org", "a@mail.example.com", "a@x.test", "a@localhost"])
def test_domains_that_nobody_has_are_not_asked_about(address: str) -> None:
    dns = Dns()
    assert asyncio.run(dns.hosts().of(address)) == ()
    assert dns.asked == []


def test_companies_share_the_pace_of_those_who_have_their_mail() -> None:
    paces = Paces(group.model_dump() for group in Settings().mail.pacing)
    assert paces.by_hosts
    assert paces.at(["mxbiz1.qq.com"]) is paces.of("li@qq.com")
    assert paces.at(["qiye163mx01.mxmail.netease.com"]) is paces.of("li@163.com")
    assert paces.at(["mx.example.org"]) is None
