"""suppressions … and bounces …: the commands and their options."""

from typing import TYPE_CHECKING, Annotated

import typer

from notifier.cli.options import GROUP, Config, File, Json, deferred

if TYPE_CHECKING:
    from notifier.cli import returns
else:
    returns = deferred("notifier.cli.returns")

suppressions = typer.Typer(help="停发名单 / addresses that get no mail", **GROUP)
bounces = typer.Typer(help="退信与投诉 / what comes back", **GROUP)
Address = Annotated[str, typer.Argument(metavar="EMAIL", help="邮箱地址 / an address")]
Domain = Annotated[str, typer.Argument(help="域名 / a domain")]


@suppressions.command("list")
def suppressions_list(config: Config = None, json: Json = False) -> None:
    """列出停发的地址和原因 / List the addresses and why."""
    returns.show(config, as_json=json)


@suppressions.command("add")
def suppressions_add(
    email: Address,
    reason: Annotated[str, typer.Option(help="原因 / why")] = "operator",
    config: Config = None,
) -> None:
    """停发一个地址，订阅源照常 / Stop mail to an address; feeds go on."""
    returns.add(config, email, reason)


@suppressions.command("remove")
def suppressions_remove(email: Address, config: Config = None) -> None:
    """移出名单，恢复发信 / Take an address off the list: it gets mail again."""
    returns.remove(config, email)


@suppressions.command("import")
def suppressions_import(file: File, config: Config = None) -> None:
    """导入：每行一个地址，或导出的 CSV；全部成功或全部不做 / One address a line, or CSV as exported; all or nothing."""
    returns.import_file(config, file)


@suppressions.command("export")
def suppressions_export(config: Config = None) -> None:
    """导出 CSV / Print CSV that can be imported again."""
    returns.export(config)


@bounces.command("read")
def bounces_read(config: Config = None, json: Json = False) -> None:
    """从 [bounces] 的邮箱读取退信和投诉 / Take what lies in the mailbox of [bounces]."""
    returns.read(config, as_json=json)


@bounces.command("pipe")
def bounces_pipe(
    recipient: Annotated[list[str] | None, typer.Option(help="信封收件人，可重复 / envelope recipient")] = None,
    config: Config = None,
) -> None:
    """从标准输入取一封退信，供邮件服务器调用 / Take one mail from standard input, for a mail server's pipe."""
    returns.pipe(config, recipient or [])


@bounces.command("paused")
def bounces_paused(config: Config = None, json: Json = False) -> None:
    """列出因策略或反垃圾规则而暂停的域名 / List domains that are paused for policy or spam."""
    returns.paused(config, as_json=json)


@bounces.command("resume")
def bounces_resume(domain: Domain, config: Config = None) -> None:
    """恢复向一个域名发送，保留的邮件立即再试 / Send to a domain again; what was kept goes now."""
    returns.resume(config, domain)
