"""sources health: what is wrong with sources, since when, and what shows it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from notifier.cli.opening import opened
from notifier.cli.output import print_json, print_table
from notifier.cli.source_turn import next_turn
from notifier.errors import InputError
from notifier.pipeline.telling.source_health import KINDS
from notifier.storage.source_health import StoredCondition, list_conditions
from notifier.storage.sources import StoredSource, list_sources, source_named


def in_short(wrong: Sequence[StoredCondition]) -> str:
    """The conditions but repeated failures, which tell of themselves."""
    return "、".join(KINDS[each.condition.kind][0] for each in wrong if each.condition.kind != "failing")


def source_health(config: Path | None, name: str, *, every: bool, as_json: bool) -> None:
    with opened(config) as service, service.database.read() as session:
        if name and source_named(session, name) is None:
            raise InputError(f"没有来源 {name}，可用 sources list 查看", f"there is no source {name}: see sources list")
        found = list_conditions(session, name, past=every)
        sources = list_sources(session)
        turns = {one.source.name: next_turn(service, one) for one in sources}
    if as_json:
        print_json([{"source": one.source, **condition_dict(one)} for one in found])
        return
    ill = dict.fromkeys(one.source for one in found if one.ended_at is None)
    lines = [f"{source}：下次轮询 {turns[source]}" for source in ill if source in turns]
    failing = [one for one in sources if one.failures and one.source.name not in ill]
    lines += [_lately(one, turns) for one in failing if name in ("", one.source.name)]
    if found:
        _show(found)
    elif not lines:
        lines = ["没有发现问题 / nothing is wrong" + (f"；下次轮询：{turns[name]}" if name in turns else "")]
    print(*lines, sep="\n")


def _lately(one: StoredSource, turns: Mapping[str, str]) -> str:
    """A few failures are no condition yet, but nothing to be silent of."""
    name, error = one.source.name, one.error.partition(" / ")[0]
    return f"{name}：最近失败 {one.failures} 次，还不算持续：{error}；下次轮询 {turns[name]}"


def _show(found: Sequence[StoredCondition]) -> None:
    rows = [
        (
            one.source,
            KINDS[one.condition.kind][0],
            f"{one.condition.since:%m-%d %H:%M}Z",
            f"{one.ended_at:%m-%d %H:%M}Z" if one.ended_at else "",
            one.condition.evidence,
        )
        for one in found
    ]
    print_table(("来源 source", "情况 condition", "自 since", "至 until", "依据 evidence"), rows)


def condition_dict(one: StoredCondition) -> dict[str, str]:
    return {
        "kind": one.condition.kind,
        "since": one.condition.since.isoformat(),
        "until": one.ended_at.isoformat() if one.ended_at else "",
        "evidence": one.condition.evidence,
    }
