"""Double opt-in: nothing but one question reaches an address until its owner has said yes."""

import asyncio
import re

import pytest
from sqlalchemy import text

from conftest import Clock
from notifier.accounts import suppress
from notifier.accounts.signup import Signups
from notifier.accounts.subscribers import unsubscribe
from notifier.bootstrap import Service
from notifier.bootstrap.running import open_signups
from notifier.domain import SubscriberState
from notifier.errors import InputError
from notifier.storage.rules import all_rules
from notifier.storage.subscribers import list_subscribers, subscriber_row
from pipeline.job import lines, mails, note, subscribe, take, titles_sent

LI = "li@example.org"


@pytest.fixture
def signups(service: Service) -> Signups:
    return open_signups(service)


def _ask(signups: Signups, email: str = LI, rule: str = "核电", network: str = "192.0.2.1") -> bool:
    return signups.ask(signups.check(email, [rule]), network=network)


def _links(service: Service) -> list[str]:
    """The tokens of the questions that have gone out, in order."""
    asyncio.run(service.deliver())
    texts = [str(mail.get_body(("plain",)).get_content()) for mail in mails(service)]  # type: ignore[union-attr]
    return [token for body in texts for token in re.findall(r"/confirm/(\S+)", body)]


def _state(service: Service) -> str:
    with service.database.read() as session:
        row = subscriber_row(session, LI)
    return row.state if row else ""


def _rules(service: Service) -> list[str]:
    with service.database.read() as session:
        return [rule.text for rule, _ in all_rules(session)]


def test_until_it_is_confirmed_only_the_question_goes_out(signups: Signups, service: Service) -> None:
    assert _ask(signups)
    take(service, "a.txt", note("核电项目开工"))
    (token,) = _links(service)
    assert [(line.kind, line.state) for line in lines(service)] == [("notice", "sent")]
    assert (_state(service), _rules(service)) == (SubscriberState.PENDING, [])
    assert signups.is_open(token)
    assert signups.confirm(token)
    assert (_state(service), _rules(service)) == (SubscriberState.ACTIVE, ["核电"])
    take(service, "b.txt", note("核电项目并网"))
    asyncio.run(service.deliver())
    assert titles_sent(service)[LI] == ["核电项目并网"]


def test_the_question_says_that_a_machine_asked_and_has_nothing_to_unsubscribe_from(
    signups: Signups, service: Service
) -> None:
    _ask(signups)
    asyncio.run(service.deliver())
    (mail,) = mails(service)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None


def test_confirming_again_changes_nothing_and_an_old_link_revives_nobody(signups: Signups, service: Service) -> None:
    _ask(signups)
    (token,) = _links(service)
    assert signups.confirm(token)
    assert signups.confirm(token)
    assert _rules(service) == ["核电"]
    with service.database.read() as session:
        row = subscriber_row(session, LI)
    assert row is not None
    assert row.id is not None
    unsubscribe(service.database, row.id, row.token_version, now=service.clock())
    signups.confirm(token)
    assert _state(service) == SubscriberState.UNSUBSCRIBED


def test_a_link_brings_its_own_rules_and_not_those_that_a_stranger_asked_for(
    signups: Signups, service: Service
) -> None:
    _ask(signups, rule="广告")
    _ask(signups, rule="核电")
    tokens = _links(service)
    mine = next(token for token in tokens if token == service.links.confirm(_newest(service)).rpartition("/")[2])
    assert signups.confirm(mine)
    assert _rules(service) == ["核电"]


def _newest(service: Service) -> int:
    with service.database.read() as session:
        return int(session.execute(text("SELECT max(id) FROM event WHERE name = 'subscriber.asked'")).scalar_one())


def test_who_has_left_is_asked_and_comes_back_by_their_own_yes(signups: Signups, service: Service) -> None:
    number = subscribe(service, LI, "广元")
    unsubscribe(service.database, number, 1, now=service.clock())
    assert _ask(signups)
    assert _state(service) == SubscriberState.UNSUBSCRIBED
    (token,) = _links(service)
    assert signups.confirm(token)
    assert _state(service) == SubscriberState.ACTIVE


def test_ten_thousand_sign_ups_of_one_address_send_two_mails(signups: Signups, service: Service) -> None:
    person = signups.check(LI, ["核电"])
    asked = sum(signups.ask(person, network=f"10.{number // 250}.{number % 250}.1") for number in range(10_000))
    assert asked == 2
    assert not _ask(open_signups(service), network="198.51.100.1")  # nor in another process: the table counts too
    assert len(_links(service)) == 2


def test_a_network_may_ask_for_twenty_addresses_an_hour(signups: Signups, service: Service) -> None:
    asked = sum(_ask(signups, f"p{number}@example.org", network=f"192.0.2.{number}") for number in range(100))
    assert asked == 20
    assert _ask(signups, "q@example.org", network="198.51.100.1")
    with service.database.read() as session:
        assert len(list_subscribers(session)) == 21


@pytest.mark.parametrize("state", ["active", "suppressed", "listed"])
def test_who_needs_no_question_gets_none(signups: Signups, service: Service, state: str) -> None:
    if state != "listed":
        subscribe(service, LI, "广元")
    if state != "active":
        suppress.add(service.database, LI, reason="complaint", now=service.clock())
    assert not _ask(signups)
    assert _links(service) == []


def test_a_link_ends_after_a_week_and_no_other_token_confirms(signups: Signups, service: Service, clock: Clock) -> None:
    _ask(signups)
    (token,) = _links(service)
    for wrong in ("x", token[:-2], service.tokens.sign("unsubscribe", 1, 0), service.tokens.sign("confirm", 1, 0)):
        assert not signups.confirm(wrong)
    clock.forward(days=8)
    assert not signups.is_open(token)
    assert not signups.confirm(token)
    assert _state(service) == SubscriberState.PENDING


@pytest.mark.parametrize("rules", [[], ["核电"] * 11, ["(核电"]])
def test_what_cannot_be_used_is_said_and_stores_nothing(signups: Signups, service: Service, rules: list[str]) -> None:
    with pytest.raises(InputError):
        signups.check(LI, rules)
    assert _state(service) == ""
