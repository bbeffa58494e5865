"""Rules: checked when they are written, never silently skipped."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from notifier.accounts.addresses import parse_address
from notifier.domain import MODES, Mode, Schedule, without_controls
from notifier.errors import InputError
from notifier.matching import Matcher, Topics
from notifier.storage.database import Database
from notifier.storage.rules import StoredRule, Wording, add_rule, all_rules, end_rule
from notifier.storage.subscribers import subscriber_row

MOST_NAMED = 20  # bad lines of an import


def check_rule(text: str, topics: Topics, *, language: str = "zh-CN") -> str:
    """The rule, as it will be stored. RuleError with column and hint where it, or a topic in it, is wrong.

    Controls are left out.
    """
    text = without_controls(text).strip()
    Matcher(topics=topics).add("rule", text, language=language)
    return text


def parse_mode(text: str) -> Mode:
    """精确 strict, 标准 standard, 宽松 loose."""
    for mode, name in zip(MODES, ("精确", "标准", "宽松"), strict=True):
        if text in (mode, name):
            return mode
    raise InputError(f"匹配方式 {text!r} 不对，可用：精确、标准、宽松", f"no such mode {text!r}: {', '.join(MODES)}")


def parse_min_score(value: object) -> float:
    """A score that matches must reach, within 0 and 1."""
    try:
        score = float(str(value))
    except ValueError:
        score = -1.0
    if not 0.0 <= score <= 1.0:
        raise InputError(f"最低分 {value} 应在 0 与 1 之间", f"min_score {value} must be within 0 and 1")
    return score


def save_rule(
    database: Database,
    email: str,
    text: str,
    *,
    topics: Topics,
    mode: Mode = "standard",
    min_score: float = 0.0,
    delivery: Schedule | None = None,
    now: dt.datetime,
) -> int:
    """Put a rule of a subscriber into force and return its id; it counts from the next article."""
    checked, min_score = check_rule(text, topics), parse_min_score(min_score)
    with database.write() as session:
        row = subscriber_row(session, parse_address(email))
        if row is None or row.id is None:
            raise InputError(
                f"没有订阅者 {email}，请先 subscribers add", f"no subscriber {email}: subscribers add first"
            )
        return add_rule(session, row.id, checked, mode=mode, min_score=min_score, delivery=delivery, now=now)


def remove_rule(database: Database, rule_id: int) -> None:
    """Take a rule out of force. InputError where it is not in force."""
    with database.write() as session:
        if not end_rule(session, rule_id):
            raise InputError(
                f"没有生效中的规则 {rule_id}，可用 rules list 查看", f"no rule {rule_id} in force: see rules list"
            )


def list_rules(database: Database, email: str = "") -> list[tuple[StoredRule, str]]:
    """(rule, address) of all rules in force, or of one subscriber's."""
    wanted = parse_address(email) if email else ""
    with database.read() as session:
        return [(rule, owner) for rule, owner in all_rules(session) if owner == wanted or not wanted]


def rule_to_dict(rule: StoredRule, email: str) -> dict[str, object]:
    return {
        "id": rule.rule_id,
        "email": email,
        "rule": rule.text,
        "mode": rule.mode,
        "min_score": rule.min_score,
        "delivery": rule.delivery.value if rule.delivery else "",
        "paused_until": rule.paused_until.isoformat() if rule.paused_until else "",
    }


def import_rules(database: Database, rows: Sequence[Mapping[str, object]], *, topics: Topics, now: dt.datetime) -> int:
    """Put rules as `rule_to_dict` gives them into force, all or none; the number that were not in force already.

    A row may say the "line" of a file that it came from.
    """
    bad: list[str] = []
    good: list[_Wanted] = []
    for number, row in enumerate(rows, 1):
        try:
            good.append(_wanted(row, topics))
        except (InputError, KeyError, ValueError) as error:
            line = row.get("line")
            place = f"第 {line} 行 (line {line})" if line else f"第 {number} 条 (no. {number})"
            bad.append(f"{place}: {error.zh if isinstance(error, InputError) else error!r}")
    refuse_bad(bad)
    return _store(database, good, now=now)


def refuse_bad(lines: Sequence[str]) -> None:
    """InputError that names what is wrong with an import, where anything is."""
    if lines:
        more = f"；另有 {len(lines) - MOST_NAMED} 行" if len(lines) > MOST_NAMED else ""
        raise InputError("；".join(lines[:MOST_NAMED]) + more, f"{len(lines)} bad lines, nothing was imported")


class _Wanted(NamedTuple):
    """A rule to be in force."""

    email: str
    wording: Wording


def _wanted(row: Mapping[str, object], topics: Topics) -> _Wanted:
    wording = Wording(
        check_rule(str(row["rule"]), topics),
        parse_mode(str(row.get("mode") or "standard")),
        parse_min_score(row.get("min_score") or 0),
        Schedule(str(row["delivery"])) if row.get("delivery") else None,
        _parse_instant(str(row.get("paused_until") or "")),
    )
    return _Wanted(parse_address(str(row["email"])), wording)


def _parse_instant(text: str) -> dt.datetime | None:
    """ValueError where it is no instant; one without a zone is UTC."""
    found = dt.datetime.fromisoformat(text) if text else None
    return found.replace(tzinfo=dt.UTC) if found and found.tzinfo is None else found


def _store(database: Database, rules: Sequence[_Wanted], *, now: dt.datetime) -> int:
    added = 0
    with database.write() as session:
        known = Counter(_Wanted(email, rule.wording) for rule, email in all_rules(session))
        for one in rules:
            row = subscriber_row(session, one.email)
            if row is None or row.id is None:
                raise InputError(
                    f"没有订阅者 {one.email}，请先导入订阅者", f"no subscriber {one.email}: import subscribers first"
                )
            if known[one]:  # as often in force as in the file
                known[one] -= 1
                continue
            add_rule(session, row.id, **one.wording._asdict(), now=now)
            added += 1
    return added
