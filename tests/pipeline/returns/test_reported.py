"""Providers' reports change what they are signed to be about, on both databases, and nothing else."""

import asyncio
import datetime as dt

import pytest

from conftest import Clock
from delivery.posts import SECRETS, post
from notifier.accounts import suppress
from notifier.bootstrap import Service
from notifier.delivery.providers import PROVIDERS, Posted
from notifier.domain import BeforeDot, Envelope, Receipt
from notifier.errors import ForgeryError
from notifier.pipeline.returns.bounces import Taken
from notifier.pipeline.returns.reported import ProviderReports
from notifier.pipeline.sending.guard import Guarded
from notifier.storage.bounces import has_arrived, list_pauses
from pipeline.job import lines, note, subscribe, take, work

NOBODY, SPAM = "550 5.1.1 no such user", "554 5.7.1 DT:SPM"


@pytest.fixture
def sent(service: Service) -> Service:
    """It has sent one mail to li@example.org."""
    subscribe(service, "li@example.org", "核电")
    take(service, "a.txt", note("核电项目开工"))
    work(service)
    return service


def _reports(service: Service) -> ProviderReports:
    return ProviderReports(service.database, service.desk, secrets=SECRETS, clock=service.clock)


def _line(service: Service) -> tuple[str, str]:
    (line,) = (line for line in lines(service) if line.subscriber == "li@example.org")
    return line.message_id, line.state


def test_the_same_verdicts_as_of_mails_that_come_back(sent: Service) -> None:
    reports, (message_id, _), now = _reports(sent), _line(sent), sent.clock()
    told = [("mailgun", "delivered", ""), ("sendcloud", "bounced", SPAM), ("standard", "bounced", NOBODY)]
    taken = [reports.take(name, post(name, what, message_id, words=words, now=now)) for name, what, words in told]
    assert taken == [[Taken.ARRIVED], [Taken.PAUSED], [Taken.SUPPRESSED]]
    assert reports.take("mailgun", post("mailgun", "complained", message_id, now=now, token="t2")) == [Taken.COMPLAINT]
    assert {row.address: row.reason for row in suppress.entries(sent.database)} == {"li@example.org": "unknown_user"}
    with sent.database.read() as session:
        assert has_arrived(session, message_id)
        assert [row.domain for row in list_pauses(session)] == ["example.org"]


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_a_forged_report_changes_nothing(sent: Service, provider: str, clock: Clock) -> None:
    """Wrong key, too old, about nothing of ours, other words under a signature that was seen."""
    reports, (message_id, _), now = _reports(sent), _line(sent), clock()
    before = [line.to_dict() for line in lines(sent)]
    other = "whsec_" + "A" * 44 if provider == "standard" else "another"
    forged = [
        post(provider, "bounced", message_id, words=NOBODY, now=now, secret=other),
        post(provider, "bounced", message_id, words=NOBODY, now=now - dt.timedelta(days=3)),
        _changed(provider, reports, now),
    ]
    for posted in forged:
        with pytest.raises(ForgeryError):
            reports.take(provider, posted)
    unknown = post(provider, "bounced", "0" * 32 + "@example.org", words=NOBODY, now=now, token="t3")
    assert reports.take(provider, unknown) == [Taken.UNPROVEN]
    assert [line.to_dict() for line in lines(sent)] == before
    assert list(suppress.entries(sent.database)) == []


def _changed(provider: str, reports: ProviderReports, now: dt.datetime) -> Posted:
    """A whole signature, of which another content was seen."""
    seen = post(provider, "opened", "a@example.org", now=now, token="t9")
    reports.take(provider, seen)
    return Posted(seen.headers, seen.content.replace(b"a%40", b"b%40").replace(b"a@", b"b@"))


class Kept:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def send(self, envelope: Envelope, before_dot: BeforeDot) -> Receipt:
        self.envelopes.append(envelope)
        return Receipt("250 ok", "here")

    async def evidence(self, message_id: str) -> bool | None:
        return None

    async def check(self) -> str:
        return "here"

    async def close(self) -> None: ...


def test_mails_bear_the_header_that_a_provider_gives_back(service: Service) -> None:
    headers, kept = _reports(service).id_headers, Kept()
    guard = Guarded(kept, service.database, service.desk, clock=service.clock, id_headers=headers)
    mail = Envelope("abc@example.org", "a@example.org", "li@example.org", b"Subject: x\r\n\r\ny")
    asyncio.run(guard.send(mail, kept.close))
    assert kept.envelopes[0].content == b"SC-Custom-Message-ID: abc@example.org\r\n" + mail.content
