"""Sources: those of the config are as it says; others are added and removed by hand, and no name twice."""

import asyncio
import dataclasses
import datetime as dt

import pytest

from notifier.accounts.sources import add_sources, remove_source, source_id, sync_sources
from notifier.bootstrap import Service, configured_source
from notifier.domain import Source
from notifier.errors import InputError
from notifier.storage.sources import StoredSource, list_sources, source_named
from pipeline.job import put, subscribe, titles_sent, work

EXTRA = Source("另一个", "folder", "/nowhere")


def _configured(service: Service) -> list[Source]:
    return [configured_source(service.settings, one) for one in service.settings.sources]


def _stored(service: Service, name: str) -> StoredSource:
    with service.database.read() as session:
        found = source_named(session, name)
    assert found is not None
    return found


def _names(service: Service) -> list[str]:
    with service.database.read() as session:
        return [one.source.name for one in list_sources(session)]


def test_syncing_again_changes_nothing_and_keeps_what_polls_remembered(service: Service) -> None:
    put(service, "a.txt", "核电项目开工\n\n正文。\n")
    work(service)
    before = _stored(service, "要参")
    assert before.state.cursor
    sync_sources(service.database, _configured(service), now=service.clock())
    assert _stored(service, "要参") == before


def test_a_changed_setting_takes_effect_and_the_state_stays(service: Service) -> None:
    put(service, "a.txt", "核电项目开工\n\n正文。\n")
    work(service)
    changed = [
        dataclasses.replace(one, every=dt.timedelta(hours=9), audience=("内部",)) for one in _configured(service)
    ]
    sync_sources(service.database, changed, now=service.clock())
    stored = _stored(service, "要参")
    assert (stored.source.every, stored.source.audience) == (dt.timedelta(hours=9), ("内部",))
    assert stored.state.cursor
    assert stored.primed


def test_a_changed_address_is_a_new_place(service: Service) -> None:
    """What is there already is not news, where the source says first = new."""
    put(service, "a.txt", "核电项目开工\n\n正文。\n")
    work(service)
    there = put(service, "b.txt", "核电项目并网\n\n正文。\n", folder="elsewhere").parent
    changed = [dataclasses.replace(one, address=str(there), first="new") for one in _configured(service)[:1]]
    sync_sources(service.database, changed, now=service.clock())
    stored = _stored(service, "要参")
    assert (stored.primed, stored.state.cursor, stored.next_poll_at) == (False, {}, service.clock())
    subscribe(service, "a@example.org", "核电")
    work(service)
    put(service, "c.txt", "核电项目验收\n\n正文。\n", folder="elsewhere")
    work(service)
    assert titles_sent(service) == {"a@example.org": ["核电项目验收"]}


def test_a_source_that_left_the_config_is_polled_no_more_and_may_come_back(service: Service) -> None:
    sync_sources(service.database, _configured(service)[:1], now=service.clock())
    assert _names(service) == ["要参"]
    assert [one.source for one in asyncio.run(service.poll(everything=True))] == ["要参"]
    sync_sources(service.database, _configured(service), now=service.clock())
    assert _names(service) == ["要参", "内参"]


def test_a_source_added_by_hand_survives_the_config_and_gives_way_to_its_name_there(service: Service) -> None:
    add_sources(service.database, [EXTRA], now=service.clock())
    sync_sources(service.database, _configured(service), now=service.clock())
    assert "另一个" in _names(service)
    sync_sources(service.database, [*_configured(service), EXTRA], now=service.clock())
    assert _stored(service, "另一个").origin == "config"
    with pytest.raises(InputError, match="config"):
        remove_source(service.database, "另一个")


def test_no_name_twice_and_several_are_added_all_or_none(service: Service) -> None:
    taken = dataclasses.replace(EXTRA, name="要参")
    with pytest.raises(InputError, match="要参"):
        add_sources(service.database, [EXTRA, taken], now=service.clock())
    assert _names(service) == ["要参", "内参"]


def test_removing_what_is_not_there_or_stands_in_the_config_is_refused(service: Service) -> None:
    for name in ("没有", "要参"):
        with pytest.raises(InputError, match=name):
            remove_source(service.database, name)
    add_sources(service.database, [EXTRA], now=service.clock())
    remove_source(service.database, "另一个")
    with pytest.raises(InputError):
        remove_source(service.database, "另一个")
    add_sources(service.database, [EXTRA], now=service.clock())
    assert "另一个" in _names(service)


def test_what_is_taken_by_hand_goes_to_a_source_of_its_own_or_a_named_one(service: Service) -> None:
    number = source_id(service.database, "", now=service.clock())
    assert source_id(service.database, "", now=service.clock()) == number
    assert source_id(service.database, "要参", now=service.clock()) != number
    with pytest.raises(InputError, match="没有"):
        source_id(service.database, "没有", now=service.clock())
