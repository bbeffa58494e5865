"""The suppression list as operators keep it."""

import pytest

from notifier.accounts import suppress
from notifier.accounts.subscribers import Defaults, add_subscribers, change_state, new_subscriber
from notifier.bootstrap import Service
from notifier.domain import SubscriberState
from notifier.errors import InputError
from notifier.storage.subscribers import subscriber_row


def _state(service: Service, address: str) -> str:
    with service.database.read() as session:
        row = subscriber_row(session, address)
    return row.state if row else ""


def _add(service: Service, address: str, *, revive: bool = True) -> str:
    person = new_subscriber(address, [], topics=service.library.topics)
    added = add_subscribers(service.database, [person], Defaults(), now=service.clock(), revive=revive)
    return "left" if added.left else "added"


def _addresses(service: Service) -> list[str]:
    return [row.address for row in suppress.entries(service.database)]


def test_on_the_list_no_mail_off_the_list_mail_again(service: Service) -> None:
    _add(service, "li@example.org")
    assert suppress.add(service.database, "Li@Example.org", reason="asked by phone", now=service.clock())
    assert not suppress.add(service.database, "li@example.org", now=service.clock())
    assert _state(service, "li@example.org") == SubscriberState.SUPPRESSED
    suppress.remove(service.database, "li@example.org", now=service.clock())
    assert _state(service, "li@example.org") == SubscriberState.ACTIVE
    with pytest.raises(InputError, match="not on the list"):
        suppress.remove(service.database, "li@example.org", now=service.clock())


def test_the_state_of_a_subscriber_and_the_list_agree(service: Service) -> None:
    _add(service, "li@example.org")
    change_state(service.database, "li@example.org", SubscriberState.SUPPRESSED, now=service.clock(), why="operator")
    assert _addresses(service) == ["li@example.org"]
    change_state(service.database, "li@example.org", SubscriberState.ACTIVE, now=service.clock(), why="operator")
    assert _addresses(service) == []


def test_an_import_of_subscribers_leaves_who_is_on_the_list_alone_and_adding_by_name_does_not(service: Service) -> None:
    suppress.add(service.database, "li@example.org", reason="complaint", now=service.clock())
    assert _add(service, "li@example.org", revive=False) == "left"
    assert _state(service, "li@example.org") == ""
    assert _add(service, "li@example.org") == "added"
    assert _addresses(service) == []


def test_what_is_exported_is_imported_with_its_reasons(service: Service) -> None:
    suppress.add(service.database, "a@example.org", reason="complaint", detail='said "no", twice', now=service.clock())
    suppress.add(service.database, "b@example.org", now=service.clock())
    text = suppress.export_list(service.database)
    for address in ("a@example.org", "b@example.org"):
        suppress.remove(service.database, address, now=service.clock())
    assert suppress.import_list(service.database, text, now=service.clock()) == (2, 0)
    assert suppress.export_list(service.database) == text
    assert suppress.import_list(service.database, text, now=service.clock()) == (0, 2)


def test_plain_lists_come_in_whole_or_not_at_all(service: Service) -> None:
    assert suppress.import_list(
        service.database, "\ufeff# old\nA@x.org\n\na@x.org\nb@x.org\n", now=service.clock()
    ) == (2, 0)
    with pytest.raises(InputError, match="第 2 行"):
        suppress.import_list(service.database, "c@x.org\nno address\n", now=service.clock())
    assert _addresses(service) == ["a@x.org", "b@x.org"]
