"""rules …: what subscribers are interested in; written, looked at, tried, moved."""

import dataclasses
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from notifier.accounts import rule_files
from notifier.accounts import rules as accounts
from notifier.accounts.addresses import parse_address
from notifier.accounts.rule_help import (
    DAYS,
    FEWER,
    NEWEST,
    Asked,
    Change,
    Help,
    Shelf,
    asked_by,
    help_with_all,
    replay,
    written,
)
from notifier.accounts.subscribers import parse_schedule
from notifier.bootstrap import Service
from notifier.cli.opening import opened
from notifier.cli.output import print_json, print_table
from notifier.cli.parsing import read_text
from notifier.cli.screen import shown, warn
from notifier.domain import Schedule
from notifier.errors import InputError
from notifier.matching import describe_rule
from notifier.matching.advice.lint import Remark
from notifier.storage.rules import StoredRule

# said when a rule is added
_BRIEF = ("hint", "short", "wide", "never", "branch", "accident", "same", "contained", "many")


def add(
    config: Path | None, email: str, rule: str, *, mode: str, min_score: float, delivery: str, urgent: bool
) -> None:
    schedule = _schedule(delivery, urgent=urgent)
    with opened(config) as service:
        asked = Asked(rule, accounts.parse_mode(mode), accounts.parse_min_score(min_score))
        number = accounts.save_rule(
            service.database,
            email,
            rule,
            topics=service.library.topics,
            mode=asked.mode,
            min_score=asked.min_score,
            delivery=schedule,
            now=service.clock(),
        )
        brief(service, email, [(number, asked)], delivery=schedule)
    print(f"规则 {number} 已生效，从下一篇文章起：{describe_rule(rule, 'zh-CN')}")


def _schedule(delivery: str, *, urgent: bool) -> Schedule | None:
    if urgent and delivery:
        raise InputError("--urgent 与 --delivery 只能用一个", "use --urgent or --delivery, not both")
    return Schedule.URGENT if urgent else parse_schedule(delivery) if delivery else None


def brief(
    service: Service, email: str, rules: Sequence[tuple[int, Asked]], *, delivery: Schedule | None = None
) -> None:
    """What matters about rules that were just added, a line each on stderr."""
    asked = [asked_by(service.database, email, one, delivery=delivery, number=number) for number, one in rules]
    for one in help_with_all(asked, _shelf(service, newest=FEWER), topics=service.library.topics):
        for remark in one.remarks:
            if remark.code in _BRIEF:
                warn(f"{one.rule[:40]}：{_line(remark)}")


def brief_added(service: Service, email: str, texts: Iterable[str]) -> None:
    """The same for a subscriber who was added with these rules, or got them."""
    numbers = {rule.text: rule for rule, _ in accounts.list_rules(service.database, email)}
    found = [numbers[text] for text in texts if text in numbers]
    if found:
        brief(service, email, [(rule.rule_id, Asked(rule.text, rule.mode, rule.min_score)) for rule in found])


def _shelf(service: Service, *, days: int = DAYS, newest: int = NEWEST) -> Shelf:
    zone = service.settings.service.timezone
    return Shelf(service.database, now=service.clock(), timezone=zone, days=days, newest=newest)


def _line(remark: Remark) -> str:
    place = f"第 {remark.position + 1} 个字：" if remark.position >= 0 else ""
    example = f" …{remark.examples[0]}" if remark.examples else ""
    return f"{place}{remark.zh} / {remark.en}{example}"


def list_rules(config: Path | None, email: str, *, as_json: bool) -> None:
    with opened(config) as service:
        found = accounts.list_rules(service.database, email)
    if as_json:
        print_json([accounts.rule_to_dict(rule, owner) for rule, owner in found])
        return
    rows = [
        (rule.rule_id, owner, rule.text, rule.mode, rule.delivery.value if rule.delivery else "—", _rest(rule))
        for rule, owner in found
    ]
    print_table(("编号", "订阅者 subscriber", "规则 rule", "方式 mode", "投递 delivery", "暂停到 paused"), rows)


def _rest(rule: StoredRule) -> str:
    return f"{rule.paused_until:%Y-%m-%d %H:%M %Z}" if rule.paused_until else "—"


def remove(config: Path | None, number: int) -> None:
    with opened(config) as service:
        accounts.remove_rule(service.database, number)
    print(f"规则 {number} 不再生效")


# --- looked at and tried ----------------------------------------------------------------------------------


def show(config: Path | None, rule: str, *, mode: str, as_json: bool) -> None:
    """All there is to say about a rule, or about the rule in force with that number."""
    with opened(config) as service:
        asked = _asked(service, rule, mode)
        found = help_with_all([asked], _shelf(service), topics=service.library.topics)[0]
    if as_json:
        print_json(_help_to_dict(found, asked))
        return
    for line in (found.rule, found.zh, found.en, "", f"{found.estimate.zh} / {found.estimate.en}"):
        print(shown(line))
    for title in found.titles:
        print(f"  {shown(title)}")
    for remark in found.remarks:
        print(f"! {shown(_line(dataclasses.replace(remark, examples=())))}")
        for example in remark.examples:
            print(f"    {shown(example)}")


def _asked(service: Service, rule: str, mode: str) -> Asked:
    if not rule.isdecimal():
        return Asked(rule, accounts.parse_mode(mode))
    stored, owner = _stored(service, rule)
    asked = Asked(stored.text, stored.mode, stored.min_score)
    return asked_by(service.database, owner, asked, delivery=stored.delivery, number=stored.rule_id)


def _stored(service: Service, number: str) -> tuple[StoredRule, str]:
    for stored, owner in accounts.list_rules(service.database):
        if stored.rule_id == int(number):
            return stored, owner
    raise InputError(f"没有生效中的规则 {number}", f"there is no rule {number} in force")


def _help_to_dict(found: Help, asked: Asked) -> dict[str, object]:
    estimate = found.estimate
    return {
        "rule": found.rule,
        "canonical": found.normal,
        "mode": asked.mode,
        "min_score": asked.min_score,
        "zh": found.zh,
        "en": found.en,
        "estimate": {
            "articles": estimate.articles,
            "matched": estimate.matched,
            "days": estimate.days,
            "covered_days": estimate.covered,
            "until": estimate.last.isoformat(),
            "per_week": round(estimate.per_week, 2),
            "busiest_day": estimate.busiest,
            "limited": estimate.limited,
            "titles": list(found.titles),
        },
        "remarks": [{**dataclasses.asdict(remark), "examples": list(remark.examples)} for remark in found.remarks],
        "terms": [
            {"term": one.term, "raw": one.raw, "kept": one.kept, "likely": one.likely, "accidents": one.examples}
            for one in found.terms
        ],
    }


def replay_rule(config: Path | None, rule: str, *, against: str, days: int, as_json: bool) -> None:
    """What a rule would match that another one does not, and the other way round."""
    if days < 1:
        raise InputError("--days 至少是 1", "--days must be 1 or more")
    with opened(config) as service:
        topics = service.library.topics
        new, old = (_asked(service, one, "standard") for one in (rule, against))
        pair = [written(one.text, topics, mode=one.mode, min_score=one.min_score) for one in (new, old)]
        groups = new.groups if new.groups is not None else old.groups
        found = replay(pair[0], pair[1], _shelf(service, days=days), topics=topics, groups=groups)
    if as_json:
        print_json(
            {
                "rule": new.text,
                "against": old.text,
                "articles": found.articles,
                "limited": found.limited,
                "both": found.both,
                "gained": [_change_to_dict(one) for one in found.gained],
                "lost": [_change_to_dict(one) for one in found.lost],
            }
        )
        return
    limit = "（只看了最新的）" if found.limited else ""
    gained, lost = len(found.gained), len(found.lost)
    print(f"{found.articles} 篇文章{limit}里，两条都命中 {found.both} 篇，多出 {gained} 篇，少了 {lost} 篇")
    _print_changes("+", found.gained)
    _print_changes("-", found.lost)


def _change_to_dict(one: Change) -> dict[str, object]:
    return {"id": one.article_id, "title": one.title, "date": one.day.isoformat(), "sentence": one.sentence}


def _print_changes(sign: str, changes: Iterable[Change]) -> None:
    for one in changes:
        print(f"{sign} {one.day} {shown(one.title)}")
        if one.sentence:
            print(f"    {shown(one.sentence)}")


# --- moved ------------------------------------------------------------------------------------------------


def import_file(config: Path | None, file: Path, *, kind: str, email: str, exclude: str, title_only: bool) -> None:
    kind = rule_files.format_of(file.name, kind)
    owner = parse_address(email) if email else ""
    found = rule_files.read_rule_file(read_text(file), kind, email=owner, exclude=exclude, title_only=title_only)
    with opened(config) as service:
        topics, now = service.library.topics, service.clock()
        added = accounts.import_rules(service.database, found.rows, topics=topics, now=now)
    for note in found.notes:
        warn(note)
    print(f"导入 {len(found.rows)} 条规则，新增 {added} 条")


def export(config: Path | None, *, kind: str) -> None:
    if kind not in rule_files.OWN:
        raise InputError(f"不能导出为 {kind}，可用：json、csv", f"cannot export as {kind}: use json or csv")
    with opened(config) as service:
        found = accounts.list_rules(service.database)
    sys.stdout.write(rule_files.write_csv(found) if kind == "csv" else rule_files.write_json(found))
