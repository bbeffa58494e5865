"""Subscribers leave as CSV and come back as they were."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Clock
from notifier.accounts.channels import add_channel
from notifier.accounts.people_files import COLUMNS, export_people, read_people
from notifier.accounts.rules import save_rule
from notifier.accounts.subscribers import add_subscribers, change_state, new_subscriber
from notifier.accounts.when import When, set_when
from notifier.bootstrap import Service
from notifier.config import load_settings
from notifier.domain import Schedule, Subscriber, SubscriberState
from notifier.errors import InputError
from notifier.storage.rules import all_rules
from notifier.storage.subscribers import list_subscribers

Open = Callable[..., Service]


def _service(folder: Path, open_one: Open, clock: Clock) -> Service:
    folder.mkdir()
    (folder / "config.toml").write_text("", encoding="utf-8")
    return open_one(load_settings(folder / "config.toml"), clock=clock)


def _add(service: Service, address: str, *rules: str) -> None:
    person = new_subscriber(address, rules, topics=service.library.topics, groups=["内部", "省厅"])
    add_subscribers(service.database, [person], service.defaults, now=service.clock())


def _import(service: Service, text: str) -> None:
    people = read_people(text, [], topics=service.library.topics)
    add_subscribers(service.database, people, service.defaults, now=service.clock(), revive=False)


def _all(service: Service) -> tuple[list[Subscriber], list[tuple[object, ...]]]:
    with service.database.read() as session:
        people = [dataclasses.replace(one, id=0) for one in list_subscribers(session)]
        rules = [(owner, one.text, one.mode, one.min_score, one.delivery) for one, owner in all_rules(session)]
    return sorted(people, key=lambda one: one.email), sorted(rules, key=str)


def test_nothing_is_lost_on_the_way_but_channels(tmp_path: Path, open_services: Open, clock: Clock) -> None:
    here, there = (_service(tmp_path / name, open_services, clock) for name in ("here", "there"))
    _add(here, "a@example.org", "“核电;核能” OR 广元", '标题:"a; b"', "科技，金融")
    _add(here, "b@example.org", "核电")
    _add(here, "c@example.org")
    _add(here, "d@example.org", "核电")
    topics = here.library.topics
    for delivery in (None, Schedule.URGENT):
        save_rule(
            here.database, "b@example.org", "停堆", topics=topics, mode="strict", min_score=0.25, delivery=delivery,
            now=clock(),
        )  # fmt: skip
    habits = When(
        Schedule.MONTHLY, timezone="Europe/London", digest_hour=17, digest_weekday=4, digest_monthday=31,
        quiet="22:00-07:30", working_days=True, remind_days=0,
    )  # fmt: skip
    set_when(here.database, "b@example.org", habits, calendar=here.calendar, now=clock())
    add_channel(here.database, "b@example.org", "https://hooks.example.org/very-secret", now=clock())
    for address, state in (("c", SubscriberState.UNSUBSCRIBED), ("d", SubscriberState.PAUSED)):
        change_state(here.database, f"{address}@example.org", state, now=clock(), why="test")
    exported = export_people(here.database)
    assert "very-secret" not in exported
    _import(there, exported)
    assert _all(there) == _all(here)
    _import(there, exported)
    assert _all(there) == _all(here)
    assert export_people(there.database) == exported


def test_who_is_known_keeps_their_own_times(service: Service, clock: Clock) -> None:
    _add(service, "a@example.org", "核电")
    _import(service, "email,rules,hour\na@example.org,广元,20\nb@example.org,广元,20\n")
    people, rules = _all(service)
    assert [one.digest_hour for one in people] == [8, 20]
    assert [rule[:2] for rule in rules] == [
        ("a@example.org", "广元"),
        ("a@example.org", "核电"),
        ("b@example.org", "广元"),
    ]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("hour", "24"), ("hour", "x"), ("quiet", "22-7"), ("timezone", "Asia/Nowhere"), ("working_days", "maybe"),
        ("state", "gone"), ("language", "fr"), ("rules", "[1]"), ("rules", "[" * 100_000), ("monthday", "-1"),
        ("rules", '[{""rule"": ""核电"", ""mode"": ""odd""}]'), ("rules", '[{""rule"": ""NOT 核电""}]'),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_by_its_line_and_nothing_is_imported(service: Service, column: str, cell: str) -> None:
    with pytest.raises(InputError, match="line 3"):
        _import(service, f'email,{column}\na@example.org,\nb@example.org,"{cell}"\n')
    assert _all(service)[0] == []


def test_the_columns_are_documented() -> None:
    commands = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in commands for column in COLUMNS)
