"""documents: what came in and could not be read, or must not be sent; and what to do about it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from notifier.cli.opening import opened
from notifier.cli.output import print_json, print_table
from notifier.errors import InputError
from notifier.storage.documents import ATTENTION, DocumentState, list_documents

_MOST = 500
_NEXT = {
    "failed": ("排除原因后重新导入：notifier ingest 文件", "mend the cause, then take it again: notifier ingest FILE"),
    "needs_person": ("按原因处理后重新导入：notifier ingest 文件", "do as the reason says, then: notifier ingest FILE"),
    "held": (
        "核实密级；确可发送的，去掉标记后另存并导入",
        "check its marking; if it may be sent, save it without the marking and take it",
    ),
    "new": ("等待读取：notifier poll", "waits to be read: notifier poll"),
    "backfill": (
        "来源新建时已在，等待读取，不提醒",
        "was there when its source was new: waits to be read, alerts nobody",
    ),
    "read": ("已读取", "was read"),
    "known": ("与已有的一期相同", "is the same bulletin again"),
    "unpacked": ("已解开，其中的文件另列", "was unpacked: what is in it is listed on its own"),
    "old": ("来源新建时已在，可查阅，不提醒", "was there when its source was new: alerts nobody"),
}


def documents(config: Path | None, states: Sequence[str], *, every: bool, as_json: bool) -> None:
    unknown = [state for state in states if state not in _NEXT]
    if unknown:
        known = ", ".join(_NEXT)
        raise InputError(f"没有状态 {'、'.join(unknown)}，可用：{known}", f"no such state: use {known}")
    with opened(config) as service:
        with service.database.read() as session:
            found = list_documents(session, () if every else states or ATTENTION, limit=_MOST)
        zone = ZoneInfo(service.settings.service.timezone)
    if as_json:
        print_json([_as_dict(one) for one in found])
        return
    if not found:
        print("没有需要处理的文件 / no documents need a person", file=sys.stderr)
        return
    rows = [
        (f"{one.fetched_at.astimezone(zone):%m-%d}", one.source, one.name, one.state, one.error or "—", _next(one)[0])
        for one in found
    ]
    print_table(("取到", "来源 source", "文件 document", "状态 state", "原因 why", "怎么办 next"), rows)


def _next(one: DocumentState) -> tuple[str, str]:
    return _NEXT.get(one.state, ("", ""))


def _as_dict(one: DocumentState) -> dict[str, object]:
    zh, en = _next(one)
    return {
        "id": one.id,
        "name": one.name,
        "source": one.source,
        "state": one.state,
        "error": one.error,
        "fetched_at": one.fetched_at.isoformat(),
        "size": one.size,
        "next": {"zh": zh, "en": en},
    }
