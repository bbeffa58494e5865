"""subscribers … and rules …: who subscribes, and to what."""

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from notifier.accounts import rules as rule_accounts
from notifier.accounts import subscribers as accounts
from notifier.accounts.addresses import parse_address
from notifier.bootstrap import open_library
from notifier.cli.opening import opened, settings_of
from notifier.cli.output import print_json, print_table
from notifier.cli.parsing import read_file
from notifier.cli.screen import warn
from notifier.domain import SubscriberState
from notifier.errors import InputError
from notifier.matching import describe_rule
from notifier.storage.rules import all_rules
from notifier.storage.subscribers import list_subscribers


def add(config: Path | None, email: str, rules: Sequence[str], *, delivery: str, groups: Sequence[str]) -> None:
    with opened(config) as service:
        topics = service.library.topics
        person = accounts.new_subscriber(email, rules, topics=topics, delivery=delivery, groups=groups)
        added = accounts.add_subscribers(service.database, [person], service.defaults, now=service.clock())
        if groups and not added.new:
            accounts.set_groups(service.database, person.email, groups, now=service.clock())
    for text in person.rules:
        _hints(text)
    print(f"{'已添加' if added.new else '已更新'} {person.email}，规则 {len(person.rules)} 条")


def import_file(config: Path | None, file: Path, rules: Sequence[str], *, delivery: str) -> None:
    text = _text(file)
    with opened(config) as service:
        people = accounts.read_people(text, rules, topics=service.library.topics, delivery=delivery)
        added = accounts.add_subscribers(service.database, people, service.defaults, now=service.clock(), revive=False)
    print(f"导入 {len(people)} 个地址，新增 {added.new} 个，已退订或停发而未动 {added.left} 个")


def _text(file: Path) -> str:
    try:
        return read_file(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(
            f"{file} 第 {line} 行不是 UTF-8，请另存为 UTF-8 后重试", f"{file}:{line} is not UTF-8: save it as UTF-8"
        ) from error


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
    with opened(config) as service, service.database.read() as session:
        people, rules = list_subscribers(session), all_rules(session)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("email", "rule", "delivery", "groups"))
    for one in people:
        texts = ";".join(rule.text for rule, owner in rules if owner == one.email)
        writer.writerow((one.email, texts, one.delivery.value, ";".join(sorted(one.groups))))


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


def add_rule(config: Path | None, email: str, rule: str, *, mode: str, min_score: float, delivery: str) -> None:
    with opened(config) as service:
        number = rule_accounts.save_rule(
            service.database,
            email,
            rule,
            topics=service.library.topics,
            mode=rule_accounts.parse_mode(mode),
            min_score=min_score,
            delivery=accounts.parse_schedule(delivery) if delivery else None,
            now=service.clock(),
        )
    _hints(rule)
    print(f"规则 {number} 已生效，从下一篇文章起：{describe_rule(rule, 'zh-CN')}")


def _hints(rule: str) -> None:
    """What a rule may not mean what it seems to."""
    for hint in rule_accounts.hints_of(rule):
        warn(hint)


def list_rules(config: Path | None, email: str, *, as_json: bool) -> None:
    with opened(config) as service:
        found = rule_accounts.list_rules(service.database, email)
    if as_json:
        print_json([rule_accounts.rule_to_dict(rule, owner) for rule, owner in found])
        return
    rows = [
        (rule.rule_id, owner, rule.text, rule.mode, rule.delivery.value if rule.delivery else "—")
        for rule, owner in found
    ]
    print_table(("编号", "订阅者 subscriber", "规则 rule", "方式 mode", "投递 delivery"), rows)


def show_rule(config: Path | None, rule: str) -> None:
    text = rule
    if rule.isdecimal():
        with opened(config) as service:
            found = [one for one, _ in rule_accounts.list_rules(service.database) if one.rule_id == int(rule)]
        if not found:
            raise InputError(f"没有生效中的规则 {rule}", f"there is no rule {rule} in force")
        text = found[0].text
    rule_accounts.check_rule(text, open_library(settings_of(config)).topics)
    print(text)
    print(describe_rule(text, "zh-CN"))
    print(describe_rule(text, "en"))
    _hints(text)


def remove_rule(config: Path | None, number: int) -> None:
    with opened(config) as service:
        rule_accounts.remove_rule(service.database, number)
    print(f"规则 {number} 不再生效")


def import_rules(config: Path | None, file: Path) -> None:
    try:
        rows = json.loads(read_file(file).decode("utf-8-sig"))
    except ValueError as error:
        raise InputError(
            f"{file} 不是 JSON：{error}", f"{file} is no JSON: import what rules export printed"
        ) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{file} 应是规则的列表", f"{file} must be a list, as rules export prints it")
    with opened(config) as service:
        added = rule_accounts.import_rules(service.database, rows, topics=service.library.topics, now=service.clock())
    print(f"导入 {len(rows)} 条规则，新增 {added} 条")
