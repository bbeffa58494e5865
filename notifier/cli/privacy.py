"""subscribers export-data, subscribers forget: a person's data, taken away or removed."""

from pathlib import Path

import typer

from notifier.accounts import export
from notifier.accounts import forget as forgetting
from notifier.accounts.addresses import parse_address
from notifier.cli.opening import opened
from notifier.cli.output import print_json
from notifier.errors import InputError


def export_data(config: Path | None, email: str, output: Path | None) -> None:
    with opened(config) as service:
        content = export.export_data(service.database, email, now=service.clock())
    path = output or Path(f"{parse_address(email)}.zip")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"写不了 {path}：{error.strerror}", f"cannot write {path}: use --output") from error
    print(f"{email} 的数据已写入 {path}，{len(content)} 字节")


def forget(config: Path | None, email: str, *, yes: bool, as_json: bool) -> None:
    if not yes:
        typer.confirm(f"删除 {email} 的全部数据，无法恢复 / delete all that is stored of them", abort=True, err=True)
    with opened(config) as service:
        receipt = forgetting.forget(service.database, email, now=service.clock())
    if as_json:
        print_json(receipt.to_dict())
        return
    print(f"已删除 {email}，回执 {receipt.id}")
    print(f"  删去 {_said(receipt.removed)}")
    print(f"  去标识后留下 {_said(receipt.kept)}（编号 {receipt.subscriber}）")
    if receipt.suppressed:
        print("  地址留在停发名单里，以免再有邮件发去")


def _said(counts: forgetting.Counts) -> str:
    return "、".join(f"{name} {count}" for name, count in counts.items() if count) or "无"
