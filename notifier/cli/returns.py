"""suppressions …, bounces …: what came back, and what follows from it."""

import sys
from collections.abc import Sequence
from pathlib import Path

from notifier.accounts import suppress
from notifier.cli.opening import opened
from notifier.cli.output import print_json, print_table
from notifier.cli.parsing import read_text
from notifier.delivery.reports import LARGEST
from notifier.errors import InputError
from notifier.storage.bounces import end_pause, list_pauses

_TAKEN = {
    "arrived": "已送达的回执",
    "suppressed": "查无此人，已停发",
    "paused": "因策略拒收，域名已暂停，邮件保留",
    "counted": "已计数",
    "complaint": "投诉，已停发",
    "no_report": "不是退信",
    "unproven": "无法证实，未作改动",
}


def show(config: Path | None, *, as_json: bool) -> None:
    with opened(config) as service:
        rows = suppress.entries(service.database)
    if as_json:
        print_json(
            [
                {"address": row.address, "reason": row.reason, "detail": row.detail, "at": row.added_at.isoformat()}
                for row in rows
            ]
        )
        return
    cells = [(row.address, row.reason, row.detail, f"{row.added_at:%Y-%m-%d}") for row in rows]
    print_table(("地址 address", "原因 reason", "说明 detail", "自 since"), cells)


def add(config: Path | None, email: str, reason: str) -> None:
    with opened(config) as service:
        new = suppress.add(service.database, email, reason=reason, now=service.clock())
    print(f"{email} {'已停发' if new else '已在停发名单里'}")


def remove(config: Path | None, email: str) -> None:
    with opened(config) as service:
        suppress.remove(service.database, email, now=service.clock())
    print(f"{email} 已移出停发名单")


def import_file(config: Path | None, file: Path) -> None:
    text = read_text(file)
    with opened(config) as service:
        new, known = suppress.import_list(service.database, text, now=service.clock())
    print(f"新停发 {new} 个地址，已在名单里 {known} 个")


def export(config: Path | None) -> None:
    with opened(config) as service:
        sys.stdout.write(suppress.export_list(service.database))


def read(config: Path | None, *, as_json: bool) -> None:
    with opened(config) as service:
        counts = service.read_bounces()
    if as_json:
        print_json(dict(counts))
        return
    said = "；".join(f"{_TAKEN[taken]} {count}" for taken, count in sorted(counts.items()))
    print(said or "没有新的退信 / nothing came back")


def pipe(config: Path | None, recipients: Sequence[str]) -> None:
    raw = sys.stdin.buffer.read(LARGEST)
    with opened(config) as service:
        taken = service.take_bounce(raw, arrived_for=recipients)
    print(_TAKEN[taken.value])


def paused(config: Path | None, *, as_json: bool) -> None:
    with opened(config) as service, service.database.read() as session:
        rows = list_pauses(session, now=service.clock())
    if as_json:
        print_json([{"domain": row.domain, "until": row.until.isoformat(), "reply": row.reply} for row in rows])
        return
    cells = [(row.domain, f"{row.until:%Y-%m-%d %H:%M} UTC", row.reply) for row in rows]
    print_table(("域名 domain", "到 until", "对方答复 reply"), cells)


def resume(config: Path | None, domain: str) -> None:
    with opened(config) as service, service.database.write() as session:
        done = end_pause(session, domain.strip().lower(), now=service.clock())
    if not done:
        raise InputError(f"{domain} 没有暂停，可用 bounces paused 查看", f"{domain} is not paused: see bounces paused")
    print(f"{domain} 已恢复发送")
