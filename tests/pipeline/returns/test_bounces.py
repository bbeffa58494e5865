"""What comes back changes what it proves to be about, and nothing else."""

import asyncio
import dataclasses
from collections.abc import Callable

import pytest

from conftest import Clock
from delivery.returned import complaint, dsn, letter
from notifier.accounts import suppress
from notifier.accounts.subscribers import unsubscribe
from notifier.bootstrap import Service
from notifier.delivery.verp import Verp
from notifier.domain import SubscriberState
from notifier.pipeline.explaining.check import check_accounts
from notifier.pipeline.returns.bounces import Taken
from notifier.storage.bounces import list_pauses
from notifier.storage.subscribers import subscriber_row
from pipeline.job import lines, note, subscribe, take, work

Open = Callable[..., Service]
ADDRESS = '[bounces]\naddress = "bounces@example.org"'
UNWANTED = {"status": "5.7.1", "words": "554 DT:SPM smtp3,AAA"}


@pytest.fixture
def sent(on_sqlite: Open) -> Service:
    """A service that has sent one mail to li@example.org."""
    service = on_sqlite(ADDRESS)
    subscribe(service, "li@example.org", "核电")
    take(service, "a.txt", note("核电项目开工"))
    work(service)
    return service


def _back(service: Service, *, secret: bytes | None = None) -> str:
    """The return address of the mail to li, as we gave it or as a forger would."""
    assert service.verp is not None
    verp = dataclasses.replace(service.verp, secret=secret) if secret else service.verp
    (line,) = [line for line in lines(service) if line.subscriber == "li@example.org"]
    return verp.address_for(line.message_id) or ""


def _states(service: Service, address: str = "li@example.org") -> list[str]:
    assert check_accounts(service.database).verdict == "good"
    return [line.state for line in lines(service) if line.subscriber == address]


def _state_of(service: Service, address: str) -> str:
    with service.database.read() as session:
        row = subscriber_row(session, address)
    return row.state if row else ""


def _listed(service: Service) -> dict[str, str]:
    return {row.address: row.reason for row in suppress.entries(service.database)}


def test_no_such_user_bounces_the_message_and_suppresses_the_address(sent: Service) -> None:
    assert sent.take_bounce(dsn(_back(sent))) is Taken.SUPPRESSED
    assert _states(sent) == ["bounced"]
    assert _state_of(sent, "li@example.org") == SubscriberState.SUPPRESSED
    assert _listed(sent) == {"li@example.org": "unknown_user"}
    take(sent, "b.txt", note("核电项目并网"))
    work(sent)
    assert _states(sent) == ["bounced", "suppressed"]


def test_the_same_bounce_again_changes_nothing_more(sent: Service) -> None:
    sent.take_bounce(dsn(_back(sent)))
    before = [line.to_dict() for line in lines(sent)]
    assert sent.take_bounce(dsn(_back(sent))) is Taken.SUPPRESSED
    assert [line.to_dict() for line in lines(sent)] == before


@pytest.mark.parametrize("status", [{}, UNWANTED, {"status": "5.2.2", "words": "552 full"}])
def test_a_forged_bounce_changes_nothing(sent: Service, status: dict[str, str]) -> None:
    """Wrong proof, none, another message's: not even with the right Message-ID in it."""
    before = [line.to_dict() for line in lines(sent)]
    other = _back(sent).replace(_back(sent)[8:40], "0" * 32)
    for address in (_back(sent, secret=b"f" * 64), "bounces@example.org", "li@example.org", other):
        assert sent.take_bounce(dsn(address, **status)) is Taken.UNPROVEN
        assert sent.take_bounce(complaint(to=address, sent_from=address, original=address)) is Taken.UNPROVEN
    assert [line.to_dict() for line in lines(sent)] == before
    assert _listed(sent) == {}
    with sent.database.read() as session:
        assert list_pauses(session) == []


def test_a_proof_is_believed_for_thirty_days(sent: Service, clock: Clock) -> None:
    clock.forward(days=31)
    assert sent.take_bounce(dsn(_back(sent))) is Taken.UNPROVEN
    assert _listed(sent) == {}


def test_a_refusal_for_spam_keeps_the_mail_pauses_the_domain_and_tells_the_operator(
    sent: Service, clock: Clock
) -> None:
    assert sent.take_bounce(dsn(_back(sent), **UNWANTED)) is Taken.PAUSED
    assert _states(sent) == ["deferred"]
    assert _listed(sent) == {}
    with sent.database.read() as session:
        assert [(row.domain, row.until) for row in list_pauses(session)] == [("example.org", clock.forward(hours=1))]
    asyncio.run(sent.deliver())
    assert _states(sent) == ["sent"]


def test_the_operator_is_told_once_a_day_of_one_domain(on_sqlite: Open, clock: Clock) -> None:
    service = on_sqlite(ADDRESS, '[service]\noperator = "boss@corp.example"')
    subscribe(service, "li@example.org", "核电")
    take(service, "a.txt", note("核电项目开工"))
    work(service)
    for _ in range(3):
        service.take_bounce(dsn(_back(service), **UNWANTED))
        clock.forward(hours=3)
    notices = [line for line in lines(service) if line.subscriber == "boss@corp.example"]
    assert [(line.kind, line.state) for line in notices] == [("notice", "ready")]


def test_mail_that_is_three_days_old_is_not_tried_for_ever(sent: Service, clock: Clock) -> None:
    clock.forward(days=4)
    assert sent.take_bounce(dsn(_back(sent), **UNWANTED)) is Taken.PAUSED
    assert _states(sent) == ["bounced"]


def test_a_full_mailbox_is_counted_and_never_suppressed(sent: Service) -> None:
    assert sent.take_bounce(dsn(_back(sent), status="5.2.2", words="552 5.2.2 full")) is Taken.COUNTED
    assert _states(sent) == ["bounced"]
    assert _state_of(sent, "li@example.org") == SubscriberState.ACTIVE


def test_a_delay_is_no_bounce(sent: Service) -> None:
    assert sent.take_bounce(dsn(_back(sent), action="delayed", status="4.4.1", words="")) is Taken.COUNTED
    assert _states(sent) == ["sent"]


def test_on_the_seventh_day_of_bounces_the_operator_is_told_once(sent: Service, clock: Clock) -> None:
    told = []
    for _ in range(9):
        for _again in range(3):  # counted once a day
            sent.take_bounce(dsn(_back(sent), action="delayed", status="4.2.2", words=""))
        told.append(sum(line.subscriber == "operator@example.org" for line in lines(sent)))
        clock.forward(days=1)
    assert told == [0, 0, 0, 0, 0, 0, 1, 1, 1]


def test_a_complaint_suppresses_and_the_mail_was_sent_all_the_same(sent: Service) -> None:
    assert sent.take_bounce(complaint(original=_back(sent))) is Taken.COMPLAINT
    assert _states(sent) == ["sent"]
    assert _listed(sent) == {"li@example.org": "complaint"}


def test_who_has_unsubscribed_stays_so_when_they_complain(sent: Service) -> None:
    with sent.database.read() as session:
        row = subscriber_row(session, "li@example.org")
    assert row is not None
    assert row.id is not None
    unsubscribe(sent.database, row.id, row.token_version, now=sent.clock())
    sent.take_bounce(complaint(sent_from=_back(sent)))
    assert _state_of(sent, "li@example.org") == SubscriberState.UNSUBSCRIBED
    assert _listed(sent) == {"li@example.org": "complaint"}


def test_an_answer_of_a_person_changes_nothing(sent: Service) -> None:
    assert sent.take_bounce(letter(_back(sent), "Re: 核电", "谢谢。")) is Taken.NO_REPORT
    assert _states(sent) == ["sent"]


def test_bounces_are_taken_on_both_databases(service: Service) -> None:
    """The address is set here, so that the shared config of both engines serves."""
    verp = Verp(service.tokens.secret, "bounces@example.org")
    both = dataclasses.replace(service, verp=verp)
    subscribe(both, "li@example.org", "核电")
    take(both, "a.txt", note("核电项目开工"))
    work(both)
    both.take_bounce(dsn(_back(both), **UNWANTED))
    assert _states(both) == ["deferred"]
    assert both.take_bounce(dsn(_back(both))) is Taken.SUPPRESSED
    both.take_bounce(dsn(_back(both), status="5.2.2", words=""))
    assert both.take_bounce(complaint(sent_from=_back(both))) is Taken.COMPLAINT
    assert _listed(both) == {"li@example.org": "unknown_user"}
