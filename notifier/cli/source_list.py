"""sources list and show: the sources, how they are, and when and why each is polled next."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from notifier.bootstrap import Service
from notifier.cli.opening import opened
from notifier.cli.output import print_json, print_table
from notifier.cli.source_health import condition_dict, in_short
from notifier.cli.source_turn import reason
from notifier.errors import InputError
from notifier.sources import address_of
from notifier.storage.leases import Lease, list_leases
from notifier.storage.source_health import StoredCondition, list_conditions
from notifier.storage.sources import StoredSource
from notifier.storage.sources import list_sources as stored_sources


def list_sources(config: Path | None, *, name: str = "", as_json: bool) -> None:
    with opened(config) as service, service.database.read() as session:
        found = [one for one in stored_sources(session) if one.source.name == name or not name]
        wrong = list_conditions(session)
        leases = {lease.source_id: lease for lease in list_leases(session)}
    if name and not found:
        raise InputError(f"没有来源 {name}，可用 sources list 查看", f"there is no source {name}: see sources list")
    ill = {one.id: [each for each in wrong if each.source_id == one.id] for one in found}
    if as_json:
        dicts = [_whole_dict(service, one, ill[one.id], leases.get(one.id)) for one in found]
        print_json(dicts[0] if name else dicts)
        return
    rows = [
        (
            one.source.name,
            one.source.kind,
            one.source.address,
            "、".join(one.source.audience),
            _health(one, ill[one.id]),
        )
        for one in found
    ]
    print_table(("来源 source", "类型", "地址 address", "读者 audience", "状态 state"), rows)


def source_dict(one: StoredSource) -> dict[str, object]:
    return {
        "name": one.source.name,
        "kind": one.source.kind,
        "address": one.source.address,
        "every": f"{one.source.every.total_seconds():g}s",
        "first": one.source.first,
        "audience": list(one.source.audience),
        "timezone": one.source.timezone,
        "display": one.source.display,
        "options": one.source.options,
        "origin": one.origin,
        "polled_at": _instant(one.polled_at),
        "next_poll_at": _instant(one.next_poll_at),
        "ignore_robots": one.source.options.get("ignore_robots", ""),
        "polled_address": address_of(one.source, one.pace),
        "failures": one.failures,
        "error": one.error,
    }


def _whole_dict(
    service: Service, one: StoredSource, wrong: Sequence[StoredCondition], lease: Lease | None
) -> dict[str, object]:
    return source_dict(one) | {
        "conditions": list(map(condition_dict, wrong)),
        "next_because": " / ".join(reason(service, one)) if one.source.kind != "manual" else "",
        "hub": {"hub": lease.hub, "state": lease.state, "expires_at": _instant(lease.expires_at)} if lease else None,
    }


def _instant(at: dt.datetime | None) -> str:
    return at.isoformat() if at else ""


def _health(one: StoredSource, wrong: Sequence[StoredCondition]) -> str:
    kinds = in_short(wrong)
    if one.failures:
        return f"失败 {one.failures} 次：{one.error.partition(' / ')[0]}" + (f"；{kinds}" if kinds else "")
    if kinds:
        return kinds
    return f"正常，{one.polled_at:%m-%d %H:%M}Z" if one.polled_at else "未轮询"
