"""subscribers channel …: the commands and their options."""

from typing import TYPE_CHECKING, Annotated

import typer

from notifier.cli.options import GROUP, Config, Email, Json, deferred

if TYPE_CHECKING:
    from notifier.cli import channels
else:
    channels = deferred("notifier.cli.channels")

channel = typer.Typer(help="其他渠道：webhook、企业微信、钉钉、飞书…… / other channels", **GROUP)
Name = Annotated[str, typer.Argument(help="渠道名，如 webhook、dingtalk / its name")]


@channel.command("add")
def channel_add(
    email: Email,
    address: Annotated[str, typer.Argument(help="https://…（webhook）或 dingtalk://… 等 / where it leads")],
    kind: Annotated[str, typer.Option(help="webhook 或 websub，只用于网址 / for web addresses")] = "",
    config: Config = None,
) -> None:
    """添加渠道（同名的替换）/ Add a channel; one of the same name is replaced."""
    channels.add(config, email, address, kind=kind)


@channel.command("list")
def channel_list(email: Email, config: Config = None, json: Json = False) -> None:
    """列出一个订阅者的渠道 / List a subscriber's channels."""
    channels.show(config, email, as_json=json)


@channel.command("remove")
def channel_remove(email: Email, name: Name, config: Config = None) -> None:
    """移除渠道 / Remove a channel."""
    channels.remove(config, email, name)


@channel.command("enable")
def channel_enable(email: Email, name: Name, config: Config = None) -> None:
    """重新启用因出错而停用的渠道 / Switch a channel on again."""
    channels.enable(config, email, name)


@channel.command("test")
def channel_test(email: Email, name: Name, config: Config = None) -> None:
    """立即向渠道发一条测试消息 / Send a test there now."""
    channels.test(config, email, name)
