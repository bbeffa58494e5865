"""subscribers …: who subscribes, and to what."""

import sys
from collections.abc import Sequence
from pathlib import Path

from notifier.accounts import subscribers as accounts
from notifier.accounts.addresses import parse_address
from notifier.accounts.people_files import export_people, read_people
from notifier.cli.opening import opened
from notifier.cli.output import print_json, print_table
from notifier.cli.parsing import read_text
from notifier.cli.rules import brief_added
from notifier.domain import SubscriberState
from notifier.errors import InputError
from notifier.storage.rules import all_rules
from notifier.storage.subscribers import list_subscribers


def add(config: Path | None, email: str, rules: Sequence[str], *, delivery: str, groups: Sequence[str]) -> None:
    with opened(config) as service:
        topics = service.library.topics
        person = accounts.new_subscriber(email, rules, topics=topics, delivery=delivery, groups=groups)
        added = accounts.add_subscribers(service.database, [person], service.defaults, now=service.clock())
        if groups and not added.new:
            accounts.set_groups(service.database, person.email, groups, now=service.clock())
        brief_added(service, person.email, person.rules)
    print(f"{'已添加' if added.new else '已更新'} {person.email}，规则 {len(person.rules)} 条")


def import_file(config: Path | None, file: Path, rules: Sequence[str], *, delivery: str) -> None:
    text = read_text(file)
    with opened(config) as service:
        people = read_people(text, rules, topics=service.library.topics, delivery=delivery)
        added = accounts.add_subscribers(service.database, people, service.defaults, now=service.clock(), revive=False)
    print(f"导入 {len(people)} 个地址，新增 {added.new} 个，已退订或停发而未动 {added.left} 个")


def show(config: Path | None, *, email: str = "", as_json: bool) -> None:
    with opened(config) as service:
        wanted = parse_address(email) if email else ""
        with service.database.read() as session:
            people = [one for one in list_subscribers(session) if one.email == wanted or not wanted]
            rules = all_rules(session)
    if wanted and not people:
        raise InputError(f"没有订阅者 {email}", f"there is no subscriber {email}")
    texts = {one.email: [rule.text for rule, owner in rules if owner == one.email] for one in people}
    if as_json:
        print_json(
            [
                {
                    "email": one.email,
                    "state": one.state.value,
                    "rules": texts[one.email],
                    "delivery": one.delivery.value,
                    "groups": sorted(one.groups),
                    "timezone": one.timezone,
                }
                for one in people
            ]
        )
        return
    rows = [(one.email, one.state.value, "；".join(texts[one.email]), one.delivery.value) for one in people]
    print_table(("订阅者 subscriber", "状态 state", "规则 rules", "投递 delivery"), rows)


def export(config: Path | None) -> None:
    with opened(config) as service:
        sys.stdout.write(export_people(service.database))


def change_state(config: Path | None, email: str, state: str) -> None:
    with opened(config) as service:
        changed = accounts.change_state(
            service.database, email, SubscriberState(state), now=service.clock(), why="operator"
        )
    print(f"{email} {'现为' if changed else '已经是'} {state}")


def set_groups(config: Path | None, email: str, groups: Sequence[str]) -> None:
    with opened(config) as service:
        accounts.set_groups(service.database, email, groups, now=service.clock())
    print(f"{email} 所属组：{'、'.join(groups) or '无'}")
