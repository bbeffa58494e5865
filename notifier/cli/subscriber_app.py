"""People who are subscribed: the command group `subscribers`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from notifier.cli.channel_app import channel
from notifier.cli.options import GROUP, Config, Delivery, Email, File, Json, Rules, deferred

if TYPE_CHECKING:
    from notifier.cli import people, privacy
else:
    people = deferred("notifier.cli.people")
    privacy = deferred("notifier.cli.privacy")

subscribers = typer.Typer(help="订阅者 / subscribers", **GROUP)
subscribers.add_typer(channel, name="channel")


@subscribers.command("add")
def subscribers_add(
    email: Email,
    rule: Rules = None,
    delivery: Delivery = "",
    group: Annotated[list[str] | None, typer.Option("--group", help="所属组，可重复 / a group, repeatable")] = None,
    config: Config = None,
) -> None:
    """添加订阅者（视为已确认）/ Add a subscriber, already confirmed."""
    people.add(config, email, rule or [], delivery=delivery, groups=group or [])


@subscribers.command("import")
def subscribers_import(file: File, rule: Rules = None, delivery: Delivery = "", config: Config = None) -> None:
    """导入：每行一个地址，或带表头的 CSV；全部成功或全部不做 / One address a line, or CSV; all or nothing."""
    people.import_file(config, file, rule or [], delivery=delivery)


@subscribers.command("export")
def subscribers_export(config: Config = None) -> None:
    """导出为可再导入的 CSV / Print CSV that can be imported again."""
    people.export(config)


@subscribers.command("list")
def subscribers_list(config: Config = None, json: Json = False) -> None:
    """列出订阅者 / List the subscribers."""
    people.show(config, as_json=json)


@subscribers.command("show")
def subscribers_show(email: Email, config: Config = None, json: Json = False) -> None:
    """显示一个订阅者 / Show one subscriber."""
    people.show(config, email=email, as_json=json)


@subscribers.command("remove")
def subscribers_remove(email: Email, config: Config = None) -> None:
    """退订（记录保留）/ Unsubscribe; the ledger stays."""
    people.change_state(config, email, "unsubscribed")


@subscribers.command("pause")
def subscribers_pause(email: Email, config: Config = None) -> None:
    """暂停：提醒留存，恢复后发送 / Pause: alerts wait."""
    people.change_state(config, email, "paused")


@subscribers.command("resume")
def subscribers_resume(email: Email, config: Config = None) -> None:
    """恢复 / Resume."""
    people.change_state(config, email, "active")


@subscribers.command("suppress")
def subscribers_suppress(email: Email, config: Config = None) -> None:
    """停发邮件，订阅源照常 / Stop mail; the feed goes on."""
    people.change_state(config, email, "suppressed")


@subscribers.command("export-data")
def subscribers_export_data(
    email: Email,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="写到这个文件 / write it there")] = None,
    config: Config = None,
) -> None:
    """导出其全部数据（ZIP：JSON 与 CSV）/ All that is stored of them, as a ZIP of JSON and CSV."""
    privacy.export_data(config, email, output)


@subscribers.command("forget")
def subscribers_forget(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 / do not ask")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """删除其全部数据，给出回执；账目只留计数 / Delete all that is stored of them; only counts stay."""
    privacy.forget(config, email, yes=yes, as_json=json)


@subscribers.command("groups")
def subscribers_groups(
    email: Email,
    groups: Annotated[list[str] | None, typer.Argument(help="组名 / groups")] = None,
    config: Config = None,
) -> None:
    """设定所属组 / Say which groups a subscriber is in."""
    people.set_groups(config, email, groups or [])
