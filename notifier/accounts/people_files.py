"""Subscribers as files: one address a line, or CSV that holds all of them but their channels, which are secrets."""

import csv
import dataclasses
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from notifier.accounts.rules import check_rule, parse_min_score, parse_mode, refuse_bad
from notifier.accounts.subscribers import NewSubscriber, TunedRule, new_subscriber, parse_schedule
from notifier.accounts.when import When, checked
from notifier.domain import QuietHours, Schedule, Subscriber, SubscriberState
from notifier.errors import InputError, RuleError
from notifier.matching import Topics
from notifier.rendering import LANGUAGES
from notifier.storage.database import Database
from notifier.storage.rules import StoredRule, all_rules
from notifier.storage.subscribers import list_subscribers

# Column -> the subscriber's field. Beside them: email, rules, delivery, groups.
HABITS = {
    "state": "state",
    "language": "language",
    "timezone": "timezone",
    "hour": "digest_hour",
    "weekday": "digest_weekday",
    "monthday": "digest_monthday",
    "quiet": "quiet",
    "working_days": "working_days",
    "remind": "remind_days",
}
COLUMNS = ("email", "rules", "delivery", "groups", *HABITS)
_YES, _NO = ("yes", "true", "1", "是"), ("no", "false", "0", "否")


def read_people(text: str, rules: Sequence[str], *, topics: Topics, delivery: str = "") -> list[NewSubscriber]:
    """One address a line, or CSV with a header: email, and any other of COLUMNS.

    Rules and groups are joined by ; or, as exported, rules are a JSON list, which loses nothing. All or nothing:
    InputError names every bad line.
    """
    people: dict[str, NewSubscriber] = {}
    bad: list[str] = []
    for number, row in _rows(text):
        try:
            person = _person(row, rules, topics=topics, delivery=delivery)
        except (InputError, RuleError) as error:
            bad.append(f"第 {number} 行 (line {number}): {error.zh}")
        else:
            people[person.email] = _joined(people.get(person.email), person)
    refuse_bad(bad)
    return list(people.values())


def _person(row: Mapping[str, str], rules: Sequence[str], *, topics: Topics, delivery: str) -> NewSubscriber:
    texts, tuned = _own_rules(row.get("rules", ""), topics)
    person = new_subscriber(
        row.get("email", ""),
        [*texts, *rules],
        topics=topics,
        delivery=row.get("delivery") or delivery,
        groups=_parts(row.get("groups", "")),
    )
    return dataclasses.replace(person, tuned=tuned, habits=tuple(_habits(row).items()))


def _joined(before: NewSubscriber | None, person: NewSubscriber) -> NewSubscriber:
    """An address that stands in several lines has the rules of all of them."""
    if before is None:
        return dataclasses.replace(person, rules=tuple(dict.fromkeys(person.rules)))
    rules = tuple(dict.fromkeys(before.rules + person.rules))
    return dataclasses.replace(person, rules=rules, tuned=tuple(dict.fromkeys(before.tuned + person.tuned)))


def _own_rules(cell: str, topics: Topics) -> tuple[list[str], tuple[TunedRule, ...]]:
    if not cell.startswith("["):
        return _parts(cell), ()
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise InputError(f"rules 不是 JSON：{error}", f"rules are no JSON: {error}") from error
    texts = [one for one in found if isinstance(one, str)]
    return texts, tuple(_tuned(one, topics) for one in found if not isinstance(one, str))


def _tuned(one: object, topics: Topics) -> TunedRule:
    if not isinstance(one, dict) or not isinstance(one.get("rule"), str):
        raise InputError(f"rules 里的 {one!r} 不是规则", f"{one!r} in rules is no rule")
    return TunedRule(
        check_rule(one["rule"], topics),
        parse_mode(str(one.get("mode") or "standard")),
        parse_min_score(one.get("min_score") or 0),
        parse_schedule(str(one["delivery"]), allowed=tuple(Schedule)) if one.get("delivery") else None,
    )


def _habits(row: Mapping[str, str]) -> dict[str, Any]:
    """What the line says of HABITS, checked."""
    cells = {field: row[column] for column, field in HABITS.items() if row.get(column)}
    found: dict[str, Any] = {}
    if "state" in cells:
        found["state"] = _one_of("state", cells.pop("state"), {state.value: state for state in SubscriberState})
    if "language" in cells:
        found["language"] = _one_of("language", cells.pop("language"), dict(zip(LANGUAGES, LANGUAGES, strict=True)))
    when = checked(When(**{field: _value(field, cell) for field, cell in cells.items()}))
    if "quiet" in when:
        when["quiet"] = QuietHours.parse(when["quiet"]) if when["quiet"] else None
    return found | when


def _value(field: str, cell: str) -> Any:
    if field in ("quiet", "timezone"):
        return cell
    if field == "working_days":
        return _one_of(field, cell.lower(), dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False))
    if not (cell.isascii() and cell.isdigit() and len(cell) < 4):
        raise InputError(f"{field} 应为数字，不是 {cell!r}", f"{field} must be a number, not {cell!r}")
    return int(cell)


def _one_of(name: str, cell: str, known: Mapping[str, Any]) -> Any:
    if cell not in known:
        words = ", ".join(known)
        raise InputError(f"{name} {cell!r} 不对，可用：{words}", f"no such {name} {cell!r}: use {words}")
    return known[cell]


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    lines = text.lstrip("\ufeff").splitlines()
    header = next(csv.reader(lines[:1]), [])
    names = [name.strip().lower() for name in header]
    if "email" not in names:
        plain = ((number, line.strip()) for number, line in enumerate(lines, 1))
        yield from ((number, {"email": line}) for number, line in plain if line and not line.startswith("#"))
        return
    names = ["rules" if name == "rule" else name for name in names]
    reader = csv.reader(io.StringIO("\n".join(lines[1:])))
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num + 1, dict(zip(names, (cell.strip() for cell in cells), strict=False))


def export_people(database: Database) -> str:
    """CSV that `read_people` takes, with nothing lost but the channels."""
    with database.read() as session:
        people, rules = list_subscribers(session), all_rules(session)
    mine: dict[str, list[StoredRule]] = {}
    for rule, owner in rules:
        mine.setdefault(owner, []).append(rule)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in people:
        writer.writerow(_cells(one, mine.get(one.email, [])))
    return out.getvalue()


def _cells(one: Subscriber, rules: Sequence[StoredRule]) -> list[str]:
    said = json.dumps([_rule(rule) for rule in rules], ensure_ascii=False) if rules else ""
    habits = [_said(getattr(one, field)) for field in HABITS.values()]
    return [one.email, said, one.delivery.value, ";".join(sorted(one.groups)), *habits]


def _said(value: object) -> str:
    """None is "none": an empty cell would mean the default."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _rule(rule: StoredRule) -> str | dict[str, object]:
    if (rule.mode, rule.min_score, rule.delivery) == ("standard", 0.0, None):
        return rule.text
    delivery = rule.delivery.value if rule.delivery else ""
    return {"rule": rule.text, "mode": rule.mode, "min_score": rule.min_score, "delivery": delivery}
