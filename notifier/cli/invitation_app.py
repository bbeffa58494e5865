"""invitations …: codes with which people may sign up, where `[web] signup` is "invitation"."""

from typing import TYPE_CHECKING, Annotated

import typer

from notifier.cli.options import GROUP, Config, Json, deferred

if TYPE_CHECKING:
    from notifier.cli import inviting
else:
    inviting = deferred("notifier.cli.inviting")

invitations = typer.Typer(help="邀请码 / codes to sign up with", **GROUP)


@invitations.command("add")
def invitations_add(
    uses: Annotated[int, typer.Option(help="可用几次 / how many people may use it")] = 1,
    days: Annotated[int, typer.Option(help="几天内有效，0 为一直 / good for so many days, 0 for ever")] = 30,
    note: Annotated[str, typer.Option(help="给谁的 / whom it is for")] = "",
    config: Config = None,
) -> None:
    """生成一个邀请码，只显示这一次 / Make a code; it is shown this once."""
    inviting.add(config, uses=uses, days=days, note=note)


@invitations.command("list")
def invitations_list(config: Config = None, json: Json = False) -> None:
    """列出邀请码的用量 / How far the codes are used up."""
    inviting.show(config, as_json=json)


@invitations.command("remove")
def invitations_remove(
    number: Annotated[int, typer.Argument(help="编号 / its number")],
    config: Config = None,
) -> None:
    """作废一个邀请码 / Nobody comes in with it any more."""
    inviting.remove(config, number)
