"""Who may subscribe by themselves: everybody, certain domains, or those with an invitation."""

import asyncio
import dataclasses
import re

import pytest

from conftest import Clock
from notifier.accounts.invitations import invitations, invite, revoke
from notifier.accounts.policy import Policy
from notifier.accounts.signup import Signups
from notifier.bootstrap import Service
from notifier.bootstrap.running import open_signups
from notifier.config import WebSettings
from notifier.errors import InputError
from pipeline.job import mails


@pytest.fixture
def signups(service: Service) -> Signups:
    return dataclasses.replace(open_signups(service), policy=Policy("invitation"))


def _confirm(signups: Signups, service: Service, email: str, code: str) -> bool:
    """Ask with that code, and say yes to the mail."""
    signups.ask(signups.check(email, ["核电"]), network="192.0.2.1", invitation=signups.invitation(code))
    asyncio.run(service.deliver())
    mail = next(mail for mail in mails(service) if email in str(mail["To"]))
    found = re.search(r"/confirm/(\S+)", str(mail.get_body(("plain",)).get_content()))  # type: ignore[union-attr]
    assert found is not None
    return signups.confirm(found[1]) is not None


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("li@example.org", True),
        ("li@mail.example.org", True),
        ("li@badexample.org", False),
        ("li@example.org.evil.example", False),
        ("li@xn--fiqs8s", False),
    ],
)
def test_a_domain_stands_for_what_is_below_it_and_for_nothing_beside(address: str, fine: bool) -> None:
    policy = Policy("domains", ("example.org",))
    if fine:
        policy.check_address(address)
    else:
        with pytest.raises(InputError, match=r"example\.org"):
            policy.check_address(address)


def test_a_code_lets_so_many_in_however_it_is_typed_and_then_nobody(signups: Signups, service: Service) -> None:
    code = invite(service.database, uses=2, days=30, note="三所", now=service.clock())
    assert len(code.replace("-", "")) == 16  # 80 bits
    assert _confirm(signups, service, "a@example.org", code)
    assert _confirm(signups, service, "b@example.org", f" {code.lower().replace('-', ' ')} ")
    with pytest.raises(InputError):
        signups.invitation(code)
    assert [(row.used, row.uses, row.note) for row in invitations(service.database)] == [(2, 2, "三所")]


def test_a_code_counts_when_its_holder_has_said_yes_and_the_last_one_wins_once(
    signups: Signups, service: Service
) -> None:
    code = invite(service.database, uses=1, days=0, note="", now=service.clock())
    for email in ("a@example.org", "b@example.org"):  # both ask before either confirms
        signups.ask(signups.check(email, ["核电"]), network="192.0.2.1", invitation=signups.invitation(code))
    asyncio.run(service.deliver())
    texts = [str(mail.get_body(("plain",)).get_content()) for mail in mails(service)]  # type: ignore[union-attr]
    tokens = [found[1] for text in texts if (found := re.search(r"/confirm/(\S+)", text))]
    assert [signups.confirm(token) is not None for token in tokens] == [True, False]


def test_a_code_that_is_wrong_too_old_or_removed_is_no_code(signups: Signups, service: Service, clock: Clock) -> None:
    old = invite(service.database, uses=1, days=1, note="", now=clock())
    gone = invite(service.database, uses=1, days=0, note="", now=clock())
    revoke(service.database, 2)
    clock.forward(days=2)
    for code in (old, gone, "", "AAAA-BBBB-CCCC-DDDD"):
        with pytest.raises(InputError):
            signups.invitation(code)
    with pytest.raises(InputError):
        revoke(service.database, 99)
    with pytest.raises(InputError):
        invite(service.database, uses=0, days=1, note="", now=clock())


def test_true_and_false_are_older_words_for_open_and_closed() -> None:
    assert [WebSettings(signup=value).signup for value in (True, False, "domains")] == ["open", "closed", "domains"]  # type: ignore[arg-type]
